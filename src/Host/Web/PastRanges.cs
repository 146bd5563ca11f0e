using System.Globalization;

namespace Vantage.Host.Web;

/// <summary>The ranges of questions about the past.</summary>
internal static class PastRanges
{
    private const long DayMs = 86_400_000;

    /// <summary>No fix is older (GATE-4), nor is a record (REC-4).</summary>
    private static readonly long EarliestMs = new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>How far ahead of the clock a fix may be (GATE-3).</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>Refuses a range that begins before all that is kept.</summary>
    public static void RefuseTooEarly(this Fields fields, long? fromMs, string fromName = "from")
    {
        if (fromMs < EarliestMs)
        {
            fields.Wrong(fromName, "Must not be before 1990: nothing is kept of that time.");
        }
    }

    /// <summary>[from, to) of tracks, both required, as long as one likes. Null when something is wrong.</summary>
    public static (long FromMs, long ToMs)? TrackRange(this Fields fields, DateTimeOffset now)
    {
        if (fields.Range() is not { } range)
        {
            return null;
        }

        fields.RefuseTooEarly(range.FromMs);
        if (range.FromMs > (now + Ahead).ToUnixTimeMilliseconds())
        {
            fields.Wrong("from", "Must not be in the future.");
        }

        return fields.IsValid ? range : null;
    }

    /// <summary>[from, to), both required; what is still to come of it is cut off. Null when something is wrong.</summary>
    public static (long FromMs, long ToMs)? PastRange(this Fields fields, int maxDays, DateTimeOffset now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        if (fields.Range() is not { } range)
        {
            return null;
        }

        fields.RefuseTooEarly(range.FromMs);
        if (range.FromMs >= nowMs)
        {
            fields.Wrong("from", "Must not be in the future.");
        }

        if (range.ToMs - range.FromMs > maxDays * DayMs)
        {
            fields.Wrong("to", string.Create(CultureInfo.InvariantCulture, $"Must be at most {maxDays} days after 'from'."));
        }

        return fields.IsValid ? (range.FromMs, Math.Min(range.ToMs, nowMs)) : null;
    }
}
