namespace Vantage.Geo.H3;

/// <summary>The vertices of cells.</summary>
internal static class CellOutline
{
    public const int MaxCorners = 6;

    public static int Write(ulong cell, Span<LatLng> vertices) => Write(cell, FacePoint.OfCell(cell), vertices, stackalloc int[MaxCorners]);

    /// <param name="centre">Of the cell, as <see cref="FacePoint.OfCell"/> has it.</param>
    /// <param name="starts">Takes for each corner its place among the vertices. What is between two of them are bends.</param>
    public static int Write(ulong cell, FacePoint centre, Span<LatLng> vertices, Span<int> starts)
    {
        Span<FacePoint> corners = stackalloc FacePoint[MaxCorners];
        corners = corners[..Corners(cell)];
        var lattice = CellLattice.Of(cell, ref centre, corners);
        return lattice.IsWithinFace(centre) ? WriteCorners(lattice, corners, vertices, starts)
            : corners.Length == MaxCorners ? WriteHexagon(lattice, corners, vertices, starts)
            : WritePentagon(lattice, corners, vertices, starts);
    }

    /// <summary>Writes a number for each corner, the same for every cell of the resolution that has it.</summary>
    /// <returns>How many corners there are: six, or five.</returns>
    public static int WriteKeys(ulong cell, Span<ulong> keys)
    {
        Span<FacePoint> corners = stackalloc FacePoint[MaxCorners];
        corners = corners[..Corners(cell)];
        var centre = FacePoint.OfCell(cell);
        var lattice = CellLattice.Of(cell, ref centre, corners);
        for (var n = 0; n < corners.Length; n++)
        {
            keys[n] = lattice.Key(corners[n]);
        }

        return corners.Length;
    }

    private static int Corners(ulong cell) => H3Tables.IsPentagon(H3Digits.BaseCell(cell)) && H3Digits.Used(cell) == 0 ? 5 : MaxCorners;

    /// <summary>Nearly all cells: nothing of them is on another face, or on an edge.</summary>
    private static int WriteCorners(CellLattice lattice, ReadOnlySpan<FacePoint> corners, Span<LatLng> vertices, Span<int> starts)
    {
        for (var n = 0; n < corners.Length; n++)
        {
            starts[n] = n;
            vertices[n] = Position(corners[n], lattice.Unit);
        }

        return corners.Length;
    }

    private static int WriteHexagon(CellLattice lattice, ReadOnlySpan<FacePoint> corners, Span<LatLng> vertices, Span<int> starts)
    {
        var count = 0;
        for (var n = 0; n < corners.Length; n++)
        {
            var (corner, next) = (corners[n], corners[(n + 1) % corners.Length]);
            starts[n] = count;
            vertices[count++] = Position(lattice.Named(corner), lattice.Unit);
            if (lattice.Bends && lattice.TryBend(corner, next, out var part))
            {
                vertices[count++] = Bend(corner, next, part, lattice.Unit);
            }
        }

        return count;
    }

    /// <summary>A pentagon's corners lie on five faces, so each of its sides crosses an edge.</summary>
    private static int WritePentagon(CellLattice lattice, ReadOnlySpan<FacePoint> corners, Span<LatLng> vertices, Span<int> starts)
    {
        var count = 0;
        for (var n = 0; n < corners.Length; n++)
        {
            var (corner, next) = (corners[n].Settled(lattice.Unit), corners[(n + 1) % corners.Length].Settled(lattice.Unit));
            starts[n] = count;
            vertices[count++] = Position(lattice.Named(corner), lattice.Unit);
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
