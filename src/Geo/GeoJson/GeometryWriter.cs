using System.Diagnostics;
using System.Text.Json;
using Vantage.Geo.Zones;

namespace Vantage.Geo.GeoJson;

/// <summary>Writes a shape as GeoJSON. Read back, its coordinates are the same doubles to the bit.</summary>
public static class GeometryWriter
{
    /// <summary>Writes the geometry object. For a circle that is a Point; its radius is the caller's to write.</summary>
    public static void Write(Utf8JsonWriter json, ZoneShape shape)
    {
        json.WriteStartObject();
        switch (shape)
        {
            case CircleShape circle:
                json.WriteString("type", "Point");
                json.WritePropertyName("coordinates");
                WritePosition(json, circle.Centre.Longitude, circle.Centre.Latitude);
                break;
            case PolygonShape { IsMultiPolygon: false } polygon:
                json.WriteString("type", "Polygon");
                json.WritePropertyName("coordinates");
                WriteRings(json, polygon, 0);
                break;
            case PolygonShape polygons:
                json.WriteString("type", "MultiPolygon");
                json.WriteStartArray("coordinates");
                for (var polygon = 0; polygon < polygons.PolygonCount; polygon++)
                {
                    WriteRings(json, polygons, polygon);
                }

                json.WriteEndArray();
                break;
            default:
                throw new UnreachableException($"No GeoJSON for {shape.GetType().Name}.");
        }

        json.WriteEndObject();
    }

    private static void WriteRings(Utf8JsonWriter json, PolygonShape shape, int polygon)
    {
        json.WriteStartArray();
        var (first, end) = (shape.RingsOf(polygon).Start.Value, shape.RingsOf(polygon).End.Value);
        for (var ring = first; ring < end; ring++)
        {
            var longitudes = shape.Longitudes(ring);
            var latitudes = shape.Latitudes(ring);
            json.WriteStartArray();
            for (var i = 0; i < longitudes.Length; i++)
            {
                WritePosition(json, longitudes[i], latitudes[i]);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WritePosition(Utf8JsonWriter json, double longitude, double latitude)
    {
        json.WriteStartArray();
        json.WriteNumberValue(longitude);
        json.WriteNumberValue(latitude);
        json.WriteEndArray();
    }
}
