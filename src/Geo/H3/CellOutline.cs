namespace Vantage.Geo.H3;

/// <summary>The vertices of cells.</summary>
internal static class CellOutline
{
    public static int Write(ulong cell, Span<LatLng> vertices) => Write(cell, FacePoint.OfCell(cell), vertices);

    /// <param name="centre">Of the cell, as <see cref="FacePoint.OfCell"/> has it.</param>
    public static int Write(ulong cell, FacePoint centre, Span<LatLng> vertices)
    {
        var isPentagon = H3Tables.IsPentagon(H3Digits.BaseCell(cell)) && H3Digits.Used(cell) == 0;
        Span<FacePoint> corners = stackalloc FacePoint[isPentagon ? 5 : 6];
        var lattice = CellLattice.Of(cell, ref centre, corners);
        return isPentagon ? WritePentagon(lattice, corners, vertices) : WriteHexagon(lattice, corners, vertices);
    }

    private static int WriteHexagon(CellLattice lattice, ReadOnlySpan<FacePoint> corners, Span<LatLng> vertices)
    {
        var count = 0;
        for (var n = 0; n < corners.Length; n++)
        {
            var (corner, next) = (corners[n], corners[(n + 1) % corners.Length]);
            vertices[count++] = Position(corner.Settled(lattice.Unit), lattice.Unit);
            if (lattice.Bends && lattice.TryBend(corner, next, out var part))
            {
                vertices[count++] = Bend(corner, next, part, lattice.Unit);
            }
        }

        return count;
    }

    /// <summary>A pentagon's corners lie on five faces, so each of its sides crosses an edge.</summary>
    private static int WritePentagon(CellLattice lattice, ReadOnlySpan<FacePoint> corners, Span<LatLng> vertices)
    {
        var count = 0;
        for (var n = 0; n < corners.Length; n++)
        {
            var (corner, next) = (corners[n].Settled(lattice.Unit), corners[(n + 1) % corners.Length].Settled(lattice.Unit));
            vertices[count++] = Position(corner, lattice.Unit);
            corner = lattice.OnFace(corner, next.Face);
            if (lattice.Bends && lattice.TryBend(corner, next, out var part))
            {
                vertices[count++] = Bend(corner, next, part, lattice.Unit);
            }
        }

        return count;
    }

    private static LatLng Position(FacePoint point, int unit) => FaceProjection.Position(point.Face, point.A, point.B, unit, isOdd: false);

    private static LatLng Bend(FacePoint from, FacePoint to, double part, int unit) => FaceProjection.Position(
        from.Face,
        from.A + (part * (to.A - from.A)),
        from.B + (part * (to.B - from.B)),
        unit,
        isOdd: false);
}
