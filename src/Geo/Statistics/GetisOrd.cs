using Vantage.Geo.H3;

namespace Vantage.Geo.Statistics;

/// <summary>
/// Local statistics of cells: A. Getis and J. K. Ord, "The Analysis of Spatial Association by Use of Distance Statistics", Geographical Analysis 24
/// (1992), 189–206; the standardised form with the cell itself, Gi*, is that of J. K. Ord and A. Getis, "Local Spatial Autocorrelation Statistics",
/// Geographical Analysis 27 (1995), 286–306, equation 7.
/// </summary>
public static class GetisOrd
{
    /// <summary>The most steps to a neighbour that counts.</summary>
    public const int MaxRing = 5;

    /// <summary>
    /// Gi* of every cell: how many standard deviations the sum over the cell and those within <paramref name="ring"/> steps lies above, or below, what
    /// the mean over all cells leads to expect. Every neighbour that is among the cells weighs 1, all others 0.
    /// </summary>
    /// <param name="cells">Cells of one resolution, each once: the whole area, cells with nothing too.</param>
    /// <param name="values">A value for each cell. Up to 10^13 in a million cells, either sign.</param>
    /// <param name="ring">1 to <see cref="MaxRing"/>.</param>
    /// <returns>In the order of the cells. All 0 where nothing can be told: all values are equal, or every cell neighbours every other.</returns>
    /// <remarks>
    /// With n cells of sum Σ and sum of squares Q, and k neighbours of sum L, Gi* = (nL − kΣ) / √((nQ − Σ²)(nk − k²) / (n − 1)). The terms are
    /// whole numbers and summed as such: no order of cells shows, and equal values are found equal.
    /// </remarks>
    /// <exception cref="ArgumentException">A cell is none, or is there twice, or the lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The ring is out of range.</exception>
    /// <exception cref="OverflowException">The values are too great.</exception>
    public static double[] Star(IReadOnlyList<H3Cell> cells, IReadOnlyList<long> values, int ring)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(ring, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ring, MaxRing);
        if (cells.Count != values.Count)
        {
            throw new ArgumentException($"{values.Count} values for {cells.Count} cells.", nameof(values));
        }

        var byCell = new Dictionary<H3Cell, long>(cells.Count);
        var (sum, squares) = (Int128.Zero, Int128.Zero);
        for (var i = 0; i < cells.Count; i++)
        {
            if (!cells[i].IsValid || !byCell.TryAdd(cells[i], values[i]))
            {
                throw new ArgumentException($"{cells[i]} {(cells[i].IsValid ? "comes twice" : "is no cell")}.", nameof(cells));
            }

            sum = checked(sum + values[i]);
            squares = checked(squares + ((Int128)values[i] * values[i]));
        }

        var star = new double[cells.Count];
        var spread = checked((cells.Count * squares) - (sum * sum)); // n² times the variance.
        if (spread > 0)
        {
            var disk = new H3Cell[H3Cell.MaxDiskSize(ring)];
            for (var i = 0; i < star.Length; i++)
            {
                star[i] = StarOf(byCell, sum, (double)spread, disk.AsSpan(0, cells[i].Disk(ring, disk)));
            }
        }

        return star;
    }

    private static double StarOf(Dictionary<H3Cell, long> byCell, Int128 sum, double spread, ReadOnlySpan<H3Cell> disk)
    {
        var (count, local) = (0L, Int128.Zero);
        foreach (var cell in disk)
        {
            if (byCell.TryGetValue(cell, out var value))
            {
                count++;
                local += value;
            }
        }

        var all = (long)byCell.Count;
        return count == all ? 0 : (double)checked((all * local) - (count * sum)) / Math.Sqrt(spread * (count * (all - count)) / (all - 1));
    }
}
