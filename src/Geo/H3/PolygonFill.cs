using System.Runtime.InteropServices;

namespace Vantage.Geo.H3;

/// <summary>Finds the cells of a polygon, face by face and row by row of a face's lattice.</summary>
/// <remarks>
/// Every cell has its centre on one face of the icosahedron, at a point of that face's lattice. The polygon's sides are drawn in the
/// plane of the face, and what is near a side is marked in each row; only marked cells are tested by themselves. Between two marks no
/// side passes, so one cell tells for all. What is near is taken wide enough for every rounding and bend, so that the answer is that of
/// the tests alone.
/// </remarks>
internal sealed class PolygonFill
{
    /// <summary>
    /// Sides are drawn where the cosine of the angle to the face's centre is no less: 47.1°. Corners are at 37.4°, the longest piece of a
    /// side is 5.8°, and what is near reaches 3.9° at resolution 2; at coarser ones all is near, or only the sides themselves.
    /// </summary>
    private const double LeastDepth = 0.68;

    /// <summary>How much longer a line may be in the plane than on the sphere, at most, where anything is drawn: 1 / depth².</summary>
    private const double Stretch = 2.17;

    /// <summary>Radians. See <see cref="LeastDepth"/>.</summary>
    private const double LongestPiece = 0.1;

    /// <summary>Steps. A longer bend costs more tests, a shorter one more pieces.</summary>
    private const double MostBend = 0.25;

    /// <summary>Coordinates of a point within one step differ by no more than this: axes are 120° apart.</summary>
    private const double CoordinatesPerStep = 1.1547005383792517;

    /// <summary>Steps. Far above rounding, even at resolution 15.</summary>
    private const double Slack = 1e-6;

    /// <summary>
    /// From a centre to any point of the cell in the plane of longitude and latitude, in coordinates: a vertex is a step / √3 away, and
    /// sides bend by a hundredth of a step as long as no pole is near.
    /// </summary>
    private const double CellReach = (0.59 * Stretch * CoordinatesPerStep) + 0.01;

    /// <summary>From a centre to a corner of the cell's box, which is at most 2.12 longest sides away as long as no pole is near.</summary>
    private const double BoxReach = (2.12 * 0.59 * Stretch * CoordinatesPerStep) + 0.01;

    /// <summary>
    /// Coordinates about a pole within which everything is marked: there a side that is straight in longitude and latitude is far from
    /// straight on the sphere. It is six steps at the least, beyond which a side bends by (a step / √3)² / (8 × 6 steps).
    /// </summary>
    private const int PoleReach = 14;

    /// <summary>Up to here <see cref="PoleReach"/> is much of the globe.</summary>
    private const int CoarseResolution = 1;

    /// <summary>Steps, no less than from a pole to any cell so marked and on to the end of its box.</summary>
    private const int PoleRange = 30;

    private const double RadiansPerDegree = Math.PI / 180;

    private readonly PolygonRing[] _rings;
    private readonly int _resolution;
    private readonly H3Containment _containment;
    private readonly List<H3Cell> _found;
    private readonly List<Mark> _marks = [];
    private readonly double _reach;
    private readonly double _coordinatesPerRadian;
    private readonly double _longestSide;
    private readonly H3Cell _northPole, _southPole;
    private FacePlane _plane;
    private int _firstRow;
    private int _lastRow;

    public PolygonFill(IReadOnlyList<LatLng[]> rings, int resolution, H3Containment containment, List<H3Cell> found)
    {
        _rings = [.. rings.Select(ring => new PolygonRing(ring))];
        (_resolution, _containment, _found) = (resolution, containment, found);
        _reach = containment switch
        {
            H3Containment.Center => Slack,
            H3Containment.OverlappingBounds => BoxReach,
            _ => CellReach,
        };

        // A hexagon about a face's centre is the largest: its sides in the plane are a step / √3.
        var side = FaceProjection.StepLength / Math.Sqrt(3) / FaceProjection.StepsPerUnitAt(resolution);
        _longestSide = 2 * Math.Asin(side / (2 * Math.Sqrt(1 + (side * side))));
        _coordinatesPerRadian = Stretch * CoordinatesPerStep * FaceProjection.StepsPerUnitAt(resolution) / FaceProjection.StepLength;
        (_northPole, _southPole) = (H3Cell.Of(LatLng.Trusted(90, 0), resolution), H3Cell.Of(LatLng.Trusted(-90, 0), resolution));
    }

