using System.Collections.Immutable;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Records;
using Vantage.Actors.Stages;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Stages;

/// <summary>Reads what a wall is to show. A part that is left out stays as it is; one that is null is cleared.</summary>
internal static class StagePictures
{
    private const int MaxSquads = 200;
    private const int MaxLayers = 50;
    private const int MaxLayerLength = 1_000; // Filters of records in Chinese, a sign in nine letters.
    private static readonly string[] PartNames = ["view", "selection", "filter", "layers", "replay", "period", "video"];

    /// <summary>The parts of a picture in a JSON object; what is wrong is told to the fields.</summary>
    /// <param name="now">When video begins that does not say since when.</param>
    /// <param name="others">Names of the object that are no parts of a picture.</param>
    public static (StageParts Parts, StagePicture Picture) Read(Fields fields, JsonElement json, DateTimeOffset now, params string[] others)
    {
        fields.OnlyKnow([.. PartNames, .. others]);
        var parts = Given(json, "view", StageParts.View) | Given(json, "selection", StageParts.Selection) | Given(json, "filter", StageParts.Filter)
            | Given(json, "layers", StageParts.Layers) | Given(json, "replay", StageParts.Replay)
            | Given(json, "period", StageParts.Period) | Given(json, "video", StageParts.Video);
        if (parts == StageParts.None)
        {
            fields.Wrong("view", $"Give at least one of {string.Join(", ", PartNames)}.");
        }

        return (parts, new StagePicture(
            View(fields), Selection(fields), Filter(fields), Layers(fields), fields.Text("replay", 64), Period(fields), Video(fields, now)));
    }

