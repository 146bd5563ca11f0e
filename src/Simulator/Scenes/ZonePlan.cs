using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vantage.Simulator.City;

namespace Vantage.Simulator.Scenes;

/// <summary>A hot zone of the demo (重点区域), ready for <c>PUT /api/zones/{key}</c>.</summary>
/// <param name="Centre">The middle of it; for all but stretches of road, a crossing of the sketch.</param>
/// <param name="Ring">A closed ring, counter-clockwise; null for a circle.</param>
/// <param name="RadiusMetres">Of a circle; 0 with a ring.</param>
public sealed record ZonePlan(
    string Key, string Name, string Kind, string Level, Squad Squad, Point Centre, IReadOnlyList<Point>? Ring, double RadiusMetres,
    IReadOnlyList<ZoneRule> Rules)
{
    // Chinese stays legible: the text goes into a request's body, not into a page.
    private static readonly JsonSerializerOptions AsIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The GeoJSON Feature of the contract.</summary>
    /// <param name="effectiveFrom">From when on the zone is judged by; null leaves it to the host: from now.</param>
    public string ToFeature(DateTimeOffset? effectiveFrom = null)
    {
        var properties = new JsonObject
        {
            ["name"] = Name,
            ["kind"] = Kind,
            ["level"] = Level,
            ["timeZone"] = "Asia/Shanghai",
            ["rules"] = new JsonArray([.. Rules.Select(rule => rule.ToJson())]),
        };
        if (effectiveFrom is { } from)
        {
            properties["effectiveFrom"] = from.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
        }

        if (Ring is null)
        {
            properties["radius"] = RadiusMetres;
        }

        var geometry = new JsonObject
        {
            ["type"] = Ring is null ? "Point" : "Polygon",
            ["coordinates"] = Ring is null ? Pair(Centre) : new JsonArray(new JsonArray([.. Ring.Select(Pair)])),
        };
        return new JsonObject { ["type"] = "Feature", ["geometry"] = geometry, ["properties"] = properties }.ToJsonString(AsIs);
    }

    private static JsonNode Pair(Point point)
        => new JsonArray(Math.Round(Plane.Longitude(point), 6), Math.Round(Plane.Latitude(point), 6));
}

/// <summary>A rule as the contract writes it; absent values are null.</summary>
public sealed record ZoneRule(
    string Key, string Type, string? Units = null, double? After = null, double? Above = null, int? Count = null, string? Schedule = null,
    double? Cooldown = null)
{
    internal JsonNode ToJson()
    {
        var json = new JsonObject { ["key"] = Key, ["type"] = Type };
        Add(json, "units", Units is null ? null : new JsonArray(JsonValue.Create(Units)));
        Add(json, "after", After);
        Add(json, "above", Above);
        Add(json, "count", Count);
        Add(json, "schedule", Schedule);
        Add(json, "cooldown", Cooldown);
        return json;
    }

    private static void Add(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
