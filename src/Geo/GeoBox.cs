namespace Vantage.Geo;

/// <summary>A closed box in degrees. It never reaches over the antimeridian: West ≤ East.</summary>
public readonly record struct GeoBox(double South, double West, double North, double East)
{
    /// <summary>The smallest box around two positions.</summary>
    public static GeoBox Around(LatLng a, LatLng b) => new(
        Math.Min(a.Latitude, b.Latitude),
        Math.Min(a.Longitude, b.Longitude),
        Math.Max(a.Latitude, b.Latitude),
        Math.Max(a.Longitude, b.Longitude));

    /// <summary>The border counts as inside.</summary>
    public bool Contains(LatLng p)
        => p.Latitude >= South && p.Latitude <= North && p.Longitude >= West && p.Longitude <= East;

    /// <summary>Touching counts.</summary>
    public bool Intersects(GeoBox other)
        => South <= other.North && other.South <= North && West <= other.East && other.West <= East;

    /// <summary>The smallest box around both.</summary>
    public GeoBox Union(GeoBox other) => new(
        Math.Min(South, other.South),
        Math.Min(West, other.West),
        Math.Max(North, other.North),
        Math.Max(East, other.East));
}
