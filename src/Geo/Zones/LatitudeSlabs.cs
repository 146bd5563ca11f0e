namespace Vantage.Geo.Zones;

/// <summary>The edges of a polygon by bands of latitude: a question about one latitude looks at one band only.</summary>
/// <remarks>
/// An edge is listed in every band that it reaches. The bands are as many as keep these lists below four times the edges, so a
/// coastline of 100,000 vertices is asked like one of a few dozen.
/// </remarks>
internal sealed class LatitudeSlabs
{
    private readonly double _south;
    private readonly double _slabsPerDegree;
    private readonly int[] _starts;
    private readonly int[] _edges;

    /// <param name="latitudes">Of all positions; edge e leads from position e to e + 1.</param>
    /// <param name="edges">The edges that count.</param>
    /// <param name="south">The least latitude.</param>
    /// <param name="north">The greatest latitude.</param>
    public LatitudeSlabs(double[] latitudes, ReadOnlySpan<int> edges, double south, double north)
    {
        _south = south;
        Count = Math.Max(1, edges.Length / 2);
        while (true)
        {
            _slabsPerDegree = north > south ? Count / (north - south) : 0;
            if (!double.IsFinite(_slabsPerDegree))
            {
                _slabsPerDegree = 0;
            }

            if (Count == 1 || Reach(latitudes, edges) <= 4L * edges.Length)
            {
                break;
            }

            Count /= 2;
        }

        _starts = new int[Count + 1];
        foreach (var edge in edges)
        {
            var (first, last) = SlabsOf(latitudes, edge);
            for (var slab = first; slab <= last; slab++)
            {
                _starts[slab + 1]++;
            }
        }

        for (var slab = 0; slab < Count; slab++)
        {
            _starts[slab + 1] += _starts[slab];
        }

        _edges = new int[_starts[Count]];
        var next = _starts.AsSpan(0, Count).ToArray();
        foreach (var edge in edges)
        {
            var (first, last) = SlabsOf(latitudes, edge);
            for (var slab = first; slab <= last; slab++)
            {
                _edges[next[slab]++] = edge;
            }
        }
    }

    public int Count { get; }

    /// <summary>The band of a latitude; one outside is given the nearest band.</summary>
    // Not exact, but monotone, and that is all it takes: an edge is in every band between those of its ends.
    public int IndexOf(double latitude) => (int)Math.Clamp((latitude - _south) * _slabsPerDegree, 0, Count - 1);

    public ReadOnlySpan<int> Edges(int slab) => _edges.AsSpan(_starts[slab], _starts[slab + 1] - _starts[slab]);

    /// <summary>The southern border of a band, to within rounding.</summary>
    public double SouthOf(int slab) => _slabsPerDegree == 0 ? _south : _south + slab / _slabsPerDegree;

    private long Reach(double[] latitudes, ReadOnlySpan<int> edges)
    {
        var reach = 0L;
        foreach (var edge in edges)
        {
            var (first, last) = SlabsOf(latitudes, edge);
            reach += last - first + 1;
        }

        return reach;
    }

    private (int First, int Last) SlabsOf(double[] latitudes, int edge)
    {
        var from = IndexOf(latitudes[edge]);
        var to = IndexOf(latitudes[edge + 1]);
        return from <= to ? (from, to) : (to, from);
    }
}
