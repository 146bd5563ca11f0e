using System.Runtime.InteropServices;

namespace Vantage.Geo.H3;

/// <summary>Finds the cells of a polygon, face by face and row by row of a face's lattice.</summary>
/// <remarks>
/// Every cell has its centre on one face of the icosahedron, at a point of that face's lattice. Cells that a side of the polygon may be
/// near are marked, and only they are tested by themselves; between two marks no side passes, so one cell tells for all. Marks are
/// generous, so the answer is that of the tests alone.
/// </remarks>
internal sealed class PolygonFill
{
    /// <summary>Cells of a row for which it does not pay to find out how a step changes their digits.</summary>
    private const int FewSteps = 8;

    private const double RadiansPerDegree = Math.PI / 180;

    private readonly PolygonRing[] _rings;
    private readonly int _resolution;
    private readonly H3Containment _containment;
    private readonly List<H3Cell> _found;
    private FacePlane _plane;

    public PolygonFill(IReadOnlyList<LatLng[]> rings, int resolution, H3Containment containment, List<H3Cell> found)
    {
        _rings = [.. rings.Select(ring => new PolygonRing(ring))];
        (_resolution, _containment, _found) = (resolution, containment, found);
    }

    public void Run()
    {
        Span<int> faces = stackalloc int[H3Tables.FaceCount];
        faces = faces[..FacesAbout(_rings[0], faces)];
        var sides = new SideMarks(_resolution, _containment, isOnOneFace: faces.Length == 1);
        foreach (var face in faces)
        {
            _plane = new(face, _resolution);
            sides.Draw(_plane, _rings);
            AddFace(sides);
        }

        CellSort.Sort(CollectionsMarshal.AsSpan(_found));
    }

    /// <summary>
    /// The faces that may have cells of the polygon: no position in the box about the outer ring is further from its middle than along a
    /// meridian and then along a parallel.
    /// </summary>
    private int FacesAbout(PolygonRing outer, Span<int> faces)
    {
        var (height, width) = ((outer.North - outer.South) / 2, (outer.East - outer.West) / 2);
        var nearest = outer.South <= 0 && outer.North >= 0 ? 0 : Math.Min(Math.Abs(outer.South), Math.Abs(outer.North));
        var radius = (height + (width * Math.Cos(nearest * RadiansPerDegree))) * RadiansPerDegree;
        var (latitude, longitude) = (outer.South + height, outer.West + width);
        var middle = LatLng.Trusted(latitude, longitude > 180 ? longitude - 360 : longitude);
        return FaceProjection.FacesNear(middle, radius + SideMarks.Margin(_resolution, _containment), faces);
    }

    private void AddFace(SideMarks sides)
    {
        if (sides.FirstRow > sides.LastRow)
        {
            AddBand(_plane.FirstRow, _plane.LastRow);
            return;
        }

        var (first, last) = (Math.Max(sides.FirstRow, _plane.FirstRow), Math.Min(sides.LastRow, _plane.LastRow));
        AddBand(_plane.FirstRow, first - 1);
        var marks = sides.Marks;
        for (var row = first; row <= last; row++)
        {
            var count = 0;
            while (count < marks.Length && marks[count].Row == row)
            {
                count++;
            }

            AddRow(row, marks[..count]);
            marks = marks[count..];
        }

        AddBand(last + 1, _plane.LastRow);
    }

    /// <summary>Adds all of the rows, which no side is near, or none.</summary>
    private void AddBand(int first, int last)
    {
        bool? isInside = null;
        for (var row = first; row <= last; row++)
        {
            var (from, to) = _plane.Row(row);
            if (from <= to)
            {
                isInside ??= IsInside(from, row);
                if (isInside == false)
                {
                    return;
                }

                AddRun(row, from, to, from, to);
            }
        }
    }

    private void AddRow(int row, ReadOnlySpan<SideMarks.Mark> marks)
    {
        var (from, to) = _plane.Row(row);
        var a = from;
        foreach (var mark in marks)
        {
            AddUnmarked(row, a, Math.Min(mark.From - 1, to), from, to);
            a = Math.Max(a, mark.From);
            for (var last = Math.Min(mark.To, to); a <= last; a++)
            {
                AddIfItBelongs(new(_plane.Face, a, row), mayBeOnEdge: a == from || a == to);
            }
        }

        AddUnmarked(row, a, to, from, to);
    }

    /// <summary>Adds cells of a row that no side is near or between, or none of them.</summary>
    private void AddUnmarked(int row, int first, int last, int rowFrom, int rowTo)
    {
        if (first <= last && IsInside(first, row))
        {
            AddRun(row, first, last, rowFrom, rowTo);
        }
    }

    /// <summary>Adds cells of a row, most of them by a step from the one before.</summary>
    private void AddRun(int row, int first, int last, int rowFrom, int rowTo)
    {
        var (cell, step) = (0UL, 0);
        CellSteps steps = default;
        for (var a = first; a <= last; a++)
        {
            if (step == 0 || !steps.TryStep(ref cell, step))
            {
                var before = cell;
                FaceCells.TryEncode(_plane.Face, a, row, _resolution, out cell); // Always true: the point is on its face.
                step = a > first && last - a >= FewSteps ? CellSteps.Between(before, cell) : 0;
                steps = new(cell);
            }

            if ((a != rowFrom && a != rowTo) || !IsOfOtherFace(cell))
            {
                _found.Add(new(cell));
            }
        }
    }

    private void AddIfItBelongs(FacePoint point, bool mayBeOnEdge)
    {
        var centre = FaceProjection.Position(point, _resolution);
        var isInside = Contains(centre);
        if (!isInside && _containment <= H3Containment.Center)
        {
            return;
        }

        FaceCells.TryEncode(point.Face, point.A, point.B, _resolution, out var cell);
        if (mayBeOnEdge && IsOfOtherFace(cell))
        {
            return;
        }

        var belongs = _containment switch
        {
            H3Containment.Center => true,
            H3Containment.Full => !IsTouched(cell, point, centre),
            _ => isInside || IsTouched(cell, point, centre),
        };
        if (belongs)
        {
            _found.Add(new(cell));
        }
    }

    /// <summary>Whether a cell on an edge of the face is taken to be on the other side, so that no cell is found twice.</summary>
    private bool IsOfOtherFace(ulong cell) => FacePoint.OfCell(cell).Face != _plane.Face;

    /// <summary>Whether a side has a point in common with the cell, or with its box.</summary>
    private bool IsTouched(ulong cell, FacePoint point, LatLng centre)
    {
        Span<PlanePoint> outline = stackalloc PlanePoint[PlaneOutline.MaxSize];
        if (_containment == H3Containment.OverlappingBounds)
        {
            outline = outline[..PlaneOutline.Box(centre, _resolution, outline)];
        }
        else
        {
            Span<LatLng> vertices = stackalloc LatLng[H3Cell.MaxBoundary];
            outline = outline[..PlaneOutline.Unwrap(vertices[..CellOutline.Write(cell, point, vertices, stackalloc int[CellOutline.MaxCorners])], outline)];
        }

        foreach (var ring in _rings)
        {
            if (ring.Touches(outline))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInside(int a, int row) => Contains(FaceProjection.Position(new FacePoint(_plane.Face, a, row), _resolution));

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
