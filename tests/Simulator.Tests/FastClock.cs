namespace Vantage.Simulator.Tests;

/// <summary>A clock that begins where a test wants it and runs many times as fast as the real one, timers included.</summary>
internal sealed class FastClock(DateTimeOffset start, double factor) : TimeProvider
{
    private readonly long _started = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(_started) * factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        => System.CreateTimer(callback, state, Scaled(dueTime), Scaled(period));

    private TimeSpan Scaled(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / factor;
}
