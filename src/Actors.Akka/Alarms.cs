using Vantage.Actors.Runtime;

namespace Vantage.Actors.Akka;

internal static class Alarms
{
    /// <summary>What a timer of the framework can wait at most, rounded down.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary>Rings once, not before it is due; earlier only when that is further off than a timer of the framework reaches.</summary>
    public static ITimer Alarm(this Clock clock, TimeSpan due, Action ring)
    {
        // The framework's timers drop the fraction of a millisecond and would ring early.
        var milliseconds = Math.Ceiling(Math.Clamp(due.TotalMilliseconds, 0, Longest.TotalMilliseconds));
        return clock.Provider.CreateTimer(
            static ring => ((Action)ring!)(), ring, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }
}
