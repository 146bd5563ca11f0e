using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace Vantage.Actors.Stages;

/// <summary>Where the map looks.</summary>
/// <param name="Longitude">Of its middle, in degrees WGS-84.</param>
/// <param name="Zoom">As Web maps have it: 0 is the whole world in 512 pixels.</param>
public sealed record MapView(double Longitude, double Latitude, double Zoom);

/// <summary>What is chosen: a <c>unit</c> by id, or a <c>camera</c>, <c>zone</c> or <c>incident</c> by key.</summary>
public sealed record StageSelection(string Kind, string Key);

/// <summary>Which units are shown; an empty list: all.</summary>
public sealed record StageFilter(ImmutableArray<string> Kinds, ImmutableArray<string> Squads, ImmutableArray<string> States)
{
    /// <summary>All units.</summary>
    public static StageFilter All { get; } = new([], [], []);

    public bool Equals(StageFilter? other)
        => other is not null && Kinds.SequenceEqual(other.Kinds) && Squads.SequenceEqual(other.Squads) && States.SequenceEqual(other.States);

    public override int GetHashCode() => HashCode.Combine(Kinds.Length, Squads.Length, States.Length);
}

/// <summary>Which pictures of cameras the screens for video show.</summary>
/// <param name="Tour">The key of the tour that they go through; null: <paramref name="Cameras"/> are shown.</param>
/// <param name="Cameras">By key: chosen by hand.</param>
/// <param name="Tiles">How many pictures at a time, one of <see cref="StageNames.VideoTiles"/>.</param>
/// <param name="Since">When it began: which page of a tour is on follows from it, on all screens alike.</param>
public sealed record StageVideo(string? Tour, ImmutableArray<string> Cameras, int Tiles, DateTimeOffset Since)
{
    public bool Equals(StageVideo? other)
        => other is not null && Tour == other.Tour && Tiles == other.Tiles && Since == other.Since && Cameras.SequenceEqual(other.Cameras);

    public override int GetHashCode() => HashCode.Combine(Tour, Tiles, Since, Cameras.Length);
}

/// <summary>What the linked screens of a wall show together.</summary>
/// <param name="View">Null: the whole district.</param>
/// <param name="Layers">By name, in order of name.</param>
/// <param name="Replay">The key of the replay that they follow; null: the present.</param>
/// <param name="Period">Of which time heat is shown, as <see cref="StageNames.IsPeriod"/> has it; null: of the last hour.</param>
/// <param name="Video">Null: screens for video go through the first tour that there is.</param>
public sealed record StagePicture(
    MapView? View, StageSelection? Selection, StageFilter Filter, ImmutableArray<string> Layers, string? Replay, string? Period = null,
    StageVideo? Video = null)
{
    /// <summary>The whole district, now, with its zones.</summary>
    public static StagePicture Plain { get; } = new(null, null, StageFilter.All, ["zones"], null);

    public bool Equals(StagePicture? other)
        => other is not null && View == other.View && Selection == other.Selection && Filter == other.Filter && Layers.SequenceEqual(other.Layers)
            && Replay == other.Replay && Period == other.Period && Video == other.Video;

    public override int GetHashCode() => HashCode.Combine(View, Selection, Replay, Period, Layers.Length, Video);

    /// <summary>This picture, with some parts of another.</summary>
    public StagePicture With(StageParts parts, StagePicture other) => new(
        parts.HasFlag(StageParts.View) ? other.View : View,
        parts.HasFlag(StageParts.Selection) ? other.Selection : Selection,
        parts.HasFlag(StageParts.Filter) ? other.Filter : Filter,
        parts.HasFlag(StageParts.Layers) ? other.Layers : Layers,
        parts.HasFlag(StageParts.Replay) ? other.Replay : Replay,
        parts.HasFlag(StageParts.Period) ? other.Period : Period,
        parts.HasFlag(StageParts.Video) ? other.Video : Video);
}

/// <summary>Parts of a <see cref="StagePicture"/>.</summary>
[Flags]
public enum StageParts
{
    None = 0,
    View = 1,
    Selection = 2,
    Filter = 4,
    Layers = 8,
    Replay = 16,
    Period = 32,
    Video = 64,
}

