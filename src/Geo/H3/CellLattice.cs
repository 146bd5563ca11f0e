namespace Vantage.Geo.H3;

/// <summary>
/// The lattice that the vertices of a cell are points of: three times finer than that of the cell's own resolution or, if that is odd,
/// the next.
/// </summary>
/// <param name="Unit">Half the distance of a face's corners from its centre, in steps.</param>
/// <param name="Bends">
/// Whether sides that cross an edge of the icosahedron bend there. At even resolutions the edges run through vertices.
/// </param>
/// <remarks>
/// There the first vertex is a fixed step from the centre, the others follow by turning it, and all coordinates are whole numbers.
/// Which side of an edge of the icosahedron a vertex lies on, or that it lies on it, is therefore exact.
/// </remarks>
internal readonly record struct CellLattice(int Unit, bool Bends)
{
    // Steps from a centre to a corner, in the direction of an edge: 3 at even resolutions.
    private const int FarthestCorner = 9;

    /// <summary>The lattice of a cell.</summary>
    /// <param name="centre">The cell's, as <see cref="FacePoint.OfCell"/> has it; then in steps of this lattice.</param>
    /// <param name="corners">Takes the vertices that are no bends, in the plane of the centre's face: six, or the first five of a pentagon's.</param>
    public static CellLattice Of(ulong cell, ref FacePoint centre, Span<FacePoint> corners)
    {
        var resolution = H3Digits.Resolution(cell);
        var isOdd = (resolution & 1) != 0;
        if (isOdd)
        {
            centre = centre.Finer(++resolution);
        }

        centre = new(centre.Face, 3 * centre.A, 3 * centre.B);
        var step = isOdd ? new FacePoint(centre.Face, 5, 4) : new FacePoint(centre.Face, 2, 1);
        for (var n = 0; n < corners.Length; n++)
        {
            corners[n] = new(centre.Face, centre.A + step.A, centre.B + step.B);
            step = step.Turn(1);
        }

        return new(3 * FacePoint.Unit(resolution), isOdd);
    }

    /// <summary>Whether all of a cell is within the face of its centre, and no corner on an edge. Never so of pentagons, whose centres are corners of faces.</summary>
    public bool IsWithinFace(FacePoint centre)
        => Math.Max(centre.Outward(0), Math.Max(centre.Outward(1), centre.Outward(2))) + FarthestCorner < 2 * Unit;

    /// <summary>Whether the line between two points in one face's plane crosses an edge of that face, and after which part of it.</summary>
    public bool TryBend(FacePoint from, FacePoint to, out double part)
    {
        for (var edge = 0; edge < 3; edge++)
        {
            var (before, after) = (from.Outward(edge) - (2 * Unit), to.Outward(edge) - (2 * Unit));
            if ((before < 0 && after > 0) || (before > 0 && after < 0))
            {
                part = before / (double)(before - after);
                return true;
            }
        }

        part = 0;
        return false;
    }

    /// <summary>
    /// A corner on the face it lies on. One on an edge of the icosahedron lies on two: that of the smaller number counts, so that all cells
    /// have the same vertex.
    /// </summary>
    public FacePoint Named(FacePoint corner)
    {
        corner = corner.Settled(Unit);
        for (var edge = 0; edge < 3; edge++)
        {
            if (corner.Outward(edge) == 2 * Unit)
            {
                var across = corner.Across(edge, Unit);
                return across.Face < corner.Face ? across : corner; // Never a corner of the icosahedron, so no other edge has it.
            }
        }

        return corner;
    }

    /// <summary>A number for a corner, the same in whichever face's plane it is given.</summary>
    public ulong Key(FacePoint corner)
    {
        const int Bias = 1 << 27; // Above any coordinate.
        corner = Named(corner);
        return (uint)corner.Face | ((ulong)(uint)(corner.A + Bias) << 5) | ((ulong)(uint)(corner.B + Bias) << 33);
    }

    /// <summary>A point in the plane of a face, if that is its own or one beside it.</summary>
    public FacePoint OnFace(FacePoint point, int face)
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
}
