using System.Diagnostics;
using System.Globalization;

namespace Vantage.Cluster.Tests;

/// <summary>Real processes, real sockets, a real database: nodes are killed, stopped, stalled and cut off, and the database goes away.</summary>
public abstract class ClusterContract(ITestOutputHelper output)
{
    private static readonly int Vehicles
        = int.TryParse(Environment.GetEnvironmentVariable("VANTAGE_CLUSTER_VEHICLES"), out var vehicles) ? vehicles : 2_000;

    /// <summary>By how much the promised times may be exceeded: how busy a machine is says nothing about the product. 1 where it has nothing else to do.</summary>
    private static readonly double Patience = double.Parse(Environment.GetEnvironmentVariable("VANTAGE_CLUSTER_PATIENCE") ?? "4", CultureInfo.InvariantCulture);

    private static readonly TimeSpan AfterCrash = TimeSpan.FromSeconds(10) * Patience;
    private static readonly TimeSpan AfterStop = TimeSpan.FromSeconds(2) * Patience;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MeasuredFor = TimeSpan.FromSeconds(6);

    /// <summary>Which faults to cause; a developer may want one alone, or <c>stop</c>: of one of three, where <c>fall</c> stops one of two.</summary>
    private static readonly string[] Faults
        = (Environment.GetEnvironmentVariable("VANTAGE_CLUSTER_FAULTS") ?? "fall,stall,cut,database,return").Split(',');

    /// <summary>The host under test.</summary>
    private protected abstract string Program { get; }

    [Fact(DisplayName = "However many screens are on, nodes say no more to each other. A node is killed and another stops before both are back, one stalls, one is cut off from the others, the database goes; after each of these nothing acknowledged is missing, every breach is there once, all nodes and screens agree")]
    public async Task Faults_lose_nothing()
    {
        await using var cluster = await ThreeNodes.StartAsync(Program, Join, Vehicles);
        cluster.BeginReports();
        Say("flows on three nodes", await cluster.UntilPositionsFlowAsync(cluster.Nodes[0], TimeSpan.FromSeconds(60)));
        await Task.Delay(Calm);
        await ScreensCostNoNetworkAsync(cluster);
        foreach (var fault in Faults)
        {
            await (fault switch
            {
                "fall" => FallAsync(cluster, cluster.Nodes[1], cluster.Nodes[2]),
                "stop" => StopOfThreeAsync(cluster, cluster.Nodes[1]),
                "stall" => StallAsync(cluster, cluster.Nodes[0]),
                "cut" => CutOffAsync(cluster, cluster.Nodes[2]),
                "database" => TakeDatabaseAsync(cluster),
                "return" => TakeDatabaseOnReturnAsync(cluster, cluster.Nodes[1]),
                _ => throw new ArgumentException($"There is no fault '{fault}'."),
            });
            cluster.Fleet.GoHome(); // The next fault finds devices at every node again.
            await AllIsThereAsync(cluster, fault);
        }
    }

    /// <summary>What nodes say to each other is about units, however many screens show them: with six times as many it is no more.</summary>
    private async Task ScreensCostNoNetworkAsync(ThreeNodes cluster)
    {
        var few = await BytesForEachReportAsync();
        double many;
        await using (await cluster.MoreScreensAsync(5))
        {
            many = await BytesForEachReportAsync();
        }

        output.WriteLine($"Between three nodes pass {few:F0} bytes for each report while one screen is on at each, {many:F0} while six are.");
        Assert.InRange(many, 1, few * 2); // Heartbeats go on when reports are slow, as beside eighteen screens on a busy machine.

        async Task<double> BytesForEachReportAsync()
        {
            var (carried, reports) = (cluster.Links.Carried, cluster.Fleet.Acknowledged);
            await Task.Delay(MeasuredFor);
            return (double)(cluster.Links.Carried - carried) / Math.Max(1, cluster.Fleet.Acknowledged - reports);
        }
    }

    /// <summary>What a node is told, besides where it listens, so that it finds the others.</summary>
    private protected abstract IEnumerable<string> Join(Node node, IEnumerable<Node> all);

    /// <summary>One is killed, then another is stopped: the last one has all of it until both are back.</summary>
    private async Task FallAsync(ThreeNodes cluster, Node killed, Node stopped)
    {
        var last = cluster.Nodes.Single(node => node != killed && node != stopped);
        await killed.KillAsync();
        Say("flows after a kill", await cluster.UntilPositionsFlowAsync(last, AfterCrash));
        await AllIsThereAsync(cluster, "the kill");

        await StopAsync(cluster, stopped, last);
        await AllIsThereAsync(cluster, "the stop");

        await Task.WhenAll(killed.StartAsync(), stopped.StartAsync());
        await Task.WhenAll(killed.SignInAsync(), stopped.SignInAsync());
        foreach (var node in (Node[])[killed, stopped])
        {
            Say($"flows on {node.Name}, which is back", await cluster.UntilPositionsFlowAsync(node, TimeSpan.FromSeconds(30)));
        }
    }

    private async Task StopOfThreeAsync(ThreeNodes cluster, Node stopped)
    {
        await StopAsync(cluster, stopped, cluster.OtherThan(stopped));
        await AllIsThereAsync(cluster, "the stop of one of three");
        await ReturnAsync(cluster, stopped);
    }

