using System.Diagnostics;
using System.Globalization;
using Vantage.Actors;
using Vantage.Actors.RollCalls;
using Vantage.Host.Access;
using Vantage.Host.Incidents;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.RollCalls;

/// <summary><c>/api/roll-calls</c>: 勤务点名 and 电台点名 (ROL-1 to ROL-4).</summary>
internal static class RollCallEndpoints
{
    private const int MaxTitle = 100;
    private const int MaxNote = 200;
    private const int MaxCalled = 200;
    private const int MaxMinutes = 12 * 60;

    /// <summary>The caller of a roll call when nobody else is named.</summary>
    private const string Centre = "指挥中心";

    public static void MapRollCalls(this IEndpointRouteBuilder app)
    {
        var calls = app.MapGroup("/api/roll-calls").WithTags("Roll calls");
        calls.MapGet("", List).Needs(Rights.LiveRead).WaitsForWatermark().Produces<RollCallListView>()
            .WithSummary("Roll calls, newest first: running, called, from and to (of their begin), limit, cursor.");
        calls.MapPost("", OpenAsync).Needs(Rights.RollCallsWrite).Accepts<RollCallBody>("application/json").Produces<RollCallView>(201)
            .WithSummary("Call the roll: of all squads, or of those named, and of others.");
        calls.MapGet("/{key}", Get).Needs(Rights.LiveRead).WaitsForWatermark().Produces<RollCallView>().WithSummary("A roll call.");
        calls.MapPost("/{key}/actions/{action}", ActAsync).Needs(Rights.SignedIn).Accepts<RollCallActionBody>("application/json").Produces<RollCallView>()
            .WithSummary("answer, take-back (of an answer); withdraw (the roll call).");
        app.MapRollCallLedger();
    }

    private static IResult List(HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var (limit, cursor) = fields.Page();
        var (isRunning, called) = (fields.Truth("running"), fields.Text("called", ActorId.MaxKeyLength));
        var (fromMs, toMs) = fields.OpenRange();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        var wanted = situation.RollCalls.All.Where(call =>
            (isRunning is null || call.IsRunning == isRunning) && IsWithin(call, fromMs, toMs) && RollCallAccess.MaySee(caller, call)
            && (called is null || RollCallAccess.SeenBy(caller, call).Any(seen => seen.Name == called)));
        var (page, next) = Paging.Take(wanted, NewestFirst, limit, cursor);
        return TypedResults.Ok(new RollCallListView([.. page.Select(call => RollCallView.Of(call, caller, situation))], next));
    }

    private static IResult Get(string key, HttpContext context, Situation situation)
    {
        var (call, problem) = Find(key, context.Caller(), situation);
        return call is null ? problem! : TypedResults.Ok(RollCallView.Of(call, context.Caller(), situation));
    }

