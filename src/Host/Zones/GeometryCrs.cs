using System.Text.Json;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary>Converts the positions of a GeoJSON geometry from one coordinate system to another; what is no position stays as it is.</summary>
internal static class GeometryCrs
{
    public static void Write(Utf8JsonWriter json, JsonElement value, CoordinateSystem from, CoordinateSystem to)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value, from, to);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array when IsPosition(value, out var place):
                var moved = CoordinateSystems.Convert(place, from, to);
                json.WriteStartArray();
                json.WriteNumberValue(WireDegrees.Round(moved.Longitude));
                json.WriteNumberValue(WireDegrees.Round(moved.Latitude));
                json.WriteEndArray();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item, from, to);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static bool IsPosition(JsonElement value, out LatLng place)
    {
        place = default;
        return value.GetArrayLength() is 2 or 3
            && value[0].ValueKind == JsonValueKind.Number && value[1].ValueKind == JsonValueKind.Number
            && value[0].TryGetDouble(out var longitude) && value[1].TryGetDouble(out var latitude)
            && LatLng.TryCreate(latitude, longitude, out place);
    }
}
