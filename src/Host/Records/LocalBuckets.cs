using System.Diagnostics;
using System.Globalization;

namespace Vantage.Host.Records;

/// <summary>Hours, days, weeks or months of a time zone (REC-8). A week begins on Monday and is numbered as in ISO 8601.</summary>
internal sealed class LocalBuckets(string unit, TimeZoneInfo zone)
{
    public const string Hour = "hour";
    public const string Day = "day";
    public const string Week = "week";
    public const string Month = "month";

    private const long HourMs = 3_600_000;

    public static IReadOnlyList<string> Units { get; } = [Hour, Day, Week, Month];

    /// <summary>When the bucket of a moment begins; milliseconds since 1970-01-01 UTC.</summary>
    public long StartOf(long ms)
    {
        var local = Local(ms);
        return unit switch
        {
            Hour => HourOf(ms),
            Day => Utc(local.Date),
            Week => Utc(MondayOf(local.Date)),
            Month => Utc(new DateTime(local.Year, local.Month, 1, 0, 0, 0, DateTimeKind.Unspecified)),
            _ => throw new UnreachableException($"No buckets of a {unit}."),
        };
    }

    /// <summary>When the bucket after the one that begins then begins.</summary>
    public long StartAfter(long startMs) => unit switch
    {
        Hour => StartOf(startMs + HourMs),
        Day => Utc(Local(startMs).Date.AddDays(1)),
        Week => Utc(Local(startMs).Date.AddDays(7)),
        Month => Utc(Local(startMs).Date.AddMonths(1)),
        _ => throw new UnreachableException($"No buckets of a {unit}."),
    };

    /// <summary>What people call the bucket that begins then; an hour with its offset, as a night may have one twice.</summary>
    public string NameOf(long startMs)
    {
        var local = Local(startMs);
        return unit switch
        {
            Hour => local.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture),
            Day => local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Week => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(local.Date):0000}-W{ISOWeek.GetWeekOfYear(local.Date):00}"),
            Month => local.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            _ => throw new UnreachableException($"No buckets of a {unit}."),
        };
    }

    private static DateTime MondayOf(DateTime date) => date.AddDays(-(((int)date.DayOfWeek + 6) % 7));

    private DateTimeOffset Local(long ms) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone);

    /// <summary>Where clocks are set by half an hour, the hour in which they are is cut in two.</summary>
    private long HourOf(long ms)
    {
        var offset = Local(ms).Offset;
        var local = ms + (long)offset.TotalMilliseconds;
        var start = ms - (((local % HourMs) + HourMs) % HourMs);
        var last = ms;
        while (Local(start).Offset != offset)
        {
            // The clocks were set between the two: after the first, and not after the last.
            var middle = start + ((last - start) / 2);
            (start, last) = last - start <= 1 ? (last, last) : Local(middle).Offset == offset ? (start, middle) : (middle, last);
        }

        return start;
    }

    /// <summary>Where clocks are set at midnight, the first moment of the day.</summary>
    private long Utc(DateTime local)
    {
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset).ToUnixTimeMilliseconds();
    }
}
