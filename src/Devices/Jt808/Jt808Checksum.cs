namespace Vantage.Devices.Jt808;

/// <summary>The exclusive or of all bytes.</summary>
internal static class Jt808Checksum
{
    public static byte Of(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var value in bytes)
        {
            sum ^= value;
        }

        return sum;
    }
}
