namespace Vantage.Geo.Zones;

/// <summary>Answers which of many shapes hold a position or are touched by a segment. Immutable; safe to read from any thread.</summary>
/// <remarks>
/// A quadtree over square cells. A leaf names the entries that hold it whole, and those whose boundary may run through it; only
/// the latter are asked, and answer exactly. Leaves are refined where boundaries run, down to some 11 m, within a budget of
/// memory that grows with the entries and their vertices; past it leaves stay coarser and answers slower, never wrong.
/// The tree is of branches, each with few entries: they are built side by side, and a change builds those anew that it concerns.
/// </remarks>
public sealed partial class ZoneIndex
{
    // Branches for the four half-planes around the square. They hold nothing and no edge: a segment within one touches no shape.
    internal const int OutsideBranches = 4;

    private readonly QuadGrid _grid;
    private readonly GeoBox _bounds;
    private readonly QuadTree _top;
    private readonly ZoneBranch[] _branches;
    private readonly ZoneBudget _budget;
    private readonly ZoneEntry[] _entries; // By slot; without a shape where an entry is no longer.

    private ZoneIndex(QuadGrid grid, GeoBox bounds, QuadTree top, ZoneBranch[] branches, ZoneBudget budget, ZoneEntry[] entries)
    {
        (_grid, _bounds, _top, _branches, _budget, _entries) = (grid, bounds, top, branches, budget, entries);
        Count = entries.Count(IsThere);
        LeafCount = branches.Sum(branch => branch.LeafCount);
    }

    /// <summary>An index of nothing.</summary>
    public static ZoneIndex Empty { get; } = Build([]);

    public int Count { get; }

    /// <summary>Leaves in the tree: what the memory of the index goes by.</summary>
    public int LeafCount { get; }

    /// <param name="entries">In any order. Entries that share an id are found as one.</param>
    /// <exception cref="ArgumentException">An entry has no shape.</exception>
    public static ZoneIndex Build(IReadOnlyList<ZoneEntry> entries)
    {
        CheckShapes(entries, nameof(entries));
        var sorted = entries.OrderBy(entry => entry.Id).ToArray();
        var builder = new ZoneIndexBuilder(sorted);
        var (top, branches, budget) = builder.Build();
        return new(builder.Grid, builder.Bounds, top, branches, budget, sorted);
    }

    /// <summary>An index of other entries: only the branches that the change concerns are built, where it stays within the box of all that was there.</summary>
    /// <param name="removed">Ids of entries that are no longer; those that are not there are passed over.</param>
    /// <param name="added">Entries that are new; an id may be one of those removed.</param>
    /// <exception cref="ArgumentException">A new entry has no shape.</exception>
    public ZoneIndex With(IReadOnlyCollection<int> removed, IReadOnlyList<ZoneEntry> added)
    {
        ArgumentNullException.ThrowIfNull(removed);
        CheckShapes(added, nameof(added));
        var gone = removed.ToHashSet();
        ZoneEntry[] entries = [.. _entries.Select(entry => gone.Contains(entry.Id) ? default : entry), .. added];
        GeoBox[] changes = [.. _entries.Where(entry => IsThere(entry) && gone.Contains(entry.Id)).Concat(added).Select(entry => entry.Shape.Bounds)];
        var isSparse = entries.Count(IsThere) < entries.Length / 2;
        if (isSparse || !added.All(entry => _bounds.Union(entry.Shape.Bounds) == _bounds))
        {
            return Build(Array.FindAll(entries, IsThere));
        }

        var branches = _branches.ToArray();
        var concerned = Enumerable.Range(OutsideBranches, branches.Length - OutsideBranches).Where(branch => IsConcerned(branches[branch].Cell)).ToArray();
        var newSlots = Enumerable.Range(_entries.Length, added.Count).ToArray();
        var isOverfull = false;
        Parallel.ForEach(concerned, at =>
        {
            var slots = branches[at].Inside.Concat(branches[at].Parts).Where(slot => IsThere(entries[slot])).Concat(newSlots).OrderBy(slot => entries[slot].Id);
            if (!ZoneIndexBuilder.TryBuildAnew(_grid, entries, branches[at].Cell, slots, _budget, out branches[at]))
            {
                isOverfull = true;
            }
        });

        return isOverfull ? Build(Array.FindAll(entries, IsThere)) : new(_grid, _bounds, _top, branches, _budget, entries);

        bool IsConcerned(QuadCell cell)
        {
            var box = _grid.WideBoxOf(cell).ToGeoBox();
            return Array.Exists(changes, change => change.Intersects(box));
        }
    }

