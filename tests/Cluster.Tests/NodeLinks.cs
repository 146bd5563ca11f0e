using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vantage.Cluster.Tests;

/// <summary>
/// What nodes say to each other passes here, each node known to the others by an address of its own. So one can be cut off from them, as a broken cable does it:
/// nothing arrives and no connection is refused, while everybody still reaches the database, devices and screens.
/// </summary>
internal sealed class NodeLinks : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _doors = [];
    private readonly List<Task> _accepting = [];
    private readonly ConcurrentBag<Task> _carrying = [];
    private readonly IReadOnlyList<Node> _nodes;
    private volatile Node? _cutOff;

    public NodeLinks(IReadOnlyList<Node> nodes)
    {
        _nodes = nodes;
        foreach (var node in nodes)
        {
            var door = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            door.Bind(new IPEndPoint(IPAddress.Parse(node.PublicHost), PortOf(node)));
            door.Listen();
            _doors.Add(door);
            _accepting.Add(Task.Run(() => AcceptAsync(door, node)));
        }
    }

    /// <summary>Nothing passes any more between this node and the others.</summary>
    public void CutOff(Node node) => _cutOff = node;

    /// <summary>All reach each other again; what was under way arrives.</summary>
    public void Mend() => _cutOff = null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _doors.ForEach(door => door.Dispose());
        await Task.WhenAll(_accepting);
        await Task.WhenAll(_carrying);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket door, Node to)
    {
        while (true)
        {
            Socket one;
            try
            {
                one = await door.AcceptAsync(_stop.Token);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            _carrying.Add(Task.Run(() => CarryAsync(one, to)));
        }
    }

    private async Task CarryAsync(Socket one, Node to)
    {
        using var near = one;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var from = NodeBehind((IPEndPoint)near.RemoteEndPoint!);
            await far.ConnectAsync(new IPEndPoint(IPAddress.Loopback, PortOf(to)), _stop.Token);
            near.NoDelay = far.NoDelay = true;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
            await ended.CancelAsync();

            async Task PumpAsync(Socket source, Socket target)
            {
                var buffer = new byte[64 << 10];
                while (await source.ReceiveAsync(buffer, ended.Token) is > 0 and var count)
                {
                    while (_cutOff is { } lonely && (lonely == from || lonely == to))
                    {
                        await Task.Delay(50, ended.Token);
                    }

                    for (var sent = 0; sent < count;)
                    {
                        sent += await target.SendAsync(buffer.AsMemory(sent, count - sent), ended.Token);
                    }
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or IOException)
        {
            // A node is gone, or the test is over: both ends are closed.
        }
    }

    private static int PortOf(Node node) => int.Parse(node.NodePort, CultureInfo.InvariantCulture);

    /// <summary>Whose process it is that has connected from a port of loopback, as the system knows it.</summary>
    private Node NodeBehind(IPEndPoint source)
    {
        var port = source.Port.ToString("X4", CultureInfo.InvariantCulture);
        var inode = ((string[])["/proc/net/tcp", "/proc/net/tcp6"]).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(fields => fields[1].EndsWith(':' + port, StringComparison.Ordinal))?[9];
        return _nodes.FirstOrDefault(node => node.HasSocket($"socket:[{inode}]"))
            ?? throw new IOException($"Nobody is behind port {source.Port} any more.");
    }
}
