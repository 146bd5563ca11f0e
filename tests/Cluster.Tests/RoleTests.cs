using Vantage.Support;

namespace Vantage.Cluster.Tests;

/// <summary>Nodes that only take devices, people and screens, beside those where actors live.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private readonly PostgresServer _server = new();
    private readonly List<Node> _nodes = [];

    [Fact(DisplayName = "Fronts take reports and changes and show what an engine makes of them; when all of them are lost at once, though they are most of the nodes, the engine goes on")]
    public async Task Fronts_host_nothing()
    {
        var (engine, front, other) = await StartAsync();
        var now = DateTimeOffset.UtcNow;
        await front.SendAsync(HttpMethod.Put, "/api/units/vehicle/沪A0001", """{"name":"一号车"}""");
        await front.SendAsync(HttpMethod.Put, "/api/zones/park", $$"""
            { "type": "Feature", "geometry": { "type": "Point", "coordinates": [121.42, 31.22] },
              "properties": { "name": "中山公园", "radius": 200, "effectiveFrom": "{{Node.Stamp(now.AddSeconds(-60))}}", "rules": [ { "key": "in", "type": "enter" } ] } }
            """);
        await front.SendAsync(HttpMethod.Post, "/api/positions", $$"""[{"unit":"vehicle/沪A0001","time":"{{Node.Stamp(now.AddSeconds(-5))}}","lon":121.42,"lat":31.22}]""");

        foreach (var node in (Node[])[front, other, engine])
        {
            await UntilShownAsync(node, now.AddSeconds(-5));
            await UntilAsync(node, async () => (await node.ListAsync("/api/breaches")).Count > 0);
            Assert.Equal(["park/in"], (await node.ListAsync("/api/breaches")).Select(breach => $"{breach["zone"]}/{breach["rule"]}"));
        }

        await Task.WhenAll(front.KillAsync(), other.KillAsync());
        await Task.Delay(TimeSpan.FromSeconds(8)); // The cluster notices within 4 s, and has decided 2 s later.
        await engine.SendAsync(HttpMethod.Post, "/api/positions", $$"""[{"unit":"vehicle/沪A0001","time":"{{Node.Stamp(now.AddSeconds(1))}}","lon":121.43,"lat":31.22}]""");
        await UntilShownAsync(engine, now.AddSeconds(1));
        await engine.SendAsync(HttpMethod.Put, "/api/units/vehicle/沪A0001", """{"name":"壹号车"}""");
        Assert.False(engine.HasEnded);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _server.Dispose();
    }

    private async Task<(Node Engine, Node Front, Node Other)> StartAsync()
    {
        var database = _server.NewDatabase();
        foreach (var (name, role) in ((string, string)[])[("engine", "engine"), ("front 1", "front"), ("front 2", "front")])
        {
            _nodes.Add(new Node(name, "Vantage.Host.Akka.dll", node =>
            [
                "--data", database, .. node.Doors, "--node-role", role, "--node-port", node.NodePort, "--seeds", $"127.0.0.1:{_nodes[0].NodePort}",
            ]));
        }

        await Task.WhenAll(_nodes.Select(node => node.StartAsync()));
        await Task.WhenAll(_nodes.Select(node => node.SignInAsync()));
        return (_nodes[0], _nodes[1], _nodes[2]);
    }

    private static Task UntilShownAsync(Node node, DateTimeOffset time)
        => UntilAsync(node, async () => (string?)(await node.GetAsync("/api/units/vehicle/沪A0001"))["time"] == Node.Stamp(time));

    private static async Task UntilAsync(Node node, Func<Task<bool>> isSo)
    {
        var asked = DateTimeOffset.UtcNow;
        while (!await isSo())
        {
            Assert.True(DateTimeOffset.UtcNow - asked < TimeSpan.FromSeconds(30), $"{node.Name} does not show it. It said: {node.Said}");
            await Task.Delay(100);
        }
    }
}
