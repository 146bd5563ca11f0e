using Vantage.Geo.Exact;

namespace Vantage.Geo.Zones;

/// <summary>Builds the tree level by level, so that a budget that runs out leaves all places equally fine.</summary>
internal sealed class QuadTreeBuilder
{
    private const double SmallestCellDegrees = 1e-4; // About 11 m.
    private const double LeastCircleMetres = 1; // Below it rounding is no longer small against the radius.
    private const int MostEdges = 16; // With more a shape's own lists are as quick.

    private readonly int[] _ids;
    private readonly ZoneShape[] _shapes;
    private readonly List<int> _nodes = [];
    private readonly List<QuadLeaf> _leaves = [];
    private readonly List<int> _inside = [];
    private readonly List<LeafPart> _parts = [];
    private readonly List<int> _edges = [];
    private readonly List<int> _newInside = [];
    private readonly int[] _firstPositions;
    private readonly double[] _positions;
    private double _south;
    private double _west;
    private double _sizeDegrees;
    private Level _level = new();
    private Level _nextLevel = new();

    public QuadTreeBuilder(int[] ids, ZoneShape[] shapes)
    {
        (_ids, _shapes) = (ids, shapes);
        (_firstPositions, _positions) = Gather(shapes);
        for (var outside = 0; outside < ZoneIndex.OutsideLeaves; outside++)
        {
            _leaves.Add(default);
        }
    }

    public QuadTree Build()
    {
        SetRoot();
        var (nodeBudget, listBudget) = Budgets();
        _nodes.Add(0); // The root's slot; children come in fours after it.
        var depth = 0;
        for (; _level.Pending.Count > 0; depth++)
        {
            var splits = ChooseSplits(depth, nodeBudget - _nodes.Count, listBudget - _inside.Count - _parts.Count);
            for (var i = 0; i < _level.Pending.Count; i++)
            {
                if (splits[i])
                {
                    Split(_level.Pending[i], depth);
                }
                else
                {
                    SealLeaf(_level.Pending[i], depth);
                }
            }

            (_level, _nextLevel) = (_nextLevel, _level);
            _nextLevel.Clear();
        }

        return new(
            _south, _west, _sizeDegrees, _nodes[0], depth, [.. _nodes], [.. _leaves], [.. _inside], [.. _parts], new(_positions, [.. _edges]));
    }

    // Enough that every zone of some hundred metres can be outlined in small cells, and bounded for the rest.
    private (int Nodes, int Lists) Budgets()
    {
        var vertices = _shapes.Sum(shape => (long)shape.VertexCount);
        return (
            (int)Math.Clamp(400L * _shapes.Length + 8 * vertices, 1 << 14, 6_000_000),
            (int)Math.Clamp(1000L * _shapes.Length + 8 * vertices, 1 << 18, 40_000_000));
    }

    private void SetRoot()
    {
        var bounds = _shapes.Length == 0 ? default : _shapes[0].Bounds;
        foreach (var shape in _shapes)
        {
            bounds = bounds.Union(shape.Bounds);
        }

        const double Rim = 1e-6;
        (_south, _west) = (bounds.South - Rim, bounds.West - Rim);
        _sizeDegrees = Math.Max(bounds.North - bounds.South, bounds.East - bounds.West) + 2 * Rim;
        for (var entry = 0; entry < _shapes.Length; entry++)
        {
            var start = _level.Edges.Count;
            if (_shapes[entry] is PolygonShape polygon)
            {
                _level.Edges.AddRange(polygon.EdgeIndices());
            }

            _level.Parts.Add(new(entry, start, _level.Edges.Count - start));
        }

        _level.Pending.Add(new(0, 0, 0, 0, 0, 0, _shapes.Length));
    }

    private bool[] ChooseSplits(int depth, long nodesLeft, long listsLeft)
    {
        var pending = _level.Pending;
        var splits = new bool[pending.Count];
        if (depth >= QuadTree.MaxDepth || Math.ScaleB(_sizeDegrees, -depth) <= SmallestCellDegrees)
        {
            return splits;
        }

        // The busiest first; ties in the order of the tree, so that the same entries always give the same tree.
        var order = Enumerable.Range(0, pending.Count).Where(i => pending[i].PartCount > 0);
        if (4L * pending.Count > nodesLeft || pending.Sum(node => 4L * (node.PartCount + node.InsideCount)) > listsLeft)
        {
            order = order.OrderByDescending(i => pending[i].PartCount).ThenBy(i => i);
        }

        // Whatever is not divided further still has to write its own lists.
        listsLeft -= pending.Sum(node => (long)node.PartCount);
        foreach (var i in order)
        {
            var lists = 4L * (pending[i].PartCount + pending[i].InsideCount);
            if (nodesLeft >= 4 && listsLeft >= lists)
            {
                nodesLeft -= 4;
                listsLeft -= lists;
                splits[i] = true;
            }
        }

        return splits;
    }

    private void Split(in PendingNode node, int depth)
    {
        var firstChild = _nodes.Count;
        _nodes[node.Slot] = firstChild;
        for (var child = 0; child < 4; child++)
        {
            _nodes.Add(0);
        }

        var size = Math.ScaleB(_sizeDegrees, -(depth + 1));
        for (var child = 0; child < 4; child++)
        {
            var (column, row) = ((node.Column << 1) | (child & 1), (node.Row << 1) | (child >> 1));
            var box = new CellBox(_west + (column + 0.5) * size, _south + (row + 0.5) * size, size / 2 + QuadTree.Slack);
            Descend(node, firstChild + child, depth + 1, column, row, box);
        }
    }

