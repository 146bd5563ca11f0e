namespace Vantage.Geo.H3;

/// <summary>The vertices of cells.</summary>
/// <remarks>
/// They are points of a lattice three times finer than that of the cell's own resolution or, if that is odd, the next: there the
/// first vertex is a fixed step from the centre, the others follow by turning it, and all coordinates are whole numbers.
/// Which side of an edge of the icosahedron a vertex lies on, or that it lies on it, is therefore exact.
/// </remarks>
internal static class CellOutline
{
    public static int Write(ulong cell, Span<LatLng> vertices)
    {
        var resolution = H3Digits.Resolution(cell);
        var centre = FacePoint.OfCell(cell);
        var isOdd = (resolution & 1) != 0;
        if (isOdd)
        {
            centre = centre.Finer(++resolution);
        }

        var lattice = new Lattice(3 * FacePoint.Unit(resolution), isOdd);
        var isPentagon = H3Tables.IsPentagon(H3Digits.BaseCell(cell)) && H3Digits.Used(cell) == 0;
        Span<FacePoint> corners = stackalloc FacePoint[isPentagon ? 5 : 6];
        var step = isOdd ? new FacePoint(centre.Face, 5, 4) : new FacePoint(centre.Face, 2, 1);
        for (var n = 0; n < corners.Length; n++)
        {
            corners[n] = new(centre.Face, (3 * centre.A) + step.A, (3 * centre.B) + step.B);
            step = step.Turn(1);
        }

        return isPentagon ? lattice.WritePentagon(corners, vertices) : lattice.WriteHexagon(corners, vertices);
    }

    /// <param name="Unit">Half the distance of a face's corners from its centre, in steps.</param>
    /// <param name="Bends">
    /// Whether sides that cross an edge of the icosahedron bend there. At even resolutions the edges run through vertices.
    /// </param>
    private readonly record struct Lattice(int Unit, bool Bends)
    {
        public int WriteHexagon(ReadOnlySpan<FacePoint> corners, Span<LatLng> vertices)
        {
            var count = 0;
            for (var n = 0; n < corners.Length; n++)
            {
                var (corner, next) = (corners[n], corners[(n + 1) % corners.Length]);
                vertices[count++] = Position(corner.Settled(Unit));
                if (Bends && TryBend(corner, next, out var bend))
                {
                    vertices[count++] = bend;
                }
            }

            return count;
        }

        /// <summary>A pentagon's corners lie on five faces, so each of its sides crosses an edge.</summary>
        public int WritePentagon(ReadOnlySpan<FacePoint> corners, Span<LatLng> vertices)
        {
            var count = 0;
            for (var n = 0; n < corners.Length; n++)
            {
                var (corner, next) = (corners[n].Settled(Unit), corners[(n + 1) % corners.Length].Settled(Unit));
                vertices[count++] = Position(corner);
                if (Bends && TryBend(OnFace(corner, next.Face), next, out var bend))
                {
                    vertices[count++] = bend;
                }
            }

            return count;
        }

        /// <summary>Where the line between two points in one face's plane crosses an edge of that face, if it does.</summary>
        private bool TryBend(FacePoint from, FacePoint to, out LatLng bend)
        {
            for (var edge = 0; edge < 3; edge++)
            {
                var (before, after) = (from.Outward(edge) - (2 * Unit), to.Outward(edge) - (2 * Unit));
                if ((before < 0 && after > 0) || (before > 0 && after < 0))
                {
                    var part = before / (double)(before - after);
                    bend = FaceProjection.Position(
                        from.Face,
                        from.A + (part * (to.A - from.A)),
                        from.B + (part * (to.B - from.B)),
                        Unit,
                        isOdd: false);
                    return true;
                }
            }

            bend = default;
            return false;
        }

        private FacePoint OnFace(FacePoint point, int face)
        {
            for (var edge = 0; edge < 3; edge++)
            {
                var across = point.Across(edge, Unit);
                if (across.Face == face)
                {
                    return across;
                }
            }

            return point;
        }

        private LatLng Position(FacePoint point) => FaceProjection.Position(point.Face, point.A, point.B, Unit, isOdd: false);
    }
}
