using Vantage.Geo.Exact;

namespace Vantage.Geo.Zones;

/// <summary>Cuts one segment with many edges and keeps the first and the last parameter at which an edge is met.</summary>
/// <remarks>
/// Whether an edge is met is decided exactly. Where, is rounded, but a meeting at a vertex is computed from the vertex alone:
/// the two edges that share it give the same parameter to the bit.
/// </remarks>
internal struct SegmentCut(LatLng a, LatLng b)
{
    private readonly double _ax = a.Longitude;
    private readonly double _ay = a.Latitude;
    private readonly double _bx = b.Longitude;
    private readonly double _by = b.Latitude;
    private readonly GeoBox _box = GeoBox.Around(a, b);

    public double First { get; private set; } = double.PositiveInfinity;

    public double Last { get; private set; } = double.NegativeInfinity;

    public readonly bool IsCut => First <= Last;

    public readonly bool Meets(double x1, double y1, double x2, double y2)
        => !IsApart(x1, y1, x2, y2)
            && SideOfEdge(x1, y1, x2, y2, _ax, _ay) * SideOfEdge(x1, y1, x2, y2, _bx, _by) <= 0
            && SideOfSegment(x1, y1) * SideOfSegment(x2, y2) <= 0;

    public void Cut(double x1, double y1, double x2, double y2)
    {
        if (IsApart(x1, y1, x2, y2))
        {
            return;
        }

        var (sideOfA, sideOfB) = (SideOfEdge(x1, y1, x2, y2, _ax, _ay), SideOfEdge(x1, y1, x2, y2, _bx, _by));
        if (sideOfA * sideOfB > 0)
        {
            return;
        }

        var (side1, side2) = (SideOfSegment(x1, y1), SideOfSegment(x2, y2));
        if (side1 * side2 > 0)
        {
            return;
        }

        if (side1 == 0 || side2 == 0)
        {
            // A vertex on the segment's line; both, when the edge lies along it. An end of the segment within such an edge
            // counts too: the parameters are clamped.
            Keep(side1 == 0 ? ParameterOf(x1, y1) : ParameterOf(x2, y2));
            Keep(side2 == 0 ? ParameterOf(x2, y2) : ParameterOf(x1, y1));
            return;
        }

        Keep(sideOfA == 0 ? 0 : sideOfB == 0 ? 1 : ParameterOfCrossing(x1, y1, x2, y2));
    }

    private static int SideOfEdge(double x1, double y1, double x2, double y2, double x, double y)
        => Orientation.Sign(x1, y1, x2, y2, x, y);

    private readonly int SideOfSegment(double x, double y) => Orientation.Sign(_ax, _ay, _bx, _by, x, y);

    private readonly bool IsApart(double x1, double y1, double x2, double y2)
        => Math.Max(y1, y2) < _box.South || Math.Min(y1, y2) > _box.North
            || Math.Max(x1, x2) < _box.West || Math.Min(x1, x2) > _box.East;

    private readonly double ParameterOf(double x, double y)
    {
        var (dx, dy) = (_bx - _ax, _by - _ay);
        var t = Math.Abs(dx) >= Math.Abs(dy) ? (x - _ax) / dx : (y - _ay) / dy;
        return double.IsNaN(t) ? 0 : Math.Clamp(t, 0, 1); // NaN: a segment without length.
    }

    private readonly double ParameterOfCrossing(double x1, double y1, double x2, double y2)
    {
        var (ex, ey) = (x2 - x1, y2 - y1);
        var fromA = ex * (_ay - y1) - ey * (_ax - x1);
        var fromB = ex * (_by - y1) - ey * (_bx - x1);
        var t = fromA / (fromA - fromB);
        return double.IsNaN(t) ? 0 : Math.Clamp(t, 0, 1); // NaN: both rounded to zero, so all but parallel.
    }

    private void Keep(double t)
    {
        First = Math.Min(First, t);
        Last = Math.Max(Last, t);
    }
}
