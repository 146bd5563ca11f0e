using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Vantage.Support.Maps;

/// <summary>Writes PMTiles files, version 3, as the specification has them; knows nothing of the reader under test.</summary>
public sealed record PmtilesWriter
{
    /// <summary>1 vector, 2 PNG, 3 JPEG …</summary>
    public byte TileType { get; init; } = 2;

    /// <summary>Of directories and metadata: 1 none, 2 gzip, 3 Brotli.</summary>
    public byte Packing { get; init; } = 2;

    public byte TilePacking { get; init; } = 1;

    public string Metadata { get; init; } = "{}";

    /// <summary>Entries that a leaf directory has; 0: all are in the root.</summary>
    public int LeafSize { get; init; }

    public (double West, double South, double East, double North) Bounds { get; init; } = (121.3, 31.1, 121.5, 31.3);

    public byte[] Write(IReadOnlyDictionary<(int Z, int X, int Y), byte[]> tiles)
    {
        var data = new MemoryStream();
        var entries = new List<(ulong Number, ulong Offset, uint Length, uint Run)>();
        foreach (var (number, bytes) in tiles.Select(tile => (NumberOf(tile.Key.Z, tile.Key.X, tile.Key.Y), tile.Value)).OrderBy(tile => tile.Item1))
        {
            var packed = Packed(bytes, TilePacking);
            entries.Add((number, (ulong)data.Length, (uint)packed.Length, 1));
            data.Write(packed);
        }

        var leaves = new MemoryStream();
        byte[] root;
        if (LeafSize == 0)
        {
            root = Packed(Directory(entries), Packing);
        }
        else
        {
            root = Packed(Directory([.. entries.Chunk(LeafSize).Select(part =>
            {
                var leaf = Packed(Directory(part), Packing);
                var at = (ulong)leaves.Length;
                leaves.Write(leaf);
                return (part[0].Number, at, (uint)leaf.Length, 0u);
            })]), Packing);
        }

        var metadata = Packed(Encoding.UTF8.GetBytes(Metadata), Packing);
        var header = new byte[127];
        "PMTiles"u8.CopyTo(header);
        header[7] = 3;
        var at = 127UL;
        foreach (var (place, length) in new[] { (8, root.Length), (24, metadata.Length), (40, (int)leaves.Length), (56, (int)data.Length) })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(place), at);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(place + 8), (ulong)length);
            at += (ulong)length;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(72), (ulong)tiles.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(80), (ulong)tiles.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(88), (ulong)tiles.Count);
        (header[96], header[97], header[98], header[99]) = (1, Packing, TilePacking, TileType);
        (header[100], header[101]) = ((byte)tiles.Keys.Min(tile => tile.Z), (byte)tiles.Keys.Max(tile => tile.Z));
        foreach (var (place, degrees) in new[] { (102, Bounds.West), (106, Bounds.South), (110, Bounds.East), (114, Bounds.North) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(place), (int)Math.Round(degrees * 1e7));
        }

        return [.. header, .. root, .. metadata, .. leaves.ToArray(), .. data.ToArray()];
    }

    /// <summary>By quarters: each is walked like the whole, turned so that the walk is in one piece.</summary>
    public static ulong NumberOf(int z, int x, int y)
    {
        static ulong Along(int side, int x, int y)
        {
            if (side == 1)
            {
                return 0;
            }

            var half = side / 2;
            var quarter = (ulong)half * (ulong)half;
            return (x < half, y < half) switch
            {
                (true, true) => Along(half, y, x),
                (true, false) => quarter + Along(half, x, y - half),
                (false, false) => 2 * quarter + Along(half, x - half, y - half),
                (false, true) => 3 * quarter + Along(half, half - 1 - y, side - 1 - x),
            };
        }

        return Enumerable.Range(0, z).Aggregate(0UL, (sum, each) => sum + (1UL << (2 * each))) + Along(1 << z, x, y);
    }

    private static byte[] Directory(IReadOnlyList<(ulong Number, ulong Offset, uint Length, uint Run)> entries)
    {
        var bytes = new MemoryStream();
        void Varint(ulong value)
        {
            while (value >= 0x80)
            {
                bytes.WriteByte((byte)(value | 0x80));
                value >>= 7;
            }

            bytes.WriteByte((byte)value);
        }

        Varint((ulong)entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            Varint(entries[i].Number - (i == 0 ? 0 : entries[i - 1].Number));
        }

        foreach (var entry in entries)
        {
            Varint(entry.Run);
        }

        foreach (var entry in entries)
        {
            Varint(entry.Length);
        }

        for (var i = 0; i < entries.Count; i++)
        {
            Varint(i > 0 && entries[i].Offset == entries[i - 1].Offset + entries[i - 1].Length ? 0 : entries[i].Offset + 1);
        }

        return bytes.ToArray();
    }

    private static byte[] Packed(byte[] bytes, byte packing)
    {
        if (packing is not (2 or 3))
        {
            return bytes;
        }

        using var packed = new MemoryStream();
        using (Stream packer = packing == 2 ? new GZipStream(packed, CompressionLevel.Fastest) : new BrotliStream(packed, CompressionLevel.Fastest))
        {
            packer.Write(bytes);
        }

        return packed.ToArray();
    }
}
