namespace Vantage.Host.Basemaps;

/// <param name="RunLength">How many tiles in a row have these bytes; 0: it is a directory.</param>
internal readonly record struct PmtilesEntry(ulong Offset, uint Length, uint RunLength);

/// <summary>A directory of a PMTiles file: entries in the order of their first tile.</summary>
internal sealed class PmtilesDirectory
{
    private readonly ulong[] _first;
    private readonly PmtilesEntry[] _entries;

    private PmtilesDirectory(ulong[] first, PmtilesEntry[] entries) => (_first, _entries) = (first, entries);

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static PmtilesDirectory Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        var count = reader.Next();
        if (count > (ulong)bytes.Length)
        {
            throw Damaged(); // Each entry takes four bytes at least.
        }

        var (first, entries) = (new ulong[count], new PmtilesEntry[count]);
        var number = 0UL;
        for (var i = 0; i < first.Length; i++)
        {
            number += reader.Next();
            first[i] = number;
        }

        var (runs, lengths) = (new uint[count], new uint[count]);
        for (var i = 0; i < runs.Length; i++)
        {
            runs[i] = reader.NextSmall();
        }

        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = reader.NextSmall();
        }

        for (var i = 0; i < entries.Length; i++)
        {
            var offset = reader.Next();
            if (offset == 0 && i == 0)
            {
                throw Damaged();
            }

            // 0: right after the one before.
            entries[i] = new PmtilesEntry(offset == 0 ? entries[i - 1].Offset + entries[i - 1].Length : offset - 1, lengths[i], runs[i]);
        }

        return new PmtilesDirectory(first, entries);
    }

    /// <summary>What leads to a tile: its own bytes, or the directory that may know it.</summary>
    public PmtilesEntry? Find(ulong number)
    {
        var at = Array.BinarySearch(_first, number);
        at = at >= 0 ? at : ~at - 1;
        return at >= 0 && (_entries[at].RunLength == 0 || number - _first[at] < _entries[at].RunLength) ? _entries[at] : null;
    }

    private static InvalidDataException Damaged() => new("a directory of it is damaged");

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public ulong Next()
        {
            var value = 0UL;
            for (var shift = 0; shift < 64; shift += 7)
            {
                if (_rest.IsEmpty)
                {
                    throw Damaged();
                }

                var part = _rest[0];
                _rest = _rest[1..];
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }

            throw Damaged();
        }

        public uint NextSmall() => Next() is <= uint.MaxValue and var value ? (uint)value : throw Damaged();
    }
}
