namespace Vantage.Geo.Zones;

/// <summary>What a query about many positions found: the caller's own buffer, reused from query to query. Not safe for two threads at once.</summary>
/// <remarks>It grows to the largest answer so far; after that a query allocates nothing.</remarks>
public sealed class ZoneHitLists
{
    private int[] _ids = new int[64];
    private int[] _ends = new int[64];
    private volatile int _touched;

    /// <summary>The positions that were asked about.</summary>
    public int Count { get; private set; }

    /// <summary>All ids found, position after position.</summary>
    public ReadOnlySpan<int> All => _ids.AsSpan(0, Count == 0 ? 0 : _ends[Count - 1]);

    /// <summary>The ids found at one of the positions, ascending, each once. Valid until the next query.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There was no such position.</exception>
    public ReadOnlySpan<int> this[int position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
            var start = position == 0 ? 0 : _ends[position - 1];
            return _ids.AsSpan(start, _ends[position] - start);
        }
    }

    internal ZoneHits One { get; } = new();

    /// <summary>Takes what was read only to have it near: without a use the reading might be left out.</summary>
    internal void Touch(int number) => _touched = number;

    internal void Begin(int positions)
    {
        Count = 0;
        if (_ends.Length < positions)
        {
            _ends = new int[Math.Max(positions, 2 * _ends.Length)];
        }
    }

    internal void Add(ReadOnlySpan<int> ids)
    {
        var start = Count == 0 ? 0 : _ends[Count - 1];
        if (_ids.Length < start + ids.Length)
        {
            Array.Resize(ref _ids, Math.Max(start + ids.Length, 2 * _ids.Length));
        }

        ids.CopyTo(_ids.AsSpan(start));
        _ends[Count++] = start + ids.Length;
    }
}
