using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vantage.Simulator.Scenes;
using Vantage.Simulator.Terminals;

namespace Vantage.Simulator;

/// <summary>Where the demo's devices report to, and how often.</summary>
/// <param name="HttpBase">The host's address; phones use <c>/osmand</c> under it.</param>
/// <param name="Jt808">Where vehicles' terminals connect.</param>
/// <param name="Spacing">Default: officers every 10 s, vehicles every 5 s.</param>
/// <param name="LiveFrom">
/// Where history ends: what fell due since then is filled in first, up to six hours. Default: the moment the fleet starts.
/// </param>
public sealed record DemoFleetOptions(Uri HttpBase, EndPoint Jt808, ReportSpacing? Spacing = null, DateTimeOffset? LiveFrom = null);

/// <summary>The demo's 360 devices, each with its own connection and its real protocol.</summary>
/// <remarks>
/// First the host takes in <see cref="Units"/>, <see cref="Cameras"/>, <see cref="Zones"/> and <see cref="History"/>,
/// through its own public doors; then <see cref="RunAsync"/> goes on live.
/// </remarks>
public sealed class DemoFleet(Scene scene, DemoFleetOptions options, TimeProvider clock)
{
    private const int MaxHttpConnections = 8;

    private static readonly JsonSerializerOptions AsIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ReportSpacing _spacing = options.Spacing ?? new();

    public IReadOnlyList<Squad> Squads => scene.Squads;

    public IReadOnlyList<UnitPlan> Units => scene.Units;

    public IReadOnlyList<CameraPlan> Cameras => scene.Cameras;

    /// <summary>What the devices have done so far.</summary>
    public TerminalCounters Counters { get; } = new();

    /// <summary>The body of <c>PUT /api/units/{kind}/{key}</c>.</summary>
    public static string Registration(UnitPlan unit)
    {
        var body = new JsonObject
        {
            ["name"] = unit.Name,
            ["squad"] = unit.Squad.Key,
            ["devices"] = new JsonArray(new JsonObject { ["protocol"] = unit.Protocol, ["key"] = unit.DeviceKey }),
        };
        if (unit.Plate is not null)
        {
            body["plate"] = unit.Plate;
        }

        return body.ToJsonString(AsIs);
    }

    /// <summary>Keys and bodies for <c>PUT /api/zones/{key}</c>.</summary>
    /// <param name="effectiveFrom">From when on they are judged by; give the start of the history, or null for now.</param>
    public IEnumerable<(string Key, string Feature)> Zones(DateTimeOffset? effectiveFrom)
        => scene.Zones.Select(zone => (zone.Key, zone.ToFeature(effectiveFrom)));

    /// <summary>What the roster says of a unit at this moment, and when that changes next.</summary>
    public (bool IsOnDuty, DateTimeOffset Until) DutyOf(UnitPlan unit) => scene.DutyAt(unit, clock.GetUtcNow());

    /// <summary>Midnight in Beijing before today's: where the demo's history begins.</summary>
    public DateTimeOffset HistoryStart()
    {
        var beijing = clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        return new DateTimeOffset(beijing.Date, beijing.Offset).AddDays(-1);
    }

    /// <summary>All reports of [from, to), in order of time: some forty thousand an hour.</summary>
    public IEnumerable<HistoryReport> History(DateTimeOffset from, DateTimeOffset to) => scene.History(from, to, _spacing);

    /// <summary>Runs all devices until cancelled. Hosts that are not there, or go away, are waited for.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = MaxHttpConnections,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            UseProxy = false,
            UseCookies = false,
        })
        {
            Timeout = TimeSpan.FromSeconds(30),
        };
        var fromMs = (options.LiveFrom ?? clock.GetUtcNow()).ToUnixTimeMilliseconds();
        try
        {
            await Task.WhenAll(scene.Units.Select(unit => unit.IsVehicle
                ? new Jt808Terminal(scene, unit, _spacing, options.Jt808, Jt808TerminalOptions.Default, clock, Counters).RunAsync(fromMs, cancellationToken)
                : new OsmAndTerminal(scene, unit, _spacing, http, options.HttpBase, clock, Counters).RunAsync(fromMs, cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop: that is how a fleet ends.
        }
    }
}