    public void Run()
    {
        var outer = _rings[0];
        var (height, width) = ((outer.North - outer.South) / 2, (outer.East - outer.West) / 2);
        var nearest = outer.South <= 0 && outer.North >= 0 ? 0 : Math.Min(Math.Abs(outer.South), Math.Abs(outer.North));
        var radius = (height + (width * Math.Cos(nearest * RadiansPerDegree))) * RadiansPerDegree;
        var (latitude, longitude) = (outer.South + height, outer.West + width);
        var middle = LatLng.Trusted(latitude, longitude > 180 ? longitude - 360 : longitude);
        if (_containment != H3Containment.Center)
        {
            radius += PoleReach * FaceProjection.StepLength / FaceProjection.StepsPerUnitAt(_resolution);
        }

        for (var face = 0; face < H3Tables.FaceCount; face++)
        {
            if (FaceProjection.IsNear(face, middle, radius))
            {
                _plane = new(face, _resolution);
                Scan();
            }
        }

        MemoryMarshal.Cast<H3Cell, ulong>(CollectionsMarshal.AsSpan(_found)).Sort();
    }

    private void Scan()
    {
        _marks.Clear();
        (_firstRow, _lastRow) = (int.MaxValue, int.MinValue);
        foreach (var ring in _rings)
        {
            MarkSides(ring);
        }

        if (_containment != H3Containment.Center)
        {
            MarkPoles();
        }

        if (_firstRow > _lastRow)
        {
            AddBand(_plane.FirstRow, _plane.LastRow);
            return;
        }

        _marks.Sort();
        (_firstRow, _lastRow) = (Math.Max(_firstRow, _plane.FirstRow), Math.Min(_lastRow, _plane.LastRow));
        AddBand(_plane.FirstRow, _firstRow - 1);
        var mark = 0;
        for (var row = _firstRow; row <= _lastRow; row++)
        {
            mark = AddRow(row, mark);
        }

        AddBand(_lastRow + 1, _plane.LastRow);
    }

    private void MarkSides(PolygonRing ring)
    {
        // A piece of a curve r(t) on the unit sphere is off its chord by |r''| / 8 at most, which in longitude and latitude is below the
        // square of the sum of both differences.
        var longest = Math.Min(LongestPiece, Math.Sqrt(8 * MostBend / _coordinatesPerRadian));
        for (var side = 0; side < ring.SideCount; side++)
        {
            var (from, to) = ring.Side(side);
            var length = (Math.Abs(to.X - from.X) + Math.Abs(to.Y - from.Y)) * RadiansPerDegree;
            var pieces = Math.Max(1, (int)Math.Ceiling(length / longest));
            var bend = length / pieces * (length / pieces) / 8 * _coordinatesPerRadian;
            var depth = _plane.Project(from.Y, from.X, out var a, out var b);
            for (var piece = 1; piece <= pieces; piece++)
            {
                var part = piece / (double)pieces;
                var nextDepth = _plane.Project(from.Y + (part * (to.Y - from.Y)), from.X + (part * (to.X - from.X)), out var nextA, out var nextB);
                if (depth >= LeastDepth && nextDepth >= LeastDepth)
                {
                    MarkPiece(a, b, nextA, nextB, _reach + bend);
                }

                (depth, a, b) = (nextDepth, nextA, nextB);
            }
        }
    }

    private void MarkPiece(double a, double b, double nextA, double nextB, double reach)
    {
        var first = (int)Math.Floor(Math.Min(b, nextB) - reach);
        var last = (int)Math.Ceiling(Math.Max(b, nextB) + reach);
        (_firstRow, _lastRow) = (Math.Min(_firstRow, first), Math.Max(_lastRow, last));
        for (var row = Math.Max(first, _plane.FirstRow); row <= Math.Min(last, _plane.LastRow); row++)
        {
            // The part of the line that is near the row.
            var (start, end) = (0.0, 1.0);
            if (b != nextB)
            {
                var (one, other) = ((row - reach - b) / (nextB - b), (row + reach - b) / (nextB - b));
                (start, end) = (Math.Max(Math.Min(one, other), 0), Math.Min(Math.Max(one, other), 1));
            }

            if (start <= end)
            {
                var (startA, endA) = (a + (start * (nextA - a)), a + (end * (nextA - a)));
                _marks.Add(new(row, (int)Math.Ceiling(Math.Min(startA, endA) - reach), (int)Math.Floor(Math.Max(startA, endA) + reach)));
            }
        }
    }

    private void MarkPoles()
    {
        if (_resolution <= CoarseResolution)
        {
            (_firstRow, _lastRow) = (_plane.FirstRow, _plane.LastRow);
            for (var row = _firstRow; row <= _lastRow; row++)
            {
                _marks.Add(new(row, int.MinValue, int.MaxValue));
            }

            return;
        }

        var range = PoleRange * FaceProjection.StepLength / FaceProjection.StepsPerUnitAt(_resolution) / RadiansPerDegree;
        if (_rings[0].North > 90 - range)
        {
            MarkPole(90);
        }

        if (_rings[0].South < range - 90)
        {
            MarkPole(-90);
        }
    }

