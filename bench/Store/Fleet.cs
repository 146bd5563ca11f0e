using Vantage.Actors.Positions;

namespace Vantage.Bench.Store;

/// <summary>Tracks of cars in a city that drive, wait and park, made from a seed.</summary>
internal static class Fleet
{
    public const long StartMs = 1_760_000_000_000;

    /// <param name="everyMs">From one fix to the next.</param>
    public static Fix[] Track(int seed, int count, long everyMs)
    {
        var random = new Random(seed);
        var (longitude, latitude, course, speed, left) = (121.3 + (random.NextDouble() * 0.3), 31.1 + (random.NextDouble() * 0.25), random.NextDouble() * 6.28, 0.0, 0);
        var fixes = new Fix[count];
        for (var i = 0; i < count; i++)
        {
            if (left-- == 0)
            {
                speed = random.Next(3) == 0 ? 0 : 3 + (random.NextDouble() * 12);
                left = (int)((speed == 0 ? random.Next(30, 1_800) : random.Next(20, 300)) * 1000 / everyMs);
                course += random.Next(-1, 2) * Math.PI / 2;
            }

            var metres = speed * everyMs / 1000;
            latitude = Turned(latitude + (metres * Math.Cos(course) / 111_195), 31.1, 31.35, ref course);
            longitude = Turned(longitude + (metres * Math.Sin(course) / 95_200), 121.3, 121.6, ref course);
            var (jitterEast, jitterNorth) = ((random.NextDouble() - 0.5) * 4e-5, (random.NextDouble() - 0.5) * 4e-5);
            var report = PositionReport.At(StartMs + (i * everyMs), Math.Round(longitude + jitterEast, 6), Math.Round(latitude + jitterNorth, 6), ReportSource.Jt808);
            report.Speed = Math.Round(speed * 36) / 36;
            report.Heading = ((course * 180 / Math.PI % 360) + 360) % 360;
            if (Gate.TryAccept(in report, report.TimeMs + 300, new GateOptions(), out fixes[i]) != Refusal.None)
            {
                throw new InvalidOperationException($"The gate refused fix {i}.");
            }
        }

        return fixes;
    }

    private static double Turned(double value, double least, double most, ref double course)
    {
        if (value >= least && value <= most)
        {
            return value;
        }

        course += Math.PI;
        return Math.Clamp(value, least, most);
    }
}
