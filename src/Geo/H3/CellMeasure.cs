namespace Vantage.Geo.H3;

/// <summary>Areas of cells and lengths of their sides, on a sphere of radius one.</summary>
/// <remarks>
/// A vertex is kept as its way from the centre of the cell, which is a few steps of a lattice: as exact at half a metre as at a thousand
/// kilometres, where the difference of two positions would keep eight digits of sixteen.
/// </remarks>
internal static class CellMeasure
{
    public static double Area(ulong cell)
    {
        Span<SpaceVector> vertices = stackalloc SpaceVector[H3Cell.MaxBoundary];
        Span<int> sides = stackalloc int[H3Cell.MaxBoundary];
        var count = Trace(cell, vertices, sides, out var centre);
        var (real, imaginary) = (1.0, 0.0);
        for (var n = 0; n < count; n++)
        {
            var (cosine, sine) = HalfExcess(centre, vertices[n], vertices[n + 1 < count ? n + 1 : 0]);
            (real, imaginary) = ((real * cosine) - (imaginary * sine), (real * sine) + (imaginary * cosine));
        }

        return 2 * Math.Atan2(imaginary, real); // The angle of a product is the sum of the angles, and one arc tangent is enough.
    }

    /// <param name="lengths">Takes as many as the cell has sides; those are to be zero.</param>
    public static void AddEdgeLengths(ulong cell, Span<double> lengths)
    {
        Span<SpaceVector> vertices = stackalloc SpaceVector[H3Cell.MaxBoundary];
        Span<int> sides = stackalloc int[H3Cell.MaxBoundary];
        var count = Trace(cell, vertices, sides, out var centre);
        for (var n = 0; n < count; n++)
        {
            lengths[sides[n]] += Angle(centre, vertices[n], vertices[n + 1 < count ? n + 1 : 0]);
        }
    }

    /// <summary>Cosine and sine, both by the same factor, of half the area of the spherical triangle of three directions: c, and those that lie d and e from there.</summary>
    /// <remarks>
    /// The sine is c · (p × q), the cosine a sum of products of lengths, none of which cancel (A. van Oosterom and J. Strackee, The solid
    /// angle of a plane triangle, IEEE Transactions on Biomedical Engineering 30, 1983). With p = c + d and q = c + e the former is
    /// c · (d × e), in which nothing large cancels, either.
    /// </remarks>
    private static (double Cosine, double Sine) HalfExcess(SpaceVector c, SpaceVector d, SpaceVector e)
    {
        var (p, q) = (c + d, c + e);
        var (ofC, ofP, ofQ) = (c.Length, p.Length, q.Length);
        return ((ofC * ofP * ofQ) + (c.Dot(p) * ofQ) + (p.Dot(q) * ofC) + (q.Dot(c) * ofP), c.Dot(d.Cross(e)));
    }

    /// <summary>The angle between the directions that lie d and e from c: the arc tangent of sine over cosine, where the sine is that of p × (q − p).</summary>
    private static double Angle(SpaceVector c, SpaceVector d, SpaceVector e)
    {
        var p = c + d;
        return Math.Atan2(p.Cross(e - d).Length, p.Dot(c + e));
    }

    /// <summary>The vertices in order, bends among them, as ways from the centre; for each the number of the side that goes on from there.</summary>
    private static int Trace(ulong cell, Span<SpaceVector> vertices, Span<int> sides, out SpaceVector centre)
    {
        var isPentagon = H3Tables.IsPentagon(H3Digits.BaseCell(cell)) && H3Digits.Used(cell) == 0;
        Span<FacePoint> corners = stackalloc FacePoint[isPentagon ? 5 : 6];
        var middle = FacePoint.OfCell(cell);
        var lattice = CellLattice.Of(cell, ref middle, corners);
        centre = FaceProjection.Point(middle.Face, middle.A, middle.B, lattice.Unit);

        var count = 0;
        var corner = Way.To(corners[0], middle, lattice.Unit);
        for (var side = 0; side < corners.Length; side++)
        {
            var next = Way.To(corners[side + 1 < corners.Length ? side + 1 : 0], middle, lattice.Unit);
            (vertices[count], sides[count]) = (corner.Offset, side);
            count++;

            if (lattice.Bends && corner.End.Face != next.End.Face)
            {
                var unfolded = lattice.OnFace(corner.End, next.End.Face);
                if (lattice.TryBend(unfolded, next.End, out var part))
                {
                    (vertices[count], sides[count]) = (next.OffsetTo(unfolded, part, lattice.Unit), side);
                    count++;
                }
            }

            corner = next;
        }

        return count;
    }

    /// <summary>A way from the centre of a cell, over edges of the icosahedron where it must.</summary>
    /// <param name="End">Where it ends, on the face there.</param>
    /// <param name="Start">Where the part of it on that face starts: at the centre, or on the last edge.</param>
    /// <param name="StartOffset">From the centre to there.</param>
    /// <param name="Offset">From the centre to the end.</param>
    private readonly record struct Way(FacePoint End, FacePoint Start, SpaceVector StartOffset, SpaceVector Offset)
    {
        public static Way To(FacePoint end, FacePoint start, int unit)
        {
            var before = default(SpaceVector);
            for (var edge = end.EdgeCrossed(unit); edge != FacePoint.NoEdge; edge = end.EdgeCrossed(unit))
            {
                var onEdge = start.MovedTo(edge, unit);
                before += FaceProjection.Step(start.Face, onEdge.A - start.A, onEdge.B - start.B, unit);
                (end, start) = (end.Across(edge, unit), onEdge.Across(edge, unit));
            }

            return new(end, start, before, before + FaceProjection.Step(end.Face, end.A - start.A, end.B - start.B, unit));
        }

        /// <summary>From the centre to a place on the line between a point in this plane and the end of the way.</summary>
        public SpaceVector OffsetTo(FacePoint from, double part, int unit) => StartOffset + FaceProjection.Step(
            End.Face,
            from.A - Start.A + (part * (End.A - from.A)),
            from.B - Start.B + (part * (End.B - from.B)),
            unit);
    }
}
