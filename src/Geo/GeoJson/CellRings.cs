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
        var ring = Unwrap(vertices[..cell.Boundary(vertices)]);
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

    /// <summary>Longitudes that go on beyond ±180 instead of jumping; about a pole they end a whole turn from where they began, and close along it.</summary>
    private static List<(double X, double Y)> Unwrap(ReadOnlySpan<LatLng> vertices)
    {
        var ring = new List<(double X, double Y)>();
        var x = vertices[0].Longitude;
        foreach (var vertex in vertices)
        {
            x += Math.IEEERemainder(vertex.Longitude - x, 360);
            ring.Add((Math.Abs(x) <= 180 ? vertex.Longitude : x, vertex.Latitude)); // The number as it was, where nothing was added.
        }

        var endX = x + Math.IEEERemainder(vertices[0].Longitude - x, 360);
        if (Math.Abs(endX - vertices[0].Longitude) > 180)
        {
            var pole = Math.CopySign(90, vertices[0].Latitude);
            ring.Add((endX, vertices[0].Latitude));
            ring.Add((endX, pole));
            ring.Add((ring[0].X, pole));
        }

        return ring;
    }

    /// <summary>The part of a ring on one side of a meridian (I. Sutherland and G. Hodgman, "Reentrant Polygon Clipping", 1974).</summary>
    /// <param name="isWest">Whether the meridian is the western edge of what is kept.</param>
    private static List<(double X, double Y)> Cut(List<(double X, double Y)> ring, double meridian, bool isWest)
    {
        var kept = new List<(double X, double Y)>();
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
                kept.Add((meridian, from.Y + ((to.Y - from.Y) * (meridian - from.X) / (to.X - from.X))));
            }
        }

        return kept;

        bool IsIn((double X, double Y) point) => isWest ? point.X >= meridian : point.X <= meridian;
    }

    private static LatLng[] Close(List<(double X, double Y)> ring, double shift)
        => [.. ring.Append(ring[0]).Select(point => LatLng.Trusted(point.Y, point.X - shift))];
}
