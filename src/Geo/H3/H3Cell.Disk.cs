namespace Vantage.Geo.H3;

public readonly partial record struct H3Cell
{
    /// <summary>The largest radius whose disk can be counted in an <see cref="int"/>.</summary>
    public const int MaxDiskRadius = 26_754;

    /// <summary>How many cells lie within k steps of a cell, at most: 3k² + 3k + 1, less about a pentagon.</summary>
    /// <exception cref="ArgumentOutOfRangeException">k is not in 0 to <see cref="MaxDiskRadius"/>.</exception>
    public static int MaxDiskSize(int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, MaxDiskRadius);
        return (3 * k * (k + 1)) + 1;
    }

    /// <summary>How many cells lie exactly k steps from a cell, at most: 6k, less about a pentagon; one for no step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">k is not in 0 to <see cref="MaxDiskRadius"/>.</exception>
    public static int MaxRingSize(int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, MaxDiskRadius);
        return k == 0 ? 1 : 6 * k;
    }

    /// <summary>Writes all cells within k steps, this one included, each once, in no promised order.</summary>
    /// <returns>How many were written.</returns>
    /// <remarks>Allocates only where a pentagon is near, which is at sea, and where k is large against the size of the globe.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">k is not in 0 to <see cref="MaxDiskRadius"/>.</exception>
    /// <exception cref="ArgumentException">The span is shorter than <see cref="MaxDiskSize"/>.</exception>
    public int Disk(int k, Span<H3Cell> cells) => Rings(0, k, MaxDiskSize(k), cells);

    /// <summary>Writes all cells exactly k steps away, each once, in no promised order: this one alone for k = 0, none beyond the far end of the globe.</summary>
    /// <returns>How many were written.</returns>
    /// <remarks>
    /// Allocates, and takes as long as the disk, only where a pentagon is near, which is at sea, and where k is large against the size of the globe.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">k is not in 0 to <see cref="MaxDiskRadius"/>.</exception>
    /// <exception cref="ArgumentException">The span is shorter than <see cref="MaxRingSize"/>.</exception>
    public int Ring(int k, Span<H3Cell> cells) => Rings(k, k, MaxRingSize(k), cells);

    /// <summary>Writes the cells that share a side with this one: six, or five for a pentagon.</summary>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public int Neighbours(Span<H3Cell> cells)
    {
        var count = IsPentagon ? 5 : 6;
        if (cells.Length < count)
        {
            throw new ArgumentException($"Needs room for {count} cells, not {cells.Length}.", nameof(cells));
        }

        return CellDisk.WriteNeighbours(Value, cells);
    }

    private int Rings(int first, int last, int size, Span<H3Cell> cells)
    {
        if (cells.Length < size)
        {
            throw new ArgumentException($"Needs room for {size} cells, not {cells.Length}.", nameof(cells));
        }

        return CellDisk.Write(Value, first, last, cells);
    }
}
