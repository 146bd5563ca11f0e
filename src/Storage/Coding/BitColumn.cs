using System.Buffers.Binary;
using System.Numerics;

namespace Vantage.Storage.Coding;

/// <summary>A column of 64-bit integers in few bits: differences, in blocks of 32 that each use the width of their largest.</summary>
/// <remarks>
/// A column starts with its order: 0 (every value as it is), 1 (differences) or 2 (differences of differences, for what moves steadily),
/// whichever comes out shortest; a column of zeros after differencing costs a byte a block. The first values are their own differences
/// from zero, which would widen the first block, so they stand apart as variable-length integers. Arithmetic wraps: every value is exact.
/// </remarks>
internal static class BitColumn
{
    /// <summary>Values to a block: one byte of width serves as many.</summary>
    private const int BlockLength = 32;

    private const int MaxOrder = 2;

    /// <summary>Widths up to this are packed, so that a value and the bits before it in its first byte fit one word; wider ones take eight bytes.</summary>
    private const int NarrowWidth = 56;

    /// <summary>The most bytes that <see cref="Encode"/> writes for so many values.</summary>
    public static int MaxBytes(int count) => 1 + (MaxOrder * Varint.MaxBytes) + (count * 8) + (count / BlockLength) + 9;

    /// <summary>Writes the column. <paramref name="values"/> is destroyed.</summary>
    /// <returns>Where the next column starts.</returns>
    public static int Encode(Span<long> values, Span<byte> to, int at)
    {
        var (order, length) = (0, BitsOf(values));
        for (var next = 1; next <= MaxOrder && values.Length > next; next++)
        {
            Difference(values, next);
            var nextLength = BitsOf(values[next..]) + (next * 24);
            if (nextLength < length)
            {
                (order, length) = (next, nextLength);
            }
        }

        for (var undo = Math.Min(MaxOrder, values.Length - 1); undo > order; undo--)
        {
            Integrate(values, undo);
        }

        to[at++] = (byte)order;
        for (var i = 0; i < order; i++)
        {
            at = Varint.Write(to, at, Varint.ZigZag(values[i]));
        }

        for (var rest = values[order..]; !rest.IsEmpty; rest = rest[Math.Min(BlockLength, rest.Length)..])
        {
            at = Pack(rest[..Math.Min(BlockLength, rest.Length)], to, at);
        }

        return at;
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Encode"/> wrote.</exception>
    public static void Decode(ReadOnlySpan<byte> from, ref int at, Span<long> values)
    {
        var order = at < from.Length ? from[at++] : byte.MaxValue;
        if (order > MaxOrder || order > values.Length)
        {
            throw Damaged();
        }

        for (var i = 0; i < order; i++)
        {
            values[i] = Varint.UnZigZag(Varint.Read(from, ref at));
        }

        for (var rest = values[order..]; !rest.IsEmpty; rest = rest[Math.Min(BlockLength, rest.Length)..])
        {
            Unpack(from, ref at, rest[..Math.Min(BlockLength, rest.Length)]);
        }

        for (var undo = (int)order; undo > 0; undo--)
        {
            Integrate(values, undo);
        }
    }

    /// <summary>Replaces the values from <paramref name="order"/> on by their difference from the one before; those before it were done.</summary>
    private static void Difference(Span<long> values, int order)
    {
        for (var i = values.Length - 1; i >= order; i--)
        {
            values[i] = unchecked(values[i] - values[i - 1]);
        }
    }

    private static void Integrate(Span<long> values, int order)
    {
        for (var i = order; i < values.Length; i++)
        {
            values[i] = unchecked(values[i] + values[i - 1]);
        }
    }

    private static long BitsOf(ReadOnlySpan<long> values)
    {
        var bits = 0L;
        for (; !values.IsEmpty; values = values[Math.Min(BlockLength, values.Length)..])
        {
            var block = values[..Math.Min(BlockLength, values.Length)];
            var width = WidthOf(block);
            bits += 8 + ((width > NarrowWidth ? 64L : width) * block.Length);
        }

        return bits;
    }

    private static int WidthOf(ReadOnlySpan<long> block)
    {
        var all = 0UL;
        foreach (var value in block)
        {
            all |= Varint.ZigZag(value);
        }

        return 64 - BitOperations.LeadingZeroCount(all);
    }

    private static int Pack(ReadOnlySpan<long> block, Span<byte> to, int at)
    {
        var width = WidthOf(block);
        to[at++] = (byte)width;
        if (width > NarrowWidth)
        {
            foreach (var value in block)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(to[at..], Varint.ZigZag(value));
                at += sizeof(ulong);
            }

            return at;
        }

        var pending = 0UL;
        var bits = 0;
        foreach (var value in block)
        {
            pending |= Varint.ZigZag(value) << bits; // Fewer than 8 bits are pending: 56 more fit.
            for (bits += width; bits >= 8; bits -= 8, pending >>= 8)
            {
                to[at++] = (byte)pending;
            }
        }

        if (bits > 0)
        {
            to[at++] = (byte)pending;
        }

        return at;
    }

    private static void Unpack(ReadOnlySpan<byte> from, ref int at, Span<long> block)
    {
        var width = at < from.Length ? from[at++] : byte.MaxValue;
        var bytes = width > NarrowWidth ? block.Length * sizeof(ulong) : ((width * block.Length) + 7) / 8;
        if (width > 64 || at + bytes > from.Length)
        {
            throw Damaged();
        }

        var packed = from.Slice(at, bytes);
        at += bytes;
        if (width == 0)
        {
            block.Clear();
        }
        else if (width > NarrowWidth)
        {
            for (var i = 0; i < block.Length; i++)
            {
                block[i] = Varint.UnZigZag(BinaryPrimitives.ReadUInt64LittleEndian(packed[(i * sizeof(ulong))..]));
            }
        }
        else
        {
            // The last values may lie closer than a whole word to the end: they are read from a padded copy.
            Span<byte> padded = stackalloc byte[(BlockLength * NarrowWidth / 8) + sizeof(ulong)];
            padded[bytes..].Clear();
            packed.CopyTo(padded);
            var mask = (1UL << width) - 1;
            for (var (i, bit) = (0, 0); i < block.Length; i++, bit += width)
            {
                var word = BinaryPrimitives.ReadUInt64LittleEndian(padded[(bit >> 3)..]);
                block[i] = Varint.UnZigZag((word >> (bit & 7)) & mask);
            }
        }
    }

    private static InvalidDataException Damaged() => new("A stored column is damaged.");
}