    private void MarkPole(double latitude)
    {
        const double BeyondReach = 0.4; // 66°: 29° or more from all that is on the face, and six steps of resolution 2 are 19°.
        if (_plane.Project(latitude, 0, out var a, out var b) < BeyondReach)
        {
            return;
        }

        var (first, last) = ((int)b - PoleReach, (int)b + PoleReach);
        (_firstRow, _lastRow) = (Math.Min(_firstRow, first), Math.Max(_lastRow, last));
        for (var row = Math.Max(first, _plane.FirstRow); row <= Math.Min(last, _plane.LastRow); row++)
        {
            _marks.Add(new(row, (int)a - PoleReach, (int)a + PoleReach));
        }
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
                isInside ??= Contains(Centre(from, row));
                if (isInside == false)
                {
                    return;
                }

                AddRun(row, from, to, from, to);
            }
        }
    }

    /// <param name="mark">The first of the row's marks.</param>
    /// <returns>The first of the next row's.</returns>
    private int AddRow(int row, int mark)
    {
        var (from, to) = _plane.Row(row);
        for (var a = from; a <= to;)
        {
            while (mark < _marks.Count && _marks[mark].Row == row && _marks[mark].To < a)
            {
                mark++;
            }

            var isMarked = mark < _marks.Count && _marks[mark].Row == row && _marks[mark].From <= to;
            if (isMarked && _marks[mark].From <= a)
            {
                for (var last = Math.Min(_marks[mark].To, to); a <= last; a++)
                {
                    AddIfItBelongs(row, a, a == from || a == to);
                }
            }
            else
            {
                var last = isMarked ? _marks[mark].From - 1 : to;
                if (Contains(Centre(a, row)))
                {
                    AddRun(row, a, last, from, to);
                }

                a = last + 1;
            }
        }

        while (mark < _marks.Count && _marks[mark].Row == row)
        {
            mark++;
        }

        return mark;
    }

    private void AddRun(int row, int first, int last, int rowFrom, int rowTo)
    {
        for (var a = first; a <= last; a++)
        {
            FaceCells.TryEncode(_plane.Face, a, row, _resolution, out var cell); // Always true: the point is on its face.
            if ((a != rowFrom && a != rowTo) || FacePoint.OfCell(cell).Face == _plane.Face)
            {
                _found.Add(new(cell));
            }
        }
    }

    /// <param name="mayBeOnEdge">Whether it may lie on an edge of the face: then it is another face's, perhaps.</param>
    private void AddIfItBelongs(int row, int a, bool mayBeOnEdge)
    {
        var centre = Centre(a, row);
        var isInside = Contains(centre);
        if (!isInside && _containment <= H3Containment.Center)
        {
            return;
        }

        FaceCells.TryEncode(_plane.Face, a, row, _resolution, out var cell);
        if (mayBeOnEdge && FacePoint.OfCell(cell).Face != _plane.Face)
        {
            return;
        }

        var belongs = _containment switch
        {
            H3Containment.Center => true,
            H3Containment.Full => !IsTouched(new(cell), centre),
            _ => isInside || IsTouched(new(cell), centre),
        };
        if (belongs)
        {
            _found.Add(new(cell));
        }
    }

    private LatLng Centre(int a, int row) => FaceProjection.Position(new FacePoint(_plane.Face, a, row), _resolution);

    /// <summary>Whether a side has a point in common with the cell, or with its box.</summary>
    private bool IsTouched(H3Cell cell, LatLng centre)
    {
        Span<PlanePoint> outline = stackalloc PlanePoint[PlaneOutline.MaxSize];
        if (_containment == H3Containment.OverlappingBounds)
        {
            outline = outline[..PlaneOutline.Box(centre, _longestSide, cell == _northPole || cell == _southPole, outline)];
        }
        else
        {
            Span<LatLng> vertices = stackalloc LatLng[H3Cell.MaxBoundary];
            outline = outline[..PlaneOutline.Unwrap(vertices[..CellOutline.Write(cell.Value, vertices)], outline)];
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

    /// <summary>Cells of a row that a side may be near. Where it passes between two cells there are none: To is one less than From.</summary>
    private readonly record struct Mark(int Row, int From, int To) : IComparable<Mark>
    {
        public int CompareTo(Mark other) => Row != other.Row ? Row.CompareTo(other.Row) : From.CompareTo(other.From);
    }
}
