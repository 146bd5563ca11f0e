using System.Text.Encodings.Web;
using System.Text.Json;
using Vantage.Actors.Areas;
using Vantage.Actors.Heat;
using Vantage.Actors.Records;
using Vantage.Geo.H3;
using Vantage.Host.Access;
using Vantage.Host.Areas;
using Vantage.Host.Records;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary><c>GET /api/heatmaps/{layer}</c>: heat by H3 cell, and by area as a table.</summary>
internal static class HeatEndpoints
{
    private const int MaxCells = 200_000;
    private const int DefaultResolution = 9;
    private const string Layers =
        "layer (presence in seconds, fixes, records.{system}), from, to (of presence and fixes widened to whole UTC hours), bbox or zone, for records "
        + RecordFilters.Parameters;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapHeat(this IEndpointRouteBuilder app)
    {
        var heat = app.MapGroup("/api/heatmaps/{layer}").WithTags("Heat");
        heat.MapGet("", Get).Needs(Rights.HeatRead).WaitsForWatermark()
            .Produces(200, contentType: "application/json").WithSummary($"Heat by cell: {Layers}, resolution.");
        heat.MapGet("/table", Table).Needs(Rights.HeatRead).WaitsForWatermark()
            .Produces<HeatTableView>().WithSummary($"Heat by area: by (street, squad), {Layers}, format (json, csv).");
    }

    private static IResult Get(string layer, HttpContext context, Situation situation, IRecords records, Themes themes)
    {
        var fields = new Fields(context.Request.Query);
        var heat = Find(layer, fields, situation, records, themes);
        var resolution = fields.Whole("resolution", 0, HeatCube.BaseResolution) ?? DefaultResolution;
        if (heat is null || HeatRequest.Read(fields, situation) is not { } request)
        {
            return heat is null ? Problems.Unknown("layer", layer) : fields.Problem;
        }

        var sums = heat.ByCell(request, resolution, context.RequestAborted);
        return sums.Sums.Count > MaxCells
            ? Problems.TooMuch($"{sums.Sums.Count} cells hold something, and at most {MaxCells} are given at once: ask for a coarser resolution or a smaller area.")
            : TypedResults.Stream(body => WriteAsync(body, heat, resolution, sums), "application/json");
    }

    private static IResult Table(
        string layer, HttpContext context, Situation situation, IRecords records, Themes themes, AreaBook areas, HostSettings settings)
    {
        var fields = new Fields(context.Request.Query);
        var heat = Find(layer, fields, situation, records, themes);
        var by = fields.Choice("by", AreaLayers.All);
        var isCsv = fields.Choice("format", "json", "csv") == "csv";
        if (fields.Text("by") is null)
        {
            fields.Wrong("by", $"Is missing: {string.Join(" or ", AreaLayers.All)}.");
        }

        if (heat is null || HeatRequest.Read(fields, situation) is not { } request)
        {
            return heat is null ? Problems.Unknown("layer", layer) : fields.Problem;
        }

        var table = HeatTable.Of(heat, by!, areas.Of(by!), request, context.RequestAborted);
        return isCsv
            ? TypedResults.Stream(
                body => table.WriteCsvAsync(body, TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone), settings.Demo ? Track.DemoMark : null),
                CsvTable.ContentType,
                $"{(settings.Demo ? Track.DemoMark + "-" : "")}{heat.Name}-{by}.csv")
            : TypedResults.Ok(table.View);
    }

    private static HeatLayer? Find(string layer, Fields fields, Situation situation, IRecords records, Themes themes) => layer switch
    {
        CubeLayer.Presence or CubeLayer.Fixes => new CubeLayer(situation.History, layer == CubeLayer.Presence),
        _ when layer.StartsWith(RecordLayer.Prefix, StringComparison.Ordinal) && RecordSystems.TryGet(layer[RecordLayer.Prefix.Length..], out var system)
            => new RecordLayer(records, RecordFilters.Read(system, fields, themes)),
        _ => null,
    };

    private static async Task WriteAsync(Stream body, HeatLayer layer, int resolution, HeatSums<H3Cell> sums)
    {
        await using var json = new Utf8JsonWriter(body, Json);
        json.WriteStartObject();
        json.WriteString("layer", layer.Name);
        json.WriteNumber("resolution", resolution);
        sums.BasisOf(layer.Definition).Write(json);
        json.WriteNumber("total", layer.ValueOf(sums.Sums.Values.Sum()));
        json.WriteStartArray("cells");
        foreach (var (cell, sum) in sums.Sums.OrderBy(sum => sum.Key))
        {
            json.WriteStartArray();
            json.WriteStringValue(cell.ToString());
            json.WriteNumberValue(layer.ValueOf(sum));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync();
    }
}
