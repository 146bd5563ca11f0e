namespace Vantage.Geo.H3;

/// <summary>How many steps lie between two cells of one resolution.</summary>
internal static class CellDistance
{
    public static int Steps(ulong cell, ulong other)
    {
        if (cell == other)
        {
            return 0;
        }

        var coarsest = CoarsestDifference(cell, other);
        return coarsest > 0 && SharesHexagonAbove(cell, coarsest)
            ? StepsByDigits(cell, other, coarsest)
            : FaceUnfolding.Steps(FacePoint.OfCell(cell), FacePoint.OfCell(other), H3Digits.Resolution(cell));
    }

    /// <summary>The coarsest resolution at which the cells have different parents.</summary>
    private static int CoarsestDifference(ulong cell, ulong other)
        => H3Digits.BaseCell(cell) != H3Digits.BaseCell(other) ? 0 : H3Digits.LeadingLevel(cell ^ other);

    /// <summary>Whether the parent one resolution above is a hexagon.</summary>
    private static bool SharesHexagonAbove(ulong cell, int resolution)
        => !H3Tables.IsPentagon(H3Digits.BaseCell(cell)) || H3Digits.LeadingLevel(H3Digits.Used(cell)) < resolution;

    /// <summary>
    /// The descendants of a hexagon lie flat, and no corner of the icosahedron is so near that a way behind it would be shorter. So their
    /// digits are coordinates, and only those that differ matter.
    /// </summary>
    private static int StepsByDigits(ulong cell, ulong other, int coarsest)
    {
        var apart = new FacePoint(0, 0, 0);
        var resolution = H3Digits.Resolution(cell);
        for (var level = coarsest; level <= resolution; level++)
        {
            var shift = H3Digits.Shift(level);
            var (from, to) = ((int)(cell >> shift) & 7, (int)(other >> shift) & 7);
            var middle = apart.Finer(level);
            apart = new(
                0,
                middle.A + FacePoint.StepA(to) - FacePoint.StepA(from),
                middle.B + FacePoint.StepB(to) - FacePoint.StepB(from));
        }

        return FacePoint.Steps(apart.A, apart.B);
    }
}
