using System.Buffers;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Zones;
using Vantage.Geo.Crs;
using Vantage.Host.Situations;
using Vantage.Host.Web;
using Vantage.Host.Zones;

namespace Vantage.Host.Imports;

/// <summary>Zones from GeoJSON, or circles from a table.</summary>
internal sealed class ZoneImport(Situation situation, ImportCrs crs, CityGrid? city, string timeZone, DateTimeOffset now)
{
    private static readonly Dictionary<string, string> Levels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["info"] = "info",
        ["关注"] = "info",
        ["warning"] = "warning",
        ["预警"] = "warning",
        ["critical"] = "critical",
        ["管控"] = "critical",
    };

    /// <summary>Properties that the host tells of a zone, and that are not part of what it is.</summary>
    private static readonly string[] Told = ["version", "occupants", "effectiveFrom"];

    private static readonly QueryCollection NoQuery = new();

    private readonly ImportReport _report = new();
    private readonly List<(ActorId, object)> _changes = [];
    private readonly Dictionary<string, int> _lineOf = new(StringComparer.Ordinal);

    public ImportPlan PlanFeatures(IEnumerable<ImportFeature> features)
    {
        foreach (var feature in features)
        {
            var row = new ImportRow(feature.Number, new Dictionary<string, string>(StringComparer.Ordinal));
            if (feature.Key is not { } key)
            {
                row.Wrong("key", "missing", "Is missing: properties.key, or the feature's id.");
                _report.Fail(row);
                continue;
            }

            Take(row, key, feature.Json, crs);
        }

        return new ImportPlan(_report, _changes, []);
    }

    public ImportPlan PlanCircles(IReadOnlyList<ImportRow> rows)
    {
        foreach (var row in rows)
        {
            var key = row.IsGood ? row.Key("key", required: true) : null;
            using var feature = key is null ? null : CircleOf(row, key);
            if (feature is null)
            {
                _report.Fail(row);
            }
            else
            {
                Take(row, key!, feature.RootElement, ImportCrs.Wgs84);
            }
        }

        return new ImportPlan(_report, _changes, []);
    }

    private void Take(ImportRow row, string key, JsonElement feature, ImportCrs from)
    {
        if (!_lineOf.TryAdd(key, row.Line))
        {
            row.Wrong("key", "twice", $"Is in {_lineOf[key]} too.", _lineOf[key].ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var fields = new Fields(NoQuery);
        var define = ZoneFeatures.Read(key, feature, from, "", fields, now, timeZone);
        foreach (var (field, reason) in fields.Faults)
        {
            row.Wrong(field, "feature", reason);
        }

        if (define is null || !row.IsGood)
        {
            _report.Fail(row);
            return;
        }

        var isKnown = situation.Zones.TryGetNewest(key, out var before);
        var effect = !isKnown ? ImportEffect.New : IsSame(before!, define) ? ImportEffect.Unchanged : ImportEffect.Changed;
        _report.Count(effect);
        if (effect != ImportEffect.Unchanged)
        {
            _changes.Add((new ActorId(ActorKinds.Zone, key), define));
        }
    }

    /// <summary>A circle as a feature. What the table says nothing of stays as it is: rules above all, which no table has.</summary>
    private JsonDocument? CircleOf(ImportRow row, string key)
    {
        var (name, place) = (row.Text("name", 100, required: true), row.Place(crs, city));
        var radius = row.Number("radius", 1, 1_000_000, required: true);
        var (kind, level) = (row.Text("kind", 64), row.Word("level", Levels));
        if (!row.IsGood)
        {
            return null;
        }

        using var known = situation.Zones.TryGetNewest(key, out var before) ? JsonDocument.Parse(before.FeatureJson) : null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ZoneFeatureWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("type", "Feature");
            json.WriteStartObject("geometry");
            json.WriteString("type", "Point");
            json.WriteStartArray("coordinates");
            json.WriteNumberValue(WireDegrees.Round(place!.Value.Longitude));
            json.WriteNumberValue(WireDegrees.Round(place.Value.Latitude));
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("properties");
            json.WriteString("name", name);
            json.WriteNumber("radius", radius!.Value);
            string[] said = ["name", "radius", "key", .. Told, .. row.Has("kind") ? ["kind"] : Array.Empty<string>(), .. row.Has("level") ? ["level"] : Array.Empty<string>()];
            if (row.Has("kind") && kind is not null)
            {
                json.WriteString("kind", kind);
            }

            if (level is not null)
            {
                json.WriteString("level", level);
            }

            if (known is not null && known.RootElement.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in properties.EnumerateObject().Where(property => !said.Contains(property.Name, StringComparer.Ordinal)))
                {
                    property.WriteTo(json);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    /// <summary>What was exported and comes back is the same, though it then says more than when it was put: both are compared as the host writes them.</summary>
    private bool IsSame(ZoneVersion known, DefineZone define)
    {
        if (define.EffectiveFrom is { } from && from.ToUnixTimeMilliseconds() != known.FromMs)
        {
            return false;
        }

        var wanted = ZoneReader.Read(known.Key, define.Feature, now, define.TimeZone).Version;
        return wanted is not null && known.TimeZone == wanted.TimeZone && JsonElement.DeepEquals(Written(known), Written(wanted));
    }

    private static JsonElement Written(ZoneVersion zone)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ZoneFeatureWriter.Options))
        {
            ZoneFeatureWriter.Write(json, zone with { Version = 0, FromMs = 0 }, null, CoordinateSystem.Wgs84);
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }
}
