using System.Globalization;
using System.Text.Json.Nodes;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>A zone of San Francisco that no one drew: as GeoJSON for the host, and as NetTopologySuite has it for the test.</summary>
internal sealed class RandomZone
{
    private const double MetresInDegree = 111_195;
    private const int Vertices = 40;
    private static readonly GeometryFactory Factory = new();

    private RandomZone(string key, Geometry? area, (double Lon, double Lat, double Radius)? circle)
    {
        (Key, Circle) = (key, circle);
        Prepared = area is null ? null : PreparedGeometryFactory.Prepare(area);
        Bounds = area?.EnvelopeInternal ?? Around(circle!.Value);
    }

    public string Key { get; }

    /// <summary>Null for a circle.</summary>
    public IPreparedGeometry? Prepared { get; }

    /// <summary>Centre in degrees, radius in metres; null for an area.</summary>
    public (double Lon, double Lat, double Radius)? Circle { get; }

    public Envelope Bounds { get; }

    /// <summary>Zones about places where the rows are: stars of 40 vertices and 100 to 800 m, every fourth with a hole, every fifth in parts, every sixth a circle.</summary>
    public static RandomZone[] Many(int count, IReadOnlyList<CabRow> rows, int seed)
    {
        var random = new Random(seed);
        var central = rows.Where(row => row is { Lon: > -122.52 and < -122.36, Lat: > 37.7 and < 37.82 }).ToArray();
        var zones = new RandomZone[count];
        for (var i = 0; i < count; i++)
        {
            var centre = central[random.Next(central.Length)];
            var (lon, lat) = (Place(centre.Lon + (random.NextDouble() - 0.5) * 0.01), Place(centre.Lat + (random.NextDouble() - 0.5) * 0.01));
            var radius = Math.Round(100 + random.NextDouble() * 700, 1);
            var key = string.Create(CultureInfo.InvariantCulture, $"zone-{i:000}");
            zones[i] = i % 6 == 5 ? new(key, null, (lon, lat, radius)) : new(key, Area(random, i, lon, lat, radius), null);
        }

        return zones;
    }

    public JsonObject Feature(DateTimeOffset effectiveFrom)
    {
        var properties = new JsonObject { ["name"] = Key, ["effectiveFrom"] = effectiveFrom.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) };
        JsonObject geometry;
        if (Circle is { } circle)
        {
            properties["radius"] = circle.Radius;
            geometry = new() { ["type"] = "Point", ["coordinates"] = new JsonArray(circle.Lon, circle.Lat) };
        }
        else
        {
            geometry = Prepared!.Geometry is MultiPolygon parts
                ? new() { ["type"] = "MultiPolygon", ["coordinates"] = new JsonArray([.. parts.Geometries.Select(part => Rings((Polygon)part))]) }
                : new() { ["type"] = "Polygon", ["coordinates"] = Rings((Polygon)Prepared.Geometry) };
        }

        return new() { ["type"] = "Feature", ["geometry"] = geometry, ["properties"] = properties };
    }

    private static Geometry Area(Random random, int i, double lon, double lat, double radius)
    {
        Geometry area = i % 5 == 4
            ? Factory.CreateMultiPolygon(
                [.. Enumerable.Range(0, 2 + i % 2).Select(part => Star(random, lon + 2.3 * part * radius / EastMetres(lat), lat, radius, i % 4 == 3))])
            : Star(random, lon, lat, radius, i % 4 == 3);
        Assert.True(area.IsValid);
        return area;
    }

    private static Polygon Star(Random random, double lon, double lat, double radius, bool hasHole) => Factory.CreatePolygon(
        Ring(random, lon, lat, radius, 0.5),
        hasHole ? [Ring(random, lon, lat, radius * 0.4, 0.3)] : []);

    private static LinearRing Ring(Random random, double lon, double lat, double radius, double least)
    {
        var ring = new Coordinate[Vertices + 1];
        for (var n = 0; n < Vertices; n++)
        {
            var angle = 2 * Math.PI * (n + 0.8 * random.NextDouble()) / Vertices;
            var reach = radius * (least + (1 - least) * random.NextDouble());
            ring[n] = new(Place(lon + reach * Math.Cos(angle) / EastMetres(lat)), Place(lat + reach * Math.Sin(angle) / MetresInDegree));
        }

        ring[Vertices] = ring[0].Copy();
        return Factory.CreateLinearRing(ring);
    }

    private static JsonArray Rings(Polygon polygon) => new(
        [.. new[] { polygon.ExteriorRing }.Concat(polygon.InteriorRings)
            .Select(ring => new JsonArray([.. ring.Coordinates.Select(at => new JsonArray(at.X, at.Y))]))]);

    private static Envelope Around((double Lon, double Lat, double Radius) circle)
    {
        var (east, north) = (1.01 * circle.Radius / EastMetres(circle.Lat), 1.01 * circle.Radius / MetresInDegree);
        return new(circle.Lon - east, circle.Lon + east, circle.Lat - north, circle.Lat + north);
    }

    private static double EastMetres(double lat) => MetresInDegree * Math.Cos(lat * Math.PI / 180);

    private static double Place(double degrees) => Math.Round(degrees, 7);
}
