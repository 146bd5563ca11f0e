using System.Globalization;
using Vantage.Support;

namespace Vantage.Cluster.Tests;

/// <summary>Two nodes of one cluster with one PostgreSQL server, and roll calls that live on both.</summary>
internal sealed class RollCallPair : IAsyncDisposable
{
    private const int Most = 40;

    private readonly PostgresServer _server = new();
    private readonly string _database;
    private readonly List<Node> _nodes = [];

    private RollCallPair() => _database = _server.NewDatabase();

    /// <summary>The one that is left when the other is killed: of two halves of a cluster that keeps its majority it is the one with the lower address.</summary>
    public Node Stays => _nodes[0];

    public Node Falls => _nodes[1];

    /// <summary>By key, when their time is over.</summary>
    public Dictionary<string, DateTimeOffset> Due { get; } = [];

    /// <param name="join">What a node is told so that it finds the others.</param>
    public static async Task<RollCallPair> StartAsync(string program, Func<Node, IEnumerable<Node>, IEnumerable<string>> join)
    {
        var pair = new RollCallPair();
        try
        {
            Node[] nodes = [new Node("one", program, Arguments), new Node("other", program, Arguments)];
            pair._nodes.AddRange(nodes.OrderBy(node => int.Parse(node.NodePort, CultureInfo.InvariantCulture)));
            await Task.WhenAll(pair._nodes.Select(node => node.StartAsync()));
            await Task.WhenAll(pair._nodes.Select(node => node.SignInAsync()));
            await pair.OpenAsync();
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }

        IReadOnlyList<string> Arguments(Node node) => ["--data", pair._database, .. node.Doors, "--node-port", node.NodePort, .. join(node, pair._nodes)];
    }

    /// <summary>By key, when the end of each was put down.</summary>
    /// <param name="atMost">How much later than due.</param>
    public async Task<Dictionary<string, DateTimeOffset>> EndsAsync(TimeSpan atMost)
    {
        while (true)
        {
            var calls = await Stays.ListAsync("/api/roll-calls");
            var ended = calls.Where(call => (string?)call["state"] == "ended").ToDictionary(
                call => (string)call["key"]!, call => DateTimeOffset.Parse((string)call["endedAt"]!, CultureInfo.InvariantCulture), StringComparer.Ordinal);
            if (Due.Keys.All(ended.ContainsKey))
            {
                return ended;
            }

            var late = Due.Where(call => !ended.ContainsKey(call.Key) && DateTimeOffset.UtcNow > call.Value + atMost).Select(call => call.Key).ToList();
            Assert.True(late is [], $"{late.Count} of {Due.Count} roll calls have not ended {atMost} after they were due. {Stays.Name} said: {Stays.Said}");
            await Task.Delay(200);
        }
    }

    /// <summary>How many events the journal has of a roll call.</summary>
    /// <param name="sql">Counts the rows of stream <c>{0}</c>.</param>
    public long EventsOf(string key, string sql)
        => (long)PostgresServer.Scalar(_database, string.Format(CultureInfo.InvariantCulture, sql, $"roll-call/{key}"))!;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _server.Dispose();
    }

    /// <summary>Opens roll calls of a minute at either, until both have some: where an actor lives nobody says.</summary>
    private async Task OpenAsync()
    {
        while (Due.Count < 6 || await ActorsAtAsync(Stays) < 2 || await ActorsAtAsync(Falls) < 2)
        {
            Assert.True(Due.Count < Most, $"{await ActorsAtAsync(Stays)} and {await ActorsAtAsync(Falls)} of {Most} roll calls live at the two nodes.");
            var key = string.Create(CultureInfo.InvariantCulture, $"R{Due.Count}");
            var asked = _nodes[Due.Count % 2];
            await asked.SendAsync(HttpMethod.Post, "/api/roll-calls", $$"""{"key":"{{key}}","title":"勤务点名","minutes":1,"others":["甲"]}""");
            Due.Add(key, DateTimeOffset.Parse((string)(await asked.GetAsync($"/api/roll-calls/{key}"))["due"]!, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>There are no other actors than these roll calls.</summary>
    private static async Task<int> ActorsAtAsync(Node node)
    {
        var metrics = await node.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return metrics.Split('\n').Where(line => line.StartsWith("vantage_actors_active", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }
}
