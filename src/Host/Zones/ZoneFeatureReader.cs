using System.Text.Json;
using Vantage.Actors.Zones;
using Vantage.Geo.Crs;
using Vantage.Geo.GeoJson;
using Vantage.Geo.Zones;
using Vantage.Host.Settings;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary>Reads a zone from its GeoJSON feature, and says everything that is wrong with it and where.</summary>
internal sealed class ZoneFeatureReader(HostSettings settings, TimeProvider time)
{
    private const int MaxRules = 50;
    private const int MaxUnits = 1000;
    private const double MaxSeconds = 31_536_000;

    // What GET adds is taken back without a murmur, so that a zone read can be put again.
    private static readonly string[] KnownProperties =
    [
        "name", "kind", "level", "timeZone", "effectiveFrom", "accuracy", "hysteresis", "rules", "radius", "crs", "key", "version", "occupants", "effectiveTo",
    ];

    /// <summary>The version that the feature describes; null when <paramref name="fields"/> has errors.</summary>
    /// <param name="key">The zone's key, of the path or of the feature itself.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="fields">Takes the errors.</param>
    public ZoneVersion? Read(string key, JsonElement feature, Fields fields)
    {
        if (feature.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (fields.Text("type") != "Feature")
        {
            fields.Wrong("type", "Must be Feature.");
        }

        if (!Actors.ActorId.TryCreate(Actors.ActorKinds.Zone, key, out Actors.ActorId _))
        {
            fields.Wrong("key", $"Must have 1 to {Actors.ActorId.MaxKeyLength} characters without '/'.");
        }

        if (fields.Value("properties") is not { ValueKind: JsonValueKind.Object } properties)
        {
            fields.Wrong("properties", "Must be an object with at least a name.");
            return null;
        }

        var about = fields.Inner("properties", properties);
        about.OnlyKnow(KnownProperties);
        var name = about.Text("name", 100, required: true);
        var kind = about.Text("kind", 50);
        var level = about.Text("level", 20) ?? "warning";
        var timeZone = ZoneOf(about);
        var effectiveFrom = about.Time("effectiveFrom") ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        var respects = about.Choice("accuracy", "ignore", "respect") == "respect";
        var (metres, fixes) = HysteresisOf(about);
        var rules = RulesOf(about, timeZone);
        var shape = ShapeOf(fields, about, out var geometryJson);
        if (!fields.IsValid || shape is null)
        {
            return null;
        }

        var version = new ZoneVersion
        {
            Key = key,
            Version = 0,
            Name = name!,
            Kind = kind,
            Level = level,
            TimeZone = timeZone.Id,
            FromMs = effectiveFrom,
            Shape = shape,
            RespectsAccuracy = respects,
            HysteresisMetres = metres,
            HysteresisFixes = fixes,
            Rules = rules,
            HasGroupRules = rules.Any(rule => rule.IsGroup),
            FeatureJson = "",
        };
        var radius = about.Number("radius", 0, double.MaxValue);
        return version with { FeatureJson = ZoneFeatureWriter.Canonical(version, geometryJson, radius, RawRules(about)) };
    }

    private static string RawRules(Fields about) => about.Value("rules") is { } rules ? rules.GetRawText() : "[]";

    private static ZoneShape? ShapeOf(Fields fields, Fields about, out string geometryJson)
    {
        geometryJson = "";
        if (fields.Value("geometry") is not { } geometry)
        {
            fields.Wrong("geometry", "Is missing: a Polygon, a MultiPolygon, or a Point with properties.radius.");
            return null;
        }

        var radius = about.Number("radius", double.Epsilon, CircleShape.MaxRadiusMetres);
        var crs = about.Crs();
        using var converted = crs == CoordinateSystem.Wgs84 ? null : GeometryCrs.Convert(geometry, crs, CoordinateSystem.Wgs84);
        var inWgs84 = converted?.RootElement ?? geometry;
        var reading = GeometryReader.Read(inWgs84, radius);
        foreach (var error in reading.Errors)
        {
            fields.Wrong(error.Path, error.Value is null ? error.Reason : $"{error.Reason} Found {error.Value}");
        }

        geometryJson = inWgs84.GetRawText();
        return reading.Shape;
    }

    private TimeZoneInfo ZoneOf(Fields about)
    {
        var id = about.Text("timeZone") ?? settings.TimeZone;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
        {
            return zone;
        }

        about.Wrong("timeZone", $"'{id}' is no time zone, such as Asia/Shanghai.");
        return TimeZoneInfo.Utc;
    }

    private static (double Metres, int Fixes) HysteresisOf(Fields about)
    {
        if (about.Value("hysteresis") is not { } json)
        {
            return (0, 1);
        }

        var hysteresis = about.Inner("hysteresis", json);
        hysteresis.OnlyKnow("metres", "fixes");
        return (hysteresis.Number("metres", 0, 10_000) ?? 0, hysteresis.Whole("fixes", 1, 100) ?? 1);
    }

    private static List<ZoneRule> RulesOf(Fields about, TimeZoneInfo timeZone)
    {
        var rules = new List<ZoneRule>();
        if (about.Value("rules") is not { } list)
        {
            return rules;
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxRules)
        {
            about.Wrong("rules", $"Must be a list of at most {MaxRules} rules.");
            return rules;
        }

        foreach (var (i, json) in list.EnumerateArray().Index())
        {
            var rule = about.Inner($"rules[{i}]", json);
            if (ReadRule(rule, timeZone) is not { } read)
            {
                continue;
            }

            if (rules.Exists(other => other.Key == read.Key))
            {
                rule.Wrong("key", $"Another rule of this zone is '{read.Key}' already.");
            }

            rules.Add(read);
        }

        return rules;
    }

    private static ZoneRule? ReadRule(Fields rule, TimeZoneInfo timeZone)
    {
        var key = rule.Text("key", 64, required: true);
        RuleType? type = rule.Text("type", required: true) switch
        {
            null => null,
            "enter" => RuleType.Enter,
            "exit" => RuleType.Exit,
            "dwell" => RuleType.Dwell,
            "speed" => RuleType.Speed,
            "gathering" => RuleType.Gathering,
            "absence" => RuleType.Absence,
            _ => Unknown(rule),
        };
        var after = 0.0;
        var above = 0.0;
        var count = 0;
        string[] own = [];
        switch (type)
        {
            case RuleType.Dwell:
                own = ["after"];
                after = rule.Number("after", 0, MaxSeconds, required: true) ?? 0;
                break;
            case RuleType.Speed:
                own = ["above"];
                above = rule.Number("above", 0, 1000, required: true) ?? 0;
                break;
            case RuleType.Gathering:
                own = ["count", "after"];
                count = rule.Whole("count", 2, 10_000, required: true) ?? 0;
                after = rule.Number("after", 0, MaxSeconds) ?? 0;
                break;
            case RuleType.Absence:
                own = ["count", "after"];
                count = rule.Whole("count", 1, 10_000) ?? 1;
                after = rule.Number("after", 0, MaxSeconds, required: true) ?? 0;
                break;
        }

        if (type is not null)
        {
            rule.OnlyKnow(["key", "type", "units", "schedule", "cooldown", .. own]);
        }

        var cooldown = rule.Number("cooldown", 0, MaxSeconds) ?? 0;
        var schedule = ScheduleOf(rule, timeZone);
        var units = UnitFilter.All;
        if (rule.Texts("units", MaxUnits) is { } texts && !UnitFilter.TryParse(texts, out units, out var wrong))
        {
            rule.Wrong("units", $"'{wrong}' is neither an id such as vehicle/沪A12345, nor kind/*, nor squad/key.");
        }

        return key is null || type is null
            ? null
            : new ZoneRule(key, type.Value, units, schedule, (long)Math.Round(after * 1000), above, count, (long)Math.Round(cooldown * 1000));
    }

    private static RuleType? Unknown(Fields rule)
    {
        rule.Wrong("type", "Must be one of enter, exit, dwell, speed, gathering, absence.");
        return null;
    }

    private static Schedule ScheduleOf(Fields rule, TimeZoneInfo timeZone)
    {
        if (rule.Text("schedule", 500) is not { } text)
        {
            return Schedule.Always;
        }

        if (Schedule.TryParse(text, timeZone, out var schedule) is { } problem)
        {
            rule.Wrong("schedule", problem);
        }

        return schedule;
    }
}
