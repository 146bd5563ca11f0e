using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.Tracks;

namespace Vantage.Geo.Tests.Tracks;

public class TrackSimplifierTests
{
    private const long Gap = 300_000;

    [Fact(DisplayName = "What is left out lies within the bounds of what stays, and ends of gaps stay")]
    public void Bounds_hold() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var points = Wander(random, random.Next(1, 400));
        var (metres, longest) = (random.Next(1, 200), random.Next(1_000, 600_000));
        var kept = Mark(points, metres, longest);

        Assert.True(kept[0] && kept[^1]);
        var last = 0;
        for (var i = 1; i < points.Length; i++)
        {
            if (points[i].TimeMs - points[i - 1].TimeMs > Gap)
            {
                Assert.True(kept[i] && kept[i - 1]);
            }

            if (kept[i])
            {
                AssertWithin(points[last..(i + 1)], metres, longest);
                last = i;
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "Of a straight way at one speed the ends are enough, and as many between as the longest time asks for")]
    public void Straight_ways_need_no_points()
    {
        TrackPoint[] points = [.. Enumerable.Range(0, 1_001).Select(i => new TrackPoint(i * 1_000L, 121 + (i * 1e-5), 31 + (i * 2e-5)))];
        Assert.Equal(2, Mark(points, 1, long.MaxValue).Count(kept => kept));
        Assert.InRange(Mark(points, 1, 100_000).Count(kept => kept), 11, 21);
    }

    [Fact(DisplayName = "A stop on a straight way stays: a line that ignores time would lose it")]
    public void Stops_stay()
    {
        var points = Enumerable.Range(0, 300).Select(i => new TrackPoint(i * 1_000L, 121 + (Math.Min(i, 100) * 1e-4) + (Math.Max(0, i - 200) * 1e-4), 31)).ToArray();
        var kept = Mark(points, 20, long.MaxValue);
        Assert.Contains(true, kept[98..104]);
        Assert.Contains(true, kept[197..203]);
    }

    [Fact(DisplayName = "A track that turns back at every point takes no stack, however long it is")]
    public void Long_zigzags_are_no_trouble()
    {
        TrackPoint[] points = [.. Enumerable.Range(0, 20_000).Select(i => new TrackPoint(i * 1_000L, 121, 31 + (i % 2 * 0.001 * (1 + (i / 20_000.0)))))];
        Assert.All(Mark(points, 1, long.MaxValue)[1..^1], Assert.True);
    }

    [Fact(DisplayName = "No points, one point and two are all kept; marks of another length are refused")]
    public void Small_tracks()
    {
        Assert.Empty(Mark([], 1, 1));
        Assert.Equal([true], Mark([new TrackPoint(0, 1, 2)], 1, 1));
        Assert.Equal([true, true], Mark([new TrackPoint(0, 1, 2), new TrackPoint(1, 1, 2)], 1, 1));
        Assert.Throws<ArgumentException>(() => TrackSimplifier.Mark(new TrackPoint[2], 1, 1, 1, new bool[3]));
    }

    private static bool[] Mark(TrackPoint[] points, double metres, long longestMs)
    {
        var kept = new bool[points.Length];
        TrackSimplifier.Mark(points, metres, longestMs, Gap, kept);
        return kept;
    }

    private static void AssertWithin(TrackPoint[] points, double metres, long longestMs)
    {
        var (a, b) = (points[0], points[^1]);
        Assert.True(points.Length == 2 || b.TimeMs - a.TimeMs <= longestMs);
        foreach (var point in points[1..^1])
        {
            var there = GreatCircle.Interpolate(
                LatLng.Trusted(a.Latitude, a.Longitude), LatLng.Trusted(b.Latitude, b.Longitude), (double)(point.TimeMs - a.TimeMs) / (b.TimeMs - a.TimeMs));
            Assert.InRange(GreatCircle.DistanceMetres(there, LatLng.Trusted(point.Latitude, point.Longitude)), 0, metres + 0.1);
        }
    }

    private static TrackPoint[] Wander(Random random, int count)
    {
        var points = new TrackPoint[count];
        var (time, longitude, latitude) = (1_760_000_000_000L, 121.4, 31.2);
        for (var i = 0; i < count; i++)
        {
            points[i] = new TrackPoint(time, longitude, latitude);
            time += random.Next(40) == 0 ? random.Next(200_000, 500_000) : random.Next(1, 15_000);
            longitude += (random.NextDouble() - 0.4) * 0.001;
            latitude += (random.NextDouble() - 0.5) * 0.001;
        }

        return points;
    }
}
