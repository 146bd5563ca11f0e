namespace Vantage.Devices.Jt808;

/// <summary>Times as YYMMDDhhmmss, two digits a byte, in the years 2000 to 2099. GMT+8 everywhere but in the time reply.</summary>
public static class Jt808Time
{
    /// <summary>Bytes of a time.</summary>
    public const int Length = 6;

    /// <summary>The zone of the protocol: eight hours ahead of UTC, in milliseconds.</summary>
    public const long ZoneMilliseconds = 8 * 3_600_000L;

    private const long Year2000 = 946_684_800_000;
    private const long Year2100 = 4_102_444_800_000;

    /// <summary>Reads a time in GMT+8 as milliseconds since 1970 UTC.</summary>
    /// <returns><see langword="false"/> for what is on no calendar; terminals without a fix send zeros.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bcd, out long unixMilliseconds)
    {
        var isTime = TryReadUtc(bcd, out unixMilliseconds);
        unixMilliseconds -= isTime ? ZoneMilliseconds : 0;
        return isTime;
    }

    /// <summary>Reads a time in UTC: the time reply alone has it so.</summary>
    public static bool TryReadUtc(ReadOnlySpan<byte> bcd, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        Span<int> fields = stackalloc int[Length];
        for (var i = 0; i < Length; i++)
        {
            var (tens, ones) = (bcd[i] >> 4, bcd[i] & 0xF);
            if (tens > 9 || ones > 9)
            {
                return false;
            }

            fields[i] = tens * 10 + ones;
        }

        var isTime = fields[1] is >= 1 and <= 12 && fields[2] >= 1 && fields[2] <= DateTime.DaysInMonth(2000 + fields[0], fields[1])
            && fields[3] < 24 && fields[4] < 60 && fields[5] < 60;
        if (isTime)
        {
            var time = new DateTime(2000 + fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], DateTimeKind.Utc);
            unixMilliseconds = (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
        }

        return isTime;
    }

    /// <summary>Writes a moment in GMT+8. Milliseconds are cut off.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 2000 to 2099, GMT+8.</exception>
    public static void Write(Span<byte> bcd, long unixMilliseconds) => WriteUtc(bcd, unixMilliseconds + ZoneMilliseconds);

    /// <summary>Writes a moment in UTC.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 2000 to 2099.</exception>
    public static void WriteUtc(Span<byte> bcd, long unixMilliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(unixMilliseconds, Year2000);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(unixMilliseconds, Year2100);
        var time = DateTime.UnixEpoch.AddMilliseconds(unixMilliseconds);
        bcd[0] = TwoDigits(time.Year - 2000);
        bcd[1] = TwoDigits(time.Month);
        bcd[2] = TwoDigits(time.Day);
        bcd[3] = TwoDigits(time.Hour);
        bcd[4] = TwoDigits(time.Minute);
        bcd[5] = TwoDigits(time.Second);
    }

    private static byte TwoDigits(int value) => (byte)((value / 10 << 4) | (value % 10));
}
