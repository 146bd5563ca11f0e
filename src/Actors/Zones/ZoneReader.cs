using System.Globalization;
using System.Text.Json;
using Vantage.Geo.GeoJson;

namespace Vantage.Actors.Zones;

/// <summary>A zone as it was put, or what is wrong with it, by JSON path.</summary>
public sealed record ZoneReading(ZoneVersion? Version, IReadOnlyList<GeometryError> Errors);

/// <summary>Reads a zone's GeoJSON feature: geometry, name, rules. Collects every error; never throws for what the JSON holds.</summary>
public static class ZoneReader
{
    private const int MaxRules = 100;
    private const int MaxHysteresisFixes = 20;
    private const double MaxSeconds = 31_536_000;

    private static readonly string[] PropertyNames =
        ["name", "kind", "level", "timeZone", "effectiveFrom", "accuracy", "hysteresis", "rules", "radius", "key", "version", "occupants"];

    private static readonly string[] RuleNames = ["key", "type", "units", "schedule", "after", "above", "count", "cooldown"];
    private static readonly string[] Levels = ["info", "warning", "critical"];

    /// <param name="now">What <c>effectiveFrom</c> defaults to.</param>
    /// <param name="timeZone">What <c>timeZone</c> defaults to: an IANA name.</param>
    public static ZoneReading Read(string key, string featureJson, DateTimeOffset now, string timeZone)
    {
        try
        {
            using var document = JsonDocument.Parse(featureJson, new JsonDocumentOptions { MaxDepth = 32 });
            return Read(key, document.RootElement, now, timeZone);
        }
        catch (JsonException malformed)
        {
            return new(null, [new("", null, $"Is not JSON: {malformed.Message}")]);
        }
    }

    /// <inheritdoc cref="Read(string, string, DateTimeOffset, string)"/>
    public static ZoneReading Read(string key, JsonElement feature, DateTimeOffset now, string timeZone)
    {
        try
        {
            return ReadFeature(key, feature, now, timeZone);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape: found only when the text is compared.
            return new(null, [new("", null, "A text in it is not valid.")]);
        }
    }

    private static ZoneReading ReadFeature(string key, JsonElement feature, DateTimeOffset now, string timeZone)
    {
        var errors = new List<GeometryError>();
        if (feature.ValueKind != JsonValueKind.Object || !IsText(feature, "type", "Feature"))
        {
            return new(null, [new("type", null, "A zone is a GeoJSON Feature.")]);
        }

        var properties = feature.TryGetProperty("properties", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var reader = new PropertyReader(properties, "properties", errors);
        reader.RefuseUnknown(PropertyNames);
        var radius = reader.Number("radius", 0, 1_000_000);
        var geometry = GeometryReader.Read(feature.TryGetProperty("geometry", out var shape) ? shape : default, radius);
        errors.AddRange(geometry.Errors);

        var local = ReadTimeZone(reader, timeZone);
        var rules = ReadRules(reader, local, errors);
        var (metres, fixes) = ReadHysteresis(reader, errors);
        var effectiveFrom = reader.Time("effectiveFrom") ?? now;
        var level = reader.OneOf("level", Levels) ?? "warning";
        var accuracy = reader.OneOf("accuracy", ["ignore", "respect"]) ?? "ignore";
        var name = reader.Text("name", 200) ?? key;
        var kind = reader.Text("kind", 64);
        if (errors.Count >= PropertyReader.MostErrors && geometry.Errors.Length < PropertyReader.MostErrors)
        {
            errors.Add(new(errors[0].Path, null, $"Only the first {PropertyReader.MostErrors} errors are listed; there may be more after them."));
        }

        if (errors.Count > 0 || geometry.Shape is null)
        {
            return new(null, errors);
        }

        return new(
            new ZoneVersion
            {
                Key = key,
                Version = 1,
                Name = name,
                Kind = kind,
                Level = level,
                TimeZone = local.Id,
                FromMs = effectiveFrom.ToUnixTimeMilliseconds(),
                Shape = geometry.Shape,
                RespectsAccuracy = accuracy == "respect",
                HysteresisMetres = metres,
                HysteresisFixes = fixes,
                Rules = rules,
                HasGroupRules = rules.Any(rule => rule.IsGroup),
                FeatureJson = feature.GetRawText(),
            },
            []);
    }

    private static TimeZoneInfo ReadTimeZone(PropertyReader reader, string fallback)
    {
        var id = reader.Text("timeZone", 64) ?? fallback;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var timeZone))
        {
            return timeZone;
        }

