using Vantage.Actors;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Incidents;

/// <summary><c>POST /api/detections</c>: what cameras and sensors have found becomes an incident.</summary>
internal static class DetectionEndpoint
{
    /// <summary>What the findings of S1-11 and S2-06 are called when the finder does not say.</summary>
    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        ["cross-door-trading"] = "跨门经营",
        ["street-vending"] = "占道设摊",
        ["street-obstruction"] = "占道堆物",
        ["illegal-advertising"] = "违法户外广告",
        ["site-dust"] = "工地扬尘",
        ["night-construction"] = "夜间施工",
    };

    public static void MapDetections(this IEndpointRouteBuilder app)
        => app.MapPost("/api/detections", TakeAsync).Needs(Rights.IncidentsWrite).WithTags("Incidents").Accepts<DetectionBody>("application/json")
            .Produces<IncidentView>(201).WithSummary("A finding of a camera or sensor: becomes an incident.");

    private static async Task<IResult> TakeAsync(HttpContext context, Situation situation, HostSettings settings, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("source", "number", "kind", "title", "camera", "lon", "lat", "crs", "time", "confidence", "picture", "level", "address", "note");
        var (source, number) = (fields.Text("source", 20, required: true), fields.Text("number", 40));
        var (seenMs, confidence) = (fields.Time("time", required: true), fields.Number("confidence", 0, 1));
        var report = IncidentEndpoints.Read(fields, source ?? "", time.GetUtcNow(), "time", kind => Titles.GetValueOrDefault(kind, kind));
        var key = number is null ? null : $"{source}-{number}";
        if (key is not null && ActorId.FaultOf(key) is { } fault)
        {
            fields.Wrong("number", fault);
        }

        if (!fields.IsValid || report is null || seenMs is null)
        {
            return fields.Problem;
        }

        var note = confidence is { } sure
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"置信度 {sure:P0}{(report.Note is null ? "" : "；")}{report.Note}") : report.Note;
        return await IncidentEndpoints.TakeAsync(context, situation, key ?? IncidentEndpoints.NewKey(settings, time), report with { Note = note });
    }
}

/// <summary>What <c>POST /api/detections</c> takes.</summary>
/// <param name="Number">Of the finding in its source: a finding that is sent again is then known.</param>
/// <param name="Confidence">0 to 1.</param>
internal sealed record DetectionBody(
    string Source, string? Number, string Kind, string? Title, string? Camera, double Lon, double Lat, string Time, double? Confidence, string? Picture,
    string? Level, string? Address, string? Note, string? Crs);
