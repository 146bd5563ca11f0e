namespace Vantage.Actors.Runtime;

/// <summary>How long to wait before trying again what failed.</summary>
internal static class BackOff
{
    private static readonly TimeSpan LongestOfStorage = TimeSpan.FromSeconds(2);

    /// <summary>The wait after that many failures in a row: none, then the first, doubling up to the longest.</summary>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest) => failures switch
    {
        <= 1 => TimeSpan.Zero,
        >= 32 => longest,
        _ => new TimeSpan((long)Math.Min(first.Ticks * (double)(1L << (failures - 2)), longest.Ticks)),
    };

    /// <summary>The wait before a position shard is built anew: storage that refuses is asked again soon, as it says no at once and units stand meanwhile.</summary>
    public static TimeSpan OfShard(TimeSpan usual, Exception reason) => reason is IOException && usual > LongestOfStorage ? LongestOfStorage : usual;
}
