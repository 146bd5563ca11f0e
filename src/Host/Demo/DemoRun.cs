using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Cameras;
using Vantage.Actors.People;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Runtime;
using Vantage.Actors.Stages;
using Vantage.Actors.Tours;
using Vantage.Actors.Units;
using Vantage.Host.People;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Wall;
using Vantage.Host.Web;
using Vantage.Host.Zones;
using Vantage.Simulator;
using Vantage.Simulator.Scenes;

namespace Vantage.Host.Demo;

/// <summary>
/// The demonstration: registers its district once and tells what has passed since yesterday, before the host counts as started; then runs its devices
/// against this host's own doors, its roster, its duty desk and its incidents.
/// </summary>
internal sealed partial class DemoRun(
    Situation situation, IPositionIngest ingest, IAccounts accounts, IRecords records, HostSettings settings, TimeProvider time, ListeningPorts ports, BreachBoard board,
    DemoFrames frames, ILogger<DemoRun> log) : IHostedLifecycleService, IDisposable
{
    private const string ToldUntil = "demo.until";
    private const int BatchFixes = 5_000;
    private const string Hall = "hall";

    /// <summary>Three screens side by side, and the duty chief's desk below them.</summary>
    private static readonly ImmutableArray<StageScreen> HallScreens =
    [
        new("left", "左屏", "list", "follow", 0, 0, 1, 1), new("main", "主屏", "map", "lead", 1, 0, 2, 1), new("right", "右屏", "charts", "follow", 3, 0, 1, 1),
        new("desk", "值班长席", "free", "lead", 1, 1, 2, 1),
    ];

    private static readonly (string Key, LayOutTour Tour)[] Tours =
    [
        ("all", new LayOutTour("全部探头", [], [], null, null, 15, 9)),
        ("key-roads", new LayOutTour("重点道路", [], ["重点道路"], null, null, 15, 9)),
        ("markets", new LayOutTour("菜市场与集中投诉区域", [], ["标准化菜市场", "集中投诉较多区域"], null, null, 20, 4)),
    ];

    private static readonly ActorId Officer = new(ActorKinds.Officer, DemoPosts.OfficerUnit);

    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>With the port known and the accounts there. The address is printed when this is through: who opens the wall finds a district at work.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var liveFrom = time.GetUtcNow();
            var options = new DemoFleetOptions(
                new Uri($"http://127.0.0.1:{ports.Http}"), new IPEndPoint(IPAddress.Loopback, settings.Jt808Port), LiveFrom: liveFrom);
            var fleet = new DemoFleet(Scene.Create(), options, time);
            frames.Take(fleet.Cameras.Select(camera => camera.Key));
            var (roster, desk) = (new DemoRoster(situation, fleet, time), new DemoDesk(situation, board, time));
            var incidents = new DemoIncidents(situation, fleet, settings, time);
            var rooms = new DemoRollCalls(situation, fleet, time);
            await TellPastAsync(fleet, roster, liveFrom, cancellationToken);
            await new DemoRecords(records, fleet, time).TellAsync(cancellationToken);
            await desk.LookAsync(cancellationToken);
            await incidents.LookAsync(cancellationToken);
            _running = Task.Run(() => RunAsync(
            [
                fleet.RunAsync, Every(10, roster.ReportAsync), Every(20, desk.LookAsync), Every(5, incidents.LookAsync), Every(1, rooms.LookAsync),
            ]), CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever ends the demonstration is logged; the host goes on without it.
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Ended(failed);
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    /// <summary>Has a player look at once, and again so many seconds after it did.</summary>
    private Func<CancellationToken, Task> Every(int seconds, Func<CancellationToken, Task> look) => async stopping =>
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds), time);
        do
        {
            await look(stopping);
        }
        while (await timer.WaitForNextTickAsync(stopping));
    };

    private async Task RunAsync(IEnumerable<Func<CancellationToken, Task>> players)
    {
        try
        {
            await Task.WhenAll(players.Select(run => run(_stopping.Token)));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops.
        }
#pragma warning disable CA1031 // Whatever ends the demonstration is logged; the host goes on without it.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            Ended(failed);
        }
    }

    private async Task TellPastAsync(DemoFleet fleet, DemoRoster roster, DateTimeOffset liveFrom, CancellationToken cancelled)
    {
        var officer = new RegisterUnit(DemoPosts.OfficerName, fleet.Squads[0].Key, null, []);
        if (!situation.Units.TryGet(Officer, out var before) || !before.IsRegistered)
        {
            await situation.RegisterAsync(Officer, officer, Origin.System, cancelled);
        }

        var told = await accounts.ReadSettingAsync(ToldUntil, cancelled);
        var from = fleet.HistoryStart();
        if (told is null)
        {
            await RegisterAsync(fleet, from, cancelled);
        }
        else if (DateTimeOffset.TryParse(told, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var until) && until > from)
        {
            from = until;
        }

        await LayOutToursAsync(cancelled);
        await roster.ReportAsync(cancelled);
        await TellHistoryAsync(fleet, from, liveFrom, cancelled);
        await accounts.WriteSettingAsync(ToldUntil, liveFrom.ToString("O", CultureInfo.InvariantCulture), cancelled);
    }

    private async Task RegisterAsync(DemoFleet fleet, DateTimeOffset zonesFrom, CancellationToken stopping)
    {
        foreach (var (key, feature) in fleet.Zones(zonesFrom))
        {
            using var json = JsonDocument.Parse(feature);
            var fields = new Fields(json.RootElement);
            if (ZoneFeatures.Read(key, json.RootElement, ImportCrs.Wgs84, "", fields, time.GetUtcNow(), settings.TimeZone) is not { } define)
            {
                throw new InvalidDataException($"The demonstration's zone {key} does not read.");
            }

            await situation.ChangeZoneAsync(key, define, Origin.System, stopping);
        }

        foreach (var squad in fleet.Squads)
        {
            await situation.NameSquadAsync(new ActorId(ActorKinds.Squad, squad.Key), squad.Name, Origin.System, stopping);
        }

        // On a node of a cluster each change takes some tenths of a second, for the way by the shared journal; many together take no longer.
        var together = new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = stopping };
        await Parallel.ForEachAsync(fleet.Units, together, async (unit, cancelled) =>
        {
            var register = new RegisterUnit(unit.Name, unit.Squad.Key, unit.Plate, [new DeviceKey(unit.Protocol, unit.DeviceKey)]);
            await situation.RegisterAsync(new ActorId(unit.Kind, unit.Key), register, Origin.System, cancelled);
        });
        await Parallel.ForEachAsync(fleet.Cameras, together, async (camera, cancelled) =>
        {
            var register = new RegisterCamera(
                camera.Name, camera.Longitude, camera.Latitude, camera.Source, [camera.Coverage], camera.HeadingDegrees, []);
            await situation.ChangeCameraAsync(camera.Key, register, Origin.System, cancelled);
            await situation.ChangeCameraAsync(camera.Key, new ReportCameraState(camera.IsOnline ? CameraState.Online : CameraState.Offline), Origin.System, cancelled);
        });

        await situation.ChangeStageAsync(Hall, new LayOutStage("指挥大厅", HallScreens), Origin.System, stopping);
    }

    /// <summary>Also in a folder of before there were tours; tours that somebody laid out are left alone.</summary>
    private async Task LayOutToursAsync(CancellationToken stopping)
    {
        foreach (var (key, tour) in situation.Tours.Count > 0 ? [] : Tours)
        {
            await situation.ChangeTourAsync(key, tour, Origin.System, stopping);
        }
    }

    private async Task TellHistoryAsync(DemoFleet fleet, DateTimeOffset from, DateTimeOffset to, CancellationToken stopping)
    {
        var gate = new GateOptions();
        var batch = new PositionBatch();
        var said = time.GetTimestamp();
        foreach (var (unit, sim) in fleet.History(from, to))
        {
            var report = PositionReport.At(sim.TimeMs, sim.Longitude, sim.Latitude, unit.IsVehicle ? ReportSource.Jt808 : ReportSource.OsmAnd);
            (report.Speed, report.Heading, report.Accuracy) = (sim.Speed, sim.Heading, sim.Accuracy);
            if (Gate.TryAccept(in report, sim.TimeMs, gate, out var fix) == Refusal.None
                && situation.Units.TryGet(new ActorId(unit.Kind, unit.Key), out var known))
            {
                batch.Add(known.Number, in fix);
            }

            if (batch.Count >= BatchFixes)
            {
                await ingest.CommitAsync(batch, stopping);
                batch.Clear();
                if (time.GetElapsedTime(said) >= TellEvery)
                {
                    said = time.GetTimestamp();
                    Telling(100 * (sim.TimeMs - from.ToUnixTimeMilliseconds()) / Math.Max((long)(to - from).TotalMilliseconds, 1));
                }
            }
        }

        await ingest.CommitAsync(batch, stopping);
        await situation.WaitForAllAsync(Patience, stopping);
    }

    [LoggerMessage(1401, LogLevel.Error, "The demonstration's fleet ended.")]
    private partial void Ended(Exception failed);

    [LoggerMessage(1402, LogLevel.Information, "The demonstration tells what has passed since yesterday: {Percent} %.")]
    private partial void Telling(long percent);
}

/// <summary>The port that HTTP was bound to, known once the server listens.</summary>
internal sealed class ListeningPorts(Microsoft.AspNetCore.Hosting.Server.IServer server)
{
    /// <summary>The first that is served without TLS: simulated devices trust no certificate that the host has made.</summary>
    public int Http => server.Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses
        .Select(address => new Uri(address)).OrderBy(address => address.Scheme != Uri.UriSchemeHttp).First().Port;
}
