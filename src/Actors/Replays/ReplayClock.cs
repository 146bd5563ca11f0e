namespace Vantage.Actors.Replays;

/// <summary>What time it is in a replay: the one clock of all screens that follow it (REP-2).</summary>
/// <param name="TimeMs">What time it was in the replay when the clock was set: milliseconds since 1970-01-01 UTC.</param>
/// <param name="SetAt">When it was set, by the host's clock.</param>
/// <param name="Rate">Seconds of the replay in a second; negative runs backwards.</param>
/// <param name="IsPlaying">False: it stands.</param>
public sealed record ReplayClock(long TimeMs, DateTimeOffset SetAt, double Rate, bool IsPlaying)
{
    /// <summary>The slowest and the fastest <see cref="Rate"/>, in either direction.</summary>
    public const double LeastRate = 0.25;

    /// <inheritdoc cref="LeastRate"/>
    public const double GreatestRate = 64;

    /// <summary>What time it is in a replay of [from, to] at a moment: it stops at either end.</summary>
    public long TimeAt(DateTimeOffset now, long fromMs, long toMs)
    {
        var elapsed = IsPlaying ? (now - SetAt).TotalMilliseconds * Rate : 0;
        return (long)Math.Clamp(TimeMs + Math.Round(elapsed), fromMs, toMs);
    }

    /// <summary>Whether a rate is one that a clock may have.</summary>
    public static bool IsRate(double rate) => Math.Abs(rate) is >= LeastRate and <= GreatestRate;
}