        reader.Refuse("timeZone", id, "Is no IANA time zone, such as Asia/Shanghai.");
        return TimeZoneInfo.Utc;
    }

    private static (double Metres, int Fixes) ReadHysteresis(PropertyReader reader, List<GeometryError> errors)
    {
        if (reader.Object("hysteresis") is not { } hysteresis)
        {
            return (0, 1);
        }

        var inner = new PropertyReader(hysteresis, "properties.hysteresis", errors);
        inner.RefuseUnknown(["metres", "fixes"]);
        return (inner.Number("metres", 0, 10_000) ?? 0, (int)(inner.Whole("fixes", 1, MaxHysteresisFixes) ?? 1));
    }

    private static List<ZoneRule> ReadRules(PropertyReader reader, TimeZoneInfo timeZone, List<GeometryError> errors)
    {
        var rules = new List<ZoneRule>();
        if (reader.Array("rules") is not { } array)
        {
            return rules;
        }

        if (array.GetArrayLength() > MaxRules)
        {
            reader.Refuse("rules", null, $"At most {MaxRules} rules.");
            return rules;
        }

        var index = 0;
        foreach (var element in array.EnumerateArray())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"properties.rules[{index++}]");
            if (element.ValueKind != JsonValueKind.Object)
            {
                errors.Add(new(path, null, "A rule is an object."));
            }
            else if (ReadRule(new PropertyReader(element, path, errors), timeZone) is { } rule)
            {
                if (rules.Exists(other => other.Key == rule.Key))
                {
                    errors.Add(new($"{path}.key", rule.Key, "Is used by another rule of this zone."));
                }

                rules.Add(rule);
            }
        }

        return rules;
    }

    private static ZoneRule? ReadRule(PropertyReader reader, TimeZoneInfo timeZone)
    {
        reader.RefuseUnknown(RuleNames);
        var key = reader.Text("key", 64);
        var typeName = reader.OneOf("type", ["enter", "exit", "dwell", "speed", "gathering", "absence"]);
        if (key is null)
        {
            reader.Refuse("key", null, "Is missing: a rule needs a name of its own.");
        }

        if (typeName is null)
        {
            reader.RefuseMissing("type", "Is missing: enter, exit, dwell, speed, gathering or absence.");
            return null;
        }

        var type = Enum.Parse<RuleType>(typeName, ignoreCase: true);
        var schedule = Schedule.Always;
        if (reader.Text("schedule", 1_000) is { } text && Schedule.TryParse(text, timeZone, out schedule) is { } problem)
        {
            reader.Refuse("schedule", text, problem);
        }

        var units = UnitFilter.All;
        if (reader.Texts("units", 10_000) is { } filters && !UnitFilter.TryParse(filters, out units, out var wrong))
        {
            reader.Refuse("units", wrong, "Is neither a unit's id, nor kind/*, nor squad/key.");
        }

        var after = reader.Number("after", 0, MaxSeconds);
        var above = reader.Number("above", 0, 1_000);
        var count = reader.Whole("count", 1, 100_000);
        var cooldown = reader.Number("cooldown", 0, MaxSeconds) ?? 0;
        Demand(reader, "after", type is RuleType.Dwell or RuleType.Gathering or RuleType.Absence, after is not null, "seconds");
        Demand(reader, "above", type is RuleType.Speed, above is not null, "metres a second");
        Demand(reader, "count", type is RuleType.Gathering or RuleType.Absence, count is not null, "units");
        return new ZoneRule(
            key ?? "", type, units, schedule, (long)Math.Round((after ?? 0) * 1000), above ?? 0, (int)(count ?? 0), (long)Math.Round(cooldown * 1000));
    }

    private static void Demand(PropertyReader reader, string name, bool isNeeded, bool isThere, string unit)
    {
        if (isNeeded && !isThere)
        {
            reader.RefuseMissing(name, $"Is missing: this type of rule needs it, in {unit}.");
        }
        else if (!isNeeded && isThere)
        {
            reader.Refuse(name, null, "Does not go with this type of rule.");
        }
    }

    private static bool IsText(JsonElement element, string name, string text)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
}