    private static async Task<IResult> OpenAsync(HttpContext context, Situation situation, HostSettings settings, TimeProvider time)
    {
        var caller = context.Caller();
        if (AccessPolicy.ReachOf(caller, Rights.RollCallsWrite) != Reach.Everything)
        {
            return Problems.RightMissing(Rights.RollCallsWrite); // It concerns more than one squad.
        }

        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("key", "title", "minutes", "caller", "squads", "others");
        var (title, minutes) = (fields.Text("title", MaxTitle, required: true), fields.Whole("minutes", 1, MaxMinutes, required: true));
        var (key, by) = (fields.Text("key", ActorId.MaxKeyLength), fields.Text("caller", MaxTitle) ?? Centre);
        var called = CalledIn(fields, key, situation);
        IsSeen(fields, "title", title);
        IsSeen(fields, "caller", by);
        if (key is not null && (string.Equals(key, RollCallLedger.Summary, StringComparison.OrdinalIgnoreCase) ? "Is taken." : ActorId.FaultOf(key)) is { } fault)
        {
            fields.Wrong("key", fault);
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        key ??= IncidentEndpoints.NewKey(settings, time);
        var open = new OpenRollCall(title!, by, [.. called], TimeSpan.FromMinutes(minutes!.Value));
        var receipt = await situation.ChangeRollCallAsync(key, open, caller.Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        if (receipt.Outcome == RollCallOutcome.Taken)
        {
            return Problems.Conflict($"There is another roll call '{key}'.");
        }

        var view = RollCallView.Of(situation.RollCalls.Find(key)!, caller, situation);
        return receipt.Outcome == RollCallOutcome.Done ? TypedResults.Created($"/api/roll-calls/{Uri.EscapeDataString(key)}", view) : TypedResults.Ok(view);
    }

    private static void IsSeen(Fields fields, string name, string? text)
    {
        if (text is not null && ActorId.InvisibleIn(text) is not null)
        {
            fields.Wrong(name, "Must not hold control or invisible characters.");
        }
    }

    /// <param name="key">The sender's own: what was sent before calls the same again, whatever squads there are by now.</param>
    private static List<string> CalledIn(Fields fields, string? key, Situation situation)
    {
        var (squads, others) = (fields.Texts("squads", MaxCalled, ActorId.MaxKeyLength), fields.Texts("others", MaxCalled, ActorId.MaxKeyLength));
        if (squads is null && others is null && key is not null && situation.RollCalls.Find(key) is { } before)
        {
            return [.. before.Called.Select(called => called.Name)];
        }

        var known = situation.Squads.All.Select(squad => squad.Key)
            .Concat(situation.Units.All.Select(unit => unit.Squad).OfType<string>()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (squads?.Find(squad => !known.Contains(squad)) is { } unknown)
        {
            fields.Wrong("squads", $"There is no squad '{unknown}'.");
        }

        if (others?.Find(name => string.IsNullOrWhiteSpace(name) || name != name.Trim() || ActorId.InvisibleIn(name) is not null) is not null)
        {
            fields.Wrong("others", "Names must be seen: without spaces at their ends, and without control or invisible characters.");
        }
        else if (others?.Find(known.Contains) is { } squad)
        {
            fields.Wrong("others", $"'{squad}' is a squad: name it in squads.");
        }

        List<string> called = [.. squads ?? (others is null ? known : []), .. others ?? []];
        if (called.Count == 0)
        {
            fields.Wrong(others is null ? "squads" : "others", "Nobody is called: there must be one at least.");
        }
        else if (called.Count > MaxCalled)
        {
            fields.Wrong("squads", $"At most {MaxCalled} are called at once.");
        }
        else if (called.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            fields.Wrong(others?.Contains(twice.Key) == true ? "others" : "squads", $"'{twice.Key}' is called twice.");
        }

        return called;
    }

    private static async Task<IResult> ActAsync(string key, string action, HttpContext context, Situation situation)
    {
        var caller = context.Caller();
        var (body, problem) = await context.ReadOptionalJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("called", "note");
        var (called, note) = (fields.Text("called", ActorId.MaxKeyLength) ?? caller.Squad, fields.Text("note", MaxNote)); // Who is of a squad speaks for it.
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        return (action, called) switch
        {
            ("answer" or "take-back", null) => Problems.Missing("called"),
            ("answer", { } who) => await ChangeAsync(key, who, new AnswerRollCall(who, note), Rights.RollCallsAnswer, context, situation),
            ("take-back", { } who) => await ChangeAsync(key, who, new TakeBackRollCallAnswer(who), Rights.RollCallsAnswer, context, situation),
            ("withdraw", _) => await ChangeAsync(key, null, new WithdrawRollCall(), Rights.RollCallsWrite, context, situation),
            _ => Problems.Unknown("action", action),
        };
    }

    /// <param name="called">Whom it concerns; null: the whole roll call.</param>
    private static async Task<IResult> ChangeAsync(string key, string? called, object change, string right, HttpContext context, Situation situation)
    {
        var caller = context.Caller();
        if (!AccessPolicy.Authorize(caller, right, called is null ? Subject.All : Subject.OfSquad(called)))
        {
            return Problems.RightMissing(right);
        }

        if (Find(key, caller, situation).Problem is { } problem)
        {
            return problem;
        }

        var receipt = await situation.ChangeRollCallAsync(key, change, caller.Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        return receipt.Outcome switch
        {
            RollCallOutcome.Done or RollCallOutcome.Unchanged => TypedResults.Ok(RollCallView.Of(situation.RollCalls.Find(key)!, caller, situation)),
            RollCallOutcome.NotCalled => Problems.Conflict($"'{called}' is not called in this roll call."),
            RollCallOutcome.NoRollCall => Problems.Unknown("roll call", key),
            RollCallOutcome.Over => Problems.Conflict(situation.RollCalls.Find(key)?.Withdrawn is not null
                ? "The roll call was withdrawn." : $"The roll call ended more than {RollCallBehaviour.StaysOpen.TotalHours:0} hours ago: what it says now stays."),
            _ => throw new UnreachableException($"No answer for {receipt.Outcome}."),
        };
    }

    private static (RollCall? Call, IResult? Problem) Find(string key, Caller caller, Situation situation)
        => situation.RollCalls.Find(key) is not { } call ? (null, Problems.Unknown("roll call", key))
            : RollCallAccess.MaySee(caller, call) ? (call, null) : (null, Problems.RightMissing(Rights.LiveRead));

    internal static bool IsWithin(RollCall call, long? fromMs, long? toMs)
        => call.Opened.At.ToUnixTimeMilliseconds() is var ms && (fromMs is null || ms >= fromMs) && (toMs is null || ms < toMs);

    internal static string NewestFirst(RollCall call)
        => string.Create(CultureInfo.InvariantCulture, $"{long.MaxValue - call.Opened.At.UtcTicks:D19} {call.Key}");
}
