namespace Vantage.Geo.H3;

/// <summary>Finds the cells with their centre in a polygon, from the coarsest down.</summary>
/// <remarks>
/// Around every cell there is a box that has the centres of all its descendants. If no side of the polygon touches the box, all
/// of them are inside or all are outside, and one test tells which. Only cells on the outline are taken apart, with those sides
/// that touched.
/// </remarks>
internal sealed class PolygonFill
{
    /// <summary>
    /// How far the centre of a descendant can be from that of a cell of resolution 0, in radians. A step into resolution r + 1 is
    /// √7 shorter than one into r; the first is 0.382 / √7, so all together they are below 0.382 / (√7 − 1), and projection onto
    /// the sphere only shortens them.
    /// </summary>
    internal const double Reach = 0.2322;

    private readonly PolygonRing[] _rings;
    private readonly int _resolution;
    private readonly List<H3Cell> _found = [];

    /// <summary>Sides as (ring, side), those of a cell after those of its parent: a stack of lists.</summary>
    private readonly List<(int Ring, int Side)> _sides = [];

    public PolygonFill(IReadOnlyList<LatLng[]> rings, int resolution)
    {
        _rings = [.. rings.Select(ring => new PolygonRing(ring))];
        _resolution = resolution;
    }

    public List<H3Cell> Run()
    {
        for (var ring = 0; ring < _rings.Length; ring++)
        {
            for (var side = 0; side < _rings[ring].SideCount; side++)
            {
                _sides.Add((ring, side));
            }
        }

        var count = _sides.Count;
        for (var baseCell = 0; baseCell < H3Tables.BaseCellCount; baseCell++)
        {
            Descend(new(H3Digits.Compose(baseCell, 0, 0)), 0, count);
        }

        return _found;
    }

    private void Descend(H3Cell cell, int firstSide, int sideCount)
    {
        var center = cell.Center();
        var resolution = cell.Resolution;
        if (resolution == _resolution)
        {
            if (Contains(center))
            {
                _found.Add(cell);
            }

            return;
        }

        var box = PositionBox.Around(center, Reach / Math.Pow(7, resolution / 2.0));
        var first = _sides.Count;
        for (var n = firstSide; n < firstSide + sideCount; n++)
        {
            var (ring, side) = _sides[n];
            if (_rings[ring].SideTouches(side, box))
            {
                _sides.Add(_sides[n]);
            }
        }

        var touching = _sides.Count - first;
        if (touching > 0)
        {
            foreach (var child in cell.Children(resolution + 1))
            {
                Descend(child, first, touching);
            }
        }
        else if (Contains(center))
        {
            AddAll(cell);
        }

        _sides.RemoveRange(first, touching);
    }

    private void AddAll(H3Cell cell)
    {
        foreach (var descendant in cell.Children(_resolution))
        {
            _found.Add(descendant);
        }
    }

    private bool Contains(LatLng position)
    {
        if (!_rings[0].Contains(position))
        {
            return false;
        }

        for (var hole = 1; hole < _rings.Length; hole++)
        {
            if (_rings[hole].Contains(position))
            {
                return false;
            }
        }

        return true;
    }
}
