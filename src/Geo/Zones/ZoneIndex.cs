using Vantage.Geo.Exact;

namespace Vantage.Geo.Zones;

/// <summary>Answers which of many shapes hold a position or are touched by a segment. Immutable; safe to read from any thread.</summary>
/// <remarks>
/// A quadtree over square cells. A leaf names the entries that hold it whole, and those whose boundary may run through it; only
/// the latter are asked, and answer exactly. Leaves are refined where boundaries run, down to some 11 m, within a budget of
/// memory that grows with the entries and their vertices; past it leaves stay coarser and answers slower, never wrong.
/// </remarks>
public sealed class ZoneIndex
{
    // Leaves for the four half-planes around the root. They hold nothing and no edge: a segment within one touches no shape.
    internal const int OutsideLeaves = 4;

    private readonly QuadTree _tree;
    private readonly int[] _ids;
    private readonly ZoneShape[] _shapes;

    private ZoneIndex(QuadTree tree, int[] ids, ZoneShape[] shapes) => (_tree, _ids, _shapes) = (tree, ids, shapes);

    /// <summary>An index of nothing.</summary>
    public static ZoneIndex Empty { get; } = Build([]);

    public int Count => _shapes.Length;

    /// <summary>Leaves in the tree: what the memory of the index goes by.</summary>
    public int LeafCount => _tree.Leaves.Length;

    /// <param name="entries">In any order. Entries that share an id are found as one.</param>
    public static ZoneIndex Build(IReadOnlyList<ZoneEntry> entries)
    {
        // Ascending by id, so that lists of ordinals and lists of ids have one order.
        var sorted = entries.OrderBy(entry => entry.Id).ToArray();
        var ids = Array.ConvertAll(sorted, entry => entry.Id);
        var shapes = Array.ConvertAll(sorted, entry => entry.Shape);
        return new(new QuadTreeBuilder(ids, shapes).Build(), ids, shapes);
    }

    /// <summary>Finds every entry whose shape contains the position.</summary>
    /// <param name="p">The position.</param>
    /// <param name="hits">Takes the ids, in place of what it held.</param>
    /// <returns>How many there are.</returns>
    public int Query(LatLng p, ZoneHits hits)
    {
        hits.Clear();
        ref readonly var leaf = ref _tree.Leaves[LeafOf(p)];
        hits.AddRange(_tree.InsideOf(leaf));
        if (leaf.PartCount == 0)
        {
            return hits.Count;
        }

        foreach (ref readonly var part in _tree.PartsOf(leaf))
        {
            if (part.EdgeCount > 0 ? _tree.Holds(leaf, part, p) : _shapes[part.Entry].Contains(p))
            {
                hits.AddInOrder(_ids[part.Entry]);
            }
        }

        return hits.Count;
    }

    /// <summary>Finds every entry whose shape the closed segment touches: so also those that contain either end.</summary>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <param name="hits">Takes the ids, in place of what it held.</param>
    /// <returns>How many there are.</returns>
    public int QuerySegment(LatLng a, LatLng b, ZoneHits hits)
    {
        hits.Clear();
        var index = LeafOf(a);
        if (index == LeafOf(b))
        {
            ref readonly var leaf = ref _tree.Leaves[index];
            hits.AddRange(_tree.InsideOf(leaf));
            if (leaf.PartCount == 0)
            {
                return hits.Count;
            }

            foreach (ref readonly var part in _tree.PartsOf(leaf))
            {
                if (_shapes[part.Entry].Touches(a, b))
                {
                    hits.Add(_ids[part.Entry]);
                }
            }
        }
        else
        {
            hits.StartRound(_shapes.Length);
            var cell = _tree.CommonCell(a, b);
            Walk(cell, a, b, GeoBox.Around(a, b), hits);
        }

        hits.SortDistinct();
        return hits.Count;
    }

