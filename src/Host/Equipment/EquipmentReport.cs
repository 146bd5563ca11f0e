using Vantage.Actors.Cameras;
using Vantage.Actors.Positions;
using Vantage.Host.Basemaps;
using Vantage.Host.Situations;
using Vantage.Host.Wall;
using Vantage.Host.Web;

namespace Vantage.Host.Equipment;

/// <summary>Counts what works. Safe from any thread.</summary>
internal sealed class EquipmentReport(Situation situation, Readiness readiness, BasemapHolder basemap, TimeProvider time)
{
    private const int MaxNamed = 200;

    public EquipmentView Make()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var cameras = situation.Cameras.All.ToList();
        return new EquipmentView(
            new WireMoment(now),
            readiness.WaitingFor is null,
            [.. cameras.GroupBy(camera => camera.Registered.Source ?? "", StringComparer.Ordinal).OrderBy(source => source.Key, StringComparer.Ordinal)
                .Select(source => new CameraSourceView(source.Key, CountOf(source)))],
            CountOf(cameras),
            [.. cameras.Where(camera => camera.State == CameraState.Offline).Select(camera => camera.Registered.Name).Order(StringComparer.Ordinal).Take(MaxNamed)],
            [.. Terminals(now).GroupBy(terminal => terminal.Protocol, StringComparer.Ordinal).OrderBy(protocol => protocol.Key, StringComparer.Ordinal)
                .Select(protocol => new TerminalsView(
                    protocol.Key,
                    protocol.Count(terminal => terminal.State is UnitState.Moving or UnitState.Stopped or UnitState.Idle),
                    protocol.Count(terminal => terminal.State == UnitState.Offline),
                    protocol.Count(terminal => terminal.State == UnitState.OffDuty),
                    new WireMoment(protocol.Max(terminal => terminal.ReceivedAtMs))))],
            basemap.Equipment());
    }

    private IEnumerable<(string Protocol, UnitState State, long ReceivedAtMs)> Terminals(long nowMs)
    {
        foreach (var unit in situation.Units.All)
        {
            if (situation.Live.TryGet(unit.Number, out var live))
            {
                yield return (NameOf(live.Newest.Source), situation.StateOf(unit, live, nowMs), live.Newest.ReceivedAtMs);
            }
        }
    }

    private static UnitCount CountOf(IEnumerable<CameraView> cameras)
        => cameras.Aggregate(default(UnitCount), (count, camera) => count.Add(camera.State == CameraState.Online));

    private static string NameOf(ReportSource source) => source switch
    {
        ReportSource.Jt808 => "jt808",
        ReportSource.OsmAnd => "osmand",
        ReportSource.OfficerPage => "page",
        _ => "api",
    };
}

/// <param name="Ready">The host has recovered, and storage takes what comes.</param>
/// <param name="Offline">Names of cameras that are offline, 200 at most.</param>
/// <param name="Terminals">By the protocol of each unit's newest fix.</param>
/// <param name="Basemap">Null: none was chosen, and walls show the built-in sketch.</param>
internal sealed record EquipmentView(
    WireMoment Time,
    bool Ready,
    IReadOnlyList<CameraSourceView> Sources,
    UnitCount Cameras,
    IReadOnlyList<string> Offline,
    IReadOnlyList<TerminalsView> Terminals,
    BasemapEquipmentView? Basemap);

/// <param name="Label">What the installation calls it; null: nothing.</param>
/// <param name="Since">Since when it cannot be had; null: it can.</param>
internal sealed record BasemapEquipmentView(string? Label, WireMoment? Since);

/// <param name="Source">Whose cameras they are; empty: nobody said.</param>
internal sealed record CameraSourceView(string Source, UnitCount Cameras);

/// <param name="Protocol"><c>jt808</c>, <c>osmand</c>, <c>api</c> or <c>page</c>.</param>
/// <param name="Newest">When the newest of their fixes was received.</param>
internal sealed record TerminalsView(string Protocol, int Online, int Silent, int OffDuty, WireMoment Newest);
