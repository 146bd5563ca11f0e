using System.Runtime.InteropServices;

namespace Vantage.Geo.H3;

/// <summary>Which cells of one face a side of a polygon may be near: marks along the rows of the face's lattice.</summary>
/// <remarks>
/// Sides are drawn into the plane of the face piece by piece. A piece is straight in longitude and latitude, not in the plane; it is near
/// its chord, and what is near is taken wide enough for that, for the reach of cells, and for every rounding.
/// </remarks>
internal sealed class SideMarks
{
    /// <summary>
    /// Sides are drawn where the cosine of the angle to the face's centre is no less: 47.1°. Corners are at 37.4°, the longest piece of a
    /// side is 5.8°, and what is near reaches 3.9° at resolution 2; at coarser ones all is near, or only the sides themselves.
    /// </summary>
    private const double LeastDepth = 0.68;

    /// <summary>How much longer a line may be in the plane than on the sphere, at most, where anything is drawn: 1 / depth².</summary>
    private const double Stretch = 2.17;

    /// <summary>As <see cref="Stretch"/>, on the face itself.</summary>
    private const double StretchOnFace = 1.6;

    /// <summary>Radians. See <see cref="LeastDepth"/>.</summary>
    private const double LongestPiece = 0.1;

    /// <summary>Coordinates. A longer bend costs more tests of cells, a shorter one more pieces.</summary>
    private const double MostBend = 0.25;

    /// <summary>Coordinates. Shorter pieces that follow each other are marked together.</summary>
    private const double LongestChain = 0.5;

    /// <summary>Coordinates of a point within one step differ by no more than this: axes are 120° apart.</summary>
    private const double CoordinatesPerStep = 1.1547005383792517;

    /// <summary>Coordinates. Far above rounding, even at resolution 15.</summary>
    private const double Slack = 1e-6;

    /// <summary>
    /// Steps from a centre to any point of the cell, in the plane of its face: a vertex is a step / √3 away, and sides that are straight in
    /// longitude and latitude bend by a hundredth of a step as long as no pole is near.
    /// </summary>
    private const double CellReach = 0.59;

    /// <summary>From a centre to a corner of the cell's box it is at most 2.12 longest sides, as long as no pole is near.</summary>
    private const double BoxReach = 2.12 * CellReach;

    /// <summary>
    /// Coordinates about a pole within which everything is marked: there a side that is straight in longitude and latitude is far from
    /// straight on the sphere. It is six steps at the least, beyond which a side bends by (a step / √3)² / (8 × 6 steps).
    /// </summary>
    private const int PoleReach = 14;

    /// <summary>Steps, no less than from a pole to any cell so marked and on to the end of its box.</summary>
    private const int PoleRange = 30;

    /// <summary>Up to here <see cref="PoleRange"/> is most of the globe.</summary>
    private const int CoarseResolution = 1;

    private const double RadiansPerDegree = Math.PI / 180;

    private readonly List<Mark> _marks = [];
    private readonly H3Containment _containment;
    private readonly double _coordinatesPerRadian;
    private readonly double _reach;
    private FacePlane _plane;

    /// <param name="isOnOneFace">Whether the polygon and all that may belong to it is: a cell over an edge is no hexagon in the plane.</param>
    public SideMarks(int resolution, H3Containment containment, bool isOnOneFace)
    {
        _containment = containment;
        _coordinatesPerRadian = Stretch * CoordinatesPerStep / StepRadians(resolution);
        _reach = Slack + (CoordinatesPerStep * containment switch
        {
            H3Containment.Center => 0,
            H3Containment.OverlappingBounds => BoxReach * (isOnOneFace ? StretchOnFace : Stretch),
            _ => CellReach * (isOnOneFace ? 1 : Stretch),
        });
    }

    /// <summary>In order of rows, and along each.</summary>
    public ReadOnlySpan<Mark> Marks => CollectionsMarshal.AsSpan(_marks);

    /// <summary>The first row that a side may be near. If it is beyond <see cref="LastRow"/> there is none.</summary>
    public int FirstRow { get; private set; }

    public int LastRow { get; private set; }

    /// <summary>How far, in radians, a side can be from a face and yet matter for cells there.</summary>
    public static double Margin(int resolution, H3Containment containment)
        => containment == H3Containment.Center ? 0 : PoleReach * StepRadians(resolution);

    public void Draw(in FacePlane plane, ReadOnlySpan<PolygonRing> rings)
    {
        _plane = plane;
        _marks.Clear();
        (FirstRow, LastRow) = (int.MaxValue, int.MinValue);
        foreach (var ring in rings)
        {
            MarkSides(ring);
        }

        if (_containment != H3Containment.Center)
        {
            MarkPoles(rings[0]);
        }

        _marks.Sort();
    }

    private static double StepRadians(int resolution) => FaceProjection.StepLength / FaceProjection.StepsPerUnitAt(resolution);

