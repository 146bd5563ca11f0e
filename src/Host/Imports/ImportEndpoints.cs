using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Vantage.Actors;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Startup;
using Vantage.Host.Web;

namespace Vantage.Host.Imports;

/// <summary><c>/api/import</c>: units, cameras and zones by the thousand, tried first.</summary>
internal static class ImportEndpoints
{
    private const int MaxBytes = 64 * 1024 * 1024;
    private const int MaxRows = 20_000;
    private const string Query = "dryRun: tell what it would do; partial: take what is good though some rows are not; crs, charset (utf-8, gbk; left out: found out)";

    public static void MapImports(this IEndpointRouteBuilder app)
    {
        var import = app.MapGroup("/api/import").WithTags("Import");
        import.MapPost("/units", UnitsAsync).Needs(Rights.UnitsWrite).Accepts<object>("text/csv").Produces<ImportView>()
            .WithSummary($"Register officers, vehicles and drones from CSV. kind: of rows that do not say; {Query}.");
        import.MapPost("/cameras", CamerasAsync).Needs(Rights.CamerasWrite).Accepts<object>("text/csv", "application/geo+json", "application/json").Produces<ImportView>()
            .WithSummary($"Register cameras from CSV, or from points of GeoJSON. {Query}.");
        import.MapPost("/zones", ZonesAsync).Needs(Rights.ZonesWrite).Accepts<object>("text/csv", "application/geo+json", "application/json").Produces<ImportView>()
            .WithSummary($"Put zones in force from GeoJSON, or circles from CSV. {Query}.");
    }

    private static Task<IResult> UnitsAsync(HttpContext context, Importer importer, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var kind = fields.Choice("kind", ActorKinds.Units);
        return ImportAsync(
            context, importer, Rights.UnitsWrite, fields, ImportColumns.Units, ["name"],
            rows => new UnitImport(situation, kind).Plan(rows), null);
    }

