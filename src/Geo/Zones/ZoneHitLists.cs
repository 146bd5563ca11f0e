namespace Vantage.Geo.Zones;

/// <summary>What a query about many positions found: the caller's own buffer, reused from query to query. Not safe for two threads at once.</summary>
/// <remarks>It grows to the largest answer so far; after that a query allocates nothing.</remarks>
public sealed class ZoneHitLists
{
    private readonly ZoneHits _hits = new();
    private int[] _ends = new int[64];

    /// <summary>The positions that were asked about.</summary>
    public int Count { get; private set; }

    /// <summary>All ids found, position after position.</summary>
    public ReadOnlySpan<int> All => _hits.Ids;

    /// <summary>The ids found at one of the positions, ascending, each once. Valid until the next query.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There was no such position.</exception>
    public ReadOnlySpan<int> this[int position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
            var start = position == 0 ? 0 : _ends[position - 1];
            return All[start.._ends[position]];
        }
    }

    internal void Clear(int positions)
    {
        _hits.Clear();
        Count = 0;
        if (_ends.Length < positions)
        {
            _ends = new int[Math.Max(positions, 2 * _ends.Length)];
        }
    }

    /// <summary>What takes the ids of the next position, until <see cref="Close"/>.</summary>
    internal ZoneHits Open()
    {
        _hits.Begin();
        return _hits;
    }

    internal void Close() => _ends[Count++] = _hits.Count;
}