    private async Task StopAsync(ThreeNodes cluster, Node node, Node seenBy)
    {
        var stopping = StopAndSettleAsync();
        var (standstill, where) = await cluster.LongestStandstillAsync(seenBy, stopping);
        Say($"no position was seen of a vehicle, at most, from before a stop until after it. {where}", standstill);
        Assert.Equal(0, node.ExitCode);
        Assert.True(standstill < AfterStop, $"A vehicle stood for {standstill} when {node.Name} stopped. {where}\nIt said: {node.Said}");

        async Task StopAndSettleAsync()
        {
            var told = Stopwatch.StartNew();
            await node.StopAsync();
            Say("a stop takes", told.Elapsed);
            await cluster.UntilPositionsFlowAsync(seenBy, AfterStop + AfterStop);
        }
    }

    /// <summary>Some terminals wait for the node: what it still acknowledges when it goes on is never said again, and must be there all the same.</summary>
    private async Task StallAsync(ThreeNodes cluster, Node node)
    {
        var number = cluster.Nodes.Index().Single(each => each.Item == node).Index;
        var patient = cluster.Fleet.StayAt(number);
        Assert.NotEmpty(patient);
        await Task.Delay(Calm); // What they ask by then they wait for.
        node.Stall();
        int before;
        try
        {
            Say("flows beside a stalled node", await cluster.UntilPositionsFlowAsync(cluster.OtherThan(node), AfterCrash));
            before = AcknowledgedByIt();
            await Task.Delay(TimeSpan.FromSeconds(20));
            Assert.Equal(before, AcknowledgedByIt());
        }
        finally
        {
            node.GoOn();
        }

        await node.EndedAsync(TimeSpan.FromSeconds(30));
        output.WriteLine($"{patient.Count} terminals waited for the stalled node; it acknowledged {AcknowledgedByIt() - before} of their reports when it went on.");
        Array.ForEach([.. patient], terminal => terminal.IsPatient = false);
        Assert.NotEqual(0, node.ExitCode); // It was removed, and says so: whoever supervises it starts it anew.
        await ReturnAsync(cluster, node);

        int AcknowledgedByIt() => patient.Sum(terminal => terminal.AcknowledgedBy[number]);
    }

    /// <summary>The others do without a node that only the database, devices and screens still reach; it finds that it is alone, and ends.</summary>
    private async Task CutOffAsync(ThreeNodes cluster, Node node)
    {
        cluster.Links.CutOff(node);
        try
        {
            Say("flows beside a node that is cut off", await cluster.UntilPositionsFlowAsync(cluster.OtherThan(node), AfterCrash));
            await node.EndedAsync(TimeSpan.FromSeconds(30));
            Assert.NotEqual(0, node.ExitCode);
        }
        finally
        {
            cluster.Links.Mend();
        }

        await ReturnAsync(cluster, node);
    }

    private async Task TakeDatabaseAsync(ThreeNodes cluster)
    {
        cluster.StopDatabase();
        await Task.Delay(TimeSpan.FromSeconds(20));
        cluster.StartDatabase();
        var taken = cluster.UntilChangesAreTakenAsync(cluster.Nodes[0], TimeSpan.FromSeconds(30));
        Say("flows when the database is back", await cluster.UntilPositionsFlowAsync(cluster.Nodes[0], TimeSpan.FromSeconds(30)));
        Say("until changes are taken again", await taken);
    }

    /// <summary>The database goes while a node that has come back is taking over its share.</summary>
    private async Task TakeDatabaseOnReturnAsync(ThreeNodes cluster, Node node)
    {
        await node.KillAsync();
        Say("flows after a kill", await cluster.UntilPositionsFlowAsync(cluster.OtherThan(node), AfterCrash));
        await node.StartAsync();
        await node.SignInAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        await TakeDatabaseAsync(cluster);
    }

    private async Task ReturnAsync(ThreeNodes cluster, Node node)
    {
        await node.StartAsync();
        await node.SignInAsync();
        Say("flows when it is back", await cluster.UntilPositionsFlowAsync(node, TimeSpan.FromSeconds(30)));
    }

    /// <summary>
    /// Lets reports flow a while longer, holds them, and compares: what was reported, what each running node has, what one process makes of it. Then they go on.
    /// </summary>
    private async Task AllIsThereAsync(ThreeNodes cluster, string after)
    {
        await Task.Delay(Calm);
        await cluster.EndReportsAsync();
        await cluster.AgreeOnUnitsAsync();
        await cluster.AgreeOnScreensAsync();
        var seen = new List<Outcome>();
        foreach (var node in cluster.Running)
        {
            seen.Add(await ThreeNodes.OutcomeOfAsync(node, cluster.Fleet));
        }

        foreach (var (vehicle, terminal) in cluster.Fleet.Vehicles.Zip(cluster.Fleet.Terminals))
        {
            Assert.Equal(string.Join(' ', terminal.Reported.Select(vehicle.LineOf)), seen[0].Tracks[vehicle.Id]);
        }

        foreach (var other in (IEnumerable<Outcome>)[.. seen.Skip(1), await cluster.OfOneProcessAsync()])
        {
            Assert.Equal(seen[0].Tracks, other.Tracks);
            Assert.Equal(seen[0].Visits, other.Visits);
            Assert.Equal(seen[0].Breaches, other.Breaches);
        }

        output.WriteLine(
            $"After {after}: {cluster.Fleet.Acknowledged} acknowledged reports, {seen[0].Breaches.Count} breaches, {seen[0].Visits.Count} visits, the same on {seen.Count} nodes and in one process.");
        cluster.BeginReports();
        await cluster.UntilPositionsFlowAsync(cluster.Running.First(), AfterCrash);
    }

    private void Say(string what, TimeSpan time) => output.WriteLine($"{time.TotalSeconds,6:F1} s  {what}");
}
