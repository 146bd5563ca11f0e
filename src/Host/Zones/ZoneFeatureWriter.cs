using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vantage.Actors.Zones;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary>Writes zones as GeoJSON features: as they were put, defaults filled in, with key, version and the count of occupants.</summary>
internal static class ZoneFeatureWriter
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A zone may have 100,000 vertices and is read by every screen: its text is taken apart once.
    private static readonly ConditionalWeakTable<ZoneVersion, JsonDocument> Parsed = [];

    /// <summary>The feature to keep: WGS-84, with all defaults spelled out.</summary>
    public static string Canonical(ZoneVersion version, string geometryJson, double? radius, string rulesJson)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            json.WriteString("type", "Feature");
            json.WritePropertyName("geometry");
            json.WriteRawValue(geometryJson);
            json.WriteStartObject("properties");
            json.WriteString("name", version.Name);
            json.WriteString("kind", version.Kind);
            json.WriteString("level", version.Level);
            json.WriteString("timeZone", version.TimeZone);
            json.WriteString("effectiveFrom", WireTime.Write(version.FromMs));
            json.WriteString("accuracy", version.RespectsAccuracy ? "respect" : "ignore");
            json.WriteStartObject("hysteresis");
            json.WriteNumber("metres", version.HysteresisMetres);
            json.WriteNumber("fixes", version.HysteresisFixes);
            json.WriteEndObject();
            if (radius is { } metres)
            {
                json.WriteNumber("radius", metres);
            }

            json.WritePropertyName("rules");
            json.WriteRawValue(rulesJson);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter json, ZoneVersion zone, int occupants, CoordinateSystem crs)
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
            GeometryCrs.Write(json, feature.GetProperty("geometry"), CoordinateSystem.Wgs84, crs);
        }

        json.WriteStartObject("properties");
        foreach (var property in feature.GetProperty("properties").EnumerateObject())
        {
            property.WriteTo(json);
        }

        json.WriteString("key", zone.Key);
        json.WriteNumber("version", zone.Version);
        json.WriteNumber("occupants", occupants);
        if (crs != CoordinateSystem.Wgs84)
        {
            json.WriteString("crs", CoordinateSystems.NameOf(crs));
        }

        if (zone.ToMs != long.MaxValue)
        {
            json.WriteString("effectiveTo", WireTime.Write(zone.ToMs));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static JsonWriterOptions Options => Json;
}
