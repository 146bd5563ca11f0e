using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Storage.Coding;

namespace Vantage.Storage.History;

/// <summary>The counters of one hour in one block, by the cell's place in the block. Cells of zeros do not occur.</summary>
internal sealed class HeatBlock
{
    /// <summary>What to do about what is damaged: heat follows from tracks.</summary>
    public const string Remedy = "`vantage rebuild-heat` makes it anew from the tracks.";

    /// <summary>Why an hour of which a damaged row was kept aside cannot be read.</summary>
    public const string KeptAside = "What had been counted is damaged, and was kept aside when more came.";

    /// <summary>What to call a row of storage.</summary>
    public static string NameOf(int hour, ulong block) => string.Create(
        CultureInfo.InvariantCulture, $"heat of the hour from {DateTimeOffset.FromUnixTimeMilliseconds(hour * HeatCube.HourMs).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} in block {block:x}");

    private readonly Dictionary<ushort, Counts> _cells;

    public HeatBlock(int capacity = 0) => _cells = new Dictionary<ushort, Counts>(capacity);

    public int Count => _cells.Count;

    public bool IsChanged { get; set; }

    /// <summary>Adds each delta to the block that it belongs to.</summary>
    /// <param name="blockOf">Gives the block of an hour and an index; asked once for deltas of one block in a row.</param>
    /// <exception cref="ArgumentException">A cell is not of the base resolution.</exception>
    public static void Add(List<HeatDelta> deltas, Func<(int Hour, ulong Block), HeatBlock> blockOf)
    {
        (int Hour, ulong Block) last = default;
        HeatBlock? block = null;
        foreach (ref readonly var delta in CollectionsMarshal.AsSpan(deltas))
        {
            H3Blocks.Check(delta.Cell);
            var key = (delta.Hour, H3Blocks.BlockOf(delta.Cell));
            if (block is null || key != last)
            {
                (last, block) = (key, blockOf(key));
            }

            block.Add(H3Blocks.ChildOf(delta.Cell), delta.Fixes, delta.PresenceMs);
        }
    }

    /// <summary>Blocks of what was added up, by the place of each cell among those of its resolution.</summary>
    public static SortedDictionary<ulong, HeatBlock> Of(HeatTally tally)
    {
        SortedDictionary<ulong, HeatBlock> blocks = [];
        var (last, block) = (0UL, (HeatBlock?)null);
        tally.Give(sum =>
        {
            var key = H3Blocks.ParentOf(sum.Cell, HeatCube.BlockResolution);
            if (block is null || key != last)
            {
                last = key;
                if (!blocks.TryGetValue(key, out block))
                {
                    blocks.Add(key, block = new HeatBlock());
                }
            }

            block.Add(H3Blocks.ChildOf(sum.Cell, tally.Resolution), sum.Fixes, sum.PresenceMs);
        });
        return blocks;
    }

    /// <summary>Adds what another block has.</summary>
    public void Add(HeatBlock other)
    {
        foreach (var (child, counts) in other._cells)
        {
            Add(child, counts.Fixes, counts.PresenceMs);
        }
    }

    /// <summary>Lets go of all cells, and of their memory.</summary>
    public void Clear()
    {
        _cells.Clear();
        _cells.TrimExcess();
    }

    private void Add(ushort child, long fixes, long presenceMs)
    {
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, child, out _);
        counts = new Counts(counts.Fixes + fixes, counts.PresenceMs + presenceMs);
        if (counts == default)
        {
            _cells.Remove(child);
        }

        IsChanged = true;
    }

    /// <summary>Cells by place, each as the distance from the one before, fixes and milliseconds, variable-length.</summary>
    public ReadOnlySpan<byte> Encode(ref byte[] buffer, ref ushort[] order)
    {
        if (order.Length < Count)
        {
            order = new ushort[Math.Max(Count, 1 << 15)];
        }

        if (buffer.Length < Count * (3 + (2 * Varint.MaxBytes)))
        {
            buffer = new byte[Count * (3 + (2 * Varint.MaxBytes))];
        }

        _cells.Keys.CopyTo(order, 0);
        Array.Sort(order, 0, Count);
        var (at, previous) = (0, 0);
        foreach (var child in order.AsSpan(0, Count))
        {
            var counts = _cells[child];
            at = Varint.Write(buffer, at, (ulong)(child - previous));
            at = Varint.Write(buffer, at, Varint.ZigZag(counts.Fixes));
            at = Varint.Write(buffer, at, Varint.ZigZag(counts.PresenceMs));
            previous = child;
        }

        return buffer.AsSpan(0, at);
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Encode"/> wrote.</exception>
    public static HeatBlock Decode(ReadOnlySpan<byte> from)
    {
        var block = new HeatBlock(from.Length / 6);
        for (var reader = new Reader(from); reader.Next();)
        {
            block._cells[reader.Child] = new Counts(reader.Fixes, reader.PresenceMs);
        }

        return block;
    }

    /// <summary>What stands beside the bytes that <see cref="Encode"/> wrote.</summary>
    public static long Checksum(ReadOnlySpan<byte> encoded) => Crc32.HashToUInt32(encoded);

    /// <param name="checksum">Null in rows of a program that wrote none.</param>
    /// <exception cref="InvalidDataException">The bytes are not those of the checksum.</exception>
    public static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> encoded, long? checksum)
        => checksum is null || checksum == Checksum(encoded) ? encoded : throw new InvalidDataException("The checksum of a row of heat does not match.");

    /// <summary>Whether a row can be read.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> encoded, long? checksum)
    {
        try
        {
            Decode(Checked(encoded, checksum));
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <exception cref="ArgumentException">A delta is of another hour.</exception>
    public static void CheckHours(int fromHour, int toHour, List<HeatDelta> heat)
    {
        if (heat.Exists(delta => delta.Hour < fromHour || delta.Hour >= toHour))
        {
            throw new ArgumentException($"Some of the heat is of other hours than those from {fromHour} to {toHour}.", nameof(heat));
        }
    }

    public static void Read(ReadOnlySpan<byte> from, int hour, ulong block, Action<HeatDelta> add)
    {
        for (var reader = new Reader(from); reader.Next();)
        {
            add(new HeatDelta(hour, H3Blocks.CellOf(block, reader.Child), checked((int)reader.Fixes), reader.PresenceMs));
        }
    }

    private readonly record struct Counts(long Fixes, long PresenceMs);

    /// <summary>Goes through what <see cref="Encode"/> wrote.</summary>
    public ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public ushort Child { get; private set; }

        public long Fixes { get; private set; }

        public long PresenceMs { get; private set; }

        /// <exception cref="InvalidDataException">The bytes are not what <see cref="Encode"/> wrote.</exception>
        public bool Next()
        {
            if (_at >= _bytes.Length)
            {
                return false;
            }

            Child += (ushort)Varint.Read(_bytes, ref _at);
            Fixes = Varint.UnZigZag(Varint.Read(_bytes, ref _at));
            PresenceMs = Varint.UnZigZag(Varint.Read(_bytes, ref _at));
            return true;
        }
    }
}
