using Vantage.Geo.Zones;

namespace Vantage.Geo.H3;

/// <summary>One ring in the plane of longitude and latitude, unrolled to be in one piece.</summary>
internal sealed class PolygonRing
{
    private readonly bool _crossesAntimeridian;
    private readonly double[] _latitudes;
    private readonly double[] _longitudes;
    private readonly LatitudeSlabs _slabs;

    public PolygonRing(ReadOnlySpan<LatLng> vertices)
    {
        for (var n = 0; n < vertices.Length; n++)
        {
            var previous = vertices[n == 0 ? vertices.Length - 1 : n - 1];
            _crossesAntimeridian |= Math.Abs(vertices[n].Longitude - previous.Longitude) > 180;
        }

        // The first again after the last: side n leads from vertex n to n + 1.
        _latitudes = new double[vertices.Length + 1];
        _longitudes = new double[vertices.Length + 1];
        for (var n = 0; n < _latitudes.Length; n++)
        {
            var vertex = vertices.IsEmpty ? default : vertices[n % vertices.Length];
            _latitudes[n] = vertex.Latitude;
            _longitudes[n] = Unrolled(vertex.Longitude);
        }

        SideCount = vertices.Length;
        (South, North) = (_latitudes.Min(), _latitudes.Max());
        (West, East) = (_longitudes.Min(), _longitudes.Max());
        _slabs = new(_latitudes, Enumerable.Range(0, SideCount).ToArray(), South, North);
    }

    public int SideCount { get; }

    public double South { get; }

    public double North { get; }

    /// <summary>As <see cref="East"/> −180 to 360: what crosses the antimeridian goes on beyond 180.</summary>
    public double West { get; }

    public double East { get; }

    /// <summary>
    /// Whether a position is inside, by the parity of sides east of it. Each side owns its southern end and not its northern one, so
    /// that a vertex counts once.
    /// </summary>
    public bool Contains(LatLng position)
    {
        var (latitude, longitude) = (position.Latitude, Unrolled(position.Longitude));
        var isInside = false;
        foreach (var side in _slabs.Edges(_slabs.IndexOf(latitude)))
        {
            var (from, to) = (_latitudes[side], _latitudes[side + 1]);
            if (to > latitude != from > latitude)
            {
                var part = (latitude - to) / (from - to);
                isInside ^= longitude < _longitudes[side + 1] + (part * (_longitudes[side] - _longitudes[side + 1]));
            }
        }

        return isInside;
    }

    /// <summary>The ends of a side: from vertex n to n + 1.</summary>
    public (PlanePoint From, PlanePoint To) Side(int side)
        => (new(_longitudes[side], _latitudes[side]), new(_longitudes[side + 1], _latitudes[side + 1]));

    /// <summary>Whether any side has a point in common with an area, wherever either is cut.</summary>
    public bool Touches(ReadOnlySpan<PlanePoint> outline)
    {
        var (west, south, east, north) = (outline[0].X, outline[0].Y, outline[0].X, outline[0].Y);
        foreach (var point in outline[1..])
        {
            (west, south) = (Math.Min(west, point.X), Math.Min(south, point.Y));
            (east, north) = (Math.Max(east, point.X), Math.Max(north, point.Y));
        }

        if (south > North || north < South)
        {
            return false;
        }

        Span<PlanePoint> turned = stackalloc PlanePoint[PlaneOutline.MaxSize];
        turned = turned[..outline.Length];
        for (var turn = 360 * Math.Ceiling((West - east) / 360); turn <= East - west; turn += 360)
        {
            for (var n = 0; n < turned.Length; n++)
            {
                turned[n] = new(outline[n].X + turn, outline[n].Y);
            }

            if (TouchesHere(turned, west + turn, south, east + turn, north))
            {
                return true;
            }
        }

        return false;
    }

    private bool TouchesHere(ReadOnlySpan<PlanePoint> outline, double west, double south, double east, double north)
    {
        var last = _slabs.IndexOf(north);
        for (var slab = _slabs.IndexOf(south); slab <= last; slab++)
        {
            foreach (var side in _slabs.Edges(slab))
            {
                var (from, to) = Side(side);
                var isApart = Math.Max(from.Y, to.Y) < south || Math.Min(from.Y, to.Y) > north
                    || Math.Max(from.X, to.X) < west || Math.Min(from.X, to.X) > east;
                if (!isApart && PlaneOverlap.Meets(from, to, outline))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private double Unrolled(double longitude) => _crossesAntimeridian && longitude < 0 ? longitude + 360 : longitude;
}
