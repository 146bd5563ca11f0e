namespace Vantage.Geo.Zones;

/// <summary>A square cell by its centre and half its side, in degrees.</summary>
internal readonly record struct CellBox(double X, double Y, double Half)
{
    public GeoBox ToGeoBox() => new(Y - Half, X - Half, Y + Half, X + Half);

    /// <summary>Whether an edge may meet the cell: never wrongly no.</summary>
    // Separating axes of a box and a segment: the two of the box, and the segment's normal with a margin for rounding.
    public bool MayMeet(double x1, double y1, double x2, double y2)
    {
        if (Math.Max(x1, x2) < X - Half || Math.Min(x1, x2) > X + Half || Math.Max(y1, y2) < Y - Half || Math.Min(y1, y2) > Y + Half)
        {
            return false;
        }

        var (dx, dy) = (x2 - x1, y2 - y1);
        var (left, right) = (dx * (Y - y1), dy * (X - x1));
        var reach = (Math.Abs(dx) + Math.Abs(dy)) * Half;
        return Math.Abs(left - right) <= reach + 1e-14 * (Math.Abs(left) + Math.Abs(right) + reach);
    }
}
