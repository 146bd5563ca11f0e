using Vantage.Actors.Stages;
using Vantage.Host.Web;

namespace Vantage.Host.Stages;

/// <summary>A wall as the contract shows it.</summary>
/// <param name="Version">Grows with every change.</param>
/// <param name="Picture">What the linked screens show.</param>
/// <param name="Kept">The presets that somebody kept.</param>
/// <param name="Pitch">From one pixel of its screens to the next, in millimetres; null: not known.</param>
/// <param name="Visitors">Visitors are here: its screens name nobody.</param>
internal sealed record StageView(
    string Key, string Name, int Version, string? Preset, PictureView Picture, IReadOnlyList<ScreenView> Screens, IReadOnlyList<string> Kept,
    double? Pitch, bool Visitors)
{
    public static StageView Of(Stage stage) => new(
        stage.Key, stage.Name, stage.Version, stage.Preset, PictureView.Of(stage.Picture), [.. stage.Screens.Select(screen => ScreenView.Of(stage, screen))],
        [.. stage.Kept.Keys.Order(StringComparer.Ordinal)], stage.Pitch, stage.Visitors);
}

/// <param name="Role">What it is laid out for.</param>
/// <param name="Shows">What it shows at the moment.</param>
/// <param name="Pitch">Its own pixel pitch, in millimetres; 0: a desk; null: that of the wall.</param>
/// <param name="Pushed">What somebody put on it; null: it shows what the others show.</param>
internal sealed record ScreenView(
    string Key, string Name, string Role, string Shows, string Link, int Column, int Row, int Columns, int Rows, bool Spans, PushView? Pushed, double? Pitch)
{
    public static ScreenView Of(Stage stage, StageScreen screen) => new(
        screen.Key, screen.Name, screen.Role, stage.RoleOf(screen), screen.Link, screen.Column, screen.Row, screen.Columns, screen.Rows, screen.Spans,
        stage.Pushed.TryGetValue(screen.Key, out var push) ? new PushView(push.By, WireMoment.Of(push.At), PictureView.Of(push.Picture)) : null, screen.Pitch);
}

internal sealed record PushView(string By, WireMoment At, PictureView Picture);

/// <param name="View">Null: the whole district.</param>
/// <param name="Replay">The key of the replay that the screens follow; null: the present.</param>
/// <param name="Period">Of which time heat is shown; null: of the last hour.</param>
/// <param name="Video">Null: screens for video go through the first tour.</param>
internal sealed record PictureView(
    LookView? View, SelectionView? Selection, FilterView Filter, IReadOnlyList<string> Layers, string? Replay, string? Period, VideoView? Video = null)
{
    public static PictureView Of(StagePicture picture) => new(
        picture.View is { } view ? LookView.Of(view) : null,
        picture.Selection is { } chosen ? new SelectionView(chosen.Kind, chosen.Key) : null,
        new FilterView(picture.Filter.Kinds, picture.Filter.Squads, picture.Filter.States), picture.Layers, picture.Replay, picture.Period,
        picture.Video is { } video ? new VideoView(video.Tour, video.Cameras, video.Tiles, WireMoment.Of(video.Since)) : null);
}

internal sealed record LookView(double Lon, double Lat, double Zoom)
{
    public static LookView Of(MapView view) => new(WireDegrees.Round(view.Longitude), WireDegrees.Round(view.Latitude), view.Zoom);
}

/// <param name="Tour">Null: the cameras are shown.</param>
/// <param name="Since">Which page of a tour is on follows from it.</param>
internal sealed record VideoView(string? Tour, IReadOnlyList<string> Cameras, int Tiles, WireMoment Since);

internal sealed record SelectionView(string Kind, string Key);

internal sealed record FilterView(IReadOnlyList<string> Kinds, IReadOnlyList<string> Squads, IReadOnlyList<string> States);

/// <summary>What those who joined a stage are told when it changes.</summary>
/// <param name="Stage">Null: it is no more.</param>
internal sealed record StageNews(string Key, StageView? Stage);

internal sealed record StageListView(IReadOnlyList<StageView> Items);

/// <summary>A screen as it is connected. One that nobody opened has no rows.</summary>
/// <param name="Latency">From the fix to the picture, seconds, as the screen itself last measured it; null: not yet.</param>
internal sealed record PresenceView(string Screen, string User, WireMoment Since, WireMoment LastHeard, double? Latency);

/// <param name="Time">The host's, to which the others compare.</param>
internal sealed record PresenceListView(IReadOnlyList<PresenceView> Items, WireMoment Time);

internal sealed record StageBody(string Name, IReadOnlyList<ScreenBody> Screens, double? Pitch);

internal sealed record ScreenBody(string Key, string? Name, string? Role, string? Link, int? Column, int? Row, int? Columns, int? Rows, bool? Spans, double? Pitch);

internal sealed record PushBody(string? Role, PictureView Picture);

internal sealed record LinkBody(string Link);

internal sealed record VisitorsBody(bool Here);
