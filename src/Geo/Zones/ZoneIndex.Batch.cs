namespace Vantage.Geo.Zones;

/// <content>
/// Many positions at once. Most of the time of one question is spent waiting for memory, four or five times in a row; here each step is
/// taken for some dozens of positions before the next, so that the processor waits for all of them together.
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
        hits.Begin(positions.Length);
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
        Span<int> shifts = stackalloc int[GroupSize];
        for (var i = 0; i < positions.Length; i++)
        {
            numbers[i] = _grid.TryPlace(positions[i], out columns[i], out rows[i]) ? _top.Find(columns[i], rows[i]) : _grid.SideOf(positions[i]);
        }

        for (var i = 0; i < positions.Length; i++)
        {
            nodes[i] = _branches[numbers[i]].Tree.Begin(columns[i], rows[i], out shifts[i]);
        }

        for (var isOpen = true; isOpen;)
        {
            isOpen = false;
            for (var i = 0; i < positions.Length; i++)
            {
                if (nodes[i] >= 0)
                {
                    nodes[i] = _branches[numbers[i]].Tree.Descend(nodes[i], columns[i], rows[i], ref shifts[i]);
                    isOpen = true;
                }
            }
        }

        var touched = 0;
        for (var i = 0; i < positions.Length; i++)
        {
            touched += _branches[numbers[i]].Leaves[~nodes[i]];
        }

        for (var i = 0; i < positions.Length; i++)
        {
            touched += _branches[numbers[i]].TouchEdge(~nodes[i]);
        }

        hits.Touch(touched);
        for (var i = 0; i < positions.Length; i++)
        {
            hits.One.Clear();
            ref readonly var branch = ref _branches[numbers[i]];
            Query(positions[i], columns[i], rows[i], in branch, branch.Leaf(~nodes[i]), hits.One);
            hits.Add(hits.One.Ids);
        }
    }
}
