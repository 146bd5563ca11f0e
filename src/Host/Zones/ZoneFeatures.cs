using System.Buffers;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Zones;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary>The door for zones: a feature in any coordinate system becomes the command that defines the zone, in WGS-84.</summary>
internal static class ZoneFeatures
{
    /// <summary>The command, or null with what is wrong in <paramref name="fields"/>.</summary>
    /// <param name="prefix">Goes before the paths of errors.</param>
    /// <param name="timeZone">Of schedules, where the feature names none.</param>
    public static DefineZone? Read(string key, JsonElement feature, CoordinateSystem crs, string prefix, Fields fields, DateTimeOffset now, string timeZone)
    {
        if (ActorId.FaultOf(key) is { } fault)
        {
            fields.Wrong($"{prefix}key", fault);
        }

        var json = crs == CoordinateSystem.Wgs84 ? null : InWgs84(feature, crs);
        using var converted = json is null ? null : JsonDocument.Parse(json.Value);
        var readable = converted?.RootElement ?? feature;
        var reading = ZoneReader.Read(key, readable, now, timeZone);
        foreach (var error in reading.Errors)
        {
            fields.Wrong(prefix + error.Path, error.Value is null ? error.Reason : $"{error.Reason} Found {error.Value}");
        }

        // Not the reader's to refuse: it reads what was stored before, too.
        foreach (var (i, rule) in (reading.Version?.Rules ?? []).Index())
        {
            var faults = rule.Units.Ids.Select(ActorId.FaultOfUnit).Concat(rule.Units.Squads.Select(ActorId.FaultOf)).OfType<string>();
            if (faults.FirstOrDefault() is { } wrong)
            {
                fields.Wrong($"{prefix}properties.rules[{i}].units", wrong);
            }
        }

        if (reading.Version is not { } version || !fields.IsValid)
        {
            return null;
        }

        var isDated = readable.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            && properties.TryGetProperty("effectiveFrom", out var from) && from.ValueKind != JsonValueKind.Null;
        return new DefineZone(readable.GetRawText(), version.TimeZone, isDated ? DateTimeOffset.FromUnixTimeMilliseconds(version.FromMs) : null);
    }

    private static ReadOnlyMemory<byte>? InWgs84(JsonElement feature, CoordinateSystem crs)
    {
        if (feature.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ZoneFeatureWriter.Options))
        {
            json.WriteStartObject();
            foreach (var property in feature.EnumerateObject())
            {
                json.WritePropertyName(property.Name);
                if (property.NameEquals("geometry"))
                {
                    GeometryCrs.Write(json, property.Value, crs, CoordinateSystem.Wgs84);
                }
                else
                {
                    property.Value.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
