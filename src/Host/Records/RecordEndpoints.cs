using System.Text;
using Microsoft.Net.Http.Headers;
using Vantage.Actors.Records;
using Vantage.Host.Access;
using Vantage.Host.Figures;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary><c>/api/records</c>: what other systems keep, taken in by their numbers, listed, put on the map and counted.</summary>
internal static class RecordEndpoints
{
    private const int MaxBytes = 32 * 1024 * 1024;
    private const int MaxPoints = 50_000;

    public static IServiceCollection AddRecords(this IServiceCollection services, HostSettings settings)
        => services.AddSingleton(Themes.Load(settings.DataFolder)); // Read now: a start with wrong themes is refused.

    public static void MapRecords(this IEndpointRouteBuilder app)
    {
        var records = app.MapGroup("/api/records/{system}").WithTags("Records");
        records.MapPost("", PostAsync).Needs(Rights.RecordsWrite)
            .Accepts<object>("application/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "text/csv").Produces<RecordsView>()
            .WithSummary("Take in records of a system (case, duty, complaint, inspection, linkage) by their numbers: a JSON array, one JSON object a line, or CSV. crs, charset (utf-8, gbk).");
        records.MapDelete("/{**number}", DeleteAsync).Needs(Rights.RecordsWrite).WithSummary("Forget a record.");
        records.MapGet("", List).Needs(Rights.RecordsRead).WaitsForWatermark().Produces<RecordListView>()
            .WithSummary($"Records, newest first: from, to, bbox, {RecordFilters.Parameters}, limit, cursor, crs.");
        records.MapGet("/points", Points).Needs(Rights.RecordsRead).WaitsForWatermark().TakesTurns().Produces(200, contentType: "application/geo+json")
            .WithSummary($"Records as GeoJSON points: from, to, bbox, {RecordFilters.Parameters}, crs.");
        records.MapGet("/chart", Chart).Needs(Rights.RecordsRead).WaitsForWatermark().Produces<RecordChartView>()
            .WithSummary($"Counts of records by (hour, day, week, month, category, state, street, squad, kind): from, to, bbox, {RecordFilters.Parameters}.");
        app.MapGet("/api/themes", (Themes themes) => TypedResults.Ok(new ThemeListView(themes.All))).Needs(Rights.RecordsRead).WithTags("Records")
            .Produces<ThemeListView>().WithSummary("The themes, and the categories that make each.");
    }

    private static async Task<IResult> PostAsync(string system, HttpContext context, IRecords records, HostSettings settings, Situation situation)
    {
        if (!RecordSystems.TryGet(system, out var known))
        {
            return Problems.Unknown("system", system);
        }

        var fields = new Fields(context.Request.Query);
        var crs = fields.ImportCrs(settings.CityGrid);
        var type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed : null;
        var charset = CharsetOf(fields, type);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var isCsv = type?.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase) ?? false;
        if (!isCsv && !IsJson(type))
        {
            return Problems.WrongMediaType("Content-Type: application/json, application/x-ndjson or text/csv");
        }

        using var body = await context.ReadBodyAsync(MaxBytes);
        if (body is null)
        {
            return Problems.TooLarge(MaxBytes);
        }

        body.Position = 0;
        var upload = new RecordUpload(new RecordReader(known, crs, settings.CityGrid, TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone)));
        var problem = isCsv ? CsvRows.Read(body, charset, upload) : JsonRows.Read(body.GetBuffer().AsSpan(0, (int)body.Length), upload);
        if (problem is not null)
        {
            return problem;
        }

