using System.Globalization;

namespace Vantage.Devices.Tests;

/// <summary>How many inputs a fuzz test tries: <c>VANTAGE_FUZZ=1000000</c> for a long run.</summary>
internal static class Fuzz
{
    public static int Inputs(int usual)
        => int.TryParse(Environment.GetEnvironmentVariable("VANTAGE_FUZZ"), CultureInfo.InvariantCulture, out var count) ? count : usual;

    /// <summary>A changed copy: bits flipped, bytes replaced, cut out, doubled.</summary>
    public static byte[] Mutate(Random random, ReadOnlySpan<byte> source)
    {
        List<byte> bytes = [.. source];
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, random.Next(1, Math.Min(8, bytes.Count - at) + 1)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(16, bytes.Count - at))); break;
                default: bytes[at] = (byte)(random.Next(2) == 0 ? 0xFF : 0x00); break;
            }
        }

        return [.. bytes];
    }
}
