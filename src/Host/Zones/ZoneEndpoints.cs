using System.Text.Json;
using Vantage.Actors.Zones;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary><c>/api/zones</c>: hot zones and their rules.</summary>
internal static class ZoneEndpoints
{
    /// <summary>100,000 vertices with all their digits, and room to spare.</summary>
    public const int MaxFeatureBytes = 8 * 1024 * 1024;
    private const int MaxImportBytes = 64 * 1024 * 1024;
    private const int MaxImport = 5000;

    public static void MapZones(this IEndpointRouteBuilder app)
    {
        var zones = app.MapGroup("/api/zones").WithTags("Zones");
        zones.MapGet("", List).Needs(Rights.LiveRead).WaitsForWatermark()
            .Produces(200, contentType: "application/geo+json").WithSummary("All zones in force, as a FeatureCollection: at (a time; left out: as they are now), crs.");
        zones.MapGet("/{key}", Get).Needs(Rights.LiveRead).WaitsForWatermark()
            .Produces(200, contentType: "application/geo+json").WithSummary("The newest version of a zone. crs.");
        zones.MapPut("/{key}", PutAsync).Needs(Rights.ZonesWrite)
            .Accepts<object>("application/json", "application/geo+json").WithSummary("Put a new version of a zone in force: a GeoJSON Feature.");
        zones.MapDelete("/{key}", EndAsync).Needs(Rights.ZonesWrite).WithSummary("End a zone; its history is kept.");
        zones.MapPost("/import", ImportAsync).Needs(Rights.ZonesWrite)
            .Accepts<object>("application/json", "application/geo+json").WithSummary("Put many zones: a FeatureCollection whose features have properties.key. All or none.");
        zones.MapPost("/{key}/trial", ZoneTrialEndpoint.RunAsync).Needs(Rights.ZonesWrite).WaitsForWatermark()
            .Accepts<object>("application/json", "application/geo+json").Produces<ZoneTrialView>()
            .WithSummary("What a zone would have said of the past, without putting it in force: a GeoJSON Feature as for PUT; from, to, crs.");
        zones.MapGet("/{key}/occupants", Occupants).Needs(Rights.LiveRead).WaitsForWatermark()
            .Produces<OccupantListView>().WithSummary("Who is inside, and since when.");
    }

    private static IResult List(HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var (crs, at) = (fields.Crs(), fields.Time("at"));
        return fields.IsValid
            ? Features(async json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "FeatureCollection");
                json.WriteStartArray("features");
                var occupants = at is null ? situation.CountOccupants() : null;
                foreach (var zone in (at is { } timeMs ? InForce(situation, timeMs) : situation.Zones.Newest).OrderBy(zone => zone.Key, StringComparer.Ordinal))
                {
                    ZoneFeatureWriter.Write(json, zone, occupants?.GetValueOrDefault(zone.Zone), crs);
                    await json.FlushAsync();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            })
            : fields.Problem;
    }

    private static IEnumerable<ZoneVersion> InForce(Situation situation, long timeMs)
    {
        var zones = situation.Zones.Current;
        return Enumerable.Range(0, zones.ZoneCount).Select(zone => zones.InForce(zone, timeMs)).OfType<ZoneVersion>();
    }

    private static IResult Get(string key, HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        return situation.Zones.TryGetNewest(key, out var zone) ? Feature(zone, situation, crs) : Problems.Unknown("zone", key);
    }

    private static async Task<IResult> PutAsync(string key, HttpContext context, Situation situation, HostSettings settings, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync(MaxFeatureBytes);
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(context.Request.Query);
        var crs = fields.ImportCrs(settings.CityGrid);
        var define = ZoneFeatures.Read(key, body.RootElement, crs, "", fields, time.GetUtcNow(), settings.TimeZone);
        if (define is null)
        {
            return fields.Problem;
        }

        var receipt = await situation.ChangeZoneAsync(key, define, context.Caller().Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        if (receipt.IsNew)
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers.Location = $"/api/zones/{Uri.EscapeDataString(key)}";
        }

        return situation.Zones.TryGetNewest(key, out var zone) ? Feature(zone, situation, CoordinateSystem.Wgs84) : Problems.Unknown("zone", key);
    }

    private static async Task<IResult> EndAsync(string key, HttpContext context, Situation situation)
    {
        if (!situation.Zones.TryGetNewest(key, out _))
        {
            return Problems.Unknown("zone", key);
        }

        await situation.ChangeZoneAsync(key, new EndZone(), context.Caller().Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ImportAsync(HttpContext context, Situation situation, HostSettings settings, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync(MaxImportBytes);
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(context.Request.Query);
        var zones = ReadAll(body.RootElement, fields.ImportCrs(settings.CityGrid), fields, time.GetUtcNow(), settings.TimeZone);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        await situation.ImportZonesAsync(zones, context.Caller().Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(new ImportView(zones.Count, [.. zones.Select(zone => zone.Key)]));
    }

    private static List<(string Key, DefineZone Define)> ReadAll(JsonElement body, ImportCrs crs, Fields fields, DateTimeOffset now, string timeZone)
    {
        var zones = new List<(string, DefineZone)>();
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("features", out var features)
            || features.ValueKind != JsonValueKind.Array || features.GetArrayLength() is 0 or > MaxImport)
        {
            fields.Wrong("features", $"Must be a FeatureCollection with 1 to {MaxImport} features.");
            return zones;
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, feature) in features.EnumerateArray().Index())
        {
            var path = $"features[{i}].";
            var key = feature.ValueKind == JsonValueKind.Object && feature.TryGetProperty("properties", out var properties)
                && properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty("key", out var given) ? given.TryGetText() : null;
            if (key is null || !keys.Add(key))
            {
                fields.Wrong($"{path}properties.key", key is null ? "Is missing." : $"Another feature is '{key}' already.");
                continue;
            }

            if (ZoneFeatures.Read(key, feature, crs, path, fields, now, timeZone) is { } define)
            {
                zones.Add((key, define));
            }
        }

        return zones;
    }

    private static IResult Occupants(string key, HttpContext context, Situation situation)
    {
        if (!situation.Zones.TryGetNewest(key, out var zone))
        {
            return Problems.Unknown("zone", key);
        }

        var caller = context.Caller();
        var inside = situation.OccupantsOf(zone)
            .Where(occupant => caller.May(Rights.LiveRead, occupant.Unit))
            .OrderBy(occupant => occupant.SinceMs);
        return TypedResults.Ok(new OccupantListView(
            [.. inside.Select(occupant => new OccupantView(occupant.Unit.IdText, occupant.Unit.Name, new WireMoment(occupant.SinceMs)))]));
    }

    private static IResult Feature(ZoneVersion zone, Situation situation, CoordinateSystem crs) => Features(json =>
    {
        ZoneFeatureWriter.Write(json, zone, situation.CountOccupants().GetValueOrDefault(zone.Zone), crs);
        return Task.CompletedTask;
    });

    private static IResult Features(Func<Utf8JsonWriter, Task> write) => TypedResults.Stream(
        async body =>
        {
            await using var json = new Utf8JsonWriter(body, ZoneFeatureWriter.Options);
            await write(json);
            await json.FlushAsync();
        },
        "application/geo+json");
}

internal sealed record OccupantView(string Unit, string Name, WireMoment Since);

internal sealed record OccupantListView(IReadOnlyList<OccupantView> Items);

internal sealed record ImportView(int Imported, IReadOnlyList<string> Keys);
