namespace Vantage.Geo.Zones;

/// <summary>
/// A leaf, as one row of numbers, so that most of them are one or two lines of the cache: how many entries hold it whole; its depth and how
/// many parts it has; the ids of the former, ascending; then part by part the entry's slot, its edges' count with the corner's side, and the edges.
/// </summary>
internal readonly ref struct LeafReader
{
    /// <summary>Numbers that most rows have, or fewer.</summary>
    public const int UsualLength = 10;

    private const int DepthBits = 5;
    private const int HeadSize = 2;

    private readonly ReadOnlySpan<int> _row;

    public LeafReader(int[] leaves, int start) => _row = leaves.AsSpan(start);

    /// <summary>Ids of the entries that hold the leaf.</summary>
    public ReadOnlySpan<int> Inside => _row.Slice(HeadSize, _row[0]);

    /// <summary>Entries whose boundary may run through the leaf.</summary>
    public int PartCount => _row[1] >> DepthBits;

    public int Depth => _row[1] & ((1 << DepthBits) - 1);

    public PartEnumerator GetEnumerator() => new(_row[(HeadSize + _row[0])..], PartCount);

    /// <summary>Writes the head and the ids; parts follow by <see cref="WritePart"/>.</summary>
    public static int Write(List<int> leaves, ReadOnlySpan<int> inside, int partCount, int depth)
    {
        var start = leaves.Count;
        leaves.Add(inside.Length);
        leaves.Add((partCount << DepthBits) | depth);
        leaves.AddRange(inside);
        return start;
    }

    /// <param name="leaves">Where to.</param>
    /// <param name="slot">The entry's.</param>
    /// <param name="edges">None: the shape itself has to be asked.</param>
    /// <param name="holdsCorner">Whether the entry holds the leaf's corner in the south-west, which is on none of these edges.</param>
    public static void WritePart(List<int> leaves, int slot, ReadOnlySpan<int> edges, bool holdsCorner)
    {
        leaves.Add(slot);
        leaves.Add((edges.Length << 1) | (holdsCorner ? 1 : 0));
        leaves.AddRange(edges);
    }

    public ref struct PartEnumerator(ReadOnlySpan<int> rest, int count)
    {
        private ReadOnlySpan<int> _rest = rest;
        private int _left = count;

        public LeafPart Current { get; private set; }

        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            var edges = _rest[1] >> 1;
            Current = new(_rest[0], (_rest[1] & 1) != 0, _rest.Slice(2, edges));
            _rest = _rest[(2 + edges)..];
            return true;
        }
    }
}

/// <summary>An entry whose boundary may run through a leaf, with its edges that do.</summary>
internal readonly ref struct LeafPart(int slot, bool holdsCorner, ReadOnlySpan<int> edges)
{
    public int Slot { get; } = slot;

    public bool HoldsCorner { get; } = holdsCorner;

    public ReadOnlySpan<int> Edges { get; } = edges;
}
