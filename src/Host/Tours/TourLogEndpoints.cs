using System.Globalization;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Tours;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Tours;

/// <summary><c>/api/tours/log</c>: what tours showed, as the screens tell it (VID-8).</summary>
internal static class TourLogEndpoints
{
    /// <summary>Some weeks of a wall of several screens; a page of nine cameras has about 1 kB.</summary>
    private const int MaxKept = 500_000;

    private const int MaxBytes = 512 * 1024;
    private const int MaxItems = 200;
    private const int MaxTiles = 16;
    private const int MaxExported = 100_000;
    private const int PageSize = 1000;

    private static readonly string[] Headings =
    [
        "开始", "结束", "巡查编号", "巡查", "大屏", "屏幕", "页", "被打断", "登录者", "探头编号", "探头", "画面", "原因", "秒",
    ];

    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["playing"] = "播放",
        ["still"] = "图片",
        ["failed"] = "失败",
        ["none"] = "无画面",
        ["breach"] = "告警",
        ["incident"] = "事件",
        ["selection"] = "点选",
    };

    public static void MapTourLog(this IEndpointRouteBuilder app)
    {
        var log = app.MapGroup("/api/tours/log").WithTags("Tours");
        log.MapPost("", TellAsync).Needs(Rights.VideoWatch).IsForWallScreensToo("It tells what this screen itself has shown.")
            .Accepts<TourLogBody>("application/json").Produces(204).WithSummary("Tell which pages a screen has shown; an id that was told before is not told again.");
        log.MapGet("", List).Needs(Rights.HistoryRead).Produces<TourLogView>().WithSummary("What was shown, newest first: tour, stage, screen, from, to, limit, cursor.");
        app.MapGroup("/api/exports").WithTags("Exports").MapGet("/tours", ExportAsync).Needs(Rights.HistoryRead).Produces(200, contentType: "text/csv")
            .WithSummary("The same as a table for spreadsheets, a row for each camera.");
    }

    private static async Task<IResult> TellAsync(HttpContext context, ITourLog log, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync(MaxBytes);
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("items");
        if (fields.Value("items") is not { ValueKind: JsonValueKind.Array } items || items.GetArrayLength() > MaxItems)
        {
            fields.Wrong("items", $"Must be a list of at most {MaxItems} pages.");
            return fields.Problem;
        }

        var (caller, latest) = (context.Caller(), (time.GetUtcNow() + PastRanges.Ahead).ToUnixTimeMilliseconds());
        var pages = items.EnumerateArray().Index().Select(each => Read(fields.Inner($"items[{each.Index}]", each.Item), caller, latest)).ToList();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        await log.SaveAsync(pages, MaxKept, context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static TourPage Read(Fields page, Caller caller, long latestMs)
    {
        page.OnlyKnow("id", "tour", "screen", "stage", "page", "from", "to", "interruptedBy", "cameras");
        var (from, to) = (page.Time("from", required: true), page.Time("to", required: true));
        page.RefuseTooEarly(from);
        if (to < from)
        {
            page.Wrong("to", "Must not be before 'from'.");
        }

        if (to > latestMs)
        {
            page.Wrong("to", "Must not be in the future.");
        }

        // A wall screen speaks for its own place alone.
        var place = caller.Wall is { Stage: not null } wall ? wall : new WallPlace(page.Text("stage"), page.Text("screen"));
        return new TourPage(
            page.Text("id", 64, required: true) ?? "", page.Text("tour", ActorId.MaxKeyLength, required: true) ?? "", place.Stage, place.Screen,
            page.Whole("page", 0, 100_000, required: true) ?? 0, from ?? 0, to ?? 0, page.Choice("interruptedBy", TourPage.Interruptions), caller.Who,
            [.. CamerasOf(page)]);
    }

    private static List<TouredCamera> CamerasOf(Fields page)
    {
        if (page.Value("cameras") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() > MaxTiles)
        {
            page.Wrong("cameras", $"Must be a list of at most {MaxTiles} cameras.");
            return [];
        }

        var cameras = new List<TouredCamera>();
        foreach (var (i, json) in list.EnumerateArray().Index())
        {
            var camera = page.Inner($"cameras[{i}]", json);
            camera.OnlyKnow("camera", "state", "reason", "seconds");
            var state = camera.Choice("state", TourPage.CameraStates);
            if (state is null)
            {
                camera.Wrong("state", $"Must be one of {string.Join(", ", TourPage.CameraStates)}.");
            }

            cameras.Add(new TouredCamera(
                camera.Text("camera", ActorId.MaxKeyLength, required: true) ?? "", state ?? "", camera.Text("reason", 100),
                Math.Round(camera.Number("seconds", 0, 86_400, required: true) ?? 0, 1)));
        }

        return cameras;
    }

    /// <summary>What a wall showed is no squad's own.</summary>
    private static bool MayRead(HttpContext context) => AccessPolicy.Authorize(context.Caller(), Rights.HistoryRead, Subject.All);

    private static IResult List(HttpContext context, ITourLog log)
    {
        if (!MayRead(context))
        {
            return Problems.RightMissing(Rights.HistoryRead);
        }

        var fields = new Fields(context.Request.Query);
        var question = QuestionOf(fields);
        var (limit, cursor) = fields.Page();
        var before = CursorOf(fields, cursor);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var pages = log.Read(question with { Before = before }, limit + 1);
        var next = pages.Count > limit ? string.Create(CultureInfo.InvariantCulture, $"{pages[limit - 1].FromMs}~{pages[limit - 1].Id}") : null;
        return TypedResults.Ok(new TourLogView([.. pages.Take(limit).Select(TourPageView.Of)], next));
    }

    private static TourQuestion QuestionOf(Fields fields)
    {
        var (tour, stage, screen) = (fields.Text("tour"), fields.Text("stage"), fields.Text("screen"));
        var (from, to) = fields.OpenRange();
        return new TourQuestion(tour, stage, screen, from, to);
    }

    private static (long FromMs, string Id)? CursorOf(Fields fields, string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var mark = cursor.IndexOf('~', StringComparison.Ordinal);
        if (mark > 0 && long.TryParse(cursor.AsSpan(0, mark), NumberStyles.None, CultureInfo.InvariantCulture, out var fromMs))
        {
            return (fromMs, cursor[(mark + 1)..]);
        }

        fields.Wrong("cursor", "Is not a cursor that this list gave.");
        return null;
    }

    private static async Task<IResult> ExportAsync(HttpContext context, Situation situation, ITourLog log, HostSettings settings)
    {
        var fields = new Fields(context.Request.Query);
        var question = QuestionOf(fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (context.Caller().IsWallScreen || !MayRead(context))
        {
            return context.Caller().IsWallScreen ? Problems.ViewOnly() : Problems.RightMissing(Rights.HistoryRead); // It takes nothing away (SCR-4).
        }

        context.Response.ContentType = CsvTable.ContentType;
        context.Response.Headers.ContentDisposition = "attachment; filename=\"tours.csv\"; filename*=UTF-8''%E8%A7%86%E9%A2%91%E5%B7%A1%E6%9F%A5.csv";
        await using var csv = new CsvTable(context.Response.Body);
        await csv.WriteRowAsync([.. Headings, .. settings.Demo ? ["备注"] : Array.Empty<string>()]);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);
        for (var written = 0; written < MaxExported;)
        {
            var pages = log.Read(question, PageSize);
            foreach (var (page, camera) in pages.SelectMany(page => page.Cameras.Select(camera => (page, camera))))
            {
                await csv.WriteRowAsync([.. RowOf(page, camera, situation, zone), .. settings.Demo ? ["演示数据"] : Array.Empty<string>()]);
            }

            await csv.FlushAsync();
            if (pages.Count < PageSize)
            {
                break;
            }

            written += pages.Count;
            question = question with { Before = (pages[^1].FromMs, pages[^1].Id) };
        }

        return TypedResults.Empty;
    }

    private static object?[] RowOf(TourPage page, TouredCamera camera, Situation situation, TimeZoneInfo zone)
    {
        var stage = page.Stage is { } key ? situation.Stages.Find(key) : null;
        return
        [
            Local(page.FromMs), Local(page.ToMs), page.Tour, situation.Tours.Find(page.Tour)?.Name, stage?.Name ?? page.Stage,
            page.Screen is { } screen ? stage?.Find(screen)?.Name ?? screen : null, page.Page + 1, Word(page.InterruptedBy), page.Who, camera.Camera,
            situation.Cameras.Find(camera.Camera)?.Registered.Name, Word(camera.State), camera.Reason, camera.Seconds,
        ];

        string Local(long ms) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

        static string? Word(string? code) => code is null ? null : Words.GetValueOrDefault(code, code);
    }
}

internal sealed record TourLogBody(IReadOnlyList<TourPageView> Items);

/// <param name="Who">Who was signed in at the screen: a user, or <c>token:</c> and the id of a wall screen's token.</param>
internal sealed record TourPageView(
    string Id, string Tour, string? Stage, string? Screen, int Page, WireMoment From, WireMoment To, string? InterruptedBy, string Who,
    IReadOnlyList<TouredCamera> Cameras)
{
    public static TourPageView Of(TourPage page) => new(
        page.Id, page.Tour, page.Stage, page.Screen, page.Page, new WireMoment(page.FromMs), new WireMoment(page.ToMs), page.InterruptedBy, page.Who, page.Cameras);
}

internal sealed record TourLogView(IReadOnlyList<TourPageView> Items, string? Cursor);
