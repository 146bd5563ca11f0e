using System.Runtime.InteropServices;
using Vantage.Geo.Exact;

namespace Vantage.Geo.Zones;

/// <summary>Builds the tree of one branch level by level, so that a budget that runs out leaves all its places equally fine.</summary>
internal sealed class BranchBuilder
{
    private const double LeastCircleMetres = 1; // Below it rounding is no longer small against the radius.
    private const int MostEdges = 16; // With more a shape's own lists are as quick.

    private readonly QuadGrid _grid;
    private readonly ZoneEntry[] _entries;
    private readonly BranchPlan _plan;
    private readonly List<int> _nodes = [];
    private readonly List<int> _nodesToDepth = [];
    private readonly List<int> _leaves = [];
    private readonly List<int> _inside = [];
    private readonly List<int> _newInside = [];
    private readonly List<double> _positions = [];
    private readonly Dictionary<(int InsideStart, int InsideCount, int Depth), int> _plainLeaves = [];
    private Level _level = new();
    private Level _nextLevel = new();
    private int _leafCount;

    private BranchBuilder(QuadGrid grid, ZoneEntry[] entries, BranchPlan plan) => (_grid, _entries, _plan) = (grid, entries, plan);

    /// <param name="grid">Of the index.</param>
    /// <param name="entries">By slot.</param>
    /// <param name="plan">What to build.</param>
    /// <param name="nodes">A budget.</param>
    /// <param name="numbers">A budget of what leaves say.</param>
    public static ZoneBranch Build(QuadGrid grid, ZoneEntry[] entries, BranchPlan plan, long nodes, long numbers) => new BranchBuilder(grid, entries, plan).Build(nodes, numbers);

    private ZoneBranch Build(long nodeBudget, long numberBudget)
    {
        Begin();
        for (var depth = _plan.Cell.Depth; _level.Pending.Count > 0; depth++)
        {
            _nodesToDepth.Add(_nodes.Count);
            var splits = ChooseSplits(depth, nodeBudget - _nodes.Count, numberBudget - _leaves.Count);
            for (var i = 0; i < _level.Pending.Count; i++)
            {
                if (splits[i])
                {
                    Split(_level.Pending[i]);
                }
                else
                {
                    SealLeaf(_level.Pending[i]);
                }
            }

            (_level, _nextLevel) = (_nextLevel, _level);
            _nextLevel.Clear();
        }

        return new(new(_plan.Cell, [.. _nodes], _nodesToDepth), [.. _leaves], [.. _positions], _plan.Inside, Array.ConvertAll(_plan.Parts, part => part.Slot), _leafCount);
    }

    private void Begin()
    {
        _nodes.Add(0);
        foreach (var part in _plan.Parts)
        {
            var start = _level.Edges.Count;
            if (_entries[part.Slot].Shape is PolygonShape polygon)
            {
                AddPositions(polygon, part.Edges);
            }

            _level.Parts.Add(new(part.Slot, start, _level.Edges.Count - start));
        }

        foreach (var slot in _plan.Inside)
        {
            _newInside.Add(_entries[slot].Id);
        }

        var (insideStart, insideCount) = AddInside(0, 0);
        PendingNode root = new(0, _plan.Cell, insideStart, insideCount, 0, _level.Parts.Count);
        if (root.PartCount > 0)
        {
            _level.Pending.Add(root);
            return;
        }

        _nodesToDepth.Add(_nodes.Count);
        SealLeaf(root);
    }

    /// <summary>Copies the ends of edges, each once where one edge follows another, and numbers the edges by where they begin here.</summary>
    private void AddPositions(PolygonShape polygon, ReadOnlySpan<int> edges)
    {
        var last = -2;
        foreach (var edge in edges)
        {
            if (edge != last + 1)
            {
                AddPosition(polygon.PositionAt(edge));
            }

            _level.Edges.Add((_positions.Count / 2) - 1);
            AddPosition(polygon.PositionAt(edge + 1));
            last = edge;
        }
    }

    private void AddPosition((double X, double Y) position)
    {
        _positions.Add(position.X);
        _positions.Add(position.Y);
    }

