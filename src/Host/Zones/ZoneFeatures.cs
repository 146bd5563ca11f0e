using System.Buffers;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Zones;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary>The door for zones: a feature in any coordinate system becomes the command that defines the zone, in WGS-84.</summary>
internal static class ZoneFeatures
{
    /// <summary>The command, or null with what is wrong in <paramref name="fields"/>.</summary>
    /// <param name="prefix">Goes before the paths of errors.</param>
    /// <param name="timeZone">Of schedules, where the feature names none.</param>
    public static DefineZone? Read(string key, JsonElement feature, ImportCrs crs, string prefix, Fields fields, DateTimeOffset now, string timeZone)
    {
        if (ActorId.FaultOf(key) is { } fault)
        {
            fields.Wrong($"{prefix}key", fault);
        }

        var (json, problem) = crs.IsWgs84 ? default : InWgs84(feature, crs);
        if (problem is not null)
        {
            fields.Wrong($"{prefix}geometry", problem);
        }

        using var converted = json is null ? null : JsonDocument.Parse(json.Value);
        var readable = converted?.RootElement ?? feature;
        var reading = ZoneReader.Read(key, readable, now, timeZone);
        // A geometry that could not be converted has one fault; what the reader says of its metres is none.
        foreach (var error in reading.Errors.Where(error => problem is null || !error.Path.StartsWith("geometry", StringComparison.Ordinal)))
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

    private static (ReadOnlyMemory<byte>? Json, string? Problem) InWgs84(JsonElement feature, ImportCrs crs)
    {
        if (feature.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        string? problem = null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ZoneFeatureWriter.Options))
        {
            json.WriteStartObject();
            foreach (var property in feature.EnumerateObject())
            {
                json.WritePropertyName(property.Name);
                if (property.NameEquals("geometry"))
                {
                    problem ??= GeometryCrs.WriteWgs84(json, property.Value, crs);
                }
                else
                {
                    property.Value.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return (buffer.WrittenMemory, problem);
    }
}
