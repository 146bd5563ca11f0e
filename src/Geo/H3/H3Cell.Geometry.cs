namespace Vantage.Geo.H3;

public readonly partial record struct H3Cell
{
    /// <summary>The most vertices a boundary has: ten, for a pentagon of odd resolution.</summary>
    public const int MaxBoundary = 10;

    /// <summary>The middle of the cell on the icosahedron: a position whose cell is this one, not quite the centre of mass.</summary>
    public LatLng Center() => FaceProjection.Position(FacePoint.OfCell(Value), Resolution);

    /// <summary>
    /// Writes the vertices, counter-clockwise, the first not repeated. At odd resolutions a side that crosses an edge of the
    /// icosahedron bends there, and has a vertex at the bend.
    /// </summary>
    /// <returns>How many were written: 5 to <see cref="MaxBoundary"/>.</returns>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public int Boundary(Span<LatLng> vertices)
    {
        Span<LatLng> all = stackalloc LatLng[MaxBoundary];
        var count = CellOutline.Write(Value, all);
        if (vertices.Length < count)
        {
            throw new ArgumentException($"Needs room for {count} vertices, not {vertices.Length}.", nameof(vertices));
        }

        all[..count].CopyTo(vertices);
        return count;
    }
}