    private bool[] ChooseSplits(int depth, long nodesLeft, long numbersLeft)
    {
        var pending = _level.Pending;
        var splits = new bool[pending.Count];
        if (depth >= QuadGrid.MaxDepth || _grid.SizeOf(depth) <= ZoneIndexBuilder.SmallestCellDegrees)
        {
            return splits;
        }

        // The busiest first; ties in the order of the tree, so that the same entries always give the same tree.
        var order = Enumerable.Range(0, pending.Count).Where(i => pending[i].PartCount > 0);
        if (4L * pending.Count > nodesLeft || pending.Sum(node => 4L * (node.PartCount + node.InsideCount)) > numbersLeft)
        {
            order = order.OrderByDescending(i => pending[i].PartCount).ThenBy(i => i);
        }

        // Whatever is not divided further still has to write its own lists.
        numbersLeft -= pending.Sum(node => (long)node.PartCount);
        foreach (var i in order)
        {
            var numbers = 4L * (pending[i].PartCount + pending[i].InsideCount);
            if (nodesLeft >= 4 && numbersLeft >= numbers)
            {
                nodesLeft -= 4;
                numbersLeft -= numbers;
                splits[i] = true;
            }
        }

        return splits;
    }

    private void Split(in PendingNode node)
    {
        var firstChild = _nodes.Count;
        _nodes[node.Slot] = firstChild;
        CollectionsMarshal.SetCount(_nodes, firstChild + 4);
        for (var quarter = 0; quarter < 4; quarter++)
        {
            Descend(node, firstChild + quarter, node.Cell.Child(quarter));
        }
    }

    private void Descend(in PendingNode parent, int slot, QuadCell cell)
    {
        var box = _grid.WideBoxOf(cell);
        var partStart = _nextLevel.Parts.Count;
        _newInside.Clear();
        for (var i = parent.PartStart; i < parent.PartStart + parent.PartCount; i++)
        {
            var part = _level.Parts[i];
            if (PlaceOf(part, box) is Place.Inside)
            {
                _newInside.Add(_entries[part.Slot].Id);
            }
        }

        var (insideStart, insideCount) = (parent.InsideStart, parent.InsideCount); // Shared while nothing is added.
        if (_newInside.Count > 0)
        {
            (insideStart, insideCount) = AddInside(insideStart, insideCount);
        }

        PendingNode child = new(slot, cell, insideStart, insideCount, partStart, _nextLevel.Parts.Count - partStart);
        if (child.PartCount == 0)
        {
            SealLeaf(child);
        }
        else
        {
            _nextLevel.Pending.Add(child);
        }
    }

    /// <summary>Where a part is, and if its boundary may run through the box: adds it to the next level, with the edges that may.</summary>
    private Place PlaceOf(Part part, CellBox box)
    {
        var shape = _entries[part.Slot].Shape;
        if (shape is CircleShape circle)
        {
            var place = PlaceOf(circle, box);
            if (place is Place.Edge)
            {
                _nextLevel.Parts.Add(new(part.Slot, 0, 0));
            }

            return place;
        }

        var start = _nextLevel.Edges.Count;
        var positions = CollectionsMarshal.AsSpan(_positions);
        foreach (var edge in CollectionsMarshal.AsSpan(_level.Edges).Slice(part.EdgeStart, part.EdgeCount))
        {
            var ends = positions.Slice(2 * edge, 4);
            if (box.MayMeet(ends[0], ends[1], ends[2], ends[3]))
            {
                _nextLevel.Edges.Add(edge);
            }
        }

        if (_nextLevel.Edges.Count > start)
        {
            _nextLevel.Parts.Add(new(part.Slot, start, _nextLevel.Edges.Count - start));
            return Place.Edge;
        }

        return PlaceWithoutEdges(shape, box);
    }

    /// <summary>Without an edge the box is of one kind; a centre that is no position is in no shape.</summary>
    public static Place PlaceWithoutEdges(ZoneShape shape, CellBox box)
        => LatLng.TryCreate(box.Y, box.X, out var centre) && shape.Contains(centre) ? Place.Inside : Place.Outside;

