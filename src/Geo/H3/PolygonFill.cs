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
        foreach (var cell in FirstCells())
        {
            Descend(cell, 0, count);
        }

        return _found;
    }

    /// <summary>Cells that the descent may begin with, in order: every cell that is looked for descends from one of them.</summary>
    /// <remarks>
    /// What is looked for has its centre in a box about the outer ring, and so within ρ of the middle of the box. With s = √7^−r, the
    /// ancestor of resolution r is within <see cref="Reach"/> s of that, and the cell that the middle lies in is within 0.2205 s of the
    /// middle (a step over √3). Cells three steps apart are 0.9924 s apart in the plane (2.598 steps), and on the sphere no less than
    /// 0.6315 of that, which is how much the projection shrinks lengths at the corner of a face. So where ρ is below 0.17 s, two steps
    /// about the middle are enough.
    /// </remarks>
    private List<H3Cell> FirstCells()
    {
        const double MostOfStep = 0.17;
        var outer = _rings[0];
        var (height, width) = ((outer.North - outer.South) / 2, (outer.East - outer.West) / 2);
        var nearest = outer.South <= 0 && outer.North >= 0 ? 0 : Math.Min(Math.Abs(outer.South), Math.Abs(outer.North));
        var radius = (height + (width * Math.Cos(nearest * Math.PI / 180))) * Math.PI / 180;
        if (radius >= MostOfStep)
        {
            return [.. Enumerable.Range(0, H3Tables.BaseCellCount).Select(baseCell => new H3Cell(H3Digits.Compose(baseCell, 0, 0)))];
        }

        var resolution = radius <= 0 ? _resolution : (int)Math.Min(_resolution, Math.Log(MostOfStep / radius) / Math.Log(Math.Sqrt(7)));
        var (latitude, longitude) = (outer.South + height, outer.West + width);
        var cells = new H3Cell[H3Cell.MaxDiskSize(2)];
        var count = H3Cell.Of(LatLng.Trusted(latitude, longitude > 180 ? longitude - 360 : longitude), resolution).Disk(2, cells);
        Array.Sort(cells, 0, count);
        return [.. cells.Take(count)];
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
