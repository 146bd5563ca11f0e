using System.Net.Sockets;
using Vantage.Devices.Jt808;
using Vantage.Simulator.Terminals;

namespace Vantage.Simulator.Load;

/// <summary>One terminal a unit, each with its own connection.</summary>
internal sealed class Jt808Load(LoadOptions options, IReadOnlyList<LoadUnit> units, LoadMeter meter, TimeProvider clock) : ILoadDriver
{
    private const int ParallelConnects = 32;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    private readonly Jt808LoadConnection[] _connections = new Jt808LoadConnection[units.Count];

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelConnects, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, units.Count, parallel, async (i, stop) => _connections[i] = await ConnectAsync(units[i], stop));
        }
        catch (Exception exception) when (exception is SocketException or IOException or TimeoutException)
        {
            throw new LoadException($"No terminal can sign in at {string.Join(", ", options.Jt808)}: {exception.Message}", exception);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var closing = new CancellationTokenSource();
        var receiving = Task.WhenAll(_connections.Select(connection => connection.ReceiveAsync(closing.Token)));
        await SendAsync(cancellationToken);
        await DrainAsync();
        await closing.CancelAsync();
        await receiving;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            connection?.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task<Jt808LoadConnection> ConnectAsync(LoadUnit unit, CancellationToken cancellationToken)
    {
        var form = unit.Number % 2 == 0 ? Jt808Form.V2019 : Jt808Form.V2013;
        var phone = Jt808Phone.Parse(unit.Phone);
        var socket = await Jt808Link.ConnectAsync(options.Jt808[unit.Number % options.Jt808.Count], cancellationToken);
        using var signedIn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var link = new Jt808Link(socket, form, phone, TimeSpan.FromSeconds(5), clock, static (_, _) => ValueTask.CompletedTask);
        var receiving = link.ReceiveAsync(signedIn.Token);
        try
        {
            var code = await Jt808SignIn.RegisterAsync(link, unit.Phone, unit.Key, cancellationToken);
            await Jt808SignIn.AuthenticateAsync(link, unit.Phone, code, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            await signedIn.CancelAsync();
            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // From here on the connection is read by others.
        }

        return new(socket, form, phone, unit, options.Outstanding, meter, clock);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var pace = new Pace(options.Rate, clock);
        if (!pace.IsLimited)
        {
            Array.ForEach(_connections, connection => connection.Grant(int.MaxValue));
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            await GrantAsync(pace, cancellationToken);
        }

        Array.ForEach(_connections, connection => connection.Stop());
    }

    private async Task GrantAsync(Pace pace, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        var (next, due) = (0, 0);

        // A terminal that has much to say says it in up to ten bursts a second: one write for several reports.
        var burst = (int)Math.Clamp(options.Rate / units.Count / 10, 1, Math.Max(1, options.Outstanding / 2));
        while (!cancellationToken.IsCancellationRequested)
        {
            for (due += pace.TakeDue(); due >= burst; due -= burst)
            {
                _connections[next].Grant(burst);
                next = (next + 1) % _connections.Length;
            }

            Task tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            await tick.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DrainAsync()
    {
        var started = clock.GetTimestamp();
        while (meter.Unanswered > 0 && clock.GetElapsedTime(started) < DrainTimeout && !Array.TrueForAll(_connections, c => c.IsBroken))
        {
            await Task.Delay(Tick, clock);
        }
    }
}
