using System.Globalization;
using System.Text.Json;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary>Converts the positions of a GeoJSON geometry from one coordinate system to another.</summary>
internal static class GeometryCrs
{
    /// <summary>Out of WGS-84; what is no position stays as it is.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement value, CoordinateSystem to)
        => Write(json, value, (longitude, latitude) => LatLng.TryCreate(latitude, longitude, out var place) ? CoordinateSystems.FromWgs84(place, to) : null);

    /// <summary>Into WGS-84. What is no position stays as it is, for the reader of the geometry to refuse.</summary>
    /// <returns>What is wrong with the first position that is outside of the city's grid, or null. It cannot stay: metres may look like degrees.</returns>
    public static string? WriteWgs84(Utf8JsonWriter json, JsonElement value, ImportCrs from)
    {
        string? problem = null;
        Write(json, value, (first, second) =>
        {
            if (from.TryPlace(first, second, out var place))
            {
                return place;
            }

            if (from.IsCity)
            {
                problem ??= string.Create(CultureInfo.InvariantCulture, $"{from.OutOfReach} Found [{first}, {second}]");
            }

            return null;
        });
        return problem;
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, Func<double, double, LatLng?> move)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value, move);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array when Moved(value, move) is { } moved:
                json.WriteStartArray();
                json.WriteNumberValue(WireDegrees.Round(moved.Longitude));
                json.WriteNumberValue(WireDegrees.Round(moved.Latitude));
                json.WriteEndArray();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item, move);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static LatLng? Moved(JsonElement value, Func<double, double, LatLng?> move)
        => value.GetArrayLength() is 2 or 3
            && value[0].ValueKind == JsonValueKind.Number && value[1].ValueKind == JsonValueKind.Number
            && value[0].TryGetDouble(out var first) && value[1].TryGetDouble(out var second)
            ? move(first, second)
            : null;
}
