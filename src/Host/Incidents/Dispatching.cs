using Vantage.Actors.Incidents;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Incidents;

/// <summary><c>POST /api/incidents/{key}/dispatch</c>. Each unit decides for itself whether it is free, whoever asks first (ORD-1).</summary>
internal static class Dispatching
{
    private const int MaxUnits = 50;
    private const int MaxNote = 300;

    public static async Task<IResult> DispatchAsync(string key, HttpContext context, Situation situation)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("units", "versions", "confirm", "note");
        var ids = fields.Texts("units", MaxUnits);
        if (ids is null or [])
        {
            fields.Wrong("units", "Names nobody.");
        }

        var units = UnitSelection.Find(fields, situation, ids ?? []);
        var (isConfirmed, note) = (fields.Flag("confirm"), fields.Text("note", MaxNote));
        var seen = Versions(fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        var (incident, missing) = IncidentEndpoints.Find(key, caller, situation);
        if (incident is null)
        {
            return missing!;
        }

        if (units.Exists(unit => !caller.May(Rights.Dispatch, unit)))
        {
            return Problems.RightMissing(Rights.Dispatch);
        }

        if (!incident.IsOpen)
        {
            return Closed(incident);
        }

        var receipts = await Task.WhenAll(units.DistinctBy(unit => unit.Id).Select(async unit => (Unit: unit, Receipt: await situation.ChangeOrderAsync(
            unit.Id, new GiveOrder(key, note, seen.TryGetValue(unit.IdText, out var version) ? version : null, isConfirmed), caller.Origin, context.RequestAborted))));
        context.SetWatermark(situation.Watermark);
        var results = receipts.Select(given => ResultOf(given.Unit, given.Receipt, situation)).ToList();
        return Array.TrueForAll(receipts, given => given.Receipt.Outcome != OrderOutcome.Done)
            ? Problems.Conflict("No unit was sent: see 'results'.", new Dictionary<string, object?>(StringComparer.Ordinal) { ["results"] = results })
            : TypedResults.Ok(new DispatchView(IncidentView.Of(situation.Incidents.Find(key)!, situation), results));
    }

    internal static IResult Closed(Incident incident)
    {
        var (at, by) = (WireTime.Write(incident.Closed!.At.ToUnixTimeMilliseconds()), incident.Closed.By);
        return Problems.Conflict(
            $"The incident was closed at {at} by {by ?? "the system"}.",
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["closedAt"] = at, ["closedBy"] = by });
    }

    private static Dictionary<string, long> Versions(Fields fields)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        if (fields.Value("versions") is not { } map)
        {
            return versions;
        }

        if (map.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            fields.Wrong("versions", "Must be an object of whole numbers by unit.");
            return versions;
        }

        foreach (var entry in map.EnumerateObject())
        {
            if (entry.Value.ValueKind == System.Text.Json.JsonValueKind.Number && entry.Value.TryGetInt64(out var version))
            {
                versions[entry.Name] = version;
            }
            else
            {
                fields.Wrong($"versions.{entry.Name}", "Must be a whole number.");
            }
        }

        return versions;
    }

    private static DispatchResult ResultOf(UnitInfo unit, OrderReceipt receipt, Situation situation) => new(
        unit.IdText, unit.Name, IncidentNames.NameOf(receipt.Outcome), receipt.Order, receipt.Incident,
        receipt.Incident is { } other ? situation.Incidents.Find(other)?.Reported.Title : null, receipt.By, receipt.Version);
}
