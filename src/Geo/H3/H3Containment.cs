namespace Vantage.Geo.H3;

/// <summary>Which cells belong to a polygon. Each way but the first finds all that the one before it finds.</summary>
/// <remarks>
/// Sides of cells and of polygons alike are straight in longitude and latitude, and whether they cross is decided exactly for the numbers
/// as they are. A side that touches a cell, if only in one point, crosses it.
/// </remarks>
public enum H3Containment
{
    /// <summary>Cells that lie in the polygon as a whole, and have no point in common with its sides.</summary>
    Full,

    /// <summary>Cells that have their centre in the polygon. Polygons that share a side share no cell and leave none out between them.</summary>
    Center,

    /// <summary>Cells that have a point in common with the polygon.</summary>
    Overlapping,

    /// <summary>
    /// Cells whose box has a point in common with the polygon. It has the cell and all its descendants: to either side of the centre it is
    /// 1.4 times the longest side of any cell of the resolution, and where that reaches a pole it is all that is about the pole.
    /// </summary>
    OverlappingBounds,
}
