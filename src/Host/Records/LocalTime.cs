using System.Globalization;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary>Times as tables of other systems have them: with an offset, or as the clock on the wall says (REC-4).</summary>
internal static class LocalTime
{
    private const int FirstYear = 1990;
    private const int LastYear = 2100;

    private static readonly string[] WithOffset = ["yyyy-M-d H:m:s.FFFFFFFzzz", "yyyy/M/d H:m:s.FFFFFFFzzz", "yyyy-M-d H:mzzz"];

    private static readonly string[] Local =
    [
        "yyyy-M-d H:m:s.FFFFFFF", "yyyy-M-d H:m", "yyyy-M-d", "yyyy-M-d'T'H:m:s.FFFFFFF", "yyyy-M-d'T'H:m",
        "yyyy/M/d H:m:s.FFFFFFF", "yyyy/M/d H:m", "yyyy/M/d", "yyyy年M月d日 H:m:s", "yyyy年M月d日 H:m", "yyyy年M月d日",
    ];

    /// <summary>What <see cref="TryRead"/> takes, as a sentence.</summary>
    public const string Right = "Must be a time from 1990 to 2100, such as 2026-11-27T08:30:00+08:00, 2026-11-27 08:30:00 or 2026/11/27 8:30.";

    /// <summary>Reads a time; one without an offset in the zone, at its second occurrence where the clock is set back. A date alone is its midnight.</summary>
    /// <returns>False for what is no time, or one that the zone's clocks skip.</returns>
    public static bool TryRead(string text, TimeZoneInfo zone, out long ms)
    {
        if (!WireTime.TryRead(text, out ms))
        {
            if (DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact))
            {
                ms = exact.ToUnixTimeMilliseconds();
            }
            else if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && !zone.IsInvalidTime(local))
            {
                ms = new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
            }
            else
            {
                return false;
            }
        }

        return DateTimeOffset.FromUnixTimeMilliseconds(ms).Year is >= FirstYear and <= LastYear;
    }
}
