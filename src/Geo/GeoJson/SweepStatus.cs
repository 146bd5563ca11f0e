namespace Vantage.Geo.GeoJson;

/// <summary>The edges that the sweep line meets, from south to north: a treap over edge numbers.</summary>
/// <remarks>
/// It is only ever cut at a point and joined again, so it needs no keys and no comparison of two edges. Priorities are a hash of
/// the edge's number: balanced for any input that does not aim at it, and the same every time.
/// </remarks>
internal sealed class SweepStatus(int edges)
{
    public const int None = -1;

    private readonly int[] _below = new int[edges];
    private readonly int[] _above = new int[edges];

    /// <summary>A tree of one edge.</summary>
    public int Single(int edge)
    {
        (_below[edge], _above[edge]) = (None, None);
        return edge;
    }

    /// <summary>Joins two trees, all of the first below all of the second.</summary>
    public int Join(int lower, int upper)
    {
        if (lower == None || upper == None)
        {
            return lower == None ? upper : lower;
        }

        if (Priority(lower) > Priority(upper))
        {
            _above[lower] = Join(_above[lower], upper);
            return lower;
        }

        _below[upper] = Join(lower, _below[upper]);
        return upper;
    }

    /// <summary>Cuts a tree into the edges for which <paramref name="isLower"/> holds, which are all the lower ones, and the rest.</summary>
    public (int Lower, int Upper) Cut(int tree, Func<int, bool> isLower)
    {
        if (tree == None)
        {
            return (None, None);
        }

        if (isLower(tree))
        {
            (_above[tree], var upper) = Cut(_above[tree], isLower);
            return (tree, upper);
        }

        (var lower, _below[tree]) = Cut(_below[tree], isLower);
        return (lower, tree);
    }

    public int Lowest(int tree)
    {
        while (tree != None && _below[tree] != None)
        {
            tree = _below[tree];
        }

        return tree;
    }

    public int Highest(int tree)
    {
        while (tree != None && _above[tree] != None)
        {
            tree = _above[tree];
        }

        return tree;
    }

    /// <summary>Adds the edges of a tree from south to north.</summary>
    public void CopyTo(int tree, List<int> list)
    {
        if (tree != None)
        {
            CopyTo(_below[tree], list);
            list.Add(tree);
            CopyTo(_above[tree], list);
        }
    }

    // The finaliser of MurmurHash3, a bijection on 32 bits, so no two edges tie.
    private static uint Priority(int edge)
    {
        var hash = unchecked((uint)edge + 0x9E3779B9);
        hash = unchecked((hash ^ (hash >> 16)) * 0x85EBCA6B);
        hash = unchecked((hash ^ (hash >> 13)) * 0xC2B2AE35);
        return hash ^ (hash >> 16);
    }
}
