using Vantage.Geo.Exact;

namespace Vantage.Geo.Zones;

/// <summary>One or several polygons with holes.</summary>
public sealed class PolygonShape : ZoneShape
{
    // Up to here the series of the search is within a thousandth of the haversine.
    private const double GoodSeriesMetres = 100_000;
    private const double GoodSeriesLatitude = 70;

    // Positions of all rings one after the other, closing positions included. Edge e leads from position e to e + 1.
    private readonly double[] _latitudes;
    private readonly double[] _longitudes;
    private readonly int[] _ringStarts;
    private readonly int[] _polygonStarts;
    private readonly LatitudeSlabs _slabs;

    internal PolygonShape(IReadOnlyList<IReadOnlyList<IReadOnlyList<LatLng>>> polygons, bool isMultiPolygon)
    {
        IsMultiPolygon = isMultiPolygon;
        var name = isMultiPolygon ? nameof(polygons) : "rings"; // As the caller knows it.
        ArgumentNullException.ThrowIfNull(polygons);
        if (polygons.Count == 0)
        {
            throw new ArgumentException("A shape needs a polygon.", name);
        }

        var latitudes = new List<double>();
        var longitudes = new List<double>();
        var ringStarts = new List<int>();
        var polygonStarts = new List<int>();
        foreach (var rings in polygons)
        {
            if (rings is not { Count: > 0 })
            {
                throw new ArgumentException("A polygon needs an outer ring.", name);
            }

            polygonStarts.Add(ringStarts.Count);
            foreach (var ring in rings)
            {
                if (ring is not { Count: >= 4 } || ring[0] != ring[^1])
                {
                    throw new ArgumentException("A ring needs at least 4 positions, the last equal to the first.", name);
                }

                ringStarts.Add(latitudes.Count);
                foreach (var position in ring)
                {
                    latitudes.Add(position.Latitude);
                    longitudes.Add(position.Longitude);
                }
            }
        }

        ringStarts.Add(latitudes.Count);
        polygonStarts.Add(ringStarts.Count - 1);
        _latitudes = [.. latitudes];
        _longitudes = [.. longitudes];
        _ringStarts = [.. ringStarts];
        _polygonStarts = [.. polygonStarts];

        VertexCount = _latitudes.Length - RingCount;
        Bounds = new(_latitudes.Min(), _longitudes.Min(), _latitudes.Max(), _longitudes.Max());
        _slabs = new(_latitudes, EdgeIndices(), Bounds.South, Bounds.North);
        AreaSquareMetres = PolygonMeasures.AreaSquareMetres(this);
        Centroid = PolygonMeasures.Centroid(this);
        LabelPoint = PolygonMeasures.LabelPoint(this);
    }

    public override GeoBox Bounds { get; }

    public override int VertexCount { get; }

    public override double AreaSquareMetres { get; }

    public override LatLng Centroid { get; }

    public override LatLng LabelPoint { get; }

    /// <summary>Whether it came as a list of polygons, be it a list of one.</summary>
    public bool IsMultiPolygon { get; }

    public int PolygonCount => _polygonStarts.Length - 1;

    public int RingCount => _ringStarts.Length - 1;

    /// <summary>The rings of a polygon, as a range of ring indices; the first is the outer one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such polygon.</exception>
    public Range RingsOf(int polygon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(polygon);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(polygon, PolygonCount);
        return _polygonStarts[polygon].._polygonStarts[polygon + 1];
    }

    /// <summary>Longitudes of a ring's positions as they came, the closing one included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such ring.</exception>
    public ReadOnlySpan<double> Longitudes(int ring) => _longitudes.AsSpan(PositionsOf(ring));

    /// <summary>Latitudes of a ring's positions as they came, the closing one included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such ring.</exception>
    public ReadOnlySpan<double> Latitudes(int ring) => _latitudes.AsSpan(PositionsOf(ring));

    /// <inheritdoc/>
    // Counts the edges that a ray due east crosses. An edge owns its southern end and not its northern one, so that a ray
    // through a vertex counts once or twice as it must.
    public override bool Contains(LatLng p)
    {
        if (!Bounds.Contains(p))
        {
            return false;
        }

        var (x, y) = (p.Longitude, p.Latitude);
        var (xs, ys) = (_longitudes, _latitudes);
        var isInside = false;
        foreach (var edge in _slabs.Edges(_slabs.IndexOf(y)))
        {
            var (y1, y2) = (ys[edge], ys[edge + 1]);
            if ((y1 > y) == (y2 > y))
            {
                if ((y1 == y || y2 == y) && IsAtOwnLatitude(edge, x, y))
                {
                    return true;
                }

                continue;
            }

            var (x1, x2) = (xs[edge], xs[edge + 1]);
            if (x > x1 && x > x2)
            {
                continue;
            }

            if (x < x1 && x < x2)
            {
                isInside = !isInside;
                continue;
            }

            var side = Orientation.Sign(x1, y1, x2, y2, x, y);
            if (side == 0)
            {
                return true;
            }

            isInside ^= (side > 0) == (y2 > y1);
        }

        return isInside;
    }

    /// <inheritdoc/>
    public override bool Touches(LatLng a, LatLng b)
    {
        if (!Bounds.Intersects(GeoBox.Around(a, b)))
        {
            return false;
        }

        var segment = new SegmentCut(a, b);
        var (first, last) = SlabsOf(a, b);
        for (var slab = first; slab <= last; slab++)
        {
            foreach (var edge in _slabs.Edges(slab))
            {
                if (segment.Meets(_longitudes[edge], _latitudes[edge], _longitudes[edge + 1], _latitudes[edge + 1]))
                {
                    return true;
                }
            }
        }

        return Contains(a); // No edge met: the whole segment is inside, or the whole of it is outside.
    }

