using System.Net;

namespace Vantage.Cluster.Tests.Fleet;

/// <summary>Vehicles that report once a second through sockets of their own, spread over all nodes.</summary>
internal sealed class VehicleFleet : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public VehicleFleet(int count, IReadOnlyList<EndPoint> nodes)
    {
        Vehicles = [.. Enumerable.Range(0, count).Select(number => new Vehicle(number))];
        Terminals = [.. Vehicles.Select((vehicle, i) => new Terminal(vehicle, nodes, i % nodes.Count))];
    }

    public IReadOnlyList<Vehicle> Vehicles { get; }

    public IReadOnlyList<Terminal> Terminals { get; }

    public int Acknowledged => Terminals.Sum(terminal => terminal.Acknowledged);

    /// <summary>Has the terminals sign in: not before their vehicles are registered, as they would be refused and try again and again.</summary>
    public void Start() => _running = Task.WhenAll(Terminals.Select(terminal => Task.Run(() => terminal.RunAsync(_stop.Token))));

    /// <summary>Has every terminal talk to its own node again.</summary>
    public void GoHome()
    {
        foreach (var terminal in Terminals)
        {
            terminal.GoHome();
        }
    }

    /// <summary>Has every fourth terminal of a node stay with it, whatever it does.</summary>
    public IReadOnlyList<Terminal> StayAt(int node)
    {
        Terminal[] patient = [.. Terminals.Where(terminal => terminal.Node == node).Where((_, i) => i % 4 == 0)];
        Array.ForEach(patient, terminal => terminal.IsPatient = true);
        return patient;
    }

    /// <summary>Reports every second until told to stop.</summary>
    public async Task ReportAsync(CancellationToken until)
    {
        var second = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        while (true)
        {
            var wait = DateTimeOffset.FromUnixTimeSeconds(++second) - DateTimeOffset.UtcNow;
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (until.IsCancellationRequested)
            {
                return;
            }

            Report(second);
        }
    }

    /// <summary>Reports what another fleet has and this one not yet, as fast as it is acknowledged.</summary>
    public void Repeat(VehicleFleet other)
    {
        foreach (var (mine, theirs) in Terminals.Zip(other.Terminals))
        {
            foreach (var second in theirs.Reported.Skip(mine.Reported.Count).ToList())
            {
                mine.Report(second);
            }
        }
    }

    public async Task DoneAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        while (!Terminals.All(terminal => terminal.IsDone))
        {
            Assert.False(
                patience.IsCancellationRequested,
                $"{Terminals.Count(terminal => !terminal.IsDone)} terminals still have reports that no node has acknowledged.");
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private void Report(long second)
    {
        foreach (var terminal in Terminals)
        {
            terminal.Report(second);
        }
    }
}
