using Vantage.Geo.H3;

namespace Vantage.Geo.GeoJson;

/// <summary>The outline of an H3 cell as GeoJSON has it.</summary>
public static class CellRings
{
    /// <summary>
    /// Closed rings, counter-clockwise: one, or, where the cell lies over the antimeridian, one on either side of it (RFC 7946, 3.1.6 and 3.1.9). Around a
    /// pole the ring runs along the pole, from one side of the map to the other.
    /// </summary>
    /// <remarks>Sides are straight in longitude and latitude, between the cell's vertices.</remarks>
    public static IReadOnlyList<LatLng[]> Of(H3Cell cell)
    {
        Span<LatLng> vertices = stackalloc LatLng[H3Cell.MaxBoundary];
        Span<PlanePoint> outline = stackalloc PlanePoint[PlaneOutline.MaxSize];
        List<PlanePoint> ring = [.. outline[..PlaneOutline.Unwrap(vertices[..cell.Boundary(vertices)], outline)]];
        var (west, east) = (ring.Min(point => point.X), ring.Max(point => point.X));
        if (west >= -180 && east <= 180)
        {
            return [Close(ring, 0)];
        }

        var pieces = new List<LatLng[]>();
        for (var turn = -1; turn <= 1; turn++)
        {
            var shift = 360 * turn;
            var piece = Cut(Cut(ring, shift - 180, isWest: true), shift + 180, isWest: false);
            if (piece.Count >= 3 && piece.Max(point => point.X) > piece.Min(point => point.X))
            {
                pieces.Add(Close(piece, shift));
            }
        }

        return pieces;
    }

    /// <summary>The part of a ring on one side of a meridian (I. Sutherland and G. Hodgman, "Reentrant Polygon Clipping", 1974).</summary>
    /// <param name="isWest">Whether the meridian is the western edge of what is kept.</param>
    private static List<PlanePoint> Cut(List<PlanePoint> ring, double meridian, bool isWest)
    {
        var kept = new List<PlanePoint>();
        for (var i = 0; i < ring.Count; i++)
        {
            var (from, to) = (ring[i], ring[(i + 1) % ring.Count]);
            var (isFromIn, isToIn) = (IsIn(from), IsIn(to));
            if (isFromIn)
            {
                kept.Add(from);
            }

            if (isFromIn != isToIn && from.X != meridian && to.X != meridian)
            {
                kept.Add(new(meridian, from.Y + ((to.Y - from.Y) * (meridian - from.X) / (to.X - from.X))));
            }
        }

        return kept;

        bool IsIn(PlanePoint point) => isWest ? point.X >= meridian : point.X <= meridian;
    }

    private static LatLng[] Close(List<PlanePoint> ring, double shift)
        => [.. ring.Append(ring[0]).Select(point => LatLng.Trusted(point.Y, point.X - shift))];
}
