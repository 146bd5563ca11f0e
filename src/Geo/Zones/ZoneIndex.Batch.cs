namespace Vantage.Geo.Zones;

/// <content>
/// Many positions at once. Most of the time of one question is spent waiting for memory, four or five times in a row; here each step is
/// taken for some dozens of positions before the next, and what it will read is asked for first, so that all of them wait together.
/// </content>
public sealed partial class ZoneIndex
{
    private const int GroupSize = 32;

    /// <summary>Finds for each of many positions every entry whose shape contains it: the same as one by one, in less time.</summary>
    /// <param name="positions">Any number of them.</param>
    /// <param name="hits">Takes a list for each, in the same order, in place of what it held.</param>
    /// <returns>How many ids there are, in all lists.</returns>
    public int Query(ReadOnlySpan<LatLng> positions, ZoneHitLists hits)
    {
        hits.Clear(positions.Length);
        while (positions.Length > GroupSize)
        {
            QueryGroup(positions[..GroupSize], hits);
            positions = positions[GroupSize..];
        }

        QueryGroup(positions, hits);
        return hits.All.Length;
    }

    private void QueryGroup(ReadOnlySpan<LatLng> positions, ZoneHitLists hits)
    {
        Span<int> columns = stackalloc int[GroupSize];
        Span<int> rows = stackalloc int[GroupSize];
        Span<int> numbers = stackalloc int[GroupSize];
        Span<int> nodes = stackalloc int[GroupSize];
        for (var i = 0; i < positions.Length; i++)
        {
            numbers[i] = _grid.TryPlace(positions[i], out columns[i], out rows[i]) ? _top.Find(columns[i], rows[i]) : _grid.SideOf(positions[i]);
        }

        for (var i = 0; i < positions.Length; i++)
        {
            _branches[numbers[i]].Tree.Foresee(columns[i], rows[i]);
        }

        Descend(columns[..positions.Length], rows, numbers, nodes);
        for (var i = 0; i < positions.Length; i++)
        {
            _branches[numbers[i]].ForeseeLeaf(~nodes[i]);
        }

        for (var i = 0; i < positions.Length; i++)
        {
            _branches[numbers[i]].ForeseeEdges(~nodes[i]);
        }

        for (var i = 0; i < positions.Length; i++)
        {
            ref readonly var branch = ref _branches[numbers[i]];
            Query(positions[i], columns[i], rows[i], in branch, branch.Leaf(~nodes[i]), hits.Open());
            hits.Close();
        }
    }

    /// <summary>From the tables of the branches' trees to the leaves: the complements of their numbers.</summary>
    private void Descend(ReadOnlySpan<int> columns, ReadOnlySpan<int> rows, ReadOnlySpan<int> numbers, Span<int> nodes)
    {
        Span<int> shifts = stackalloc int[GroupSize];
        for (var i = 0; i < columns.Length; i++)
        {
            nodes[i] = _branches[numbers[i]].Tree.Begin(columns[i], rows[i], out shifts[i]);
        }

        for (var isOpen = true; isOpen;)
        {
            isOpen = false;
            for (var i = 0; i < columns.Length; i++)
            {
                if (nodes[i] >= 0)
                {
                    nodes[i] = _branches[numbers[i]].Tree.Descend(nodes[i], columns[i], rows[i], ref shifts[i]);
                    isOpen = true;
                }
            }
        }
    }
}
