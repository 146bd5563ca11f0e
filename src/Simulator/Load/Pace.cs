namespace Vantage.Simulator.Load;

/// <summary>Spreads reports evenly over time. Thread-safe.</summary>
/// <param name="rate">A second; 0: no limit.</param>
internal sealed class Pace(double rate, TimeProvider clock)
{
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(2);

    private readonly long _start = clock.GetTimestamp();
    private long _taken;

    public bool IsLimited => rate > 0;

    /// <summary>How many reports are due by now and not taken yet; takes them.</summary>
    public int TakeDue()
    {
        var due = (long)(clock.GetElapsedTime(_start).TotalSeconds * rate);
        return (int)Math.Max(0, due - Interlocked.Exchange(ref _taken, due));
    }

    /// <summary>Takes so many, and waits until the last of them is due.</summary>
    public async ValueTask TakeAsync(int count, CancellationToken cancellationToken)
    {
        if (!IsLimited)
        {
            return;
        }

        var dueAt = TimeSpan.FromSeconds(Interlocked.Add(ref _taken, count) / rate);
        var wait = dueAt - clock.GetElapsedTime(_start);
        if (wait > Grain)
        {
            await Task.Delay(wait, clock, cancellationToken);
        }
    }
}
