namespace Vantage.Geo.Nearby;

/// <summary>The globe in rows of equal height, each in as many columns as make its cells about square: three at the poles.</summary>
internal sealed class RoamingGrid
{
    private readonly int[] _columns;
    private readonly double _rowsPerDegree;

    public RoamingGrid(double cellMetres)
    {
        _columns = new int[Math.Max(1, (int)(180 * GreatCircle.MetresPerDegree / cellMetres))];
        _rowsPerDegree = _columns.Length / 180.0;
        for (var row = 0; row < _columns.Length; row++)
        {
            var latitude = ((row + 0.5) / _rowsPerDegree) - 90;
            _columns[row] = Math.Max(1, (int)(360 * Math.Cos(double.DegreesToRadians(latitude)) * _rowsPerDegree));
        }
    }

    /// <summary>The number of a position's cell.</summary>
    public long CellOf(LatLng p)
    {
        var row = RowOf(p.Latitude);
        return CellAt(row, Math.Min((int)((p.Longitude + 180) * ColumnsPerDegree(row)), _columns[row] - 1)); // 180 is in the last column, not past it.
    }

    /// <summary>The cells that may hold what is in a circle: all that do, and few more.</summary>
    public Range Around(LatLng centre, in NearFilter filter)
        => new(this, RowOf(Math.Max(centre.Latitude - filter.Reach, -90)), RowOf(Math.Min(centre.Latitude + filter.Reach, 90)), centre.Longitude, filter.HalfWidthDegrees);

    private static long CellAt(int row, int column) => ((long)row << 32) | (uint)column;

    private int RowOf(double latitude) => Math.Min((int)((latitude + 90) * _rowsPerDegree), _columns.Length - 1);

    private double ColumnsPerDegree(int row) => _columns[row] / 360.0;

    /// <summary>Cells in rows, each from some column on, over the antimeridian where need be.</summary>
    public readonly struct Range(RoamingGrid grid, int firstRow, int lastRow, double longitude, double halfWidth)
    {
        public int FirstRow => firstRow;

        public int LastRow => lastRow;

        /// <summary>Whether there are at most so many cells.</summary>
        public bool HasAtMost(int cells)
        {
            var left = cells - (long)(lastRow - firstRow + 1); // Each row has one, so that counting them never takes longer than looking at them.
            for (var row = firstRow; row <= lastRow && left >= 0; row++)
            {
                left -= ColumnsIn(row).Count - 1;
            }

            return left >= 0;
        }

        /// <summary>The first column of a row, which may be before column 0, and how many there are.</summary>
        public (int First, int Count) ColumnsIn(int row)
        {
            var perDegree = grid.ColumnsPerDegree(row);
            var first = (int)Math.Floor((longitude - halfWidth + 180) * perDegree);
            var last = (int)Math.Floor((longitude + halfWidth + 180) * perDegree);
            return (first, Math.Min(last - first + 1, grid._columns[row]));
        }

        /// <summary>The number of a cell.</summary>
        /// <param name="column">Counted on over the antimeridian, by less than a turn.</param>
        public long CellAt(int row, int column)
        {
            var columns = grid._columns[row];
            return RoamingGrid.CellAt(row, column < 0 ? column + columns : column >= columns ? column - columns : column);
        }
    }
}