    private static Task<IResult> CamerasAsync(HttpContext context, Importer importer, Situation situation, HostSettings settings)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.ImportCrs(settings.CityGrid);
        CameraImport Import() => new(situation, crs, settings.CityGrid);
        return ImportAsync(
            context, importer, Rights.CamerasWrite, fields, ImportColumns.Cameras, ["key", "name", "lon", "lat"],
            rows => Import().Plan(rows), features => Import().Plan([.. features.Select(CameraImport.RowOf)]));
    }

    private static Task<IResult> ZonesAsync(HttpContext context, Importer importer, Situation situation, HostSettings settings, TimeProvider time)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.ImportCrs(settings.CityGrid);
        ZoneImport Import() => new(situation, crs, settings.CityGrid, settings.TimeZone, time.GetUtcNow());
        return ImportAsync(
            context, importer, Rights.ZonesWrite, fields, ImportColumns.Zones, ["key", "name", "lon", "lat", "radius"],
            rows => Import().PlanCircles(rows), features => Import().PlanFeatures(features));
    }

    private static async Task<IResult> ImportAsync(
        HttpContext context, Importer importer, string right, Fields fields, ImportColumns columns, string[] needed,
        Func<IReadOnlyList<ImportRow>, ImportPlan> ofTable, Func<IEnumerable<ImportFeature>, ImportPlan>? ofFeatures)
    {
        if (!AccessPolicy.Authorize(context.Caller(), right, Subject.All))
        {
            return Problems.RightMissing(right); // Whose a row is, the row itself says: there is no import within a reach.
        }

        var (isDry, isPartial, charset) = (fields.Flag("dryRun"), fields.Flag("partial"), CharsetOf(fields, context.Request.ContentType));
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var isCsv = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase);
        if (!isCsv && ofFeatures is null)
        {
            return Problems.WrongMediaType("Content-Type: text/csv");
        }

        if (!isCsv)
        {
            var (body, problem) = await context.ReadJsonAsync(MaxBytes);
            if (body is null)
            {
                return problem!;
            }

            using var _ = body;
            return FeaturesOf(body.RootElement, fields) is { } features
                ? await RunAsync(context, importer, isDry, isPartial, () => ofFeatures!(features))
                : fields.Problem;
        }

        using var bytes = await context.ReadBodyAsync(MaxBytes);
        if (bytes is null)
        {
            return Problems.TooLarge(MaxBytes);
        }

        bytes.Position = 0;
        charset ??= CsvSheet.Guess(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        var (rows, ignored, wrong) = RowsOf(bytes, charset, columns, needed);
        return wrong ?? await RunAsync(context, importer, isDry, isPartial, () =>
        {
            var plan = ofTable(rows);
            plan.Report.Ignored = ignored;
            return plan;
        });
    }

    private static async Task<IResult> RunAsync(HttpContext context, Importer importer, bool isDry, bool isPartial, Func<ImportPlan> plan)
    {
        var outcome = await importer.RunAsync(plan, isDry, isPartial, context.Caller().Origin, context.RequestAborted);
        if (outcome.Failure is { } failure)
        {
            if (failure is not TimeoutException)
            {
                context.RequestServices.GetRequiredService<StorageRefusalLog>().Refused(context.Request, StatusCodes.Status503ServiceUnavailable, failure);
            }

            return Problems.Interrupted($"{outcome.Done} of {outcome.Of} changes were made, of a few more it is not known.");
        }

        context.SetWatermark(importer.Watermark);
        return outcome.IsRefused
            ? Problems.RowsWrong(outcome.Report.Failed, outcome.Report.View(isDry, isApplied: false))
            : TypedResults.Ok(outcome.Report.View(isDry, !isDry));
    }

    private static (List<ImportRow> Rows, List<string> Ignored, IResult? Problem) RowsOf(MemoryStream body, Encoding charset, ImportColumns known, string[] needed)
    {
        var (rows, ignored) = (new List<ImportRow>(), new List<string>());
        string?[] columns = [];
        var problem = CsvSheet.Read(
            body,
            charset,
            MaxRows,
            headers =>
            {
                columns = [.. headers.Select(known.OfHeader)];
                ignored.AddRange(headers.Where((header, i) => columns[i] is null && header.Trim().Length > 0).Take(100));
                return FaultOf(columns, known, needed);
            },
            line =>
            {
                if (Array.TrueForAll(line.Cells, string.IsNullOrWhiteSpace))
                {
                    return; // Spreadsheets save rows that somebody once wrote in.
                }

                var texts = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var (column, cell) in columns.Zip(line.Cells))
                {
                    if (column is not null)
                    {
                        texts[column] = cell;
                    }
                }

                var row = new ImportRow(line.Line, texts);
                if (line.Fault is { } fault)
                {
                    row.Wrong("", "row", fault);
                }

                rows.Add(row);
            });
        return (rows, ignored, problem);
    }

    private static IResult? FaultOf(string?[] columns, ImportColumns known, string[] needed)
    {
        var errors = needed.Where(name => !columns.Contains(name, StringComparer.Ordinal))
            .ToDictionary(name => name, name => new[] { $"No column has one of the headers {known.HeadersOf(name)}." }, StringComparer.Ordinal);
        foreach (var twice in columns.OfType<string>().GroupBy(column => column, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors[twice.Key] = ["More than one column means this."];
        }

        return errors.Count > 0 ? Problems.Invalid(errors) : null;
    }

    private static List<ImportFeature>? FeaturesOf(JsonElement body, Fields fields)
    {
        if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("features", out var features)
            && features.ValueKind == JsonValueKind.Array && features.GetArrayLength() is > 0 and <= MaxRows)
        {
            return [.. features.EnumerateArray().Select((feature, i) => new ImportFeature(i + 1, feature))];
        }

        fields.Wrong("features", $"Must be a FeatureCollection with 1 to {MaxRows} features.");
        return null;
    }

    /// <summary>What the sender says that the table is written in; null: it says nothing, or what is unknown.</summary>
    private static Encoding? CharsetOf(Fields fields, string? contentType)
    {
        var name = fields.Text("charset") ?? (MediaTypeHeaderValue.TryParse(contentType, out var type) && type.Charset.HasValue ? type.Charset.Value : null);
        var charset = name is null ? null : CsvSheet.CharsetOf(name);
        if (name is not null && charset is null)
        {
            fields.Wrong("charset", "Must be utf-8, gbk, gb2312 or gb18030.");
        }

        return charset;
    }
}
