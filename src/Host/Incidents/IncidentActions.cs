using Vantage.Actors;
using Vantage.Actors.Incidents;
using Vantage.Actors.Pictures;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Incidents;

/// <summary><c>POST /api/incidents/{key}/actions/{action}</c>: what units and dispatchers say of an order, and what is said of the incident.</summary>
internal static class IncidentActions
{
    private const int MaxNote = 1000;

    /// <summary>What comes later than this after it was said has both times in the time line.</summary>
    private static readonly TimeSpan LateBy = TimeSpan.FromSeconds(30);

    public static async Task<IResult> ActAsync(string key, string action, HttpContext context, Situation situation, IPictures pictures, TimeProvider time)
    {
        var (body, problem) = await context.ReadOptionalJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("unit", "order", "note", "picture", "saidAt");
        var (unit, number, note) = (fields.Text("unit", 100), fields.Whole("order", 1, int.MaxValue), fields.Text("note", MaxNote));
        var (picture, saidMs) = (fields.Text("picture", 100), fields.Time("saidAt"));
        if (picture is not null && (action != "finish" || pictures.Find(key, picture) is null))
        {
            fields.Wrong("picture", action == "finish" ? "Is no picture of this incident: send it first, and give its id." : "Goes with finish alone.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var saidAt = WellBefore(saidMs, time.GetUtcNow());
        return action switch
        {
            "accept" => await StepAsync(key, unit, number, OrderStep.Accepted, note, Rights.OrdersAnswer, context, situation, saidAt),
            "arrive" => await StepAsync(key, unit, number, OrderStep.Arrived, note, Rights.OrdersAnswer, context, situation, saidAt),
            "finish" => await StepAsync(key, unit, number, OrderStep.Done, note, Rights.OrdersAnswer, context, situation, saidAt, picture),
            "decline" => await StepAsync(key, unit, number, OrderStep.Declined, note, Rights.OrdersAnswer, context, situation, saidAt),
            "withdraw" => await StepAsync(key, unit, number, OrderStep.Withdrawn, note, Rights.Dispatch, context, situation),
            "note" => note is null ? Problems.Missing("note") : await ChangeAsync(key, new NoteIncident(note), Rights.IncidentsWrite, context, situation),
            "close" => await ChangeAsync(key, new CloseIncident(note), Rights.Dispatch, context, situation),
            _ => Problems.Unknown("action", action),
        };
    }

    private static async Task<IResult> StepAsync(
        string key, string? id, int? number, OrderStep step, string? note, string right, HttpContext context, Situation situation,
        DateTimeOffset? saidAt = null, string? picture = null)
    {
        var caller = context.Caller();
        if ((id ?? caller.Unit) is not { } named)
        {
            return Problems.Missing("unit"); // Whoever is a unit speaks for it.
        }

        if (!ActorId.TryParse(named, out var actor) || !situation.Units.TryGet(actor, out var unit))
        {
            return Problems.Unknown("unit", named);
        }

        if (!caller.May(right, unit))
        {
            return Problems.RightMissing(right);
        }

        var (incident, problem) = IncidentEndpoints.Find(key, caller, situation);
        if (incident is null)
        {
            return problem!;
        }

        // An answer that was kept while there was no network says which order it is of: by now there may be another.
        if (incident.Orders.LastOrDefault(order => order.Unit == unit.IdText && (number is null || order.Number == number)) is not { } order)
        {
            return Problems.Conflict($"{unit.Name} has no order for this incident.");
        }

        // A phone's clock is believed where it tells of a time since the order was given.
        var said = saidAt >= order.Moments[0].At ? saidAt : null;
        var receipt = await situation.ChangeOrderAsync(
            unit.Id, new StepOrder(order.Number, step, note, picture, said), caller.Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        return receipt.Outcome == OrderOutcome.Done
            ? TypedResults.Ok(IncidentView.Of(situation.Incidents.Find(key)!, situation))
            : Problems.Conflict($"The order is {IncidentNames.NameOf(order.Step)} already.");
    }

    /// <summary>When something was said, unless that is about now: then it is no news.</summary>
    internal static DateTimeOffset? WellBefore(long? saidMs, DateTimeOffset now)
        => saidMs is { } ms && DateTimeOffset.FromUnixTimeMilliseconds(ms) is var said && said <= now - LateBy ? said : null;

    private static async Task<IResult> ChangeAsync(string key, object change, string right, HttpContext context, Situation situation)
    {
        var caller = context.Caller();
        var (incident, problem) = IncidentEndpoints.Find(key, caller, situation);
        if (incident is null)
        {
            return problem!;
        }

        // Who may do so for one squad may not end what concerns others.
        if (AccessPolicy.ReachOf(caller, right) != Reach.Everything)
        {
            return Problems.RightMissing(right);
        }

        var receipt = await situation.ChangeIncidentAsync(key, change, caller.Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        incident = situation.Incidents.Find(key)!;
        if (!receipt.IsAllowed && !(change is CloseIncident && !incident.IsOpen))
        {
            return Dispatching.Closed(incident);
        }

        if (change is CloseIncident)
        {
            await ReleaseAsync(incident, situation, context.RequestAborted);
        }

        return TypedResults.Ok(IncidentView.Of(situation.Incidents.Find(key)!, situation));
    }

    /// <summary>Frees all who are still on it. Should this be broken off, <see cref="OrderRounds"/> does it.</summary>
    private static async Task ReleaseAsync(Incident incident, Situation situation, CancellationToken cancelled)
    {
        var release = new ReleaseOrder(incident.Key);
        await Task.WhenAll(incident.Orders.Where(order => order.IsOpen)
            .Select(order => ActorId.TryParse(order.Unit, out var unit)
                ? situation.ChangeOrderAsync(unit, release, Actors.Runtime.Origin.System, cancelled) : Task.CompletedTask));
    }
}
