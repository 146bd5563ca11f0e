using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vantage.Geo.H3;

/// <summary>Puts cells in order.</summary>
internal static class CellSort
{
    private const int DigitBits = 11;
    private const int Buckets = 1 << DigitBits;

    /// <summary>Fewer are sorted sooner by comparing them.</summary>
    private const int FewCells = 512;

    public static void Sort(Span<H3Cell> cells)
    {
        var numbers = MemoryMarshal.Cast<H3Cell, ulong>(cells);
        if (numbers.Length < FewCells)
        {
            numbers.Sort();
            return;
        }

        var rented = ArrayPool<ulong>.Shared.Rent(numbers.Length);
        SortByDigits(numbers, rented.AsSpan(0, numbers.Length));
        ArrayPool<ulong>.Shared.Return(rented);
    }

    /// <summary>
    /// Digit by digit from the last, each time into buckets, with those of a bucket left in their order (D. Knuth, "The Art of Computer
    /// Programming", volume 3, 5.2.5). Cells of one place differ in few of their bits, and only these count.
    /// </summary>
    private static void SortByDigits(Span<ulong> numbers, Span<ulong> other)
    {
        var varying = 0UL;
        foreach (var number in numbers)
        {
            varying |= number ^ numbers[0];
        }

        Span<int> ends = stackalloc int[Buckets];
        var from = numbers;
        var to = other;
        while (varying != 0)
        {
            var shift = BitOperations.TrailingZeroCount(varying);
            ends.Clear();
            foreach (var number in from)
            {
                ends[(int)(number >> shift) & (Buckets - 1)]++;
            }

            var end = 0;
            foreach (ref var bucket in ends)
            {
                (bucket, end) = (end, end + bucket);
            }

            foreach (var number in from)
            {
                to[ends[(int)(number >> shift) & (Buckets - 1)]++] = number;
            }

            var sorted = to;
            to = from;
            from = sorted;
            varying &= ~(((ulong)Buckets - 1) << shift);
        }

        if (from != numbers)
        {
            from.CopyTo(numbers);
        }
    }
}
