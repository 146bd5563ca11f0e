namespace Vantage.Host.Motion;

/// <summary>A range cut at the midnights of a time zone.</summary>
internal sealed class LocalDays
{
    /// <summary>No place on Earth is farther from UTC.</summary>
    private const long MostOffsetMs = 26 * 3_600_000;

    private LocalDays(IReadOnlyList<DateOnly> dates, long[] edgesMs) => (Dates, EdgesMs) = (dates, edgesMs);

    public IReadOnlyList<DateOnly> Dates { get; }

    /// <summary>Where the days begin, the first of them where the range does, and the end of the range: one more than there are dates.</summary>
    public ReadOnlyMemory<long> EdgesMs { get; }

    public (long FromMs, long ToMs) Range => (EdgesMs.Span[0], EdgesMs.Span[^1]);

    public static LocalDays Of(long fromMs, long toMs, TimeZoneInfo zone)
    {
        var dates = new List<DateOnly>();
        var edges = new List<long> { fromMs };
        var date = DateAt(fromMs, zone);
        for (; edges[^1] < toMs; date = date.AddDays(1))
        {
            var endMs = Math.Min(StartOf(date.AddDays(1), zone), toMs);
            if (endMs > edges[^1]) // Some islands have left out a day.
            {
                dates.Add(date);
                edges.Add(endMs);
            }
        }

        return new LocalDays(dates, [.. edges]);
    }

    /// <summary>The first moment of a day, or of the next one there is.</summary>
    // Searched, as that asks only which day a moment is on: where midnight itself is left out or comes twice, a day has no one beginning to convert.
    private static long StartOf(DateOnly date, TimeZoneInfo zone)
    {
        var utcMs = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        var (before, start) = (utcMs - MostOffsetMs, utcMs + MostOffsetMs);
        while (start - before > 1)
        {
            var middle = before + ((start - before) / 2);
            (before, start) = DateAt(middle, zone) < date ? (middle, start) : (before, middle);
        }

        return start;
    }

    private static DateOnly DateAt(long timeMs, TimeZoneInfo zone)
        => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(timeMs), zone).DateTime);
}
