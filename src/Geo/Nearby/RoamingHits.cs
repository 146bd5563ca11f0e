namespace Vantage.Geo.Nearby;

/// <summary>What a query found: the caller's own buffer, reused from query to query. Not safe for two threads at once.</summary>
/// <remarks>It grows to the largest answer so far; after that a query allocates nothing.</remarks>
public sealed class RoamingHits
{
    private static readonly Comparison<RoamingHit> NearestFirst = Compare;

    private RoamingHit[] _hits = new RoamingHit[16];
    private int _most;
    private bool _isHeap;

    /// <summary>The nearest first; of those at the same distance the least number first. Valid until the next query.</summary>
    public ReadOnlySpan<RoamingHit> All => _hits.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>As many as were asked for.</summary>
    internal bool IsFull => Count == _most;

    /// <summary>Of those kept so far. Asked when that is as many as were asked for.</summary>
    internal double FarthestMetres
    {
        get
        {
            MakeHeap();
            return _hits[0].Metres;
        }
    }

    /// <param name="most">Of more than so many, the nearest are kept.</param>
    internal void Begin(int most) => (Count, _most, _isHeap) = (0, most, false);

    /// <summary>Whether a hit would be among the nearest so far.</summary>
    internal bool Wants(RoamingHit hit)
    {
        MakeHeap();
        return !IsFull || Compare(hit, _hits[0]) < 0;
    }

    /// <summary>Keeps a hit that is wanted, if need be in place of the farthest.</summary>
    internal void Keep(RoamingHit hit)
    {
        if (IsFull)
        {
            Sink(0, hit);
            return;
        }

        if (Count == _hits.Length)
        {
            Array.Resize(ref _hits, 2 * Count);
        }

        _hits[Count++] = hit;
    }

    internal void Sort() => _hits.AsSpan(0, Count).Sort(NearestFirst);

    private static int Compare(RoamingHit a, RoamingHit b) => a.Metres != b.Metres ? a.Metres.CompareTo(b.Metres) : a.Unit.CompareTo(b.Unit);

    // The farthest on top. Made once there are as many as were asked for, and not before.
    private void MakeHeap()
    {
        if (_isHeap || !IsFull)
        {
            return;
        }

        _isHeap = true;
        for (var at = (Count / 2) - 1; at >= 0; at--)
        {
            Sink(at, _hits[at]);
        }
    }

    /// <summary>Puts a hit at a place of the heap, or below it.</summary>
    private void Sink(int at, RoamingHit hit)
    {
        for (var child = (2 * at) + 1; child < Count; child = (2 * at) + 1)
        {
            child += child + 1 < Count && Compare(_hits[child + 1], _hits[child]) > 0 ? 1 : 0;
            if (Compare(_hits[child], hit) <= 0)
            {
                break;
            }

            _hits[at] = _hits[child];
            at = child;
        }

        _hits[at] = hit;
    }
}
