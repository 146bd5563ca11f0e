using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vantage.Actors.Zones;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary>Writes zones as GeoJSON features: defaults filled in, with key, version and the count of occupants.</summary>
internal static class ZoneFeatureWriter
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A zone may have 100,000 vertices and is read by every screen: its text is taken apart once.
    private static readonly ConditionalWeakTable<ZoneVersion, JsonDocument> Parsed = [];

    /// <param name="occupants">How many are inside; null: of a zone as it was, which is not asked for.</param>
    public static void Write(Utf8JsonWriter json, ZoneVersion zone, int? occupants, CoordinateSystem crs)
    {
        var feature = Parsed.GetValue(zone, static zone => JsonDocument.Parse(zone.FeatureJson)).RootElement;
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", zone.Key);
        json.WritePropertyName("geometry");
        if (crs == CoordinateSystem.Wgs84)
        {
            feature.GetProperty("geometry").WriteTo(json);
        }
        else
        {
            GeometryCrs.Write(json, feature.GetProperty("geometry"), crs);
        }

        json.WriteStartObject("properties");
        json.WriteString("key", zone.Key);
        json.WriteString("name", zone.Name);
        json.WriteString("kind", zone.Kind);
        json.WriteString("level", zone.Level);
        json.WriteString("timeZone", zone.TimeZone);
        json.WriteString("effectiveFrom", WireTime.Write(zone.FromMs));
        json.WriteString("accuracy", zone.RespectsAccuracy ? "respect" : "ignore");
        json.WriteStartObject("hysteresis");
        json.WriteNumber("metres", zone.HysteresisMetres);
        json.WriteNumber("fixes", zone.HysteresisFixes);
        json.WriteEndObject();
        var properties = feature.TryGetProperty("properties", out var given) ? given : default;
        WriteAsPut(json, properties, "radius", null);
        WriteAsPut(json, properties, "rules", "[]");
        json.WriteNumber("version", zone.Version);
        json.WritePropertyName("occupants");
        if (occupants is { } count)
        {
            json.WriteNumberValue(count);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAsPut(Utf8JsonWriter json, JsonElement properties, string name, string? fallback)
    {
        if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
        else if (fallback is not null)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(fallback);
        }
    }

    public static JsonWriterOptions Options => Json;
}
