namespace Vantage.Geo.Zones;

/// <summary>The geometry of one version of a zone. Immutable; safe to read from any thread; its operations allocate nothing.</summary>
/// <remarks>
/// Edges are straight in longitude and latitude, and the boundary, that of holes too, is inside. A shape over the antimeridian
/// comes split into parts (RFC 7946, 3.1.9): ±180 are two different edges, and nothing here joins them. A circle needs no split.
/// Predicates of polygons are exact for the doubles as given; see <see cref="Exact.Orientation"/>.
/// </remarks>
public abstract class ZoneShape
{
    private protected ZoneShape()
    {
    }

    /// <summary>The box around the shape; for a circle a hair wider than it, and of all longitudes where it holds a pole or ±180.</summary>
    public abstract GeoBox Bounds { get; }

    /// <summary>Vertices without the closing ones; 0 for a circle.</summary>
    public abstract int VertexCount { get; }

    /// <summary>The area on the sphere, holes taken out.</summary>
    public abstract double AreaSquareMetres { get; }

    /// <summary>The centre of area in longitude and latitude; may lie outside the shape, or in a hole.</summary>
    public abstract LatLng Centroid { get; }

    /// <summary>A place for the name: the centroid where it is inside, else a point inside.</summary>
    public abstract LatLng LabelPoint { get; }

    /// <summary>A shape from polygons, each its outer ring first and holes after it.</summary>
    /// <param name="polygons">Closed rings (first position = last) of at least 4 positions, in any orientation.</param>
    /// <remarks>
    /// Only the form of the rings is checked. Where rings cross, a point is inside when an odd number of them is around it;
    /// <see cref="GeoJson.GeometryReader"/> is the door for shapes from outside and refuses those.
    /// </remarks>
    /// <exception cref="ArgumentException">No polygon, no ring, an unclosed ring, or fewer than 4 positions.</exception>
    public static PolygonShape OfPolygons(IReadOnlyList<IReadOnlyList<IReadOnlyList<LatLng>>> polygons)
        => new(polygons, isMultiPolygon: true);

    /// <summary>A shape of one polygon: its outer ring, then its holes. See <see cref="OfPolygons"/>.</summary>
    /// <exception cref="ArgumentException">An unclosed ring, or fewer than 4 positions.</exception>
    public static PolygonShape OfRings(params IReadOnlyList<IReadOnlyList<LatLng>> rings) => new([rings], isMultiPolygon: false);

    /// <summary>All that is at most a distance away from a centre, by haversine.</summary>
    /// <param name="centre">The centre.</param>
    /// <param name="radiusMetres">Above 0 and at most <see cref="CircleShape.MaxRadiusMetres"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is out of range.</exception>
    public static CircleShape OfCircle(LatLng centre, double radiusMetres) => new(centre, radiusMetres);

    /// <summary>Whether a position is inside or on the boundary.</summary>
    public abstract bool Contains(LatLng p);

    /// <summary>Whether the closed segment and the shape have a point in common: touching counts.</summary>
    public abstract bool Touches(LatLng a, LatLng b);

    /// <summary>Where along a segment the shape is entered first and left last.</summary>
    /// <param name="a">The place at 0.</param>
    /// <param name="b">The place at 1.</param>
    /// <param name="entry">The first parameter in [0, 1] that is in the shape: 0 when <paramref name="a"/> is.</param>
    /// <param name="exit">The last one: 1 when <paramref name="b"/> is. Equal to <paramref name="entry"/> for a mere touch.</param>
    /// <returns>As <see cref="Touches"/>; both parameters are 0 when <see langword="false"/>.</returns>
    public abstract bool Crosses(LatLng a, LatLng b, out double entry, out double exit);

    /// <summary>From a position to the nearest point of the boundary, in metres; never negative, inside or out.</summary>
    /// <remarks>
    /// For a polygon the nearest point is found in an equirectangular projection around <paramref name="p"/> and then measured by
    /// haversine, so the error is of second order: up to 70° of latitude below 1 mm at 1 km, below 1 m at 10 km, 0.1 % at 100 km.
    /// The cut of a zone that was split at the antimeridian counts as boundary.
    /// </remarks>
    public abstract double DistanceMetres(LatLng p);

    /// <summary>Whether <see cref="DistanceMetres"/> is at most so many metres; much cheaper than measuring when it is not.</summary>
    /// <remarks>A fix with a circle of uncertainty clears the fence when this is <see langword="false"/> for its radius.</remarks>
    public abstract bool IsBoundaryWithin(LatLng p, double metres);

    /// <summary>The point of the boundary that <see cref="DistanceMetres"/> measures to, where it is near enough.</summary>
    /// <param name="p">The position.</param>
    /// <param name="withinMetres">The less, the quicker.</param>
    /// <param name="point">Means nothing when the answer is <see langword="false"/>, as does <paramref name="metres"/>.</param>
    /// <param name="metres">To the bit what <see cref="DistanceMetres"/> tells.</param>
    internal abstract bool TryNearest(LatLng p, double withinMetres, out LatLng point, out double metres);
}
