using System.Globalization;
using System.Text.Json.Nodes;
using Vantage.Actors;
using Vantage.Cluster.Tests.Fleet;
using Vantage.Support;

namespace Vantage.Cluster.Tests;

/// <summary>Three nodes of one cluster on loopback, with one PostgreSQL server, a city of zones, and a fleet that reports to all of them.</summary>
internal sealed class ThreeNodes : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly string _database;
    private readonly DateTimeOffset _zonesFrom = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60);
    private CancellationTokenSource _reporting = new();
    private Task _reports = Task.CompletedTask;
    private IReadOnlyList<Screen> _screens = [];
    private OneProcess? _alone;

    private ThreeNodes(PostgresServer server, string database, IReadOnlyList<Node> nodes, NodeLinks links, VehicleFleet fleet)
        => (_server, _database, Nodes, Links, Fleet) = (server, database, nodes, links, fleet);

    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Those whose process runs.</summary>
    public IEnumerable<Node> Running => Nodes.Where(node => !node.HasEnded);

    public VehicleFleet Fleet { get; }

    /// <summary>What nodes say to each other passes here.</summary>
    public NodeLinks Links { get; }

    /// <param name="join">What a node is told so that it finds the others.</param>
    public static async Task<ThreeNodes> StartAsync(string program, Func<Node, IEnumerable<Node>, IEnumerable<string>> join, int vehicles)
    {
        var server = new PostgresServer();
        var database = server.NewDatabase();
        var nodes = new List<Node>();
        nodes.AddRange(Enumerable.Range(1, 3).Select(i => new Node($"node {i}", program, Arguments) { PublicHost = $"127.0.0.{10 + i}" }));
        NodeLinks? links = null;
        try
        {
            links = new NodeLinks(nodes);
            await Task.WhenAll(nodes.Select(node => node.StartAsync()));
            await Task.WhenAll(nodes.Select(node => node.SignInAsync()));
            var cluster = new ThreeNodes(server, database, nodes, links, new VehicleFleet(vehicles, [.. nodes.Select(node => node.Devices)]));
            await PrepareAsync(nodes, cluster.Fleet, cluster._zonesFrom);
            cluster.Fleet.Start();
            var token = await nodes[0].TokenAsync();
            cluster._screens = [.. nodes.Select((_, i) => new Screen(nodes, i, token))];
            return cluster;
        }
        catch
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }

            await (links?.DisposeAsync() ?? default);
            server.Dispose();
            throw;
        }

        IReadOnlyList<string> Arguments(Node node) =>
        [
            "--data", database, .. node.Doors, "--node-port", node.NodePort, "--node-public-host", node.PublicHost, .. join(node, nodes),
        ];
    }

    /// <summary>Puts more screens on at each node, which all show the whole city when this completes; they go off when what it gives is disposed of.</summary>
    public async Task<IAsyncDisposable> MoreScreensAsync(int atEach)
    {
        var screens = new ScreensTogether();
        foreach (var (i, node) in Nodes.Index())
        {
            var token = await node.TokenAsync();
            screens.AddRange(Enumerable.Range(0, atEach).Select(_ => new Screen(Nodes, i, token)));
        }

        await Patience.UntilAsync(() => Task.FromResult(screens.TrueForAll(screen => screen.Units == Fleet.Vehicles.Count)), "all screens show the whole fleet");
        return screens;
    }

    private sealed class ScreensTogether : List<Screen>, IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var screen in this)
            {
                await screen.DisposeAsync();
            }
        }
    }

    /// <summary>Has the whole fleet report once a second from now on.</summary>
    public void BeginReports()
    {
        _reporting.Dispose();
        _reporting = new CancellationTokenSource();
        var until = _reporting.Token;
        _reports = Task.Run(() => Fleet.ReportAsync(until));
    }

    /// <summary>Ends the reports; completes when every one of them has been acknowledged.</summary>
    public async Task EndReportsAsync()
    {
        await _reporting.CancelAsync();
        await _reports;
        await Fleet.DoneAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>How long it takes from now until a node shows a position of every vehicle that was taken after now.</summary>
    public async Task<TimeSpan> UntilPositionsFlowAsync(Node seenBy, TimeSpan atMost)
    {
        var from = DateTimeOffset.UtcNow;
        while (true)
        {
            var standing = await StandingAsync(seenBy, from);
            var passed = DateTimeOffset.UtcNow - from;
            if (standing.Count == 0)
            {
                return passed;
            }

            if (passed > atMost)
            {
                Assert.Fail(
                    $"After {passed.TotalSeconds:F1} s {standing.Count} vehicles still stand where they were, as {seenBy.Name} sees it.\n{await WhyAsync(standing, from)}\n{Activity()}\nIt said: {seenBy.Said}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>For how long, while something went on, no new position was seen of the vehicle of which that was so longest: beyond the second between its reports. And where it hung.</summary>
    public async Task<(TimeSpan Longest, string Where)> LongestStandstillAsync(Node seenBy, Task during)
    {
        var (longest, where) = (TimeSpan.Zero, "");
        for (var isLast = false; !isLast;)
        {
            isLast = during.IsCompleted;
            var now = DateTimeOffset.UtcNow;
            var times = (await seenBy.ListAsync("/api/units")).ToDictionary(unit => (string)unit["id"]!, TimeOf, StringComparer.Ordinal);
            var ages = Fleet.Vehicles.ToDictionary(vehicle => vehicle.Id, vehicle => now - times.GetValueOrDefault(vehicle.Id) - TimeSpan.FromSeconds(1), StringComparer.Ordinal);
            if (ages.Values.Max() is var age && age > longest)
            {
                longest = age;
                where = $"At {now:HH:mm:ss.fff} stood longer than half of that: {ByNode(vehicle => ages[vehicle.Id] > age / 2)}.";
            }

            await Task.WhenAny(during, Task.Delay(200));
        }

        await during;
        return (longest, where);
    }

    /// <summary>How many of some vehicles talk to which node, and of how many shards they are.</summary>
    private string ByNode(Func<Vehicle, bool> which) => string.Join(", ", Fleet.Vehicles.Zip(Fleet.Terminals, (vehicle, terminal) => (Vehicle: vehicle, terminal.Node))
        .Where(pair => which(pair.Vehicle)).GroupBy(pair => pair.Node, pair => Shards.Of(new ActorId(ActorKinds.Vehicle, pair.Vehicle.Key))).OrderBy(talking => talking.Key)
        .Select(talking => $"{talking.Count()} that talk to {Nodes[talking.Key].Name}, of {talking.Distinct().Count()} shards"));

    /// <summary>How long it takes from now until a change of every tenth vehicle was taken, each tried again until it is.</summary>
    public async Task<TimeSpan> UntilChangesAreTakenAsync(Node askedOf, TimeSpan atMost)
    {
        var from = DateTimeOffset.UtcNow;
        await Parallel.ForEachAsync(Fleet.Vehicles.Where((_, i) => i % 10 == 0), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (vehicle, _) =>
        {
            while (await askedOf.TrySendAsync(HttpMethod.Put, PathOf(vehicle), BodyOf(vehicle)) is { } refusal)
            {
                Assert.True(DateTimeOffset.UtcNow - from < atMost, $"A change of {vehicle.Id} is still refused: {refusal}\nIt said: {askedOf.Said}");
                await Task.Delay(100, CancellationToken.None);
            }
        });
        return DateTimeOffset.UtcNow - from;
    }

    public Node OtherThan(Node node) => Nodes.First(other => other != node);

    /// <summary>The vehicles of which a node knows no position from after a time, those whose terminal is patient left out: one that is not listed stands, too.</summary>
    private async Task<HashSet<string>> StandingAsync(Node seenBy, DateTimeOffset from)
    {
        var standing = Fleet.Vehicles.Where((_, i) => !Fleet.Terminals[i].IsPatient).Select(vehicle => vehicle.Id).ToHashSet(StringComparer.Ordinal);
        standing.ExceptWith((await seenBy.ListAsync("/api/units")).Where(unit => TimeOf(unit) >= from).Select(unit => (string)unit["id"]!));
        return standing;
    }

    private static DateTimeOffset TimeOf(JsonNode unit)
        => unit["time"] is { } time ? DateTimeOffset.Parse((string)time!, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;

    /// <summary>Where it may hang that vehicles stand: in the acknowledgement, in their shards, or between nodes.</summary>
    private async Task<string> WhyAsync(HashSet<string> standing, DateTimeOffset from)
    {
        var lines = new List<string>();
        foreach (var node in Running)
        {
            var lags = (await node.ListAsync("/api/units")).Select(unit => (from - TimeOf(unit)).TotalSeconds).Where(lag => lag > 0).Order().ToList();
            var readiness = await node.ReadinessAsync();
            lines.Add(lags.Count == 0 ? $"As {node.Name} sees it none stands." : string.Create(
                CultureInfo.InvariantCulture, $"As {node.Name} sees it {lags.Count} stand, {lags[0]:F0} to {lags[^1]:F0} s before that; it says: {readiness}"));
        }

        var pairs = Fleet.Vehicles.Zip(Fleet.Terminals, (vehicle, terminal) => (vehicle.Key, Stands: standing.Contains(vehicle.Id), Terminal: terminal)).ToList();
        foreach (var talking in pairs.GroupBy(pair => pair.Terminal.Node).OrderBy(talking => talking.Key))
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var ages = talking.Select(pair => now - (pair.Terminal.OldestPending ?? now)).Order().ToList();
            lines.Add(
                $"{ages.Count} terminals talk to {Nodes[talking.Key].Name}: {talking.Count(pair => pair.Stands)} of their vehicles stand, "
                + $"{talking.Count(pair => pair.Terminal.OldestPending < from.ToUnixTimeSeconds())} wait for the acknowledgement of a report from before, "
                + $"the oldest report without one is {ages[ages.Count / 2]} s old (median), {ages[^1]} s at most.");
        }

        var shards = pairs.GroupBy(pair => Shards.Of(new ActorId(ActorKinds.Vehicle, pair.Key))).Where(shard => shard.Any(pair => pair.Stands))
            .OrderBy(shard => shard.Key).Select(shard => $"{shard.Key} ({shard.Count(pair => pair.Stands)} of {shard.Count()})");
        lines.Add($"Shards with vehicles that stand: {string.Join(", ", shards)}.");
        return string.Join('\n', lines);
    }

    /// <summary>What the server is doing: for failures.</summary>
    private string Activity() => (string?)PostgresServer.Scalar(
        _database,
        "SELECT string_agg(concat_ws(' ', pid, state, wait_event_type, wait_event, now() - state_change, pg_blocking_pids(pid), left(query, 100)), E'\\n') FROM pg_stat_activity WHERE state <> 'idle' AND datname = current_database()") ?? "";

    /// <summary>Completes when all nodes that run know the same of every vehicle: where it is, since when, in which zones.</summary>
    public Task AgreeOnUnitsAsync() => AgreeAsync(async node => string.Join('\n', (await node.ListAsync("/api/units"))
        .Select(unit => $"{unit["id"]} {unit["time"]} {unit["lon"]} {unit["lat"]} {unit["speed"]} {unit["zones"]?.ToJsonString()}")));

    /// <summary>Completes when all screens of the whole city show the same: a new one at each node that runs, and those that have been on since the start.</summary>
    public Task AgreeOnScreensAsync() => AgreeAsync(Screen.FirstPictureAsync, () => _screens.Select(screen => screen.Picture));

    public void StopDatabase() => _server.Crash();

    public void StartDatabase() => _server.Start();

    /// <summary>Everything that was derived, from one node, once it covers all that was acknowledged.</summary>
    public static async Task<Outcome> OutcomeOfAsync(Node node, VehicleFleet fleet)
    {
        var mark = await WatermarkAsync(node);
        var breaches = await node.ListAsync($"/api/breaches?after={mark}");
        var visits = await node.ListAsync("/api/visits");
        var tracks = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(fleet.Vehicles.Zip(fleet.Terminals), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (pair, _) =>
        {
            var (vehicle, terminal) = pair;
            var from = DateTimeOffset.FromUnixTimeSeconds(terminal.Reported[0]);
            var to = DateTimeOffset.FromUnixTimeSeconds(terminal.Reported[^1] + 1);
            var track = await node.GetAsync(
                $"/api/units/{vehicle.Id}/track?from={Node.Stamp(from)}&to={Node.Stamp(to)}");
            lock (tracks)
            {
                tracks[vehicle.Id] = string.Join(' ', track["time"]!.AsArray().Select((time, i) => Vehicle.Line((long)time! / 1000, (double)track["lon"]![i]!, (double)track["lat"]![i]!)));
            }
        });
        return new Outcome(
            tracks,
            [.. breaches.Select(breach => $"{breach["id"]} {breach["zone"]}/{breach["rule"]} {breach["unit"]} {string.Join(' ', (breach["units"]?.AsArray() ?? []).Select(unit => (string)unit!).Order(StringComparer.Ordinal))} {breach["startedAt"]} {breach["endedAt"]}").Order(StringComparer.Ordinal)],
            [.. visits.Select(visit => $"{visit["zone"]} {visit["unit"]} {visit["from"]} {visit["to"]}").Order(StringComparer.Ordinal)]);
    }

    /// <summary>What one process on the in-process runtime makes of the same reports.</summary>
    public async Task<Outcome> OfOneProcessAsync()
    {
        _alone ??= await OneProcess.StartAsync(Fleet.Vehicles.Count, _zonesFrom);
        return await _alone.OutcomeOfAsync(Fleet);
    }

    public async ValueTask DisposeAsync()
    {
        await _reporting.CancelAsync();
        await _reports;
        await Fleet.DisposeAsync();
        foreach (var screen in _screens)
        {
            await screen.DisposeAsync();
        }

        if (_alone is not null)
        {
            await _alone.DisposeAsync();
        }

        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        await Links.DisposeAsync();
        _server.Dispose();
        _reporting.Dispose();
    }

    private async Task AgreeAsync(Func<Node, Task<string>> show, Func<IEnumerable<string>>? others = null)
    {
        for (var tries = 0; ; tries++)
        {
            string[] shown = [.. await Task.WhenAll(Running.Select(show)), .. others?.Invoke() ?? []];
            if (shown.Distinct(StringComparer.Ordinal).Count() == 1)
            {
                Assert.All(Fleet.Vehicles, vehicle => Assert.Contains(vehicle.Id, shown[0], StringComparison.Ordinal));
                return;
            }

            // What was said between nodes and lost is said again within half a minute.
            Assert.True(tries < 60, $"Nodes show different things:\n{string.Join("\n\n", shown.Select(text => text[..Math.Min(2_000, text.Length)]))}");
            await Task.Delay(1_000);
        }
    }

    /// <summary>Registers the zones and the fleet's vehicles.</summary>
    internal static async Task PrepareAsync(IReadOnlyList<Node> nodes, VehicleFleet fleet, DateTimeOffset zonesFrom)
    {
        await nodes[0].SendAsync(HttpMethod.Post, "/api/zones/import", City.Features(zonesFrom));
        await Parallel.ForEachAsync(fleet.Vehicles.Index(), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (item, _)
            => await nodes[item.Index % nodes.Count].SendAsync(HttpMethod.Put, PathOf(item.Item), BodyOf(item.Item)));
    }

    private static string PathOf(Vehicle vehicle) => $"/api/units/{vehicle.Id}";

    private static string BodyOf(Vehicle vehicle) => $$"""{"name":"{{vehicle.Key}}","devices":[{"protocol":"jt808","key":"{{vehicle.Sim}}"}]}""";

    private static async Task<string> WatermarkAsync(Node node)
    {
        using var nothing = new StringContent("[]", System.Text.Encoding.UTF8, "application/json");
        using var response = await node.Client.PostAsync(new Uri("/api/positions", UriKind.Relative), nothing);
        return response.Headers.GetValues("Vantage-Watermark").Single();
    }
}

/// <summary>What was derived, as texts that can be compared.</summary>
internal sealed record Outcome(IReadOnlyDictionary<string, string> Tracks, IReadOnlyList<string> Breaches, IReadOnlyList<string> Visits);
