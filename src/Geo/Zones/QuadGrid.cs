namespace Vantage.Geo.Zones;

/// <summary>The square that an index divides, and the whole numbers that name places in it.</summary>
/// <remarks>
/// A position becomes a column and a row among the cells of the greatest depth, and their bits are the way down: no box is looked at.
/// The mapping rounds by at most 1e-12 degrees, which is why the builder decides with boxes that are wider by <see cref="Slack"/>.
/// </remarks>
internal readonly struct QuadGrid(double south, double west, double sizeDegrees)
{
    public const int MaxDepth = 22;

    /// <summary>Degrees by which a cell is widened where it must be known to be free of edges. About a micrometre.</summary>
    public const double Slack = 1e-11;

    private const int Cells = 1 << MaxDepth;

    private readonly double _cellDegrees = sizeDegrees / Cells;
    private readonly double _cellsPerDegree = Cells / sizeDegrees;

    public double SizeDegrees => sizeDegrees;

    /// <summary>The column and row of a position; whether it is in the square at all.</summary>
    public bool TryPlace(LatLng p, out int column, out int row)
    {
        var x = (p.Longitude - west) * _cellsPerDegree;
        var y = (p.Latitude - south) * _cellsPerDegree;
        (column, row) = ((int)x, (int)y);
        return x >= 0 && x < Cells && y >= 0 && y < Cells;
    }

    /// <summary>Which of the four half-planes around the square a position outside of it is in: 0 to 3.</summary>
    public int SideOf(LatLng p) => p.Longitude < west ? 0 : (p.Longitude - west) * _cellsPerDegree >= Cells ? 1 : p.Latitude < south ? 2 : 3;

    /// <summary>Longitude and latitude of the corner in the south-west of the cell of a depth that a column and row of the greatest depth lie in.</summary>
    public (double X, double Y) CornerAt(int column, int row, int depth)
    {
        var cut = -1 << (MaxDepth - depth);
        return (west + ((column & cut) * _cellDegrees), south + ((row & cut) * _cellDegrees));
    }

    /// <summary>The nominal box of a cell. Neighbours share their border to the bit, so the boxes leave no gap.</summary>
    public GeoBox BoxOf(QuadCell cell)
    {
        var shift = MaxDepth - cell.Depth;
        return new(
            south + (((long)cell.Row << shift) * _cellDegrees),
            west + (((long)cell.Column << shift) * _cellDegrees),
            south + ((((long)cell.Row + 1) << shift) * _cellDegrees),
            west + ((((long)cell.Column + 1) << shift) * _cellDegrees));
    }

    /// <summary>A cell, wider by <see cref="Slack"/>: what does not meet this does not meet the cell, however positions round.</summary>
    public CellBox WideBoxOf(QuadCell cell)
    {
        var size = SizeOf(cell.Depth);
        return new(west + ((cell.Column + 0.5) * size), south + ((cell.Row + 0.5) * size), (size / 2) + Slack);
    }

    /// <summary>The side of a cell, in degrees.</summary>
    public double SizeOf(int depth) => Math.ScaleB(sizeDegrees, -depth);
}
