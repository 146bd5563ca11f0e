namespace Vantage.Geo.Zones;

/// <summary>A tree of the boxes around entries: eight boxes make a node, eight nodes make one above them.</summary>
/// <remarks>
/// The quadtree is the wrong one to look for a nearest boundary in: where a long side is all at about the same distance, its leaves, of
/// some metres each, all seem as near as the nearest, be they thousands. Here an entry comes up once.
/// Entries are packed in the order of their boxes' centres along a Hilbert curve: Kamel and Faloutsos, "Hilbert R-tree", VLDB 1994.
/// </remarks>
internal sealed class EntryTree
{
    public const int Fanout = 8;

    /// <summary>Levels of eight that hold more entries than a number can count.</summary>
    public const int MostLevels = 12;

    private const int CurveBits = 16;

    private readonly SphereBox[][] _levels; // Boxes of entries first, of all of them last.
    private readonly int[] _slots;

    /// <param name="entries">By slot; those without a shape are left out.</param>
    public EntryTree(ZoneEntry[] entries)
    {
        _slots = [.. Enumerable.Range(0, entries.Length).Where(slot => entries[slot].Shape is not null)];
        Array.Sort(Array.ConvertAll(_slots, slot => PlaceOnCurve(entries[slot].Shape.Bounds)), _slots);
        var boxes = Array.ConvertAll(_slots, slot => entries[slot].Shape.Bounds);
        List<SphereBox[]> levels = [ToBounds(boxes)];
        while (boxes.Length > 1)
        {
            boxes = [.. boxes.Chunk(Fanout).Select(chunk => chunk.Aggregate((a, b) => a.Union(b)))];
            levels.Add(ToBounds(boxes));
        }

        _levels = [.. levels];
    }

    /// <summary>The level of the root: 0 where there is one entry, or none.</summary>
    public int Top => _levels.Length - 1;

    public bool IsEmpty => _slots.Length == 0;

    /// <summary>Boxes of a level that make a node of the level above, from box <paramref name="node"/> × 8 on.</summary>
    public ReadOnlySpan<SphereBox> BoxesOf(int level, int node)
    {
        var start = node * Fanout;
        return _levels[level].AsSpan(start, Math.Min(Fanout, _levels[level].Length - start));
    }

    /// <summary>The slot of a box of level 0.</summary>
    public int SlotOf(int box) => _slots[box];

    private static SphereBox[] ToBounds(GeoBox[] boxes) => Array.ConvertAll(boxes, box => new SphereBox(box));

    private static uint PlaceOnCurve(GeoBox box)
    {
        const int Cells = 1 << CurveBits;
        return PlaceOnCurve(
            Math.Min((int)(((box.West + box.East) / 2 + 180) / 360 * Cells), Cells - 1),
            Math.Min((int)(((box.South + box.North) / 2 + 90) / 180 * Cells), Cells - 1));
    }

    // Quarter by quarter from the largest: each is entered turned or mirrored, so that the curve never jumps.
    private static uint PlaceOnCurve(int column, int row)
    {
        var place = 0u;
        for (var bit = CurveBits - 1; bit >= 0; bit--)
        {
            var (east, north) = ((column >> bit) & 1, (row >> bit) & 1);
            place = (place << 2) | (uint)((3 * east) ^ north);
            if (north == 0)
            {
                (column, row) = east == 1 ? (~row, ~column) : (row, column);
            }
        }

        return place;
    }
}