/// <summary>A screen of a wall, as it is laid out.</summary>
/// <param name="Role">What it shows: <see cref="StageNames.Roles"/>.</param>
/// <param name="Link">How it is linked with the others: <see cref="StageNames.Links"/>.</param>
/// <param name="Column">Of its left edge on the wall, in cells from the left; <paramref name="Row"/> from the top.</param>
/// <param name="Columns">Its width in cells; <paramref name="Rows"/> its height.</param>
/// <param name="Pitch">Its own pixel pitch, in millimetres; 0: it is a desk beside the wall; null: that of the wall.</param>
/// <param name="Spans">Its map is its part of one picture, which lies over all screens of the wall that span.</param>
public sealed record StageScreen(string Key, string Name, string Role, string Link, int Column, int Row, int Columns, int Rows, bool Spans = false, double? Pitch = null);

/// <summary>Which role a screen has in a preset.</summary>
public sealed record ScreenRole(string Screen, string Role);

/// <summary>What an operator put on one screen; the others do not change it until it is taken back.</summary>
public sealed record ScreenPush(string Role, StagePicture Picture, string By, DateTimeOffset At);

/// <summary>The words that stages are made of.</summary>
public static class StageNames
{
    public static IReadOnlyList<string> Roles { get; } = ["map", "list", "charts", "free", "video"];

    /// <summary><c>lead</c> drives the others and is driven; <c>follow</c> is driven; <c>alone</c> neither.</summary>
    public static IReadOnlyList<string> Links { get; } = ["lead", "follow", "alone"];

    public static IReadOnlyList<string> Selections { get; } = ["unit", "camera", "zone", "incident"];

    public static IReadOnlyList<string> Layers { get; } = ["cameras", "heat", "zones"];

    /// <summary>Before the key of a theme: a layer with the records that it gathers.</summary>
    public const string ThemePrefix = "theme:";

    /// <summary>Before the name of a system of record: a layer with its records, all of them or those that <see cref="RecordFilters"/> keep.</summary>
    public const string RecordsPrefix = "records:";

    /// <summary>What such a layer may be narrowed by, as in <c>records:complaint?days=7&amp;state=open</c>.</summary>
    public static IReadOnlyList<string> RecordFilters { get; } = ["theme", "kind", "category", "state", "street", "squad"];

    /// <summary>
    /// Before what heat is of and how it is looked at, beside the layer <c>heat</c>, as in <c>heat:incidents?look=compare</c>: whoever knows no more than
    /// <c>heat</c> shows presence.
    /// </summary>
    public const string HeatPrefix = "heat:";

    /// <summary>The last hour, today, yesterday, the last seven days, the last thirty.</summary>
    public static IReadOnlyList<string> Periods { get; } = ["hour", "today", "yesterday", "week", "month"];

    /// <summary>The most days of one's own choice.</summary>
    public const int MostDays = 366;

    /// <summary>One of <see cref="Periods"/>, or whole days of the installation's zone, the last included: <c>2026-11-03..2026-11-09</c>.</summary>
    public static bool IsPeriod(string text)
        => Periods.Contains(text, StringComparer.Ordinal)
        || (text.Length == 22 && text.AsSpan(10, 2) is ".." && ReadDay(text.AsSpan(0, 10)) is { } first && ReadDay(text.AsSpan(12)) is { } last
            && first <= last && last.DayNumber - first.DayNumber < MostDays);

    private static DateOnly? ReadDay(ReadOnlySpan<char> text)
        => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>How many pictures of cameras a screen shows at a time.</summary>
    public static IReadOnlyList<int> VideoTiles { get; } = [1, 4, 9, 16];

    /// <summary>日常, 点名, 保障, 应急, 迎检.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["daily", "roll-call", "event", "emergency", "inspection"];
}