    public static Place PlaceOf(CircleShape circle, CellBox box)
    {
        const double Margin = 1e-6; // Relative; for a circle of a metre still a thousand times the rounding.
        var world = new GeoBox(
            Math.Clamp(box.Y - box.Half, -90, 90),
            Math.Clamp(box.X - box.Half, -180, 180),
            Math.Clamp(box.Y + box.Half, -90, 90),
            Math.Clamp(box.X + box.Half, -180, 180));
        var (least, greatest) = circle.HaversineOver(world);
        if (circle.RadiusMetres >= LeastCircleMetres && (least > 1 + Margin || greatest < 1 - Margin))
        {
            return least > 1 ? Place.Outside : Place.Inside;
        }

        return circle.Bounds.Intersects(world) ? Place.Edge : Place.Outside;
    }

    private (int Start, int Count) AddInside(int start, int count)
    {
        var newStart = _inside.Count;
        for (var i = 0; i < count; i++)
        {
            _newInside.Add(_inside[start + i]);
        }

        _newInside.Sort();
        foreach (var id in _newInside)
        {
            if (_inside.Count == newStart || _inside[^1] != id)
            {
                _inside.Add(id);
            }
        }

        return (newStart, _inside.Count - newStart);
    }

    private void SealLeaf(in PendingNode node)
    {
        _leafCount++;
        var inside = CollectionsMarshal.AsSpan(_inside).Slice(node.InsideStart, node.InsideCount);
        if (node.PartCount == 0)
        {
            // Leaves that say the same are one row.
            ref var plain = ref CollectionsMarshal.GetValueRefOrAddDefault(_plainLeaves, (node.InsideStart, node.InsideCount, node.Cell.Depth), out var isWritten);
            plain = isWritten ? plain : LeafReader.Write(_leaves, inside, 0, node.Cell.Depth);
            _nodes[node.Slot] = ~plain;
            return;
        }

        _nodes[node.Slot] = ~LeafReader.Write(_leaves, inside, node.PartCount, node.Cell.Depth);
        var shift = QuadGrid.MaxDepth - node.Cell.Depth;
        var (cornerX, cornerY) = _grid.CornerAt(node.Cell.Column << shift, node.Cell.Row << shift, node.Cell.Depth);
        for (var i = node.PartStart; i < node.PartStart + node.PartCount; i++)
        {
            SealPart(_level.Parts[i], cornerX, cornerY);
        }
    }

    /// <summary>With its edges, where they are few, and the corner is a position that lies on none of them.</summary>
    private void SealPart(Part part, double cornerX, double cornerY)
    {
        var edges = CollectionsMarshal.AsSpan(_level.Edges).Slice(part.EdgeStart, part.EdgeCount);
        var hasEdges = edges.Length is > 0 and <= MostEdges && LatLng.TryCreate(cornerY, cornerX, out _);
        var positions = CollectionsMarshal.AsSpan(_positions);
        for (var i = 0; i < edges.Length && hasEdges; i++)
        {
            var ends = positions.Slice(2 * edges[i], 4);
            hasEdges = Orientation.Sign(ends[0], ends[1], ends[2], ends[3], cornerX, cornerY) != 0;
        }

        LeafReader.WritePart(_leaves, part.Slot, hasEdges ? edges : [], hasEdges && _entries[part.Slot].Shape.Contains(LatLng.Trusted(cornerY, cornerX)));
    }

    public enum Place
    {
        Outside,
        Inside,
        Edge,
    }

    /// <summary>The edges of one entry that may meet a cell, by their numbers here. A circle is a part without edges.</summary>
    private readonly record struct Part(int Slot, int EdgeStart, int EdgeCount);

    private readonly record struct PendingNode(int Slot, QuadCell Cell, int InsideStart, int InsideCount, int PartStart, int PartCount);

    private sealed class Level
    {
        public List<PendingNode> Pending { get; } = [];

        public List<Part> Parts { get; } = [];

        public List<int> Edges { get; } = [];

        public void Clear()
        {
            Pending.Clear();
            Parts.Clear();
            Edges.Clear();
        }
    }
}
