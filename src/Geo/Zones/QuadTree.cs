using Vantage.Geo.Exact;

namespace Vantage.Geo.Zones;

/// <summary>A leaf: where its two lists are, and how deep it lies.</summary>
internal readonly struct QuadLeaf(int insideStart, int insideCount, int partStart, int partCount, int depth)
{
    private const int DepthBits = 5;

    // 16 bytes and no more: there are millions, and they are read at random.
    private readonly int _partCountAndDepth = (partCount << DepthBits) | depth;

    public int InsideStart { get; } = insideStart;

    public int InsideCount { get; } = insideCount;

    public int PartStart { get; } = partStart;

    public int PartCount => _partCountAndDepth >> DepthBits;

    public int Depth => _partCountAndDepth & ((1 << DepthBits) - 1);
}

/// <summary>An entry whose boundary may run through a leaf, with its edges that do.</summary>
/// <param name="Entry">Its ordinal.</param>
/// <param name="EdgeStart">Where its edges begin.</param>
/// <param name="EdgeCount">None: the shape itself has to be asked.</param>
/// <param name="HoldsCorner">Whether it holds the leaf's corner in the south-west, which is on none of these edges.</param>
internal readonly record struct LeafPart(int Entry, int EdgeStart, short EdgeCount, bool HoldsCorner);

/// <summary>The boundaries of all polygons, and which of their edges run through which leaf.</summary>
/// <param name="Positions">Longitude and latitude in turn, of all positions of all rings; edge e leads from position e to e + 1.</param>
/// <param name="Edges">Edges, part by part.</param>
internal readonly record struct LeafEdges(double[] Positions, int[] Edges);

/// <summary>A place in the tree: a node, its depth, and its column and row among the cells of that depth.</summary>
/// <param name="Node">The first of four child slots, or the complement of a leaf's number.</param>
/// <param name="Depth">0 for the root.</param>
/// <param name="Column">From west.</param>
/// <param name="Row">From south.</param>
internal readonly record struct QuadCell(int Node, int Depth, int Column, int Row);

/// <summary>The flat arrays of a quadtree and the way down it.</summary>
/// <remarks>
/// A position becomes whole numbers once, and their bits are the way down: no box is looked at. A table of all cells of one
/// depth replaces the upper levels. The mapping rounds by at most 1e-12 degrees, which is why <see cref="QuadTreeBuilder"/>
/// decides with boxes that are wider than the cells by <see cref="Slack"/>.
/// </remarks>
internal sealed class QuadTree
{
    public const int MaxDepth = 22;

    /// <summary>Degrees by which a cell is widened where it must be known to be free of edges. About a micrometre.</summary>
    public const double Slack = 1e-11;

    public const int Cells = 1 << MaxDepth;

    private readonly double _south;
    private readonly double _west;
    private readonly double _cellDegrees;
    private readonly double _cellsPerDegree;
    private readonly int[] _nodes;
    private readonly int[] _inside;
    private readonly LeafPart[] _parts;
    private readonly LeafEdges _edges;
    private readonly int[] _top;
    private readonly int _topDepth;

    public QuadTree(
        double south, double west, double sizeDegrees, int rootNode, int depth, int[] nodes, QuadLeaf[] leaves, int[] inside, LeafPart[] parts, LeafEdges edges)
    {
        (_south, _west, _nodes, Leaves, _inside, _parts, _edges) = (south, west, nodes, leaves, inside, parts, edges);
        _cellDegrees = sizeDegrees / Cells;
        _cellsPerDegree = Cells / sizeDegrees;
        Root = new(rootNode, 0, 0, 0);
        _topDepth = Math.Min(depth, 8);
        _top = new int[1 << (2 * _topDepth)];
        FillTop(Root);
    }

    public QuadLeaf[] Leaves { get; }

    public QuadCell Root { get; }

    /// <summary>Ids of the entries that hold the leaf.</summary>
    public ReadOnlySpan<int> InsideOf(in QuadLeaf leaf) => _inside.AsSpan(leaf.InsideStart, leaf.InsideCount);

    /// <summary>The entries whose boundary may run through the leaf.</summary>
    public ReadOnlySpan<LeafPart> PartsOf(in QuadLeaf leaf) => _parts.AsSpan(leaf.PartStart, leaf.PartCount);

    /// <summary>Whether a part of a leaf holds a position of that leaf, where the part has edges.</summary>
    /// <remarks>
    /// What lies between the corner and the position are the leaf's own edges: each that is crossed on the straight way changes the
    /// side. Where the way leads through a vertex, the vertex counts to the left of it, for both of its edges.
    /// </remarks>
    public bool Holds(in QuadLeaf leaf, in LeafPart part, LatLng p)
    {
        var (x, y) = (p.Longitude, p.Latitude);
        var (cornerX, cornerY) = CornerOf(leaf.Depth, ColumnOf(x) >> (MaxDepth - leaf.Depth), RowOf(y) >> (MaxDepth - leaf.Depth));
        var isInside = part.HoldsCorner;
        foreach (var edge in _edges.Edges.AsSpan(part.EdgeStart, part.EdgeCount))
        {
            var ends = _edges.Positions.AsSpan(2 * edge, 4);
            var (x1, y1, x2, y2) = (ends[0], ends[1], ends[2], ends[3]);
            var side = Orientation.Sign(x1, y1, x2, y2, x, y);
            if (side == 0)
            {
                if (x >= Math.Min(x1, x2) && x <= Math.Max(x1, x2) && y >= Math.Min(y1, y2) && y <= Math.Max(y1, y2))
                {
                    return true;
                }
            }
            else if (Orientation.Sign(x1, y1, x2, y2, cornerX, cornerY) == -side)
            {
                isInside ^= Orientation.Sign(cornerX, cornerY, x, y, x1, y1) >= 0 != Orientation.Sign(cornerX, cornerY, x, y, x2, y2) >= 0;
            }
        }

        return isInside;
    }

