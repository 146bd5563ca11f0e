using System.Diagnostics;
using Vantage.Actors.RollCalls;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.RollCalls;

/// <summary>A roll call as the contract shows it.</summary>
/// <param name="Caller">Who calls.</param>
/// <param name="State"><c>running</c>, <c>ended</c> or <c>withdrawn</c>.</param>
/// <param name="OpenedAt">When the roll was called; answers are due at <paramref name="Due"/>.</param>
/// <param name="Called">In the order in which they are called; to who sees one squad alone, that one.</param>
internal sealed record RollCallView(
    string Key, string Title, string Caller, string State, WireMoment OpenedAt, WireMoment Due, string? OpenedBy, WireMoment? EndedAt, WireMoment? WithdrawnAt,
    string? WithdrawnBy, RollCallCounts Counts, IReadOnlyList<CalledView> Called)
{
    public static RollCallView Of(RollCall call, Caller caller, Situation situation)
    {
        var seen = RollCallAccess.SeenBy(caller, call);
        return new RollCallView(
            call.Key, call.Opened.Title, call.Opened.Caller, call.Withdrawn is not null ? "withdrawn" : call.Ended is not null ? "ended" : "running",
            MomentOf(call.Opened.At), MomentOf(call.Opened.Due), call.Opened.By, call.Ended is { } ended ? MomentOf(ended.At) : null,
            call.Withdrawn is { } withdrawn ? MomentOf(withdrawn.At) : null, call.Withdrawn?.By, RollCallCounts.Of(seen.Select(call.StateOf)),
            [.. seen.Select(called => CalledView.Of(call, called, situation))]);
    }

    internal static WireMoment MomentOf(DateTimeOffset at) => new(at.ToUnixTimeMilliseconds());
}

/// <param name="Key">A squad's, or the name itself of whoever else is called.</param>
/// <param name="State"><c>waiting</c>, <c>answered</c>, <c>late</c> or <c>missed</c>.</param>
/// <param name="At">When it answered.</param>
/// <param name="By">Who put the answer down.</param>
internal sealed record CalledView(string Key, string Name, string State, WireMoment? At, string? By, string? Note)
{
    public static CalledView Of(RollCall call, Called called, Situation situation) => new(
        called.Name, situation.Squads.NameOf(called.Name), NameOf(call.StateOf(called)), called.Answered is { } answer ? RollCallView.MomentOf(answer.At) : null,
        called.Answered?.By, called.Answered?.Note);

    internal static string NameOf(CalledState state) => state switch
    {
        CalledState.Waiting => "waiting",
        CalledState.Answered => "answered",
        CalledState.Late => "late",
        CalledState.Missed => "missed",
        _ => throw new UnreachableException($"No name for {state}."),
    };
}

/// <summary>How many of those that are called stand how.</summary>
internal sealed record RollCallCounts(int Waiting, int Answered, int Late, int Missed)
{
    public static RollCallCounts Of(IEnumerable<CalledState> states)
    {
        var counts = states.CountBy(state => state).ToDictionary();
        return new RollCallCounts(Count(CalledState.Waiting), Count(CalledState.Answered), Count(CalledState.Late), Count(CalledState.Missed));

        int Count(CalledState state) => counts.GetValueOrDefault(state);
    }
}

internal sealed record RollCallListView(IReadOnlyList<RollCallView> Items, string? Cursor);

/// <summary>What <c>POST /api/roll-calls</c> takes.</summary>
/// <param name="Minutes">How long they have to answer.</param>
/// <param name="Squads">Keys; without squads and others, all squads are called.</param>
internal sealed record RollCallBody(
    string Title, int Minutes, string? Key, string? Caller, IReadOnlyList<string>? Squads, IReadOnlyList<string>? Others);

/// <summary>What <c>POST …/actions/{action}</c> takes.</summary>
/// <param name="Called">Whose answer it is; without it the caller's own squad's.</param>
internal sealed record RollCallActionBody(string? Called, string? Note);
