namespace Vantage.Geo.H3;

public readonly partial record struct H3Cell
{
    /// <summary>The radius, in metres, of the sphere that cells are measured on: the one of the same area as the WGS-84 ellipsoid, as H3 has it.</summary>
    public const double EarthRadiusMetres = 6_371_007.180918475;

    /// <summary>The area on the sphere of <see cref="EarthRadiusMetres"/>, in square metres, exact to thirteen digits at every resolution.</summary>
    /// <remarks>All cells of a resolution together are the sphere. The largest are up to 2.4 times the least, which are pentagons.</remarks>
    public double AreaSquareMetres() => CellMeasure.Area(Value) * EarthRadiusMetres * EarthRadiusMetres;

    /// <summary>
    /// Writes the lengths of the sides, great circles on the sphere of <see cref="EarthRadiusMetres"/>, in metres: of a side that bends
    /// at an edge of the icosahedron, both pieces together.
    /// </summary>
    /// <param name="metres">
    /// Takes one for each side, in the order of <see cref="Boundary"/>: the first leads from the first vertex to the next that is no bend.
    /// </param>
    /// <returns>How many were written: six, or five for a pentagon.</returns>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public int EdgeLengthsMetres(Span<double> metres)
    {
        var count = IsPentagon ? 5 : 6;
        if (metres.Length < count)
        {
            throw new ArgumentException($"Needs room for {count} lengths, not {metres.Length}.", nameof(metres));
        }

        metres = metres[..count];
        metres.Clear();
        CellMeasure.AddEdgeLengths(Value, metres);
        foreach (ref var length in metres)
        {
            length *= EarthRadiusMetres;
        }

        return count;
    }
}