    /// <summary>Longitude and latitude of the corner in the south-west of a cell.</summary>
    public static (double X, double Y) CornerOf(double south, double west, double cellDegrees, int depth, int column, int row)
        => (west + (((long)column << (MaxDepth - depth)) * cellDegrees), south + (((long)row << (MaxDepth - depth)) * cellDegrees));

    private (double X, double Y) CornerOf(int depth, int column, int row) => CornerOf(_south, _west, _cellDegrees, depth, column, row);

    private int ColumnOf(double longitude) => (int)((longitude - _west) * _cellsPerDegree);

    private int RowOf(double latitude) => (int)((latitude - _south) * _cellsPerDegree);

    public int LeafOf(LatLng p)
    {
        var x = (p.Longitude - _west) * _cellsPerDegree;
        var y = (p.Latitude - _south) * _cellsPerDegree;
        if (!(x >= 0 && x < Cells && y >= 0 && y < Cells))
        {
            return x < 0 ? 0 : x >= Cells ? 1 : y < 0 ? 2 : 3;
        }

        var (column, row) = ((int)x, (int)y);
        var shift = MaxDepth - _topDepth;
        var node = _top[((row >> shift) << _topDepth) | (column >> shift)];
        while (node >= 0)
        {
            shift--;
            node = _nodes[node + ((((row >> shift) & 1) << 1) | ((column >> shift) & 1))];
        }

        return ~node;
    }

    /// <summary>A cell, not too large, in which both positions are; the root when nothing smaller is known to do.</summary>
    public QuadCell CommonCell(LatLng a, LatLng b)
    {
        var (columnA, rowA, columnB, rowB) = (TopColumn(a), TopRow(a), TopColumn(b), TopRow(b));
        var fits = columnA == columnB && rowA == rowB
            && columnA >= 0 && columnA < 1 << _topDepth && rowA >= 0 && rowA < 1 << _topDepth;
        if (!fits)
        {
            return Root;
        }

        // A leaf above the table's depth fills its part of the table; this cell is then a part of that leaf.
        // Positions on the cell's border, to within rounding, may belong to a neighbour too.
        var cell = new QuadCell(_top[((int)rowA << _topDepth) | (int)columnA], _topDepth, (int)columnA, (int)rowA);
        var box = BoxOf(cell);
        var inner = new GeoBox(box.South + Slack, box.West + Slack, box.North - Slack, box.East - Slack);
        return inner.Contains(a) && inner.Contains(b) ? cell : Root;
    }

    public QuadCell Child(QuadCell cell, int child)
        => new(_nodes[cell.Node + child], cell.Depth + 1, (cell.Column << 1) | (child & 1), (cell.Row << 1) | (child >> 1));

    /// <summary>The nominal box of a cell. Neighbours share their border to the bit, so the boxes leave no gap.</summary>
    public GeoBox BoxOf(QuadCell cell)
    {
        var shift = MaxDepth - cell.Depth;
        return new(
            _south + ((long)cell.Row << shift) * _cellDegrees,
            _west + ((long)cell.Column << shift) * _cellDegrees,
            _south + (((long)cell.Row + 1) << shift) * _cellDegrees,
            _west + (((long)cell.Column + 1) << shift) * _cellDegrees);
    }

    /// <summary>Whether a box is of the order of the whole tree.</summary>
    public bool IsLarge(GeoBox box)
        => Math.Max(box.North - box.South, box.East - box.West) > _cellDegrees * (Cells / 16);

    private double TopColumn(LatLng p) => Math.Floor((p.Longitude - _west) * _cellsPerDegree / (1 << (MaxDepth - _topDepth)));

    private double TopRow(LatLng p) => Math.Floor((p.Latitude - _south) * _cellsPerDegree / (1 << (MaxDepth - _topDepth)));

    private void FillTop(QuadCell cell)
    {
        if (cell.Depth < _topDepth && cell.Node >= 0)
        {
            for (var child = 0; child < 4; child++)
            {
                FillTop(Child(cell, child));
            }

            return;
        }

        var shift = _topDepth - cell.Depth;
        for (var row = cell.Row << shift; row < (cell.Row + 1) << shift; row++)
        {
            _top.AsSpan((row << _topDepth) | (cell.Column << shift), 1 << shift).Fill(cell.Node);
        }
    }
}