    /// <summary>Finds every entry that may have a point in a box: all that do, and few more.</summary>
    /// <returns>How many there are.</returns>
    public int Candidates(GeoBox box, ZoneHits hits)
    {
        hits.Clear();
        if (_tree.IsLarge(box))
        {
            // Most of the leaves would be visited, and there are many more of them than entries.
            for (var entry = 0; entry < _shapes.Length; entry++)
            {
                AddIfBoundsMeet(entry, box, hits);
            }
        }
        else
        {
            hits.StartRound(_shapes.Length);
            WalkBox(_tree.Root, box, hits);
        }

        hits.SortDistinct();
        return hits.Count;
    }

    /// <summary>The leaf of a position: a handle that is good for this index only.</summary>
    public int LeafOf(LatLng p) => _tree.LeafOf(p);

    /// <summary>Ids, ascending, of the entries that hold the leaf whole.</summary>
    public ReadOnlySpan<int> WhollyInside(int leaf) => _tree.InsideOf(_tree.Leaves[leaf]);

    /// <summary>Whether some boundary may run through the leaf. If not, <see cref="WhollyInside"/> is the answer for all of it.</summary>
    public bool HasEdges(int leaf) => _tree.Leaves[leaf].PartCount > 0;

    /// <summary>Whether no boundary can lie between two positions: then all of the segment is in the same zones.</summary>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <param name="leaf">The leaf of <paramref name="a"/>; its <see cref="WhollyInside"/> is the answer when <see langword="true"/>.</param>
    public bool SameLeafNoEdges(LatLng a, LatLng b, out int leaf)
    {
        leaf = LeafOf(a);
        return !HasEdges(leaf) && leaf == LeafOf(b);
    }

    private void Walk(QuadCell cell, LatLng a, LatLng b, GeoBox around, ZoneHits hits)
    {
        var box = _tree.BoxOf(cell);
        if (!box.Intersects(around) || !LineMeets(box, a, b))
        {
            return;
        }

        if (cell.Node >= 0)
        {
            for (var child = 0; child < 4; child++)
            {
                Walk(_tree.Child(cell, child), a, b, around, hits);
            }

            return;
        }

        // The segment is known to touch this leaf, exactly; so it touches all that hold the leaf.
        ref readonly var leaf = ref _tree.Leaves[~cell.Node];
        hits.AddRange(_tree.InsideOf(leaf));
        foreach (ref readonly var part in _tree.PartsOf(leaf))
        {
            if (hits.IsFirstLook(part.Entry) && _shapes[part.Entry].Touches(a, b))
            {
                hits.Add(_ids[part.Entry]);
            }
        }
    }

    private void WalkBox(QuadCell cell, GeoBox box, ZoneHits hits)
    {
        if (!_tree.BoxOf(cell).Intersects(box))
        {
            return;
        }

        if (cell.Node >= 0)
        {
            for (var child = 0; child < 4; child++)
            {
                WalkBox(_tree.Child(cell, child), box, hits);
            }

            return;
        }

        ref readonly var leaf = ref _tree.Leaves[~cell.Node];
        hits.AddRange(_tree.InsideOf(leaf));
        foreach (ref readonly var part in _tree.PartsOf(leaf))
        {
            if (hits.IsFirstLook(part.Entry))
            {
                AddIfBoundsMeet(part.Entry, box, hits);
            }
        }
    }

    private void AddIfBoundsMeet(int entry, GeoBox box, ZoneHits hits)
    {
        if (_shapes[entry].Bounds.Intersects(box))
        {
            hits.Add(_ids[entry]);
        }
    }

    // The box is met when its corners are not all on one side of the line.
    private static bool LineMeets(GeoBox box, LatLng a, LatLng b)
    {
        var first = Side(box.South, box.West);
        return first == 0
            || Side(box.South, box.East) != first
            || Side(box.North, box.West) != first
            || Side(box.North, box.East) != first;

        int Side(double latitude, double longitude)
            => Orientation.Sign(a.Longitude, a.Latitude, b.Longitude, b.Latitude, longitude, latitude);
    }
}
