using System.Runtime.InteropServices;

namespace Vantage.Geo.H3;

/// <summary>Cells as a set: whoever has a cell has all its descendants.</summary>
/// <remarks>
/// That is the hierarchy's sense of covering. Seven children together are about the shape of their parent, not quite. Sets may mix
/// resolutions, name a cell more than once and a descendant of another cell besides: that adds nothing to what they cover.
/// </remarks>
public static class H3Set
{
    /// <summary>Writes the fewest cells that cover the same: none twice, none below another, and all children of a cell as that cell.</summary>
    /// <param name="cells">In any order.</param>
    /// <param name="compacted">Takes them in order, the coarsest first; may be the same memory as <paramref name="cells"/>.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException">One of the cells is none, or the span to write to is shorter than that of the cells.</exception>
    public static int Compact(ReadOnlySpan<H3Cell> cells, Span<H3Cell> compacted)
    {
        CheckCells(cells, H3Cell.MaxResolution);
        if (compacted.Length < cells.Length)
        {
            throw new ArgumentException($"Needs room for {cells.Length} cells, not {compacted.Length}.", nameof(compacted));
        }

        cells.CopyTo(compacted);
        var count = CellFold.Fold(Values(compacted[..cells.Length]), joinsSiblings: true);
        Values(compacted[..count]).Sort();
        return count;
    }

    /// <summary>How many cells <see cref="Uncompact"/> needs room for, which is how many it writes where none of the cells covers another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in 0 to 15.</exception>
    /// <exception cref="ArgumentException">One of the cells is none, or is finer than the resolution.</exception>
    /// <exception cref="OverflowException">The cells cover each other so many times that the count is no <see cref="long"/>.</exception>
    public static long UncompactedCount(ReadOnlySpan<H3Cell> cells, int resolution)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resolution);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resolution, H3Cell.MaxResolution);
        CheckCells(cells, resolution);
        var count = 0L;
        foreach (var cell in cells)
        {
            count = checked(count + cell.ChildCount(resolution));
        }

        return count;
    }

    /// <summary>Writes the cells of one resolution that cover the same, each once, in order.</summary>
    /// <param name="cells">In any order.</param>
    /// <param name="resolution">That of the finest of the cells, to 15.</param>
    /// <param name="all">Takes as many as <see cref="UncompactedCount"/> says.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in 0 to 15.</exception>
    /// <exception cref="ArgumentException">One of the cells is none, or is finer than the resolution; or the span is too short.</exception>
    public static int Uncompact(ReadOnlySpan<H3Cell> cells, int resolution, Span<H3Cell> all)
    {
        var size = UncompactedCount(cells, resolution);
        if (all.Length < size)
        {
            throw new ArgumentException($"Needs room for {size} cells, not {all.Length}.", nameof(all));
        }

        // Cells wait at the end of the room and are written from its beginning. Each has a descendant, so those written never reach those that wait.
        var waiting = all[((int)size - cells.Length)..(int)size];
        cells.CopyTo(waiting);
        waiting = waiting[..CellFold.Fold(Values(waiting), joinsSiblings: false)];
        var written = 0;
        foreach (var cell in waiting)
        {
            written += cell.Children(resolution, all[written..]);
        }

        return written;
    }

    private static void CheckCells(ReadOnlySpan<H3Cell> cells, int finest)
    {
        foreach (var cell in cells)
        {
            if (!cell.IsValid || cell.Resolution > finest)
            {
                throw new ArgumentException(cell.IsValid ? $"{cell} is finer than resolution {finest}." : $"{cell} is no cell.", nameof(cells));
            }
        }
    }

    private static Span<ulong> Values(Span<H3Cell> cells) => MemoryMarshal.Cast<H3Cell, ulong>(cells);
}