    /// <summary>Finds every entry whose shape contains the position.</summary>
    /// <param name="p">The position.</param>
    /// <param name="hits">Takes the ids, in place of what it held.</param>
    /// <returns>How many there are.</returns>
    public int Query(LatLng p, ZoneHits hits)
    {
        hits.Clear();
        if (_grid.TryPlace(p, out var column, out var row))
        {
            ref readonly var branch = ref _branches[_top.Find(column, row)];
            Query(p, column, row, in branch, branch.Leaf(branch.Tree.Find(column, row)), hits);
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
        if (IsSameLeaf(a, b, out var at))
        {
            var leaf = Leaf(at);
            hits.AddRange(leaf.Inside);
            foreach (var part in leaf)
            {
                if (_entries[part.Slot].Shape.Touches(a, b))
                {
                    hits.Add(_entries[part.Slot].Id);
                }
            }
        }
        else
        {
            hits.StartRound(_entries.Length);
            WalkSegment(new(a, b), hits);
        }

        hits.SortDistinct();
        return hits.Count;
    }

    /// <summary>Finds every entry that may have a point in a box: all that do, and few more.</summary>
    /// <returns>How many there are.</returns>
    public int Candidates(GeoBox box, ZoneHits hits)
    {
        hits.Clear();
        if (Math.Max(box.North - box.South, box.East - box.West) > _grid.SizeDegrees / 16)
        {
            // Most of the leaves would be visited, and there are many more of them than entries.
            foreach (var entry in _entries)
            {
                if (IsThere(entry) && entry.Shape.Bounds.Intersects(box))
                {
                    hits.Add(entry.Id);
                }
            }
        }
        else
        {
            hits.StartRound(_entries.Length);
            Walk(TopTree, _top.Root, _top.Cell, new BoxProbe(box), hits);
        }

        hits.SortDistinct();
        return hits.Count;
    }

    /// <summary>The leaf of a position.</summary>
    public ZoneLeaf LeafOf(LatLng p) => _grid.TryPlace(p, out var column, out var row) ? LeafAt(column, row) : new(_grid.SideOf(p), 0);

    /// <summary>Ids, ascending, of the entries that hold the leaf whole.</summary>
    public ReadOnlySpan<int> WhollyInside(ZoneLeaf leaf) => Leaf(leaf).Inside;

    /// <summary>Whether some boundary may run through the leaf. If not, <see cref="WhollyInside"/> is the answer for all of it.</summary>
    public bool HasEdges(ZoneLeaf leaf) => Leaf(leaf).PartCount > 0;

    /// <summary>Whether no boundary can lie between two positions: then all of the segment is in the same zones.</summary>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <param name="leaf">One that <paramref name="a"/> is in; its <see cref="WhollyInside"/> is the answer when <see langword="true"/>.</param>
    public bool SameLeafNoEdges(LatLng a, LatLng b, out ZoneLeaf leaf) => IsSameLeaf(a, b, out leaf) && !HasEdges(leaf);

    private static void CheckShapes(IReadOnlyList<ZoneEntry> entries, string name)
    {
        ArgumentNullException.ThrowIfNull(entries, name);
        if (!entries.All(IsThere))
        {
            throw new ArgumentException("An entry has no shape.", name);
        }
    }

    private static bool IsThere(ZoneEntry entry) => entry.Shape is not null;

    private ZoneLeaf LeafAt(int column, int row)
    {
        var branch = _top.Find(column, row);
        return new(branch, _branches[branch].Tree.Find(column, row));
    }

    private LeafReader Leaf(ZoneLeaf leaf) => _branches[leaf.Branch].Leaf(leaf.Start);

    /// <summary>Whether two positions are in one cell without further division, or in one half-plane outside: so is then all that is between them.</summary>
    private bool IsSameLeaf(LatLng a, LatLng b, out ZoneLeaf leaf)
    {
        var isOtherIn = _grid.TryPlace(b, out var otherColumn, out var otherRow);
        if (!_grid.TryPlace(a, out var column, out var row))
        {
            leaf = new(_grid.SideOf(a), 0);
            return !isOtherIn && _grid.SideOf(b) == leaf.Branch;
        }

        leaf = LeafAt(column, row);
        var shift = QuadGrid.MaxDepth - Leaf(leaf).Depth; // Rows that say the same are shared, so what tells leaves apart is their cell.
        return isOtherIn && column >> shift == otherColumn >> shift && row >> shift == otherRow >> shift;
    }

    private void Query(LatLng p, int column, int row, in ZoneBranch branch, LeafReader leaf, ZoneHits hits)
    {
        hits.AddRange(leaf.Inside);
        if (leaf.PartCount == 0)
        {
            return;
        }

        var (cornerX, cornerY) = _grid.CornerAt(column, row, leaf.Depth);
        foreach (var part in leaf)
        {
            var entry = _entries[part.Slot];
            if (part.Edges.Length > 0 ? branch.Holds(in part, cornerX, cornerY, p) : entry.Shape.Contains(p))
            {
                hits.AddInOrder(entry.Id);
            }
        }
    }
}
