namespace Vantage.Geo.Zones;

/// <summary>What a query found: the caller's own buffer, reused from query to query. Not safe for two threads at once.</summary>
/// <remarks>It grows to the largest answer so far; after that a query allocates nothing.</remarks>
public sealed class ZoneHits
{
    private int[] _ids = new int[16];
    private int _first;
    private int _count;
    private int[] _seen = [];
    private int _round;

    /// <summary>The ids found, ascending, each once. Valid until the next query.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, _count);

    public int Count => _count;

    public bool Contains(int id) => Ids.BinarySearch(id) >= 0;

    internal void Clear() => (_first, _count) = (0, 0);

    /// <summary>Begins another list behind what is there.</summary>
    internal void Begin() => _first = _count;

    internal void Add(int id)
    {
        if (_count == _ids.Length)
        {
            MakeRoom(1);
        }

        _ids[_count++] = id;
    }

    /// <summary>Adds an id in its place among ascending ones, unless it is there.</summary>
    internal void AddInOrder(int id)
    {
        var at = _count;
        while (at > _first && _ids[at - 1] > id)
        {
            at--;
        }

        if (at > _first && _ids[at - 1] == id)
        {
            return;
        }

        Add(id);
        if (at < _count - 1)
        {
            _ids.AsSpan(at, _count - 1 - at).CopyTo(_ids.AsSpan(at + 1));
            _ids[at] = id;
        }
    }

    internal void AddRange(ReadOnlySpan<int> ids)
    {
        if (_count + ids.Length > _ids.Length)
        {
            MakeRoom(ids.Length);
        }

        ids.CopyTo(_ids.AsSpan(_count));
        _count += ids.Length;
    }

    internal void SortDistinct()
    {
        if (_count - _first < 2)
        {
            return;
        }

        _ids.AsSpan(_first, _count - _first).Sort();
        var kept = _first + 1;
        for (var i = kept; i < _count; i++)
        {
            if (_ids[i] != _ids[kept - 1])
            {
                _ids[kept++] = _ids[i];
            }
        }

        _count = kept;
    }

    /// <summary>Forgets which entries were looked at.</summary>
    internal void StartRound(int entries)
    {
        if (_seen.Length < entries)
        {
            _seen = new int[entries];
            _round = 0;
        }
        else if (_round == int.MaxValue)
        {
            Array.Clear(_seen);
            _round = 0;
        }

        _round++;
    }

    /// <summary>Whether an entry is looked at for the first time in this round.</summary>
    internal bool IsFirstLook(int entry)
    {
        var isFirst = _seen[entry] != _round;
        _seen[entry] = _round;
        return isFirst;
    }

    // A long segment meets the same zone in leaf after leaf: drop what is there twice before asking for memory.
    private void MakeRoom(int more)
    {
        SortDistinct();
        if (_count + more > _ids.Length / 2)
        {
            Array.Resize(ref _ids, Math.Max(_ids.Length * 2, _count + more));
        }
    }
}
