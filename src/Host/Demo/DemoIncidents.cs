using Vantage.Actors;
using Vantage.Actors.Incidents;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Geo;
using Vantage.Host.Incidents;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Units;
using Vantage.Simulator;
using Vantage.Simulator.Scenes;

namespace Vantage.Host.Demo;

/// <summary>
/// The demonstration's incidents: what cameras find, one a minute; a dispatcher who sends the nearest unit that is free, and leaves the newest to whoever watches;
/// and units that accept, arrive and finish. What comes next follows from what is recorded, so that a restart goes on.
/// </summary>
internal sealed class DemoIncidents(Situation situation, DemoFleet fleet, HostSettings settings, TimeProvider time)
{
    private const int OpenAtStart = 6;
    private const int MostOpen = 15;

    /// <summary>The newest that have nobody yet are left to whoever watches.</summary>
    private const int LeftNew = 3;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AcceptAfter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FinishAfter = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CloseAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWay = TimeSpan.FromMinutes(5);
    private static readonly Origin Finder = new(Token: "demo-cameras", Name: "演示·视频巡查");
    private static readonly Origin Dispatcher = new(Person: "demo-online-duty", Post: "online-duty", Name: "演示·网上勤务");

    /// <summary>The kinds of S1-11 and S2-06.</summary>
    private static readonly (string Kind, string Title, string Level)[] Kinds =
    [
        ("cross-door-trading", "跨门经营", "info"), ("street-vending", "占道设摊", "warning"), ("illegal-advertising", "违法户外广告", "info"),
        ("site-dust", "工地扬尘", "warning"), ("night-construction", "夜间施工", "warning"), ("street-obstruction", "占道堆物", "info"),
    ];

    /// <summary>Those that others have registered, and the officer whose page anybody may try, answer for themselves.</summary>
    private readonly HashSet<string> _played = [.. fleet.Units.Select(unit => unit.Id)];

    private readonly Random _random = new(1);
    private DateTimeOffset _nextReport;

    /// <summary>Takes each step that is due.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var open = situation.Incidents.All.Where(incident => incident.IsOpen).OrderBy(incident => incident.Reported.At).ToList();
        for (var i = open.Count; i < OpenAtStart; i++)
        {
            await ReportAsync(now, stopping);
        }

        if (now >= _nextReport)
        {
            if (_nextReport != default && open.Count is >= OpenAtStart and < MostOpen)
            {
                await ReportAsync(now, stopping);
            }

            _nextReport = now + ReportEvery;
        }

        var untouched = open.Where(incident => incident.Reported.Source == Finder.Token && incident.State == IncidentState.New);
        foreach (var incident in untouched.SkipLast(LeftNew))
        {
            await SendNearestAsync(incident, stopping);
        }

        foreach (var incident in open)
        {
            await GoOnAsync(incident, now, stopping);
        }
    }

    private async Task ReportAsync(DateTimeOffset now, CancellationToken stopping)
    {
        CameraPlan camera = fleet.Cameras[_random.Next(fleet.Cameras.Count)];
        var (kind, title, level) = Kinds[_random.Next(Kinds.Length)];
        var report = new ReportIncident(
            kind, title, level, Math.Round(camera.Longitude + ((_random.NextDouble() - 0.5) * 0.0006), 6),
            Math.Round(camera.Latitude + ((_random.NextDouble() - 0.5) * 0.0006), 6), camera.Name + "附近", null, Finder.Token!, camera.Key, null, null, now);
        await situation.ChangeIncidentAsync(IncidentEndpoints.NewKey(settings, time), report, Finder, stopping);
    }

    private async Task SendNearestAsync(Incident incident, CancellationToken stopping)
    {
        var nearest = situation.Units.All.Where(unit => _played.Contains(unit.IdText) && NearestUnits.IsAvailable(unit, situation))
            .MinBy(unit => incident.Place is { } place && situation.Live.TryGet(unit.Number, out var live) ? GreatCircle.DistanceMetres(place, live.Newest.Position) : double.MaxValue);
        if (nearest is not null)
        {
            await situation.ChangeOrderAsync(
                nearest.Id, new GiveOrder(incident.Key, null, situation.Incidents.DutiesOf(nearest.IdText).Version, false), Dispatcher, stopping);
        }
    }

    private async Task GoOnAsync(Incident incident, DateTimeOffset now, CancellationToken stopping)
    {
        foreach (var order in incident.Orders.Where(order => order.IsOpen && _played.Contains(order.Unit)))
        {
            if (!ActorId.TryParse(order.Unit, out var id) || !situation.Units.TryGet(id, out var unit))
            {
                continue;
            }

            var (next, after) = order.Step switch
            {
                OrderStep.Given or OrderStep.Delivered => (OrderStep.Accepted, AcceptAfter),
                OrderStep.Accepted => (OrderStep.Arrived, WayOf(unit, incident)),
                _ => (OrderStep.Done, FinishAfter),
            };
            if (now - order.Moments[^1].At >= after)
            {
                var note = next == OrderStep.Done ? "现场已处置，当事人已整改" : null;
                await situation.ChangeOrderAsync(id, new StepOrder(order.Number, next, note), new Origin(Post: "officer", Name: unit.Name), stopping);
            }
        }

        if (incident.State == IncidentState.Done && now - incident.Orders.Max(order => order.Moments[^1].At) >= CloseAfter)
        {
            await situation.ChangeIncidentAsync(incident.Key, new CloseIncident("处置完毕"), Dispatcher, stopping);
        }
    }

    private TimeSpan WayOf(UnitInfo unit, Incident incident)
    {
        var way = incident.Place is { } place && situation.Live.TryGet(unit.Number, out var live)
            ? TimeSpan.FromSeconds(NearestUnits.ArrivalSeconds(unit, GreatCircle.DistanceMetres(place, live.Newest.Position))) : LongestWay;
        return way < LongestWay ? way : LongestWay;
    }
}
