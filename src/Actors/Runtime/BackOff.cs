namespace Vantage.Actors.Runtime;

/// <summary>How long to wait before trying again what failed.</summary>
internal static class BackOff
{
    /// <summary>The wait after that many failures in a row: none, then the first, doubling up to the longest.</summary>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest) => failures switch
    {
        <= 1 => TimeSpan.Zero,
        >= 32 => longest,
        _ => new TimeSpan((long)Math.Min(first.Ticks * (double)(1L << (failures - 2)), longest.Ticks)),
    };
}
