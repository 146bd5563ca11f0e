using System.Buffers;
using System.Text;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Areas;
using Vantage.Geo.Crs;
using Vantage.Geo.GeoJson;
using Vantage.Host.Web;
using Vantage.Host.Zones;

namespace Vantage.Host.Areas;

/// <summary>Areas as GeoJSON: polygons with <c>key</c> and <c>name</c>; what else a map's features say is left out.</summary>
internal static class AreaFeatures
{
    private const int MaxAreas = 2000;

    /// <summary>The areas of a FeatureCollection in WGS-84, with what is wrong in <paramref name="fields"/>.</summary>
    public static List<Area> Read(JsonElement body, ImportCrs crs, Fields fields)
    {
        var areas = new List<Area>();
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("features", out var features)
            || features.ValueKind != JsonValueKind.Array || features.GetArrayLength() > MaxAreas)
        {
            fields.Wrong("features", $"Must be a FeatureCollection with at most {MaxAreas} features.");
            return areas;
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, feature) in features.EnumerateArray().Index())
        {
            if (ReadOne(feature, $"features[{i}]", crs, fields) is not { } area)
            {
                continue;
            }

            if (!keys.Add(area.Key))
            {
                fields.Wrong($"features[{i}].properties.key", $"Another feature is '{area.Key}' already.");
            }

            areas.Add(area);
        }

        return areas;
    }

    public static void Write(Utf8JsonWriter json, Area area, CoordinateSystem crs)
    {
        using var geometry = JsonDocument.Parse(area.GeometryJson);
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", area.Key);
        json.WritePropertyName("geometry");
        if (crs == CoordinateSystem.Wgs84)
        {
            geometry.RootElement.WriteTo(json);
        }
        else
        {
            GeometryCrs.Write(json, geometry.RootElement, crs);
        }

        json.WriteStartObject("properties");
        json.WriteString("key", area.Key);
        json.WriteString("name", area.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Area? ReadOne(JsonElement feature, string path, ImportCrs crs, Fields fields)
    {
        var properties = fields.Inner($"{path}.properties", Member(feature, "properties"));
        var key = properties.Text("key", ActorId.MaxKeyLength, required: true);
        if (key is not null && ActorId.FaultOf(key) is { } fault)
        {
            properties.Wrong("key", fault);
        }

        var name = properties.Text("name", 100, required: true);
        var geometry = GeometryOf(Member(feature, "geometry"), $"{path}.geometry", crs, fields);
        return key is not null && name is not null && geometry is not null ? new Area(key, name, geometry) : null;
    }

    private static string? GeometryOf(JsonElement given, string path, ImportCrs crs, Fields fields)
    {
        if (Member(given, "type").TryGetText() is not ("Polygon" or "MultiPolygon"))
        {
            fields.Wrong($"{path}.type", "An area is a Polygon or a MultiPolygon.");
            return null;
        }

        string? problem;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ZoneFeatureWriter.Options))
        {
            problem = WriteWgs84(json, given, crs);
        }

        if (problem is not null)
        {
            fields.Wrong($"{path}.coordinates", problem);
            return null;
        }

        using var geometry = JsonDocument.Parse(buffer.WrittenMemory);
        var errors = GeometryReader.Read(geometry.RootElement, path: path).Errors;
        foreach (var error in errors)
        {
            fields.Wrong(error.Path, error.Value is null ? error.Reason : $"{error.Reason} Found {error.Value}");
        }

        return errors.IsEmpty ? Encoding.UTF8.GetString(buffer.WrittenSpan) : null;
    }

    private static string? WriteWgs84(Utf8JsonWriter json, JsonElement geometry, ImportCrs from)
    {
        if (!from.IsWgs84)
        {
            return GeometryCrs.WriteWgs84(json, geometry, from);
        }

        geometry.WriteTo(json); // Not rounded.
        return null;
    }

    private static JsonElement Member(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;
}
