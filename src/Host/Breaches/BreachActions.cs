using Vantage.Actors.Breaches;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Wall;
using Vantage.Host.Web;

namespace Vantage.Host.Breaches;

/// <summary>What people do about breaches: of one, or of all that a line of the board holds.</summary>
internal static class BreachActions
{
    private const int MaxNote = 1000;

    public static async Task<IResult> ActAsync(string id, string action, HttpContext context, Situation situation, BreachBoard board)
    {
        if (StepOf(action) is not { } stepWith)
        {
            return Problems.Unknown("action", action);
        }

        var (body, problem) = await context.ReadOptionalJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        var note = fields.Text("note", MaxNote);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if ((situation.History.FindBreach(id) ?? board.Find(id)) is not { } breach)
        {
            return Problems.Unknown("breach", id);
        }

        var caller = context.Caller();
        if (!BreachEndpoints.MaySee(caller, Rights.BreachesHandle, breach, situation))
        {
            return Problems.RightMissing(Rights.BreachesHandle);
        }

        var receipt = await situation.HandleBreachAsync(id, stepWith(note), caller.Origin, context.RequestAborted);
        if (!receipt.IsAllowed || situation.HandlingOf(id) is not { } handling)
        {
            return Problems.Conflict($"It is {BreachStates.NameOf(receipt.State)} already.");
        }

        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(HandlingView.Of(handling));
    }

    /// <summary>As many as the board has of the line, and no more: what begins meanwhile waits for somebody who has seen it.</summary>
    public static async Task<IResult> ActOnLineAsync(string action, HttpContext context, Situation situation, BreachBoard board)
    {
        if (StepOf(action) is not { } stepWith)
        {
            return Problems.Unknown("action", action);
        }

        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        var line = BoardList.Read(fields, situation);
        var note = fields.Text("note", MaxNote);
        var (zone, rule) = (fields.Text("zone", required: true), fields.Text("rule", required: true));
        var newestMs = fields.Time("newest");
        if (!fields.IsValid || zone is null || rule is null)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        var breaches = line.Of(board, caller, Rights.BreachesHandle)
            .Where(entry => newestMs is null || entry.Breach.StartedAtMs <= newestMs)
            .Select(entry => entry.Breach.Id)
            .ToList();
        var receipts = await situation.HandleBreachesAsync(breaches, stepWith(note), caller.Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(new LineHandledView(receipts.Count(receipt => receipt.IsAllowed)));
    }

    private static Func<string?, object>? StepOf(string action) => action switch
    {
        "acknowledge" => note => new AcknowledgeBreach(note),
        "handle" => note => new HandleBreach(note),
        "false-alarm" => note => new MarkFalseAlarm(note),
        _ => null,
    };
}

internal sealed record NoteBody(string? Note);

/// <param name="Unit">Left out: all units.</param>
/// <param name="Corrected">The line's corrected breaches, instead of the open ones.</param>
/// <param name="Newest">Breaches that started after it are left alone.</param>
internal sealed record LineBody(string Zone, string Rule, string? Unit, bool? Corrected, string? Newest, string? Note);

/// <param name="Breaches">How many are now in the state that was asked for.</param>
internal sealed record LineHandledView(int Breaches);
