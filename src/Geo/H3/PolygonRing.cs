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

    /// <summary>Whether a side has a point in a box: false only if it certainly has none.</summary>
    public bool SideTouches(int side, in PositionBox box)
    {
        var (south, north) = (_latitudes[side], _latitudes[side + 1]);
        var (atSouth, atNorth) = (_longitudes[side], _longitudes[side + 1]);
        if (south > north)
        {
            (south, north, atSouth, atNorth) = (north, south, atNorth, atSouth);
        }

        var (from, to) = (Math.Max(south, box.South), Math.Min(north, box.North));
        if (from > to)
        {
            return false;
        }

        // The longitudes of the part of the side in the box's band of latitude.
        var perDegree = north > south ? (atNorth - atSouth) / (north - south) : 0;
        var (one, other) = north > south
            ? (atSouth + ((from - south) * perDegree), atSouth + ((to - south) * perDegree))
            : (atSouth, atNorth);
        return box.MeetsLongitudes(Math.Min(one, other), Math.Max(one, other));
    }

    private double Unrolled(double longitude) => _crossesAntimeridian && longitude < 0 ? longitude + 360 : longitude;
}
