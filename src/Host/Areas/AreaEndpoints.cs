using System.Text.Json;
using Vantage.Actors.Areas;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Web;
using Vantage.Host.Zones;

namespace Vantage.Host.Areas;

/// <summary><c>/api/areas</c>: the streets (街道) and the areas of squads by which figures are told.</summary>
internal static class AreaEndpoints
{
    private const int MaxImportBytes = 64 * 1024 * 1024;

    public static void MapAreas(this IEndpointRouteBuilder app)
    {
        var areas = app.MapGroup("/api/areas/{layer}").WithTags("Areas");
        areas.MapGet("", List).Needs(Rights.LiveRead).WaitsForWatermark()
            .Produces(200, contentType: "application/geo+json").WithSummary("The areas of a layer (street, squad) as a FeatureCollection. crs.");
        areas.MapPost("/import", ImportAsync).Needs(Rights.AreasWrite).Accepts<object>("application/json", "application/geo+json").Produces<ImportView>()
            .WithSummary("Put areas in place of all that the layer has: a FeatureCollection of polygons with properties.key and properties.name. crs.");
    }

    private static IResult List(string layer, HttpContext context, AreaBook book)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        if (!fields.IsValid || !AreaLayers.All.Contains(layer))
        {
            return fields.IsValid ? Problems.Unknown("layer", layer) : fields.Problem;
        }

        var areas = book.Of(layer).Areas;
        return TypedResults.Stream(
            async body =>
            {
                await using var json = new Utf8JsonWriter(body, ZoneFeatureWriter.Options);
                json.WriteStartObject();
                json.WriteString("type", "FeatureCollection");
                json.WriteStartArray("features");
                foreach (var area in areas)
                {
                    AreaFeatures.Write(json, area, crs);
                    await json.FlushAsync();
                }

                json.WriteEndArray();
                json.WriteEndObject();
                await json.FlushAsync();
            },
            "application/geo+json");
    }

    private static async Task<IResult> ImportAsync(string layer, HttpContext context, IAreas store, Situation situation, HostSettings settings)
    {
        if (!AreaLayers.All.Contains(layer))
        {
            return Problems.Unknown("layer", layer);
        }

        var (body, problem) = await context.ReadJsonAsync(MaxImportBytes);
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(context.Request.Query);
        var areas = AreaFeatures.Read(body.RootElement, fields.ImportCrs(settings.CityGrid), fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        await store.ReplaceAsync(layer, areas, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(new ImportView(areas.Count, [.. areas.Select(area => area.Key)]));
    }
}
