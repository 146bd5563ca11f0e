using Vantage.Geo.Statistics;
using Vantage.Host.Access;
using Vantage.Host.Records;
using Vantage.Host.Tracks;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>
/// <c>/api/heatmaps/{layer}</c>: heat by H3 cell, by area as a table, by hour and day, compared with another time, its hot spots, and demand without coverage. Each is
/// asked with GET, or, with a polygon, with POST and the same names in a JSON object.
/// </summary>
internal static class HeatEndpoints
{
    /// <summary>A polygon of the most vertices there may be, with all their digits.</summary>
    private const int MaxBodyBytes = 8 * 1024 * 1024;

    private const string Common =
        "layer (presence in seconds, fixes, records.{system}), from, to (of presence and fixes widened to whole UTC hours), bbox, zone or polygon, "
        + "hours (of the day), days (of the week), for presence and fixes kind and squad, for records " + RecordFilters.Parameters;

    private static readonly string[] CommonNames =
        ["from", "to", "bbox", "zone", "polygon", "hours", "days", "kind", "squad", "category", "state", "street", "theme", "format"];

    private delegate Task<IResult> Answer(HeatQuestion question);

    public static IServiceCollection AddHeat(this IServiceCollection services) => services.AddSingleton<HeatSources>();

    public static void MapHeat(this IEndpointRouteBuilder app)
    {
        var heat = app.MapGroup("/api/heatmaps/{layer}").WithTags("Heat");
        Map(heat, "", CellsAsync, ["resolution", "crs"], $"Heat by cell: {Common}, resolution, format (json, geojson, csv), crs.");
        Map(heat, "/table", TableAsync, ["by", "againstFrom", "againstTo"], $"Heat by area: by (street, squad), {Common}, against another range with againstFrom and againstTo, format (json, csv).");
        Map(heat, "/rhythm", RhythmAsync, ["by"], $"Heat by the hour of the day and the day of the week: {Common}, by (street, squad) for the same by area, format (json, csv).");
        Map(
            heat, "/compare", HeatComparison.AnswerAsync, ["againstFrom", "againstTo", "resolution", "crs"],
            $"Heat by cell against that of another range, againstFrom and againstTo: {Common}, resolution, format (json, geojson, csv), crs.");
        Map(
            heat, "/hotspots", HotSpotSearch.AnswerAsync, ["ring", "fdr", "by", "table", "resolution", "crs"],
            $"Cells that are hot or cold by Getis-Ord Gi*: ring (1 to {GetisOrd.MaxRing}), fdr (the false-discovery rate), {Common}, "
            + "resolution, by (street, squad) for their number by area, format (json, geojson, csv), table of csv (cells, areas), crs.");
        Map(
            heat, "/uncovered", UncoveredDemand.AnswerAsync, ["covered", "ring", "patrolKind", "patrolSquad", "by", "table", "resolution", "crs"],
            "Records of the layer that came where and when nobody was, hour by hour: covered (seconds of presence that suffice), ring, patrolKind, "
            + $"patrolSquad, {Common}, resolution, by (street, squad) for sums by area, format (json, geojson, csv), table of csv (cells, hours, areas), crs.");
    }

    private static void Map(RouteGroupBuilder heat, string path, Answer answer, IReadOnlyList<string> names, string summary)
    {
        heat.MapGet(path, (string layer, HttpContext context, HeatSources sources) => answer(new HeatQuestion(
            layer, new Fields(context.Request.Query), context.Caller(), sources, context.RequestAborted)))
            .Needs(Rights.HeatRead).WaitsForWatermark().TakesTurns().Produces(200, contentType: "application/json").WithSummary(summary);
        heat.MapPost(path, (string layer, HttpContext context, HeatSources sources) => AnswerBodyAsync(layer, context, sources, answer, [.. CommonNames, .. names]))
            .Needs(Rights.HeatRead).WaitsForWatermark().TakesTurns().Accepts<object>("application/json").Produces(200, contentType: "application/json")
            .WithSummary($"The same, asked by a JSON object, which may have a polygon (GeoJSON): {summary}");
    }

    private static async Task<IResult> AnswerBodyAsync(
        string layer, HttpContext context, HeatSources sources, Answer answer, IReadOnlyList<string> names)
    {
        var (body, problem) = await context.ReadJsonAsync(MaxBodyBytes);
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow(names);
        return await answer(new HeatQuestion(layer, fields, context.Caller(), sources, context.RequestAborted));
    }