/// <summary>A wall: its screens, and what they show. Changed by nothing but its events.</summary>
/// <param name="Version">The number of its events.</param>
/// <param name="Preset">The one that was switched to last; null: none yet.</param>
/// <param name="Roles">The roles that the preset gives to screens; one that it does not name has the role that it is laid out with.</param>
/// <param name="Kept">Presets that somebody kept.</param>
/// <param name="Pitch">From one pixel of its screens to the next, in millimetres; null: nobody said.</param>
/// <param name="Visitors">Visitors are here: its screens name nobody.</param>
public sealed record Stage(
    string Key, string Name, int Version, ImmutableArray<StageScreen> Screens, StagePicture Picture, string? Preset,
    ImmutableDictionary<string, string> Roles, ImmutableDictionary<string, ScreenPush> Pushed, ImmutableDictionary<string, StagePresetKept> Kept,
    double? Pitch = null, bool Visitors = false)
{
    public StageScreen? Find(string screen) => Screens.FirstOrDefault(each => each.Key == screen);

    /// <summary>What a screen is for at the moment.</summary>
    public string RoleOf(StageScreen screen)
        => Pushed.TryGetValue(screen.Key, out var push) ? push.Role : Roles.GetValueOrDefault(screen.Key, screen.Role);

    /// <summary>What a screen that is not alone shows.</summary>
    public StagePicture PictureOf(StageScreen screen) => Pushed.TryGetValue(screen.Key, out var push) ? push.Picture : Picture;

    /// <summary>The picture of a preset: as it was kept, or as it comes.</summary>
    public StagePicture PictureOfPreset(string preset) => Kept.TryGetValue(preset, out var kept) ? kept.Picture : preset switch
    {
        "event" or "emergency" => StagePicture.Plain with { Layers = ["cameras", "zones"] },
        "inspection" => StagePicture.Plain with { Layers = ["heat", "zones"] },
        _ => StagePicture.Plain,
    };

    /// <summary>Folds an event in; null: there is no such stage any more.</summary>
    internal static Stage? Fold(Stage? stage, object @event) => @event switch
    {
        StageLaidOut laid => Lay(stage, laid),
        StageRemoved => null,
        _ when stage is null => null, // What was under way when it was removed.
        StageShown shown => stage with { Version = stage.Version + 1, Picture = shown.Picture },
        StagePresetKept kept => stage with { Version = stage.Version + 1, Kept = stage.Kept.SetItem(kept.Preset, kept) },
        StageSwitched switched => stage with
        {
            Version = stage.Version + 1,
            Preset = switched.Preset,
            Picture = switched.Picture,
            Roles = switched.Roles.ToImmutableDictionary(role => role.Screen, role => role.Role, StringComparer.Ordinal),
            Pushed = stage.Pushed.Clear(),
        },
        ScreenPushed pushed => stage with
        {
            Version = stage.Version + 1,
            Pushed = stage.Pushed.SetItem(pushed.Screen, new ScreenPush(pushed.Role, pushed.Picture, pushed.By, pushed.At)),
        },
        ScreenTakenBack back => stage with { Version = stage.Version + 1, Pushed = stage.Pushed.Remove(back.Screen) },
        ScreenLinked linked => stage with
        {
            Version = stage.Version + 1,
            Screens = [.. stage.Screens.Select(screen => screen.Key == linked.Screen ? screen with { Link = linked.Link } : screen)],
        },
        StageVisitorsSet visitors => stage with { Version = stage.Version + 1, Visitors = visitors.AreHere },
        _ => throw new UnreachableException($"No rule for event {@event.GetType().Name}."),
    };

    private static Stage Lay(Stage? before, StageLaidOut laid)
    {
        var none = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);
        var stage = before ?? new Stage(
            laid.Stage, laid.Name, 0, [], StagePicture.Plain, null, none, ImmutableDictionary.Create<string, ScreenPush>(StringComparer.Ordinal),
            ImmutableDictionary.Create<string, StagePresetKept>(StringComparer.Ordinal));
        var gone = stage.Screens.Select(screen => screen.Key).Except(laid.Screens.Select(screen => screen.Key), StringComparer.Ordinal);
        return stage with
        {
            Name = laid.Name,
            Version = stage.Version + 1,
            Screens = laid.Screens,
            Pitch = laid.Pitch,
            Roles = none, // Whoever lays the wall out says what each screen is for.
            Pushed = stage.Pushed.RemoveRange(gone),
        };
    }
}
