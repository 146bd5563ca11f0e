using NetTopologySuite.Geometries;
using Vantage.Geo.Zones;

namespace Vantage.Geo.Tests.Zones;

/// <summary>Makes shapes, and the same shapes for NetTopologySuite.</summary>
internal static class Shapes
{
    public static LatLng At(double longitude, double latitude)
        => LatLng.TryCreate(latitude, longitude, out var p) ? p : throw new ArgumentException($"[{longitude},{latitude}] is no position.");

    public static List<LatLng> Ring(params (double Lng, double Lat)[] vertices)
        => [.. vertices.Select(v => At(v.Lng, v.Lat)), At(vertices[0].Lng, vertices[0].Lat)];

    public static PolygonShape Square(double west, double south, double size)
        => ZoneShape.OfRings(Ring((west, south), (west + size, south), (west + size, south + size), (west, south + size)));

    /// <summary>A star with a ragged outline: simple by construction, on a grid of 1e-7 degrees or coarser.</summary>
    public static List<LatLng> Star(Random random, LatLng centre, double radiusDegrees, int vertices, double gridDegrees = 1e-7)
    {
        var ring = new List<LatLng>();
        for (var i = 0; i < vertices; i++)
        {
            var angle = 2 * Math.PI * i / vertices;
            var r = radiusDegrees * (0.55 + 0.45 * random.NextDouble());
            ring.Add(At(
                Snap(centre.Longitude + r * Math.Cos(angle), gridDegrees), Snap(centre.Latitude + r * Math.Sin(angle), gridDegrees)));
        }

        ring.Add(ring[0]);
        return ring;
    }

    /// <summary>The double nearest to a decimal of the grid, as a report carries it.</summary>
    public static double Snap(double degrees, double gridDegrees)
    {
        var perDegree = Math.Round(1 / gridDegrees);
        return Math.Round(degrees * perDegree) / perDegree;
    }

    public static Geometry ToNts(PolygonShape shape)
    {
        var polygons = new Polygon[shape.PolygonCount];
        for (var i = 0; i < polygons.Length; i++)
        {
            var (first, end) = (shape.RingsOf(i).Start.Value, shape.RingsOf(i).End.Value);
            var rings = Enumerable.Range(first, end - first).Select(ring => ToNts(shape, ring)).ToArray();
            polygons[i] = new(rings[0], rings[1..]);
        }

        return polygons.Length == 1 ? polygons[0] : new MultiPolygon(polygons);
    }

    public static Point ToNts(LatLng p) => new(p.Longitude, p.Latitude);

    public static LineString ToNts(LatLng a, LatLng b)
        => new([new Coordinate(a.Longitude, a.Latitude), new Coordinate(b.Longitude, b.Latitude)]);

    private static LinearRing ToNts(PolygonShape shape, int ring)
    {
        var longitudes = shape.Longitudes(ring);
        var latitudes = shape.Latitudes(ring);
        var coordinates = new Coordinate[longitudes.Length];
        for (var i = 0; i < coordinates.Length; i++)
        {
            coordinates[i] = new(longitudes[i], latitudes[i]);
        }

        return new(coordinates);
    }
}
