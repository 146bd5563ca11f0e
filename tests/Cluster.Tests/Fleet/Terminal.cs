using System.Net;
using System.Net.Sockets;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Simulator.Terminals;

namespace Vantage.Cluster.Tests.Fleet;

/// <summary>
/// A vehicle's terminal that loses nothing: what was not acknowledged is sent again, to the next node when the connection breaks, oldest first.
/// </summary>
internal sealed class Terminal(Vehicle vehicle, IReadOnlyList<EndPoint> nodes, int home)
{
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SignInTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BeforeNextNode = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BeforeRepeat = TimeSpan.FromMilliseconds(500);

    private readonly Queue<long> _pending = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly int _home = home;
    private int _node = home;
    private CancellationTokenSource? _talking;
    private string? _code; // Good at every node.

    /// <summary>Whether it waits for an answer for minutes, and leaves its node only when the connection breaks: it hears what a node says that stood still.</summary>
    public bool IsPatient { get; set; }

    /// <summary>How many reports each node has acknowledged.</summary>
    public int[] AcknowledgedBy { get; } = new int[nodes.Count];

    /// <summary>How many reports have been acknowledged.</summary>
    public int Acknowledged => AcknowledgedBy.Sum();

    /// <summary>Unix seconds of all that was reported, in order.</summary>
    public List<long> Reported { get; } = [];

    public bool IsDone => OldestPending is null;

    /// <summary>The Unix second of the oldest report that no node has acknowledged.</summary>
    public long? OldestPending
    {
        get
        {
            lock (_pending)
            {
                return _pending.TryPeek(out var second) ? second : null;
            }
        }
    }

    /// <summary>The node that it talks to, or tries to, by its place.</summary>
    public int Node => _node;

    /// <summary>A position of that second is to be sent.</summary>
    public void Report(long second)
    {
        lock (_pending)
        {
            _pending.Enqueue(second);
            Reported.Add(second);
        }

        _news.Release();
    }

    /// <summary>Goes back to the node that it talks to when all of them are well: as terminals do that have a main server and others.</summary>
    public void GoHome()
    {
        lock (_pending)
        {
            if (_node != _home)
            {
                _node = _home;
                _talking?.Cancel();
            }
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var talking = CancellationTokenSource.CreateLinkedTokenSource(stop);
            int node;
            lock (_pending)
            {
                (_talking, node) = (talking, _node);
            }

            try
            {
                using var socket = await Jt808Link.ConnectAsync(nodes[node], talking.Token);
                await TalkAsync(socket, node, talking.Token);
            }
            catch (Exception broken) when (broken is SocketException or IOException or TimeoutException or ObjectDisposedException)
            {
                lock (_pending)
                {
                    _node = talking.IsCancellationRequested ? _node : (node + 1) % nodes.Count;
                }

                await Task.Delay(BeforeNextNode, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (talking.IsCancellationRequested)
            {
            }
            finally
            {
                lock (_pending)
                {
                    _talking = null;
                }
            }
        }
    }

    private async Task TalkAsync(Socket socket, int node, CancellationToken stop)
    {
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var link = new Jt808Link(
            socket, Jt808Form.V2013, Jt808Phone.Parse(vehicle.Sim), LongTimeout, TimeProvider.System, static (_, _) => ValueTask.CompletedTask);
        var receiving = link.ReceiveAsync(closing.Token);
        try
        {
            var talking = SayAllAsync(link, node, closing.Token);
            if (await Task.WhenAny(talking, receiving) == receiving)
            {
                await receiving;
                throw new IOException("The node has closed the connection.");
            }

            await talking;
        }
        finally
        {
            await closing.CancelAsync();
            socket.Dispose();
            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SayAllAsync(Jt808Link link, int node, CancellationToken stop)
    {
        _code ??= await Jt808SignIn.RegisterAsync(link, vehicle.Sim, vehicle.Plate, stop).WaitAsync(SignInTimeout, stop);
        await Jt808SignIn.AuthenticateAsync(link, vehicle.Sim, _code, stop).WaitAsync(SignInTimeout, stop);
        var body = new byte[Jt808Fix.Length];
        while (true)
        {
            await _news.WaitAsync(stop);
            while (OldestPending is { } second)
            {
                _ = new Jt808LocationWriter(body, vehicle.At(second));
                var answer = await link.AskAsync(Jt808MessageId.Location, body, stop).WaitAsync(IsPatient ? LongTimeout : ReplyTimeout, stop); // And then the next node.
                if (answer.Result != Jt808Result.Ok)
                {
                    await Task.Delay(BeforeRepeat, stop); // Refused: it is not durable, and is said again.
                    continue;
                }

                lock (_pending)
                {
                    _pending.Dequeue();
                    AcknowledgedBy[node]++;
                }
            }
        }
    }
}
