using Vantage.Actors.Incidents;
using Vantage.Actors.Replays;
using Vantage.Host.Settings;
using Vantage.Host.Web;

namespace Vantage.Host.Replays;

/// <summary>A replay as the contract shows it.</summary>
/// <param name="KeptFrom">Since when tracks are kept, where the replay begins before (KEEP-1).</param>
/// <param name="Damaged">
/// Told to whoever opens a replay of a zone or box: units that were near, and may have been there while storage cannot read where they were (TRK-8).
/// </param>
internal sealed record ReplayView(
    string Key, string Name, WireMoment From, WireMoment To, IReadOnlyList<string> Units, string? Zone, IReadOnlyList<double>? Bbox, WireMoment OpenedAt,
    string OpenedBy, WireMoment? KeptFrom, ClockView Clock, WireMoment ServerTime, IReadOnlyList<string>? Damaged = null)
{
    public static ReplayView Of(Replay replay, HostSettings settings, DateTimeOffset now)
    {
        var opened = replay.Opened;
        return new ReplayView(
            replay.Key, opened.Name, new WireMoment(opened.FromMs), new WireMoment(opened.ToMs), opened.Units, opened.Zone,
            opened.Box.IsDefaultOrEmpty ? null : opened.Box, new WireMoment(opened.At.ToUnixTimeMilliseconds()), opened.By,
            WireMoment.From(settings.KeptFromMs(opened.FromMs, now)), ClockView.Of(replay, now),
            new WireMoment(now.ToUnixTimeMilliseconds()));
    }
}

/// <summary>The clock of a replay: at the server's time <c>setAt</c> it was <c>setTo</c> in it, and goes on from there at <c>rate</c> while it plays.</summary>
/// <param name="Time">What time it is in the replay now.</param>
internal sealed record ClockView(WireMoment Time, WireMoment SetTo, WireMoment SetAt, double Rate, bool Playing)
{
    public static ClockView Of(Replay replay, DateTimeOffset now) => new(
        new WireMoment(replay.TimeAt(now)), new WireMoment(replay.Clock.TimeMs), new WireMoment(replay.Clock.SetAt.ToUnixTimeMilliseconds()), replay.Clock.Rate,
        replay.Clock.IsPlaying);
}

/// <summary>What screens that follow are told when the clock is set, or the replay closed.</summary>
internal sealed record ReplayNews(string Key, ClockView? Clock, bool Closed, WireMoment ServerTime)
{
    public static ReplayNews Of(string key, Replay? replay, DateTimeOffset now)
        => new(key, replay is null ? null : ClockView.Of(replay, now), replay is null, new WireMoment(now.ToUnixTimeMilliseconds()));
}

internal sealed record ReplayListView(IReadOnlyList<ReplayView> Items);

/// <summary>What <c>POST /api/replays</c> takes: units, or a zone, or a box whose visitors they are.</summary>
internal sealed record ReplayBody(string From, string To, string? Name, IReadOnlyList<string>? Units, string? Zone, string? Bbox);

/// <summary>What <c>POST …/clock</c> takes; what is left out stays.</summary>
internal sealed record ClockBody(string? Time, double? Rate, bool? Playing, string? Jump, bool? Back);

/// <summary>All units of a replay at one instant, in columns of equal length.</summary>
/// <param name="Damaged">Units whose track storage cannot read at the instant (TRK-8): each is shown where it was before, or not at all.</param>
internal sealed record ReplayFrameView(
    string Replay, WireMoment Time, FrameUnits Units, IReadOnlyList<FrameZone> Zones, IReadOnlyList<Breaches.BreachView> Breaches,
    IReadOnlyList<Incidents.IncidentView> Incidents, IReadOnlyList<string> Damaged);

/// <summary>A page of the incidents on a replay's time line, oldest first.</summary>
internal sealed record ReplayIncidentListView(IReadOnlyList<ReplayIncidentView> Items, string? Cursor);

/// <summary>What was said of an incident when it was reported: what came later a replay tells at its time.</summary>
internal sealed record ReplayIncidentView(string Key, string Kind, string Title, string Level, WireMoment ReportedAt)
{
    public static ReplayIncidentView Of(Incident incident)
        => new(incident.Key, incident.Reported.Kind, incident.Reported.Title, incident.Reported.Level, new WireMoment(incident.ReportedAtMs));
}

/// <param name="Time">Of the fix at or before the instant: epoch milliseconds.</param>
/// <param name="Gap">The unit was silent then: it is shown where it was last.</param>
internal sealed record FrameUnits(
    IReadOnlyList<string> Id, IReadOnlyList<double> Lon, IReadOnlyList<double> Lat, IReadOnlyList<double?> Heading, IReadOnlyList<double?> Speed,
    IReadOnlyList<long> Time, IReadOnlyList<bool> Gap);

/// <summary>A zone in force then, and who of the replay was inside.</summary>
internal sealed record FrameZone(string Key, int Version, string Name, IReadOnlyList<string> Occupants);
