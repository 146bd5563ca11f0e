using System.Buffers.Binary;
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
    private long _carried;

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

    /// <summary>Bytes that nodes have said to each other so far.</summary>
    public long Carried => Volatile.Read(ref _carried);

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
        var from = (Node?)null;
        try
        {
            from = NodeBehind(near);
            await UntilOpenAsync(from, to, _stop.Token);
            await far.ConnectAsync(new IPEndPoint(IPAddress.Loopback, PortOf(to)), _stop.Token);
            near.NoDelay = far.NoDelay = true;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAny(PumpAsync(near, far, ended.Token), PumpAsync(far, near, ended.Token));
            await ended.CancelAsync();
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or IOException)
        {
            // A node is gone, or the test is over: both ends are closed.
        }

        // Nor does a cut line tell that the other end is gone.
        await UntilOpenAsync(from, to, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task PumpAsync(Socket source, Socket target, CancellationToken stop)
        {
            var buffer = new byte[64 << 10];
            while (await source.ReceiveAsync(buffer, stop) is > 0 and var count)
            {
                await UntilOpenAsync(from, to, stop);
                Interlocked.Add(ref _carried, count);
                for (var sent = 0; sent < count;)
                {
                    sent += await target.SendAsync(buffer.AsMemory(sent, count - sent), stop);
                }
            }
        }
    }

    private async Task UntilOpenAsync(Node? from, Node to, CancellationToken stop)
    {
        while (_cutOff is { } lonely && (lonely == from || lonely == to))
        {
            await Task.Delay(50, stop);
        }
    }

    private static int PortOf(Node node) => int.Parse(node.NodePort, CultureInfo.InvariantCulture);

    /// <summary>Whose process it is that has connected, as the system knows it.</summary>
    private Node NodeBehind(Socket near)
    {
        var (its, ours) = (NameOf(near.RemoteEndPoint!), NameOf(near.LocalEndPoint!));
        var inode = ((string[])["/proc/net/tcp", "/proc/net/tcp6"]).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(fields => fields[1].EndsWith(its, StringComparison.Ordinal) && fields[2].EndsWith(ours, StringComparison.Ordinal))?[9];
        return _nodes.FirstOrDefault(node => node.HasSocket($"socket:[{inode}]"))
            ?? throw new IOException($"Nobody is behind {near.RemoteEndPoint} any more.");
    }

    /// <summary>An end of a connection as it stands in those files, where an address of IPv4 may be mapped to one of IPv6.</summary>
    private static string NameOf(EndPoint end)
    {
        var (address, port) = (((IPEndPoint)end).Address.GetAddressBytes(), ((IPEndPoint)end).Port);
        return string.Create(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt32LittleEndian(address):X8}:{port:X4}");
    }
}
