using System.Buffers.Binary;
using System.IO.Compression;

namespace Vantage.Support.Maps;

/// <summary>Pictures as PNG, 8 bits for each of red, green and blue.</summary>
public static class Png
{
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(number =>
    {
        var crc = (uint)number;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return crc;
    })];

    /// <param name="colourAt">The colour of a pixel, counted from the upper left, as 0xRRGGBB.</param>
    public static byte[] Of(int size, Func<int, int, int> colourAt)
    {
        using var rows = new MemoryStream();
        using (var packed = new ZLibStream(rows, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < size; y++)
            {
                packed.WriteByte(0); // No filter.
                for (var x = 0; x < size; x++)
                {
                    var colour = colourAt(x, y);
                    packed.Write([(byte)(colour >> 16), (byte)(colour >> 8), (byte)colour]);
                }
            }
        }

        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, size);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), size);
        (header[8], header[9]) = (8, 2);
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "IDAT"u8, rows.ToArray());
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, byte[] data)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        byte[] body = [.. type, .. data];
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~body.Aggregate(~0u, (crc, each) => CrcTable[(crc ^ each) & 0xFF] ^ (crc >> 8)));
        png.Write(number);
    }
}
