using Vantage.Geo.Exact;

namespace Vantage.Geo.H3;

/// <summary>Whether a segment has a point in common with a closed area of the plane, decided exactly for the numbers as given.</summary>
internal static class PlaneOverlap
{
    /// <param name="outline">Of the area; inside is where a ray crosses it an odd number of times.</param>
    public static bool Meets(PlanePoint from, PlanePoint to, ReadOnlySpan<PlanePoint> outline)
    {
        var isInside = false; // Of the segment's first end, by the outline's sides east of it.
        var corner = outline[^1];
        var side = Orientation.Sign(from.X, from.Y, to.X, to.Y, corner.X, corner.Y);
        foreach (var next in outline)
        {
            var nextSide = Orientation.Sign(from.X, from.Y, to.X, to.Y, next.X, next.Y);
            if (side * nextSide <= 0 && BoxesMeet(from, to, corner, next))
            {
                var fromSide = Orientation.Sign(corner.X, corner.Y, next.X, next.Y, from.X, from.Y);
                if (fromSide * Orientation.Sign(corner.X, corner.Y, next.X, next.Y, to.X, to.Y) <= 0)
                {
                    return true;
                }
            }

            if (corner.Y > from.Y != next.Y > from.Y)
            {
                isInside ^= Orientation.Sign(corner.X, corner.Y, next.X, next.Y, from.X, from.Y) > 0 == next.Y > corner.Y;
            }

            (corner, side) = (next, nextSide);
        }

        return isInside;
    }

    private static bool BoxesMeet(PlanePoint a, PlanePoint b, PlanePoint c, PlanePoint d)
        => Math.Min(a.X, b.X) <= Math.Max(c.X, d.X) && Math.Max(a.X, b.X) >= Math.Min(c.X, d.X)
            && Math.Min(a.Y, b.Y) <= Math.Max(c.Y, d.Y) && Math.Max(a.Y, b.Y) >= Math.Min(c.Y, d.Y);
}