    private static StageParts Given(JsonElement json, string name, StageParts part)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out _) ? part : StageParts.None;

    private static string? Period(Fields fields)
    {
        var text = fields.Text("period", 64);
        if (text is null || StageNames.IsPeriod(text))
        {
            return text;
        }

        fields.Wrong("period", $"Must be one of {string.Join(", ", StageNames.Periods)}, or at most {StageNames.MostDays} whole days: 2026-11-03..2026-11-09.");
        return null;
    }

    private static MapView? View(Fields fields)
    {
        if (fields.Value("view") is not { } json)
        {
            return null;
        }

        var view = fields.Inner("view", json);
        view.OnlyKnow("lon", "lat", "zoom");
        return (view.Number("lon", -180, 180, required: true), view.Number("lat", -90, 90, required: true), view.Number("zoom", 0, 30, required: true))
            is ({ } lon, { } lat, { } zoom) ? new MapView(lon, lat, zoom) : null;
    }

    private static StageSelection? Selection(Fields fields)
    {
        if (fields.Value("selection") is not { } json)
        {
            return null;
        }

        var selection = fields.Inner("selection", json);
        selection.OnlyKnow("kind", "key");
        var (kind, key) = (selection.Choice("kind", StageNames.Selections), selection.Text("key", 100, required: true));
        if (kind is null)
        {
            selection.Wrong("kind", $"Must be one of {string.Join(", ", StageNames.Selections)}.");
        }

        return kind is null || key is null ? null : new StageSelection(kind, key);
    }

    /// <summary>A tour or cameras: whether there are such is the business of whoever shows them.</summary>
    private static StageVideo? Video(Fields fields, DateTimeOffset now)
    {
        if (fields.Value("video") is not { } json)
        {
            return null;
        }

        var video = fields.Inner("video", json);
        video.OnlyKnow("tour", "cameras", "tiles", "since");
        var (tour, cameras, tiles, since) = (
            video.Text("tour", ActorId.MaxKeyLength), video.Texts("cameras", StageNames.VideoTiles[^1], ActorId.MaxKeyLength) ?? [], video.Whole("tiles", 1, 16, required: true),
            video.Time("since"));
        if (tiles is { } given && !StageNames.VideoTiles.Contains(given))
        {
            video.Wrong("tiles", $"Must be one of {string.Join(", ", StageNames.VideoTiles)}.");
        }

        if (tour is null == (cameras.Count == 0))
        {
            video.Wrong("tour", "Give a tour, or cameras instead of one.");
        }

        return new StageVideo(tour, [.. cameras], tiles ?? 1, since is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : now);
    }

    private static StageFilter Filter(Fields fields)
    {
        if (fields.Value("filter") is not { } json)
        {
            return StageFilter.All;
        }

        var filter = fields.Inner("filter", json);
        filter.OnlyKnow("kinds", "squads", "states");
        return new StageFilter(
            Words(filter, "kinds", ActorKinds.Units), [.. filter.Texts("squads", MaxSquads) ?? []], Words(filter, "states", UnitStates.Names));
    }

    /// <summary>The layers that are known, themes by key, and what heat is of: whether there is such a theme or heat is the business of whoever shows it.</summary>
    private static ImmutableArray<string> Layers(Fields fields)
    {
        var layers = fields.Texts("layers", MaxLayers, MaxLayerLength) ?? [];
        if (layers.Find(layer => !StageNames.Layers.Contains(layer, StringComparer.Ordinal) && !IsTheme(layer) && !IsRecords(layer) && !IsHeat(layer)) is not null)
        {
            fields.Wrong(
                "layers",
                $"Each must be one of {string.Join(", ", StageNames.Layers)}, or {StageNames.ThemePrefix} and the key of a theme, "
                + $"or {StageNames.RecordsPrefix} and one of {string.Join(", ", RecordSystems.All)} with days=7 or days=90 and filters, such as {StageNames.RecordsPrefix}complaint?days=7&state=open, "
                + $"or {StageNames.HeatPrefix} and a layer of heat with how it is looked at, such as {StageNames.HeatPrefix}incidents?look=compare.");
        }

        if (layers.Count(IsHeat) > 1)
        {
            fields.Wrong("layers", $"At most one may begin with {StageNames.HeatPrefix}.");
        }

        return [.. layers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static bool IsTheme(string layer) => IsPoints(layer, StageNames.ThemePrefix, key => ActorId.FaultOf(key) is null, []);

    private static bool IsRecords(string layer)
        => IsPoints(layer, StageNames.RecordsPrefix, system => RecordSystems.All.Contains(system, StringComparer.Ordinal), StageNames.RecordFilters);

    /// <summary>Points of records, and, after a question mark, of how many days, where these are not thirty, and which of them: names and values as in a query.</summary>
    private static bool IsPoints(string layer, string prefix, Func<string, bool> isKnown, IReadOnlyList<string> filters)
        => layer.StartsWith(prefix, StringComparison.Ordinal)
            && layer[prefix.Length..].Split('?') is [var of, ..] parts && isKnown(of)
            && (parts.Length == 1 || (parts.Length == 2 && IsQuery(parts[1]) && IsPointQuery(parts[1], filters)));

    private static bool IsPointQuery(string query, IReadOnlyList<string> filters)
    {
        var parts = query.Split('&');
        return parts.All(part => part is "days=7" or "days=90" || (part.Split('=') is [var name, { Length: > 0 }] && filters.Contains(name, StringComparer.Ordinal)))
            && parts.DistinctBy(part => part.Split('=')[0]).Count() == parts.Length;
    }

    /// <summary>A layer of heat as in paths, and, after a question mark, names and values as in a query.</summary>
    private static bool IsHeat(string layer)
        => layer.StartsWith(StageNames.HeatPrefix, StringComparison.Ordinal)
            && layer[StageNames.HeatPrefix.Length..].Split('?') is [{ Length: > 0 } of, ..] parts && parts.Length <= 2
            && of.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_')
            && parts.Skip(1).All(IsQuery);

    private static bool IsQuery(string text) => text.All(c => c is > ' ' and < (char)127);

    /// <summary>Some of the known words, each once, in the order in which they are known.</summary>
    private static ImmutableArray<string> Words(Fields fields, string name, IReadOnlyList<string> known)
    {
        var words = fields.Texts(name, known.Count) ?? [];
        if (words.Find(word => !known.Contains(word, StringComparer.Ordinal)) is not null)
        {
            fields.Wrong(name, $"Each must be one of {string.Join(", ", known)}.");
        }

        return [.. known.Where(words.Contains)];
    }
}
