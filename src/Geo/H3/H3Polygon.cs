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
        cells.Clear();
        if (rings.Count > 0)
        {
            new PolygonFill(rings, resolution, containment, cells).Run();
        }
    }
}
