using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Vantage.Support;

namespace Vantage.Cluster.Tests;

/// <summary>A screen of the whole city that stays on through all faults: where its connection ends it goes to the next node, as behind a balancer.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private static readonly TimeSpan BeforeNextNode = TimeSpan.FromMilliseconds(500);

    /// <summary>The test's machine reads for all screens: what a screen takes late comes as one frame.</summary>
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<Node> _nodes;
    private readonly string _token;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, string> _names = [];
    private readonly Dictionary<int, string> _units = [];
    private readonly Task _watching;
    private volatile bool _isOff;
    private HubClient? _connection;
    private int _node;

    /// <param name="token">Good at every node.</param>
    public Screen(IReadOnlyList<Node> nodes, int firstNode, string token)
    {
        (_nodes, _node, _token) = (nodes, firstNode, token);
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>All units, a line each.</summary>
    public string Picture
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _units.Select(unit => $"{_names[unit.Key]} {unit.Value}").Order(StringComparer.Ordinal));
            }
        }
    }

    /// <summary>How many units it shows.</summary>
    public int Units
    {
        get
        {
            lock (_lock)
            {
                return _units.Count;
            }
        }
    }

    /// <summary>What a node shows to a screen that has just come.</summary>
    public static async Task<string> FirstPictureAsync(Node node)
    {
        await using var screen = new Screen([node], 0, await node.TokenAsync());
        for (var waited = TimeSpan.Zero; ; waited += BeforeNextNode)
        {
            if (screen.Picture is { Length: > 0 } picture)
            {
                return picture;
            }

            Assert.True(waited < TimeSpan.FromSeconds(30), $"A new screen at {node.Name} shows nothing. It said: {node.Said}");
            await Task.Delay(BeforeNextNode);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isOff = true;
        if (Volatile.Read(ref _connection) is { } connection)
        {
            await connection.DisposeAsync();
        }

        await _watching;
    }

    private async Task WatchAsync()
    {
        while (!_isOff)
        {
            try
            {
                await using var connection = await HubClient.ConnectAsync(_nodes[_node].Address, _token);
                Volatile.Write(ref _connection, connection);
                await connection.HelloAsync();
                await connection.InvokeAsync("SetViewport", new { west = -180.0, south = -90.0, east = 180.0, north = 90.0, zoom = 12.0 });
                lock (_lock)
                {
                    _names.Clear();
                    _units.Clear();
                }

                while (!_isOff)
                {
                    Show(await connection.FrameAsync());
                    await Task.Delay(_isOff ? TimeSpan.Zero : BetweenFrames);
                }
            }
            catch (Exception broken) when (broken is WebSocketException or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException or HubFailure)
            {
                _node = (_node + 1) % _nodes.Count;
                await Task.Delay(_isOff ? TimeSpan.Zero : BeforeNextNode);
            }
        }
    }

    private void Show(JsonNode frame)
    {
        lock (_lock)
        {
            if ((bool)frame["reset"]!)
            {
                _units.Clear();
            }

            foreach (var name in frame["names"]!.AsArray())
            {
                _names[(int)name!["n"]!] = (string)name["id"]!;
            }

            var units = frame["units"]!;
            foreach (var (i, number) in units["n"]!.AsArray().Index())
            {
                _units[(int)number!] = $"{units["lon"]![i]} {units["lat"]![i]} {units["heading"]![i]} {units["speed"]![i]} {units["time"]![i]}";
            }

            foreach (var number in frame["gone"]!.AsArray())
            {
                _units.Remove((int)number!);
            }
        }
    }
}
