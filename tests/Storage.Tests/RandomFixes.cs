using Vantage.Actors.Positions;

namespace Vantage.Storage.Tests;

/// <summary>Fixes for tests: wild ones with every extreme, and plausible ones of vehicles that drive.</summary>
internal static class RandomFixes
{
    private static readonly long[] ExtremeTimes = [0, 1, -1, long.MinValue, long.MaxValue, 1_760_000_000_000];
    private static readonly int[] Extremes = [0, 1, -1, int.MinValue, int.MinValue + 1, int.MaxValue, Fix.Absent];

    /// <summary>Any bits at all.</summary>
    public static Fix Wild(Random random)
    {
        var fix = new Fix
        {
            TimeMs = random.Next(3) == 0 ? ExtremeTimes[random.Next(ExtremeTimes.Length)] : random.NextInt64(),
            ReceivedAtMs = random.Next(3) == 0 ? ExtremeTimes[random.Next(ExtremeTimes.Length)] : random.NextInt64(long.MinValue, long.MaxValue),
            LatitudeE7 = WildInt(random),
            LongitudeE7 = WildInt(random),
            SpeedHundredths = WildInt(random),
            AltitudeTenths = WildInt(random),
            AccuracyTenths = WildInt(random),
            HeadingTenths = random.Next(3) == 0 ? Fix.AbsentHeading : (ushort)random.Next(65536),
        };
        fix.SetFlagBits((ushort)random.Next(65536));
        return fix;
    }

    /// <summary>A vehicle at about 10 m/s that reports every second, received within half a second.</summary>
    public static Fix[] Drive(Random random, int count, long startMs)
    {
        var (latitude, longitude, course) = (31.1 + (random.NextDouble() * 0.3), 121.3 + (random.NextDouble() * 0.4), random.NextDouble() * 6);
        var fixes = new Fix[count];
        for (var i = 0; i < count; i++)
        {
            course += (random.NextDouble() - 0.5) * 0.2;
            latitude += 10 * Math.Cos(course) / 111_320;
            longitude += 10 * Math.Sin(course) / 95_000;
            var report = PositionReport.At(startMs + (i * 1000L), longitude, latitude, ReportSource.Jt808);
            report.Speed = 10 + random.NextDouble();
            report.Heading = ((course * 180 / Math.PI % 360) + 360) % 360;
            report.Altitude = 12;
            report.Accuracy = 5;
            Assert.Equal(Refusal.None, Gate.TryAccept(in report, report.TimeMs + 100 + random.Next(400), new GateOptions(), out fixes[i]));
        }

        return fixes;
    }

    /// <summary>Every stored bit equal: <see cref="Fix.Equals(Fix)"/> leaves some out.</summary>
    public static void AssertSame(ReadOnlySpan<Fix> expected, ReadOnlySpan<Fix> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(Bits(expected[i]), Bits(actual[i]));
        }
    }

    public static (long, long, int, int, int, int, int, ushort, ushort) Bits(Fix fix) => (
        fix.TimeMs, fix.ReceivedAtMs, fix.LatitudeE7, fix.LongitudeE7, fix.SpeedHundredths, fix.AltitudeTenths, fix.AccuracyTenths,
        fix.HeadingTenths, fix.FlagBits);

    private static int WildInt(Random random)
        => random.Next(3) == 0 ? Extremes[random.Next(Extremes.Length)] : random.Next(int.MinValue, int.MaxValue);
}