    private void Descend(in PendingNode parent, int slot, int depth, int column, int row, CellBox box)
    {
        var partStart = _nextLevel.Parts.Count;
        _newInside.Clear();
        for (var i = parent.PartStart; i < parent.PartStart + parent.PartCount; i++)
        {
            var part = _level.Parts[i];
            var place = _shapes[part.Entry] is PolygonShape polygon
                ? PlacePolygon(polygon, part, box)
                : PlaceCircle((CircleShape)_shapes[part.Entry], part, box);
            if (place is Place.Inside)
            {
                _newInside.Add(_ids[part.Entry]);
            }
        }

        var (insideStart, insideCount) = (parent.InsideStart, parent.InsideCount); // Shared while nothing is added.
        if (_newInside.Count > 0)
        {
            (insideStart, insideCount) = AddInside(insideStart, insideCount);
        }

        var child = new PendingNode(slot, column, row, insideStart, insideCount, partStart, _nextLevel.Parts.Count - partStart);
        if (child.PartCount == 0)
        {
            SealLeaf(child, depth);
        }
        else
        {
            _nextLevel.Pending.Add(child);
        }
    }

    private Place PlacePolygon(PolygonShape polygon, Part part, CellBox box)
    {
        var start = _nextLevel.Edges.Count;
        for (var i = part.EdgeStart; i < part.EdgeStart + part.EdgeCount; i++)
        {
            var edge = _level.Edges[i];
            if (polygon.MayMeet(edge, box))
            {
                _nextLevel.Edges.Add(edge);
            }
        }

        if (_nextLevel.Edges.Count > start)
        {
            _nextLevel.Parts.Add(new(part.Entry, start, _nextLevel.Edges.Count - start));
            return Place.Edge;
        }

        // Without an edge the cell is of one kind; a centre that is no position is in no shape.
        return LatLng.TryCreate(box.Y, box.X, out var centre) && polygon.Contains(centre) ? Place.Inside : Place.Outside;
    }

    private Place PlaceCircle(CircleShape circle, Part part, CellBox box)
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

        if (!circle.Bounds.Intersects(world))
        {
            return Place.Outside;
        }

        _nextLevel.Parts.Add(new(part.Entry, 0, 0));
        return Place.Edge;
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

    private void SealLeaf(in PendingNode node, int depth)
    {
        var partStart = _parts.Count;
        for (var i = node.PartStart; i < node.PartStart + node.PartCount; i++)
        {
            // Sealed while its own level is read: a node without parts may come from the level below, and has none to read.
            _parts.Add(Seal(_level.Parts[i], QuadTree.CornerOf(_south, _west, _sizeDegrees / QuadTree.Cells, depth, node.Column, node.Row)));
        }

        _nodes[node.Slot] = ~_leaves.Count;
        _leaves.Add(new(node.InsideStart, node.InsideCount, partStart, node.PartCount, depth));
    }

    /// <summary>With its edges, where they are few, and the corner is a position that lies on none of them.</summary>
    private LeafPart Seal(Part part, (double X, double Y) corner)
    {
        if (part.EdgeCount is 0 or > MostEdges || !LatLng.TryCreate(corner.Y, corner.X, out var position))
        {
            return new(part.Entry, 0, 0, HoldsCorner: false);
        }

        var (polygon, start, first) = ((PolygonShape)_shapes[part.Entry], _edges.Count, _firstPositions[part.Entry]);
        for (var i = part.EdgeStart; i < part.EdgeStart + part.EdgeCount; i++)
        {
            var edge = first + _level.Edges[i];
            _edges.Add(edge);
            var ends = _positions.AsSpan(2 * edge, 4);
            if (Orientation.Sign(ends[0], ends[1], ends[2], ends[3], corner.X, corner.Y) == 0)
            {
                _edges.RemoveRange(start, _edges.Count - start);
                return new(part.Entry, 0, 0, HoldsCorner: false);
            }
        }

        return new(part.Entry, start, (short)part.EdgeCount, polygon.Contains(position));
    }

    /// <summary>The positions of all polygons in one row, and where each shape's begin.</summary>
    private static (int[] First, double[] Positions) Gather(ZoneShape[] shapes)
    {
        var (first, positions) = (new int[shapes.Length], new List<double>());
        for (var entry = 0; entry < shapes.Length; entry++)
        {
            first[entry] = positions.Count / 2;
            for (var ring = 0; shapes[entry] is PolygonShape polygon && ring < polygon.RingCount; ring++)
            {
                var longitudes = polygon.Longitudes(ring);
                var latitudes = polygon.Latitudes(ring);
                for (var i = 0; i < longitudes.Length; i++)
                {
                    positions.Add(longitudes[i]);
                    positions.Add(latitudes[i]);
                }
            }
        }

        return (first, [.. positions]);
    }

    private enum Place
    {
        Outside,
        Inside,
        Edge,
    }

    /// <summary>The edges of one entry that may meet a cell. A circle is a part without edges.</summary>
    private readonly record struct Part(int Entry, int EdgeStart, int EdgeCount);

    private readonly record struct PendingNode(
        int Slot, int Column, int Row, int InsideStart, int InsideCount, int PartStart, int PartCount);

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
