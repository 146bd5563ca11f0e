using System.Buffers;

namespace Vantage.Geo.Tracks;

/// <summary>Leaves points of a track out whose place follows from their neighbours' places and times.</summary>
/// <remarks>
/// Top-down, time ratio: Meratnia and de By, "Spatiotemporal Compression Techniques for Moving Point Objects", EDBT 2004. Unlike Douglas and Peucker's
/// line it bounds the distance to where the unit was <em>at that moment</em>, so that a stop stays a stop and a speed a speed.
/// </remarks>
public static class TrackSimplifier
{
    /// <summary>Marks the points that stay: the first and the last, both ends of every gap, and as many between as the bounds ask for.</summary>
    /// <param name="points">In the order of time, no two at the same.</param>
    /// <param name="metres">
    /// How far a point that is left out may lie from where the straight line between its kept neighbours, gone at one speed, is at its time.
    /// </param>
    /// <param name="longestMs">Two kept neighbours lie no further apart in time than this, where there are points between them.</param>
    /// <param name="gapMs">Neighbours further apart in time than this have a gap between them.</param>
    /// <param name="kept">As long as the points; all of it is written.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bound is negative, or NaN.</exception>
    public static void Mark(ReadOnlySpan<TrackPoint> points, double metres, long longestMs, long gapMs, Span<bool> kept)
    {
        if (kept.Length != points.Length)
        {
            throw new ArgumentException($"{kept.Length} marks for {points.Length} points.", nameof(kept));
        }

        if (!(metres >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(metres), metres, "A distance is 0 or more.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(longestMs);
        ArgumentOutOfRangeException.ThrowIfNegative(gapMs);
        kept.Clear();
        var narrowing = ArrayPool<double>.Shared.Rent(points.Length);
        for (var i = 0; i < points.Length; i++)
        {
            narrowing[i] = Math.Cos(double.DegreesToRadians(points[i].Latitude));
        }

        var from = 0;
        for (var i = 0; i < points.Length; i++)
        {
            if (i == points.Length - 1 || points[i + 1].TimeMs - points[i].TimeMs > gapMs)
            {
                MarkRun(points[from..(i + 1)], narrowing.AsSpan(from), metres, longestMs, kept[from..(i + 1)]);
                from = i + 1;
            }
        }

        ArrayPool<double>.Shared.Return(narrowing);
    }

    /// <param name="narrowing">How long a degree east is at each point, as a share of a degree north.</param>
    private static void MarkRun(ReadOnlySpan<TrackPoint> run, ReadOnlySpan<double> narrowing, double metres, long longestMs, Span<bool> kept)
    {
        // Not by recursion: a track that takes back its last step each time would be as deep as it is long.
        var stack = ArrayPool<(int From, int To)>.Shared.Rent(run.Length);
        kept[0] = kept[^1] = true;
        var depth = 0;
        stack[depth++] = (0, run.Length - 1);
        while (depth > 0)
        {
            var (from, to) = stack[--depth];
            if (Split(run, narrowing, from, to, metres, longestMs) is { } at)
            {
                kept[at] = true;
                stack[depth++] = (from, at);
                stack[depth++] = (at, to);
            }
        }

        ArrayPool<(int, int)>.Shared.Return(stack);
    }

    /// <summary>The point between two kept ones that has to be kept as well, or null.</summary>
    private static int? Split(ReadOnlySpan<TrackPoint> run, ReadOnlySpan<double> narrowing, int from, int to, double metres, long longestMs)
    {
        if (to - from < 2)
        {
            return null;
        }

        var (farthest, at) = (0.0, -1);
        var (a, b) = (run[from], run[to]);
        for (var i = from + 1; i < to; i++)
        {
            var distance = SquaredDegrees(in a, in b, in run[i], narrowing[i]);
            if (distance > farthest)
            {
                (farthest, at) = (distance, i);
            }
        }

        return Math.Sqrt(farthest) * GreatCircle.MetresPerDegree > metres ? at
            : b.TimeMs - a.TimeMs > longestMs ? NearestInTime(run, from, to, a.TimeMs + ((b.TimeMs - a.TimeMs) / 2))
            : null;
    }

    /// <summary>From a point to where the line is at its time, in degrees of latitude: flat around the point, as the two are near each other or it matters not.</summary>
    private static double SquaredDegrees(in TrackPoint a, in TrackPoint b, in TrackPoint point, double narrowing)
    {
        var share = (double)(point.TimeMs - a.TimeMs) / (b.TimeMs - a.TimeMs);
        var north = point.Latitude - (a.Latitude + (share * (b.Latitude - a.Latitude)));
        var east = (point.Longitude - (a.Longitude + (share * (b.Longitude - a.Longitude)))) * narrowing;
        return (north * north) + (east * east);
    }

    private static int NearestInTime(ReadOnlySpan<TrackPoint> run, int from, int to, long timeMs)
    {
        var nearest = from + 1;
        for (var i = from + 2; i < to; i++)
        {
            nearest = Math.Abs(run[i].TimeMs - timeMs) < Math.Abs(run[nearest].TimeMs - timeMs) ? i : nearest;
        }

        return nearest;
    }
}