        // Not cut short when the sender hangs up: what was read is kept.
        var accepted = await records.SaveAsync(upload.Records, CancellationToken.None);
        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(new RecordsView(accepted, upload.Records.Count - accepted, upload.Rejected));
    }

    private static async Task<IResult> DeleteAsync(string system, string number, HttpContext context, IRecords records, Situation situation)
    {
        if (!RecordSystems.TryGet(system, out var known))
        {
            return Problems.Unknown("system", system);
        }

        // The server leaves a coded slash in a path as it is, lest it be taken for one between parts.
        number = number.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (!await records.DeleteAsync(known, number, context.RequestAborted))
        {
            return Problems.Unknown("record", number);
        }

        context.SetWatermark(situation.Watermark);
        return TypedResults.NoContent();
    }

    private static IResult List(string system, HttpContext context, IRecords records, Themes themes)
    {
        if (Refusal(system, context) is { } refusal)
        {
            return refusal;
        }

        var fields = new Fields(context.Request.Query);
        var (limit, cursor) = fields.Page();
        var (from, to) = fields.OpenRange();
        fields.RefuseTooEarly(from);
        var crs = fields.Crs();
        var filter = FilterOf(system, fields, themes) with { FromMs = from, ToMs = to, Boxes = RecordFilters.BoxesOf(fields.Box()) };
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        try
        {
            var page = records.Query(filter, limit, cursor);
            return TypedResults.Ok(new RecordListView([.. page.Items.Select(record => RecordView.Of(record, crs))], page.Cursor));
        }
        catch (ArgumentException)
        {
            return Problems.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["cursor"] = ["Is not one that an earlier page gave."] });
        }
    }

    private static IResult Points(string system, HttpContext context, IRecords records, Themes themes)
    {
        if (Refusal(system, context) is { } refusal)
        {
            return refusal;
        }

        var fields = new Fields(context.Request.Query);
        var range = fields.Range();
        fields.RefuseTooEarly(range?.FromMs);
        var (box, crs) = (fields.Box(), fields.Crs());
        var filter = FilterOf(system, fields, themes);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        filter = filter with { FromMs = range!.Value.FromMs, ToMs = range.Value.ToMs };
        var points = new List<ExternalRecord>();
        var total = 0;
        var placed = PlacedRecords.Read(
            records,
            filter,
            hasTime: null,
            box is { } area ? place => area.Contains(place.Longitude, place.Latitude) : null,
            (record, _) =>
            {
                if (++total <= MaxPoints)
                {
                    points.Add(record);
                }
            },
            context.RequestAborted);
        if (total > MaxPoints)
        {
            return Problems.TooMuch($"{total} records have a position there, and at most {MaxPoints} are given at once: ask for a shorter range, a smaller area, or heat.");
        }

        var basis = new FigureBasis(Definitions.RecordPoints, filter.FromMs.Value, filter.ToMs.Value, placed.Count, placed.Missing);
        return new LongAnswer(TypedResults.Stream(body => RecordPoints.WriteAsync(body, points, basis, crs), "application/geo+json"), points.Count);
    }

    private static IResult Chart(string system, HttpContext context, IRecords records, Themes themes, HostSettings settings)
    {
        if (Refusal(system, context) is { } refusal)
        {
            return refusal;
        }

        var fields = new Fields(context.Request.Query);
        var range = fields.Range();
        fields.RefuseTooEarly(range?.FromMs);
        var by = fields.Choice("by", [.. LocalBuckets.Units, .. RecordChart.Fields]);
        if (fields.Text("by") is null)
        {
            fields.Wrong("by", "Is missing.");
        }

        var filter = FilterOf(system, fields, themes) with { FromMs = range?.FromMs, ToMs = range?.ToMs, Boxes = RecordFilters.BoxesOf(fields.Box()) };
        return fields.IsValid
            ? RecordChart.Count(records, filter, by!, TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone), context.RequestAborted)
            : fields.Problem;
    }

    /// <summary>Not for whom a role grants less than everything: whose a record is, only its own system knows for certain.</summary>
    private static IResult? Refusal(string system, HttpContext context)
        => !RecordSystems.TryGet(system, out _) ? Problems.Unknown("system", system)
            : AccessPolicy.Authorize(context.Caller(), Rights.RecordsRead, Subject.All) ? null
            : Problems.RightMissing(Rights.RecordsRead);

    private static RecordFilter FilterOf(string system, Fields fields, Themes themes)
        => RecordFilters.Read(RecordSystems.TryGet(system, out var known) ? known : system, fields, themes);

    private static bool IsJson(MediaTypeHeaderValue? type) => type?.MediaType.Value?.ToUpperInvariant()
        is "APPLICATION/JSON" or "APPLICATION/X-NDJSON" or "APPLICATION/NDJSON" or "APPLICATION/JSONL";

    private static Encoding CharsetOf(Fields fields, MediaTypeHeaderValue? type)
    {
        var name = fields.Text("charset") ?? (type is { Charset.HasValue: true } ? type.Charset.Value! : "utf-8");
        if (CsvSheet.CharsetOf(name) is { } charset)
        {
            return charset;
        }

        fields.Wrong("charset", "Must be utf-8, gbk, gb2312 or gb18030.");
        return Encoding.UTF8;
    }
}