    private void MarkSides(PolygonRing ring)
    {
        // A piece of a curve r(t) on the unit sphere is off its chord by |r''| / 8 at most, which in longitude and latitude is below the
        // square of the sum of both differences.
        var longest = Math.Min(LongestPiece, Math.Sqrt(8 * MostBend / _coordinatesPerRadian));
        var chain = Extent.None;
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
                    MarkPiece(a, b, nextA, nextB, bend, ref chain);
                }

                (depth, a, b) = (nextDepth, nextA, nextB);
            }
        }

        MarkChain(chain);
    }

    /// <param name="chain">Short pieces that are to be marked yet.</param>
    private void MarkPiece(double a, double b, double nextA, double nextB, double bend, ref Extent chain)
    {
        var piece = Extent.Of(a, b, nextA, nextB, bend);
        if (piece.Size > LongestChain)
        {
            MarkLine(a, b, nextA, nextB, _reach + bend);
            return;
        }

        var longer = chain.With(piece);
        if (longer.Size > LongestChain)
        {
            MarkChain(chain);
            longer = piece;
        }

        chain = longer;
    }

    private void MarkChain(in Extent chain)
    {
        if (chain == Extent.None)
        {
            return;
        }

        var reach = _reach + chain.Bend;
        Extend(chain.FromB - reach, chain.ToB + reach);
        var (first, last) = ((int)Math.Ceiling(chain.FromB - reach), (int)Math.Floor(chain.ToB + reach));
        for (var row = Math.Max(first, _plane.FirstRow); row <= Math.Min(last, _plane.LastRow); row++)
        {
            AddMark(row, chain.FromA - reach, chain.ToA + reach);
        }
    }

    private void MarkLine(double a, double b, double nextA, double nextB, double reach)
    {
        var (from, to) = (Math.Min(b, nextB) - reach, Math.Max(b, nextB) + reach);
        Extend(from, to);
        for (var row = Math.Max((int)Math.Ceiling(from), _plane.FirstRow); row <= Math.Min((int)Math.Floor(to), _plane.LastRow); row++)
        {
            // The part of the line that is near the row.
            var (start, end) = (0.0, 1.0);
            if (b != nextB)
            {
                var (one, other) = ((row - reach - b) / (nextB - b), (row + reach - b) / (nextB - b));
                (start, end) = (Math.Max(Math.Min(one, other), 0), Math.Min(Math.Max(one, other), 1));
            }

            var (startA, endA) = (a + (start * (nextA - a)), a + (end * (nextA - a)));
            AddMark(row, Math.Min(startA, endA) - reach, Math.Max(startA, endA) + reach);
        }
    }

    private void MarkPoles(PolygonRing outer)
    {
        if (_plane.Resolution <= CoarseResolution)
        {
            Extend(_plane.FirstRow, _plane.LastRow);
            for (var row = _plane.FirstRow; row <= _plane.LastRow; row++)
            {
                var (from, to) = _plane.Row(row);
                AddMark(row, from, to);
            }

            return;
        }

        var range = PoleRange * StepRadians(_plane.Resolution) / RadiansPerDegree;
        if (outer.North > 90 - range)
        {
            MarkPole(90);
        }

        if (outer.South < range - 90)
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

        Extend(b - PoleReach, b + PoleReach);
        for (var row = Math.Max((int)b - PoleReach, _plane.FirstRow); row <= Math.Min((int)b + PoleReach, _plane.LastRow); row++)
        {
            AddMark(row, a - PoleReach, a + PoleReach);
        }
    }

    private void AddMark(int row, double from, double to) => _marks.Add(new(row, (int)Math.Ceiling(from), (int)Math.Floor(to)));

    private void Extend(double from, double to)
        => (FirstRow, LastRow) = (Math.Min(FirstRow, (int)Math.Floor(from)), Math.Max(LastRow, (int)Math.Ceiling(to)));

    /// <summary>Cells of a row that a side may be near. Where it passes between two cells there are none: To is one less than From.</summary>
    public readonly record struct Mark(int Row, int From, int To) : IComparable<Mark>
    {
        public int CompareTo(Mark other) => Row != other.Row ? Row.CompareTo(other.Row) : From.CompareTo(other.From);
    }

    /// <summary>What some pieces extend over, and the most that one of them bends.</summary>
    private readonly record struct Extent(double FromA, double ToA, double FromB, double ToB, double Bend)
    {
        public static readonly Extent None = new(double.MaxValue, double.MinValue, double.MaxValue, double.MinValue, 0);

        public double Size => Math.Max(ToA - FromA, ToB - FromB);

        public static Extent Of(double a, double b, double nextA, double nextB, double bend)
            => new(Math.Min(a, nextA), Math.Max(a, nextA), Math.Min(b, nextB), Math.Max(b, nextB), bend);

        public Extent With(in Extent other)
            => new(Math.Min(FromA, other.FromA), Math.Max(ToA, other.ToA), Math.Min(FromB, other.FromB), Math.Max(ToB, other.ToB), Math.Max(Bend, other.Bend));
    }
}