    private static async Task<IResult> CellsAsync(HeatQuestion question)
    {
        if (question.Layer() is not { } layer)
        {
            return question.UnknownLayer;
        }

        var request = question.Request(layer);
        var (resolution, format) = (question.Resolution(), CellAnswer.ReadFormat(question.Fields));
        if (request is null || !question.Fields.IsValid)
        {
            return question.Fields.Problem;
        }

        var (room, problem) = await layer.EnterAsync([request], question.Cancelled);
        using var held = room;
        if (problem is not null)
        {
            return problem;
        }

        var sums = await layer.ByCellAsync(request, resolution, question.Cancelled);
        return sums.Sums.Count > CellAnswer.MaxCells ? CellAnswer.TooMany(sums.Sums.Count) : new CellAnswer(
            "cells", layer.Name, resolution, sums.Reading.BasisOf(request.Tell(layer.Definition)),
            [new CellMember("total", "合计", layer.ValueOf(sums.Total))],
            [new CellColumn("value", layer.ValueNameZh)],
            sums.Sums.Count,
            sums.Sums.OrderBy(sum => sum.Key).Select(sum => (sum.Key, new object?[] { layer.ValueOf(sum.Value) }))).In(format, question.Sources.Settings);
    }

    private static async Task<IResult> TableAsync(HeatQuestion question)
    {
        if (question.Layer() is not { } layer)
        {
            return question.UnknownLayer;
        }

        var fields = question.Fields;
        var request = question.Request(layer);
        var by = question.By(isRequired: true);
        var isCsv = fields.Choice("format", "json", "csv") == "csv";
        var isCompared = fields.Text("againstFrom") is not null || fields.Text("againstTo") is not null;
        var other = isCompared ? question.Range(layer.IsOfFixes, "againstFrom", "againstTo") : null;
        if (request is null || !fields.IsValid)
        {
            return fields.Problem;
        }

        var against = other is { } range ? request with { FromMs = range.FromMs, ToMs = range.ToMs } : null;
        var (room, problem) = await layer.EnterAsync(against is null ? [request] : [request, against], question.Cancelled);
        using var held = room;
        if (problem is not null)
        {
            return problem;
        }

        var table = await HeatTable.OfAsync(layer, by!, question.Sources.Areas.Of(by!), request, against, question.Cancelled);
        var note = question.Sources.Settings.Demo ? Track.DemoMark : null;
        return isCsv
            ? TypedResults.Stream(
                body => table.WriteCsvAsync(body, question.Sources.Zone, note),
                CsvTable.ContentType,
                $"{(note is null ? "" : note + "-")}{layer.Name}-{by}.csv")
            : TypedResults.Ok(table.View);
    }

    private static async Task<IResult> RhythmAsync(HeatQuestion question)
    {
        if (question.Layer() is not { } layer)
        {
            return question.UnknownLayer;
        }

        var fields = question.Fields;
        var request = question.Request(layer);
        var isCsv = fields.Choice("format", "json", "csv") == "csv";
        var by = question.By(isRequired: false);
        if (request is null || !fields.IsValid)
        {
            return fields.Problem;
        }

        var (room, problem) = await layer.EnterAsync([request], question.Cancelled);
        using var held = room;
        if (problem is not null)
        {
            return problem;
        }

        var (sources, zone) = (question.Sources, question.Sources.Zone);
        var rhythm = await HeatRhythm.OfAsync(layer, request, zone, by, by is null ? null : sources.Areas.Of(by), question.Cancelled);
        var note = sources.Settings.Demo ? Track.DemoMark : null;
        return isCsv
            ? TypedResults.Stream(
                body => rhythm.WriteCsvAsync(body, zone, note), CsvTable.ContentType, $"{(note is null ? "" : note + "-")}{layer.Name}-rhythm.csv")
            : TypedResults.Ok(rhythm.View);
    }

    /// <summary>The range, the place and the times of a question; null when something is wrong.</summary>
    private static HeatRequest? Request(this HeatQuestion question, HeatLayer layer)
    {
        var range = question.Range(layer.IsOfFixes);
        var (place, times) = (question.Place(), question.Times());
        return range is { } r && question.Fields.IsValid ? new HeatRequest(r.FromMs, r.ToMs, place?.Area, times) : null;
    }
}
