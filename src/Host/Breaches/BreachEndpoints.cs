using System.Collections.Frozen;
using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Units;
using Vantage.Host.Wall;
using Vantage.Host.Web;

namespace Vantage.Host.Breaches;

/// <summary><c>/api/breaches</c> and <c>/api/visits</c>: what was breached and what was done about it; who was where.</summary>
internal static class BreachEndpoints
{
    public static void MapBreaches(this IEndpointRouteBuilder app)
    {
        var breaches = app.MapGroup("/api/breaches").WithTags("Breaches");
        breaches.MapGet("", ListBreaches).Needs(Rights.HistoryRead).WaitsForWatermark()
            .Produces<BreachListView>().WithSummary("Breaches, newest first: zone, unit, rule, state, from, to, limit, cursor, crs.");
        breaches.MapGet("/{id}", GetBreach).Needs(Rights.HistoryRead).WaitsForWatermark().Produces<BreachView>().WithSummary("One breach.");
        breaches.MapGet("/board", BoardList.List).Needs(Rights.HistoryRead)
            .Produces<BreachListView>().WithSummary("What the wall's lines hold, newest first: zone, rule, unit, corrected, limit, cursor.");
        breaches.MapPost("/{id}/actions/{action}", BreachActions.ActAsync).Needs(Rights.BreachesHandle)
            .Accepts<NoteBody>(isOptional: true, "application/json").Produces<HandlingView>().WithSummary("Handle a breach: acknowledge, handle, false-alarm.");
        breaches.MapPost("/actions/{action}", BreachActions.ActOnLineAsync).Needs(Rights.BreachesHandle)
            .Accepts<LineBody>("application/json").Produces<LineHandledView>().WithSummary("Handle all breaches of a line of the board at once.");
        app.MapGet("/api/visits", ListVisitsAsync).Needs(Rights.HistoryRead).WaitsForWatermark().WithTags("Breaches")
            .Produces<VisitListView>().WithSummary("Visits, newest first: zone, unit, from, to, limit, cursor.");
    }

    private static IResult ListBreaches(HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var (limit, cursor) = fields.Page();
        var (zone, rule, crs) = (fields.Text("zone"), fields.Text("rule"), fields.Crs());
        var (from, to) = fields.OpenRange();
        var unit = UnitOf(fields, situation, out var isUnknownUnit);
        var states = StatesOf(fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (isUnknownUnit)
        {
            return TypedResults.Ok(new BreachListView([], null));
        }

        var caller = context.Caller();
        if (PageOf(() => situation.History.QueryBreaches(new BreachQuery(zone, unit?.Number, rule, states, from, to, limit, cursor))) is not { } page)
        {
            return NotACursor;
        }

        var seen = page.Items.Where(breach => MaySee(caller, Rights.HistoryRead, breach, situation));
        return TypedResults.Ok(new BreachListView([.. seen.Select(breach => BreachView.Of(breach, situation, crs))], page.Cursor));
    }

    private static async Task<IResult> ListVisitsAsync(HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var (limit, cursor) = fields.Page();
        var zone = fields.Text("zone");
        var (from, to) = fields.OpenRange();
        var unit = UnitOf(fields, situation, out var isUnknownUnit);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (isUnknownUnit)
        {
            return TypedResults.Ok(new VisitListView([], null));
        }

        var caller = context.Caller();
        if (PageOf(() => situation.History.QueryVisits(new VisitQuery(zone, unit?.Number, from, to, limit, cursor))) is not { } page)
        {
            return NotACursor;
        }

        var seen = page.Items.Where(visit => caller.May(Rights.HistoryRead, situation.Units.Get(visit.Unit))).ToList();
        var current = await situation.WithLastInsideAsync(seen, context.RequestAborted);
        return TypedResults.Ok(new VisitListView([.. current.Select(visit => VisitView.Of(visit, situation))], page.Cursor));
    }

    private static IResult GetBreach(string id, HttpContext context, Situation situation, BreachBoard board)
    {
        if ((situation.History.FindBreach(id) ?? board.Find(id)) is not { } breach)
        {
            return Problems.Unknown("breach", id);
        }

        return MaySee(context.Caller(), Rights.HistoryRead, breach, situation)
            ? TypedResults.Ok(BreachView.Of(breach, situation))
            : Problems.RightMissing(Rights.HistoryRead);
    }

    /// <summary>A breach of several units is for those who may see all of them.</summary>
    public static bool MaySee(Caller caller, string right, Breach breach, Situation situation)
        => breach.Unit is { } unit
            ? caller.May(right, situation.Units.Get(unit))
            : AccessPolicy.Authorize(caller, right, Subject.All);

    internal static UnitInfo? UnitOf(Fields fields, Situation situation, out bool isUnknown)
    {
        isUnknown = false;
        if (fields.Text("unit") is not { } text)
        {
            return null;
        }

        if (ActorId.TryParse(text, out var id) && situation.Units.TryGet(id, out var unit))
        {
            return unit;
        }

        if (ActorId.FaultOfUnit(text) is { } fault)
        {
            fields.Wrong("unit", fault);
            return null;
        }

        isUnknown = true;
        return null;
    }

    private static FrozenSet<BreachState>? StatesOf(Fields fields)
    {
        var names = fields.List("state", 3);
        if (names.Any(name => !BreachStates.Names.Contains(name)))
        {
            fields.Wrong("state", $"Must be {string.Join(", ", BreachStates.Names)}, or several with commas.");
            return null;
        }

        return names.Count == 0 ? null : names.Select(name => (BreachState)BreachStates.Names.ToList().IndexOf(name)).ToFrozenSet();
    }

    private static IResult NotACursor
        => Problems.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["cursor"] = ["Is not a cursor that this list gave."] });

    /// <summary>One page, or null when the cursor is none that the list gave.</summary>
    private static Page<T>? PageOf<T>(Func<Page<T>> query)
    {
        try
        {
            return query();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}

internal sealed record BreachListView(IReadOnlyList<BreachView> Items, string? Cursor);

internal sealed record VisitListView(IReadOnlyList<VisitView> Items, string? Cursor);

/// <summary>A stay of a unit in a zone, as the contract shows it. <c>to</c> is null while it lasts.</summary>
internal sealed record VisitView(
    string Zone, string Unit, WireMoment From, WireMoment? To, WireMoment LastInside, WireMoment EnteredAt, WireMoment? LeftAt, bool Passage, int ZoneVersion)
{
    public static VisitView Of(VisitRow visit, Situation situation) => new(
        visit.Zone,
        situation.Units.Get(visit.Unit).IdText,
        new WireMoment(visit.FromMs),
        visit.IsOpen ? null : new WireMoment(visit.ToMs),
        new WireMoment(visit.ToMs),
        new WireMoment(visit.EnteredAtMs),
        visit.IsOpen ? null : new WireMoment(visit.LeftAtMs),
        visit.IsPassage,
        visit.ZoneVersion);
}
