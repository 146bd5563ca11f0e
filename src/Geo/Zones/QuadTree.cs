namespace Vantage.Geo.Zones;

/// <summary>A tree over a cell: each of its leaves has a number that is not negative.</summary>
/// <remarks>
/// A node is the place of its four children among the nodes, or the complement of a leaf's number. A table of all cells of one depth
/// spares the way through what is above; it is as deep as cells there are mostly divided.
/// </remarks>
internal readonly struct QuadTree
{
    /// <summary>The node that the tree begins with.</summary>
    private const int RootNode = 0;
    private const int MaxTableDepth = 11;

    private readonly int[] _nodes;
    private readonly int[] _table;
    private readonly int _tableDepth;

    /// <param name="cell">What it divides.</param>
    /// <param name="nodes">The root, and after it children in fours, of lesser depth first.</param>
    /// <param name="nodesToDepth">How many of them have at most each depth below the cell, from 0.</param>
    public QuadTree(QuadCell cell, int[] nodes, IReadOnlyList<int> nodesToDepth)
    {
        (Cell, _nodes) = (cell, nodes);
        for (var depth = 1; depth < nodesToDepth.Count && depth <= MaxTableDepth; depth++)
        {
            if (4L * (nodesToDepth[depth] - nodesToDepth[depth - 1]) >= 1L << (2 * depth))
            {
                _tableDepth = depth;
            }
        }

        _table = new int[1 << (2 * _tableDepth)];
        FillTable(RootNode, 0, 0, 0);
    }

    public QuadCell Cell { get; }

    public int Root => _nodes[RootNode];

    /// <summary>The leaf of a column and row of the greatest depth, which lie in the cell.</summary>
    public int Find(int column, int row)
    {
        var node = Begin(column, row, out var shift);
        while (node >= 0)
        {
            node = Descend(node, column, row, ref shift);
        }

        return ~node;
    }

    /// <summary>Asks for what <see cref="Begin"/> will read.</summary>
    public void Foresee(int column, int row) => Foresight.Near(_table, TableIndex(column, row));

    /// <summary>The first step of <see cref="Find"/>: a node, and how many bits of column and row are not used yet.</summary>
    public int Begin(int column, int row, out int shift)
    {
        shift = TableShift;
        return _table[TableIndex(column, row)];
    }

    /// <summary>One more step: below a node that is no leaf.</summary>
    public int Descend(int node, int column, int row, ref int shift)
    {
        shift--;
        return _nodes[node + Quarter(column, row, shift)];
    }

    public int Child(int node, int quarter) => _nodes[node + quarter];

    /// <summary>The cell of the table that a column and row lie in, and its node. A leaf above the table's depth fills its part of it.</summary>
    public (int Node, QuadCell Cell) TableCell(int column, int row)
        => (_table[TableIndex(column, row)], new(Cell.Depth + _tableDepth, column >> TableShift, row >> TableShift));

    private int TableShift => QuadGrid.MaxDepth - Cell.Depth - _tableDepth;

    private int TableIndex(int column, int row)
    {
        var (shift, mask) = (TableShift, (1 << _tableDepth) - 1);
        return (((row >> shift) & mask) << _tableDepth) | ((column >> shift) & mask);
    }

    private static int Quarter(int column, int row, int shift) => (((row >> shift) & 1) << 1) | ((column >> shift) & 1);

    private void FillTable(int slot, int depth, int column, int row)
    {
        var node = _nodes[slot];
        if (depth < _tableDepth && node >= 0)
        {
            for (var quarter = 0; quarter < 4; quarter++)
            {
                FillTable(node + quarter, depth + 1, (column << 1) | (quarter & 1), (row << 1) | (quarter >> 1));
            }

            return;
        }

        var shift = _tableDepth - depth;
        for (var at = row << shift; at < (row + 1) << shift; at++)
        {
            _table.AsSpan((at << _tableDepth) | (column << shift), 1 << shift).Fill(node);
        }
    }
}
