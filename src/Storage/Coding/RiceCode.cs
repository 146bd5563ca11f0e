using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vantage.Storage.Coding;

/// <summary>What a stream of numbers has lately been like: how far they lie from zero, from which follows how the next one is written.</summary>
/// <remarks>
/// Golomb-Rice codes (R. F. Rice, "Some Practical Universal Noiseless Coding Techniques", JPL 1979) with a parameter that follows the running mean, as in
/// LOCO-I (Weinberger, Seroussi, Sapiro, 2000). Writer and reader keep the same mean, in whole numbers, so that every machine finds the same.
/// </remarks>
internal struct RiceMean(int start)
{
    /// <summary>A quotient of this many or more is not written: a length and the whole number are.</summary>
    public const int Escape = 20;

    /// <summary>Bits of the length that follows an escape.</summary>
    public const int LengthBits = 6;

    /// <summary>The most bits that one number takes.</summary>
    public const int MaxBits = Escape + 1 + LengthBits + 64;

    private const int MaxRemainder = 30;
    private const int FractionBits = 4;

    /// <summary>A number counts for an eighth of the mean.</summary>
    private const int Memory = 3;

    private const ulong MostCounted = 1UL << 40;
    private long _mean = (long)start << FractionBits;

    /// <summary>How many low bits of the next number are written as they are: the logarithm of 0.69 times the mean, which is the best for geometric numbers.</summary>
    public readonly int Remainder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Math.Min(BitOperations.Log2((ulong)(_mean * 11) >> 8), MaxRemainder);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Saw(ulong number) => _mean += ((long)(Math.Min(number, MostCounted) << FractionBits) - _mean) >> Memory;

    /// <summary>How many bits a value takes, written next; it counts as seen.</summary>
    public int BitsOf(long value)
    {
        var number = Varint.ZigZag(value);
        var remainder = Remainder;
        Saw(number);
        var quotient = number >> remainder;
        return quotient < Escape ? (int)quotient + 1 + remainder : Escape + 1 + LengthBits + 64 - BitOperations.LeadingZeroCount(number);
    }
}

/// <summary>Writes numbers as bits, lowest first.</summary>
internal ref struct RiceWriter(Span<byte> to, int at)
{
    private readonly Span<byte> _to = to;
    private int _at = at;
    private ulong _pending;
    private int _bits;

    public void Write(ref RiceMean mean, long value)
    {
        var number = Varint.ZigZag(value);
        var remainder = mean.Remainder;
        mean.Saw(number);
        var quotient = number >> remainder;
        if (quotient < RiceMean.Escape)
        {
            Put(1UL << (int)quotient, (int)quotient + 1);
            Put(number & ((1UL << remainder) - 1), remainder);
            return;
        }

        var length = 64 - BitOperations.LeadingZeroCount(number);
        Put(1UL << RiceMean.Escape, RiceMean.Escape + 1);
        Put((ulong)(length - 1), RiceMean.LengthBits);
        Put(number & uint.MaxValue, Math.Min(length, 32));
        Put(number >> 32, Math.Max(0, length - 32));
    }

    /// <returns>Where the next byte goes.</returns>
    public int Close()
    {
        if (_bits > 0)
        {
            _to[_at++] = (byte)_pending;
            _bits = 0;
        }

        return _at;
    }

    // Fewer than 8 bits are pending, and at most 32 come.
    private void Put(ulong bits, int count)
    {
        _pending |= bits << _bits;
        for (_bits += count; _bits >= 8; _bits -= 8, _pending >>= 8)
        {
            _to[_at++] = (byte)_pending;
        }
    }
}

/// <summary>Reads what <see cref="RiceWriter"/> wrote. Beyond the end are zeros, until <see cref="Close"/> complains.</summary>
internal ref struct RiceReader(ReadOnlySpan<byte> from, int at)
{
    private readonly ReadOnlySpan<byte> _from = from;
    private long _bit = (long)at * 8;

    /// <exception cref="InvalidDataException">No number begins here.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Read(ref RiceMean mean)
    {
        var word = Peek();
        var remainder = mean.Remainder;
        var quotient = BitOperations.TrailingZeroCount(word);
        ulong number;
        if (quotient < RiceMean.Escape)
        {
            number = ((ulong)quotient << remainder) | ((word >> (quotient + 1)) & ((1UL << remainder) - 1));
            _bit += quotient + 1 + remainder;
        }
        else
        {
            number = ReadEscaped(quotient);
        }

        mean.Saw(number);
        return Varint.UnZigZag(number);
    }

    /// <returns>Where the next byte is.</returns>
    /// <exception cref="InvalidDataException">The bytes ended before.</exception>
    public readonly int Close()
    {
        var end = (_bit + 7) / 8;
        return end <= _from.Length ? (int)end : throw Damaged();
    }

    private static InvalidDataException Damaged() => new("A stored column is damaged.");

    private ulong ReadEscaped(int quotient)
    {
        if (quotient != RiceMean.Escape)
        {
            throw Damaged();
        }

        _bit += RiceMean.Escape + 1;
        var length = (int)Take(RiceMean.LengthBits) + 1;
        var low = Take(Math.Min(length, 32));
        return low | (Take(Math.Max(0, length - 32)) << 32);
    }

    private ulong Take(int count)
    {
        var bits = Peek() & ((1UL << count) - 1);
        _bit += count;
        return bits;
    }

    /// <summary>The next 57 bits or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ulong Peek()
    {
        var first = (int)(_bit >> 3);
        return first + sizeof(ulong) <= _from.Length
            ? BinaryPrimitives.ReadUInt64LittleEndian(_from[first..]) >> (int)(_bit & 7)
            : PeekAtEnd(first);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly ulong PeekAtEnd(int first)
    {
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        last.Clear();
        if (first < _from.Length)
        {
            _from[first..].CopyTo(last);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(last) >> (int)(_bit & 7);
    }
}
