namespace Vantage.Actors.Orleans;

/// <summary>The runtime's monotonic time, in <see cref="TimeSpan"/> ticks since it was made. Wall time may jump; this does not.</summary>
internal sealed class Clock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeProvider Provider => time;

    public long Ticks => time.GetElapsedTime(_start).Ticks;

    public DateTimeOffset UtcNow => time.GetUtcNow();
}