    /// <inheritdoc/>
    public override bool Crosses(LatLng a, LatLng b, out double entry, out double exit)
    {
        (entry, exit) = (0, 0);
        if (!Bounds.Intersects(GeoBox.Around(a, b)))
        {
            return false;
        }

        var (startsInside, endsInside) = (Contains(a), Contains(b));
        if (startsInside && endsInside)
        {
            exit = 1;
            return true;
        }

        var segment = new SegmentCut(a, b);
        var (first, last) = SlabsOf(a, b);
        for (var slab = first; slab <= last; slab++)
        {
            foreach (var edge in _slabs.Edges(slab))
            {
                segment.Cut(_longitudes[edge], _latitudes[edge], _longitudes[edge + 1], _latitudes[edge + 1]);
            }
        }

        if (segment.IsCut)
        {
            entry = startsInside ? 0 : segment.First;
            exit = endsInside ? 1 : segment.Last;
        }

        return segment.IsCut;
    }

    /// <inheritdoc/>
    public override double DistanceMetres(LatLng p)
    {
        var nearest = new NearestOnEdges(p);
        Search(p, ref nearest);
        return nearest.DistanceMetres;
    }

    /// <inheritdoc/>
    public override bool IsBoundaryWithin(LatLng p, double metres) => TryNearest(p, metres, out _, out _);

    /// <inheritdoc/>
    internal override bool TryNearest(LatLng p, double withinMetres, out LatLng point, out double metres)
    {
        // The search compares by a series; the answer is by haversine. Far away, and over a pole, the two have little to do with each other.
        const double Slack = 1.01;
        var limitDegrees = withinMetres <= GoodSeriesMetres && Math.Abs(p.Latitude) <= GoodSeriesLatitude
            ? (withinMetres / GreatCircle.MetresPerDegree * Slack) + 1e-9
            : double.PositiveInfinity;
        var nearest = new NearestOnEdges(p, limitDegrees);
        Search(p, ref nearest);
        (point, metres) = nearest.IsFound ? (nearest.Point, nearest.DistanceMetres) : (default, double.PositiveInfinity);
        return nearest.IsFound && metres <= withinMetres;
    }

    /// <summary>Whether an edge may meet a cell: never wrongly no.</summary>
    internal bool MayMeet(int edge, CellBox cell)
        => cell.MayMeet(_longitudes[edge], _latitudes[edge], _longitudes[edge + 1], _latitudes[edge + 1]);

    /// <summary>Longitude and latitude of a position: edge e leads from position e to e + 1.</summary>
    internal (double X, double Y) PositionAt(int position) => (_longitudes[position], _latitudes[position]);

    /// <summary>The length of an edge in degrees, as if they were equal to the east and the north.</summary>
    internal double EdgeDegrees(int edge) => Math.Abs(_longitudes[edge + 1] - _longitudes[edge]) + Math.Abs(_latitudes[edge + 1] - _latitudes[edge]);

    /// <summary>All edges, by the position where they start.</summary>
    internal int[] EdgeIndices()
    {
        var edges = new int[VertexCount];
        var count = 0;
        for (var ring = 0; ring < RingCount; ring++)
        {
            for (var edge = _ringStarts[ring]; edge < _ringStarts[ring + 1] - 1; edge++)
            {
                edges[count++] = edge;
            }
        }

        return edges;
    }

    private Range PositionsOf(int ring)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ring);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ring, RingCount);
        return _ringStarts[ring].._ringStarts[ring + 1];
    }

    private void Search(LatLng p, ref NearestOnEdges nearest)
    {
        var home = _slabs.IndexOf(p.Latitude);
        for (int up = home, down = home - 1; up < _slabs.Count || down >= 0;)
        {
            if (up < _slabs.Count)
            {
                up = nearest.IsBeyond(_slabs.SouthOf(up) - p.Latitude) ? _slabs.Count : Look(up, ref nearest) + 1;
            }

            if (down >= 0)
            {
                down = nearest.IsBeyond(p.Latitude - _slabs.SouthOf(down + 1)) ? -1 : Look(down, ref nearest) - 1;
            }
        }
    }

    private int Look(int slab, ref NearestOnEdges nearest)
    {
        foreach (var edge in _slabs.Edges(slab))
        {
            nearest.Look(_longitudes[edge], _latitudes[edge], _longitudes[edge + 1], _latitudes[edge + 1]);
        }

        return slab;
    }

    // Both ends are at or below the ray, one of them at it: the edge can only be touched, at that end or along its whole length.
    private bool IsAtOwnLatitude(int edge, double x, double y)
    {
        var (x1, x2) = (_longitudes[edge], _longitudes[edge + 1]);
        if (_latitudes[edge] == _latitudes[edge + 1])
        {
            return x >= Math.Min(x1, x2) && x <= Math.Max(x1, x2);
        }

        return _latitudes[edge] == y ? x == x1 : x == x2;
    }

    private (int First, int Last) SlabsOf(LatLng a, LatLng b)
    {
        var (from, to) = (_slabs.IndexOf(a.Latitude), _slabs.IndexOf(b.Latitude));
        return from <= to ? (from, to) : (to, from);
    }
}
