namespace Vantage.Geo.H3;

/// <summary>Cells of an area.</summary>
public static class H3Polygon
{
    /// <summary>The cells of a resolution whose centre lies inside a polygon, each once, in order.</summary>
    /// <param name="rings">
    /// The outer ring and then the holes, in either direction, closed or not. Sides are straight in longitude and latitude.
    /// A ring with a side longer than 180° of longitude is taken to cross the antimeridian instead. No ring can hold a pole.
    /// </param>
    /// <param name="resolution">0 to 15.</param>
    /// <remarks>
    /// All such cells are found, however thin the polygon. A ring that crosses itself is inside where a ray from there crosses it an
    /// odd number of times. Polygons that share a side share no cell and leave none out between them.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in 0 to 15.</exception>
    public static List<H3Cell> CellsCenteredIn(IReadOnlyList<LatLng[]> rings, int resolution)
    {
        ArgumentNullException.ThrowIfNull(rings);
        ArgumentOutOfRangeException.ThrowIfNegative(resolution);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resolution, H3Digits.MaxResolution);
        if (rings.Count == 0)
        {
            return [];
        }

        return new PolygonFill(rings, resolution).Run();
    }
}
