using System.Globalization;
using Vantage.Actors.RollCalls;
using Vantage.Host.Access;
using Vantage.Host.Figures;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.RollCalls;

/// <summary>The ledger of roll calls (点名台账): who answered how often, and every single answer as a table (ROL-5).</summary>
internal static class RollCallLedger
{
    /// <summary>A key that is part of another path.</summary>
    public const string Summary = "summary";

    private const int MaxDays = 366;
    private const int FlushedAfter = 1000;

    private static readonly string[] Headings = ["点名时间", "截止时间", "点名编号", "点名", "点名方", "被点编号", "被点", "结果", "应答时间", "用时秒", "登记人", "备注"];

    public static void MapRollCallLedger(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/api/roll-calls").WithTags("Roll calls").MapGet($"/{Summary}", Summarize).Needs(Rights.HistoryRead).WaitsForWatermark()
            .Produces<RollCallSummaryView>().WithSummary("Who was called how often, and answered in time, late or not: from, to.");
        app.MapGroup("/api/exports").WithTags("Exports").MapGet("/roll-calls", ExportAsync).Needs(Rights.HistoryRead).WaitsForWatermark()
            .Produces(200, contentType: "text/csv").WithSummary("The ledger as a table for spreadsheets, a row for each that was called: from, to.");
    }

    private static IResult Summarize(HttpContext context, Situation situation, TimeProvider time)
    {
        var (calls, range, problem) = CallsFor(context, situation, time);
        if (calls is null)
        {
            return problem!;
        }

        var callings = calls.SelectMany(call => call.Called.Select(called => (called.Name, State: call.StateOf(called)))).ToList();
        var waiting = callings.Count(calling => calling.State == CalledState.Waiting);
        var basis = new FigureBasis(Definitions.RollCalls, range.FromMs, range.ToMs, callings.Count, FigureBasis.Share(waiting, callings.Count));
        return TypedResults.Ok(new RollCallSummaryView(
            basis.Definition.English, basis.Definition.Chinese, new WireMoment(basis.FromMs), new WireMoment(basis.ToMs), basis.Count, basis.Missing,
            [.. callings.GroupBy(calling => calling.Name, StringComparer.Ordinal)
                .Select(ofOne => RollCallSummaryItem.Of(ofOne.Key, situation, RollCallCounts.Of(ofOne.Select(calling => calling.State))))
                .OrderByDescending(item => item.Missed).ThenByDescending(item => item.Late).ThenBy(item => item.Key, StringComparer.Ordinal)]));
    }

    private static async Task<IResult> ExportAsync(HttpContext context, Situation situation, HostSettings settings, TimeProvider time)
    {
        if (context.Caller().IsWallScreen)
        {
            return Problems.ViewOnly(); // It takes nothing away (SCR-4).
        }

        var (calls, _, problem) = CallsFor(context, situation, time);
        if (calls is null)
        {
            return problem!;
        }

        context.Response.ContentType = CsvTable.ContentType;
        context.Response.Headers.ContentDisposition = "attachment; filename=\"roll-calls.csv\"; filename*=UTF-8''%E7%82%B9%E5%90%8D%E5%8F%B0%E8%B4%A6.csv";
        await using var csv = new CsvTable(context.Response.Body);
        await csv.WriteRowAsync([.. Headings, .. settings.Demo ? ["说明"] : Array.Empty<string>()]);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);
        var rows = 0;
        foreach (var (call, called) in calls.SelectMany(call => call.Called.Select(called => (call, called))))
        {
            await csv.WriteRowAsync([.. RowOf(call, called, situation, zone), .. settings.Demo ? ["演示数据"] : Array.Empty<string>()]);
            if (++rows % FlushedAfter == 0)
            {
                await csv.FlushAsync();
            }
        }

        return TypedResults.Empty;
    }

    private static object?[] RowOf(RollCall call, Called called, Situation situation, TimeZoneInfo zone)
    {
        var answer = called.Answered;
        return
        [
            Local(call.Opened.At), Local(call.Opened.Due), call.Key, call.Opened.Title, call.Opened.Caller, called.Name, situation.Squads.NameOf(called.Name),
            Word(call.StateOf(called)), answer is null ? null : Local(answer.At), answer is null ? null : Math.Round((answer.At - call.Opened.At).TotalSeconds),
            answer?.By, answer?.Note,
        ];

        string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

        static string Word(CalledState state) => state switch
        {
            CalledState.Waiting => "待应答",
            CalledState.Answered => "已应答",
            CalledState.Late => "迟到",
            _ => "未应答",
        };
    }

    /// <summary>The roll calls of a range that count, oldest first. Only who sees all of them may ask: a ledger is of all squads.</summary>
    private static (IReadOnlyList<RollCall>? Calls, (long FromMs, long ToMs) Range, IResult? Problem) CallsFor(
        HttpContext context, Situation situation, TimeProvider time)
    {
        if (!AccessPolicy.Authorize(context.Caller(), Rights.HistoryRead, Subject.All))
        {
            return (null, default, Problems.RightMissing(Rights.HistoryRead));
        }

        var fields = new Fields(context.Request.Query);
        if (fields.PastRange(MaxDays, time.GetUtcNow()) is not { } range)
        {
            return (null, default, fields.Problem);
        }

        return ([.. situation.RollCalls.All
            .Where(call => call.Withdrawn is null && RollCallEndpoints.IsWithin(call, range.FromMs, range.ToMs))
            .OrderByDescending(RollCallEndpoints.NewestFirst, StringComparer.Ordinal)], range, null);
    }
}

/// <param name="Count">Callings: one for each roll call and each that it called.</param>
/// <param name="Missing">The share of them whose time still runs.</param>
internal sealed record RollCallSummaryView(
    string Definition, string DefinitionZh, WireMoment From, WireMoment To, long Count, double Missing, IReadOnlyList<RollCallSummaryItem> Items);

/// <param name="Calls">How often it was called, and the time is over or it has answered: the sum of the three.</param>
internal sealed record RollCallSummaryItem(string Key, string Name, int Calls, int Answered, int Late, int Missed)
{
    public static RollCallSummaryItem Of(string key, Situation situation, RollCallCounts counts) => new(
        key, situation.Squads.NameOf(key), counts.Answered + counts.Late + counts.Missed, counts.Answered, counts.Late, counts.Missed);
}
