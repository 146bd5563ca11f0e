using System.Text.Json;
using Vantage.Actors.Zones;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Engine;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Zones;

/// <summary><c>/api/zones</c>: hot zones and their rules.</summary>
internal static class ZoneEndpoints
{
    /// <summary>100,000 vertices with all their digits, and room to spare.</summary>
    private const int MaxFeatureBytes = 8 * 1024 * 1024;
    private const int MaxImportBytes = 64 * 1024 * 1024;
    private const int MaxImport = 5000;

    public static void MapZones(this IEndpointRouteBuilder app)
    {
        var zones = app.MapGroup("/api/zones").WithTags("Zones");
        zones.MapGet("", List).Needs(Rights.LiveRead).WaitsForWatermark()
            .Produces(200, contentType: "application/geo+json").WithSummary("All zones in force, as a FeatureCollection. crs.");
        zones.MapGet("/{key}", Get).Needs(Rights.LiveRead).WaitsForWatermark()
            .Produces(200, contentType: "application/geo+json").WithSummary("The newest version of a zone. crs.");
        zones.MapPut("/{key}", PutAsync).Needs(Rights.ZonesWrite)
            .Accepts<object>("application/json", "application/geo+json").WithSummary("Put a new version of a zone in force: a GeoJSON Feature.");
        zones.MapDelete("/{key}", EndAsync).Needs(Rights.ZonesWrite).WithSummary("End a zone; its history is kept.");
        zones.MapPost("/import", ImportAsync).Needs(Rights.ZonesWrite)
            .Accepts<object>("application/json", "application/geo+json").WithSummary("Put many zones: a FeatureCollection whose features have properties.key. All or none.");
        zones.MapGet("/{key}/occupants", Occupants).Needs(Rights.LiveRead).WaitsForWatermark()
            .Produces<OccupantListView>().WithSummary("Who is inside, and since when.");
    }

    private static IResult List(HttpContext context, IEngine engine)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        return fields.IsValid
            ? Features(async json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "FeatureCollection");
                json.WriteStartArray("features");
                foreach (var zone in engine.Zones)
                {
                    ZoneFeatureWriter.Write(json, zone, engine.OccupantsOf(zone.Key).Count, crs);
                    await json.FlushAsync();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            })
            : fields.Problem;
    }

    private static IResult Get(string key, HttpContext context, IEngine engine)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        return engine.FindZone(key) is { } zone ? Feature(zone, engine, crs) : Problems.Unknown("zone", key);
    }

    private static async Task<IResult> PutAsync(string key, HttpContext context, IEngine engine, ZoneFeatureReader reader)
    {
        var (body, problem) = await context.ReadJsonAsync(MaxFeatureBytes);
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        if (reader.Read(key, body.RootElement, fields) is not { } version)
        {
            return fields.Problem;
        }

        var isNew = engine.FindZone(key) is null;
        var change = await engine.PutZoneAsync(version, context.Caller().Origin, context.RequestAborted);
        context.SetWatermark(change.Watermark);
        if (isNew)
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers.Location = $"/api/zones/{Uri.EscapeDataString(key)}";
        }

        return Feature(change.Version, engine, CoordinateSystem.Wgs84);
    }

    private static async Task<IResult> EndAsync(string key, HttpContext context, IEngine engine)
    {
        if (await engine.EndZoneAsync(key, context.Caller().Origin, context.RequestAborted) is not { } change)
        {
            return Problems.Unknown("zone in force", key);
        }

        context.SetWatermark(change.Watermark);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ImportAsync(HttpContext context, IEngine engine, ZoneFeatureReader reader)
    {
        var (body, problem) = await context.ReadJsonAsync(MaxImportBytes);
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        var versions = ReadAll(body.RootElement, fields, reader);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        foreach (var version in versions)
        {
            context.SetWatermark((await engine.PutZoneAsync(version, context.Caller().Origin, context.RequestAborted)).Watermark);
        }

        return TypedResults.Ok(new ImportView(versions.Count, [.. versions.Select(version => version.Key)]));
    }

    private static List<ZoneVersion> ReadAll(JsonElement body, Fields fields, ZoneFeatureReader reader)
    {
        var versions = new List<ZoneVersion>();
        if (body.ValueKind != JsonValueKind.Object)
        {
            return versions;
        }

        if (fields.Text("type") != "FeatureCollection" || fields.Value("features") is not { ValueKind: JsonValueKind.Array } features
            || features.GetArrayLength() is 0 or > MaxImport)
        {
            fields.Wrong("features", $"Must be a FeatureCollection with 1 to {MaxImport} features.");
            return versions;
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, feature) in features.EnumerateArray().Index())
        {
            var one = fields.Inner($"features[{i}]", feature);
            var key = one.Value("properties") is { ValueKind: JsonValueKind.Object } properties
                ? one.Inner("properties", properties).Text("key", required: true)
                : null;
            if (key is not null && !keys.Add(key))
            {
                one.Wrong("properties.key", $"Another feature is '{key}' already.");
            }

            if (reader.Read(key ?? "?", feature, one) is { } version)
            {
                versions.Add(version);
            }
        }

        return versions;
    }

    private static IResult Occupants(string key, HttpContext context, IEngine engine)
    {
        if (engine.FindZone(key) is null)
        {
            return Problems.Unknown("zone", key);
        }

        var caller = context.Caller();
        var inside = engine.OccupantsOf(key)
            .Select(occupant => (Unit: engine.Units.Get(occupant.Unit), occupant.SinceMs))
            .Where(occupant => caller.May(Rights.LiveRead, occupant.Unit))
            .OrderBy(occupant => occupant.SinceMs);
        return TypedResults.Ok(new OccupantListView(
            [.. inside.Select(occupant => new OccupantView(occupant.Unit.IdText, occupant.Unit.Name, new WireMoment(occupant.SinceMs)))]));
    }

    private static IResult Feature(ZoneVersion zone, IEngine engine, CoordinateSystem crs) => Features(json =>
    {
        ZoneFeatureWriter.Write(json, zone, engine.OccupantsOf(zone.Key).Count, crs);
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
