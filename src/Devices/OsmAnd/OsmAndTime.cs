using System.Globalization;

namespace Vantage.Devices.OsmAnd;

/// <summary>The spellings of time that phones use.</summary>
internal static class OsmAndTime
{
    private const double FirstMilliseconds = 1L << 31; // Below it a number is seconds (until 2038), from it on milliseconds.
    private const double LastMilliseconds = 253_402_300_799_999; // 9999-12-31.

    /// <summary>Reads a number of seconds or milliseconds, ISO 8601 (UTC without a zone), or a local date and time.</summary>
    public static bool TryRead(string text, TimeZoneInfo local, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            var milliseconds = number < FirstMilliseconds ? number * 1000 : number;
            unixMilliseconds = milliseconds is >= 0 and <= LastMilliseconds ? (long)Math.Round(milliseconds) : -1;
            return unixMilliseconds >= 0;
        }

        if (text.Contains('T', StringComparison.Ordinal))
        {
            var isIso = DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
            unixMilliseconds = isIso ? time.ToUnixTimeMilliseconds() : 0;
            return isIso;
        }

        if (!DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall)
            || local.IsInvalidTime(wall))
        {
            return false;
        }

        unixMilliseconds = new DateTimeOffset(wall, local.GetUtcOffset(wall)).ToUnixTimeMilliseconds();
        return true;
    }
}
