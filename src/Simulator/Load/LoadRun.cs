namespace Vantage.Simulator.Load;

/// <summary>A whole load run: register, connect, send for a while, tell every second how it goes, and sum it up.</summary>
public sealed class LoadRun(LoadOptions options, TextWriter output, TimeProvider clock)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);

    /// <summary>What was sent and answered; live while the run lasts.</summary>
    public LoadMeter Meter { get; } = new();

    /// <summary>Runs it. Cancelling ends the sending early; the summary still comes.</summary>
    /// <returns>True when everything that was sent was acknowledged, and something was.</returns>
    /// <exception cref="LoadException">The run could not begin.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var isLive = options.Rate > 0 && options.Rate <= options.Units;
        LoadUnit[] units = [.. Enumerable.Range(1, options.Units).Select(number => new LoadUnit(number, clock, isLive, options.Late))];
        if (options.Register)
        {
            await LoadRegistration.RunAsync(options, units, cancellationToken);
            await output.WriteLineAsync($"registered {units.Length} units");
        }

        await using var driver = Driver(units);
        await driver.ConnectAsync(cancellationToken);
        await output.WriteLineAsync("connected");

        using var reporting = new CancellationTokenSource();
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = clock.GetTimestamp();
        using var ending = clock.CreateTimer(_ => sending.Cancel(), null, options.Duration, Timeout.InfiniteTimeSpan);
        var lines = ReportAsync(started, reporting.Token);
        await driver.RunAsync(sending.Token);
        var elapsed = clock.GetElapsedTime(started);
        await reporting.CancelAsync();
        await lines;
        await output.WriteLineAsync(LoadReading.Of(Meter, elapsed).Summary(options, elapsed));
        return Meter.Acknowledged > 0 && Meter.Acknowledged == Meter.Sent && Meter.Broken == 0;
    }

    private ILoadDriver Driver(LoadUnit[] units) => options.Protocol switch
    {
        LoadProtocol.Jt808 => new Jt808Load(options, units, Meter, clock),
        LoadProtocol.OsmAnd => new OsmAndLoad(options, units, Meter, clock),
        _ => new JsonLoad(options, units, Meter, clock),
    };

    private async Task ReportAsync(long started, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ReportEvery, clock);
        var before = LoadReading.Zero;
        while (await IsDueAsync(timer, cancellationToken))
        {
            var reading = LoadReading.Of(Meter, clock.GetElapsedTime(started));
            await output.WriteLineAsync(reading.LineSince(before));
            before = reading;
        }
    }

    private static async Task<bool> IsDueAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
