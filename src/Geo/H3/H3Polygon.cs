using System.Buffers;

namespace Vantage.Geo.H3;

/// <summary>Cells of an area.</summary>
public static class H3Polygon
{
    /// <summary>The cells of a resolution that belong to a polygon, each once, in order.</summary>
    /// <param name="rings">
    /// The outer ring and then the holes, in either direction, closed or not. Sides are straight in longitude and latitude.
    /// A ring with a side longer than 180° of longitude is taken to cross the antimeridian instead. No ring can hold a pole.
    /// </param>
    /// <param name="resolution">0 to 15.</param>
    /// <param name="containment">Which cells belong to it.</param>
    /// <remarks>
    /// All such cells are found, however thin the polygon. A ring that crosses itself is inside where a ray from there crosses it an
    /// odd number of times.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in 0 to 15, or the containment is none of the four.</exception>
    public static List<H3Cell> Cells(IReadOnlyList<LatLng[]> rings, int resolution, H3Containment containment)
    {
        var cells = new List<H3Cell>();
        Cells(rings, resolution, containment, cells);
        return cells;
    }

    /// <summary>
    /// The same into a list, in place of what it has. Nobody knows beforehand how many cells there are, so the list grows as it must, and
    /// one that is used again soon grows no more.
    /// </summary>
    public static void Cells(IReadOnlyList<LatLng[]> rings, int resolution, H3Containment containment, List<H3Cell> cells)
    {
        ArgumentNullException.ThrowIfNull(rings);
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfNegative(resolution);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resolution, H3Digits.MaxResolution);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)containment, (uint)H3Containment.OverlappingBounds, nameof(containment));
        if (rings.Contains(null!))
        {
            throw new ArgumentException("A ring is null.", nameof(rings));
        }

        cells.Clear();
        if (rings.Count > 0)
        {
            new PolygonFill(rings, resolution, containment, cells).Run();
        }
    }

    /// <summary>The polygons that are the union of cells: one for each group of cells that hang together by their sides.</summary>
    /// <param name="cells">Of one resolution, each once, in any order; may be empty.</param>
    /// <returns>
    /// For each the outer ring, counter-clockwise, and then the holes, clockwise, all of them closed, with the vertices of
    /// <see cref="H3Cell.Boundary"/>. In the order of the first cells.
    /// </returns>
    /// <remarks>
    /// Rings share no vertex. A ring over the antimeridian jumps there, as <see cref="Cells(IReadOnlyList{LatLng[]}, int, H3Containment)"/>
    /// takes it. About a pole a ring goes all the way around, and is no ring of a map. If two rings of a group do, the outer one is that with
    /// less of the globe to its left. All cells of the globe together have no outline.
    /// </remarks>
    /// <exception cref="ArgumentException">A cell is none, or comes twice, or the cells are of more than one resolution.</exception>
    public static List<LatLng[][]> Outlines(ReadOnlySpan<H3Cell> cells)
    {
        CheckDistinct(cells);
        return new OutlineTrace(cells).Run();
    }

    private static void CheckDistinct(ReadOnlySpan<H3Cell> cells)
    {
        var sorted = ArrayPool<H3Cell>.Shared.Rent(cells.Length);
        cells.CopyTo(sorted);
        CellSort.Sort(sorted.AsSpan(0, cells.Length));
        for (var n = 0; n < cells.Length; n++)
        {
            var reason = !sorted[n].IsValid ? "is no cell"
                : n > 0 && sorted[n] == sorted[n - 1] ? "comes twice"
                : sorted[n].Resolution != sorted[0].Resolution ? $"is not of resolution {sorted[0].Resolution}, as {sorted[0]} is"
                : null;
            if (reason is not null)
            {
                throw new ArgumentException($"{sorted[n]} {reason}.", nameof(cells));
            }
        }

        ArrayPool<H3Cell>.Shared.Return(sorted);
    }
}
