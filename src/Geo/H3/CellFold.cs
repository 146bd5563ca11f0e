using System.Numerics;

namespace Vantage.Geo.H3;

/// <summary>Leaves out of a set of cells what others in it cover.</summary>
/// <remarks>
/// Sorted by base cell and digits, whatever the resolution, a cell comes right after its descendants, for the digits that it does not
/// use are sevens. So one pass with a stack is enough: a cell takes its descendants off the top, and the last of seven siblings the
/// other six, for their parent. That parent may be a last sibling again.
/// </remarks>
internal static class CellFold
{
    /// <summary>The bits of resolution and mode, which come before base cell and digits.</summary>
    private const int BitsBeforeBaseCell = 12;

    /// <summary>Folds valid cells in place, and leaves those that are left at the beginning, by base cell and digits.</summary>
    /// <returns>How many are left.</returns>
    public static int Fold(Span<ulong> cells, bool joinsSiblings)
    {
        foreach (ref var cell in cells)
        {
            cell = BitOperations.RotateLeft(cell, BitsBeforeBaseCell);
        }

        cells.Sort();
        var count = 0;
        foreach (var sorted in cells)
        {
            var cell = BitOperations.RotateRight(sorted, BitsBeforeBaseCell);
            while (count > 0 && Covers(cell, cells[count - 1]))
            {
                count--;
            }

            if (count > 0 && Covers(cells[count - 1], cell))
            {
                continue; // Its descendants have joined, and it with its siblings.
            }

            cells[count++] = cell;
            while (joinsSiblings && TryJoin(cells[..count], out var parent, out var siblings))
            {
                count -= siblings;
                cells[count++] = parent;
            }
        }

        return count;
    }

    /// <summary>Whether a cell is another or an ancestor of it: base cell and the digits that it uses are the same.</summary>
    private static bool Covers(ulong cell, ulong other)
    {
        var resolution = H3Digits.Resolution(cell);
        return resolution <= H3Digits.Resolution(other) && ((cell ^ other) << BitsBeforeBaseCell >> (H3Digits.Shift(resolution) + BitsBeforeBaseCell)) == 0;
    }

    /// <summary>Whether the last cells are all the children of one.</summary>
    private static bool TryJoin(ReadOnlySpan<ulong> cells, out ulong parent, out int siblings)
    {
        (parent, siblings) = (0, 0);
        var last = cells[^1];
        var resolution = H3Digits.Resolution(last);
        var shift = H3Digits.Shift(resolution);
        if (resolution == 0 || ((last >> shift) & 7) != H3Digits.Ij)
        {
            return false;
        }

        parent = H3Digits.Compose(H3Digits.BaseCell(last), resolution - 1, H3Digits.Used(last) & ~H3Digits.Unused(resolution - 1));
        siblings = new H3Cell(parent).IsPentagon ? 6 : 7;
        if (cells.Length < siblings)
        {
            return false;
        }

        // From the last to the first, which has digit zero; a pentagon has no child of digit one.
        ulong digit = H3Digits.Ij;
        for (var n = 1; n <= siblings; n++, digit--)
        {
            digit = n == siblings ? 0 : digit;
            if ((last ^ cells[^n]) != (H3Digits.Ij ^ digit) << shift)
            {
                return false;
            }
        }

        return true;
    }
}
