namespace Vantage.Geo.H3;

/// <summary>One ring in the plane of longitude and latitude, unrolled to be in one piece.</summary>
internal sealed class PolygonRing
{
    private readonly bool _crossesAntimeridian;
    private readonly double[] _latitudes;
    private readonly double[] _longitudes;

    public PolygonRing(ReadOnlySpan<LatLng> vertices)
    {
        for (var n = 0; n < vertices.Length; n++)
        {
            var previous = vertices[n == 0 ? vertices.Length - 1 : n - 1];
            _crossesAntimeridian |= Math.Abs(vertices[n].Longitude - previous.Longitude) > 180;
        }

        _latitudes = new double[vertices.Length];
        _longitudes = new double[vertices.Length];
        for (var n = 0; n < vertices.Length; n++)
        {
            _latitudes[n] = vertices[n].Latitude;
            _longitudes[n] = Unrolled(vertices[n].Longitude);
        }
    }

    public int SideCount => _latitudes.Length;

    /// <summary>
    /// Whether a position is inside, by the parity of sides east of it. Each side owns its southern end and not its northern one, so
    /// that a vertex counts once.
    /// </summary>
    public bool Contains(LatLng position)
    {
        var (latitude, longitude) = (position.Latitude, Unrolled(position.Longitude));
        var isInside = false;
        for (int n = 0, previous = _latitudes.Length - 1; n < _latitudes.Length; previous = n++)
        {
            if (_latitudes[n] > latitude != _latitudes[previous] > latitude)
            {
                var part = (latitude - _latitudes[n]) / (_latitudes[previous] - _latitudes[n]);
                isInside ^= longitude < _longitudes[n] + (part * (_longitudes[previous] - _longitudes[n]));
            }
        }

        return isInside;
    }

    /// <summary>Whether a side has a point in a box: false only if it certainly has none.</summary>
    public bool SideTouches(int side, in PositionBox box)
    {
        var previous = side == 0 ? SideCount - 1 : side - 1;
        var (south, north) = (_latitudes[side], _latitudes[previous]);
        var (atSouth, atNorth) = (_longitudes[side], _longitudes[previous]);
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
