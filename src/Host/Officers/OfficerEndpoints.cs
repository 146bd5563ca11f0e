using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Vantage.Actors;
using Vantage.Actors.Incidents;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Incidents;
using Vantage.Host.Situations;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Officers;

/// <summary><c>/api/officer</c>: all that the page of a unit's officer asks and says, beside positions and answers to orders (OFF-1 to OFF-6).</summary>
internal static class OfficerEndpoints
{
    public static void MapOfficer(this IEndpointRouteBuilder app)
    {
        var officer = app.MapGroup("/api/officer").WithTags("Officer");
        officer.MapGet("", Get).Needs(Rights.OrdersAnswer).WaitsForWatermark().Produces<OfficerView>()
            .WithSummary("The caller's own unit, its duty and its orders; 304 when nothing has changed (If-None-Match).");
        officer.MapPut("/duty", PutDutyAsync).Needs(Rights.DutyReport).Accepts<OwnDutyBody>("application/json").Produces<DutyView>()
            .WithSummary("The caller's own unit goes on or off duty.");
        officer.MapPost("/sos", OfficerSos.CallAsync).Needs(Rights.PositionsWrite).Accepts<SosBody>("application/json").Produces<SosView>()
            .WithSummary("Call for help: becomes an incident.");
        officer.MapPost("/phone", OfficerPhone.PairAsync).Needs(Rights.PositionsWrite).Produces<PhoneView>()
            .WithSummary("The device id by which a phone of the caller's own unit reports; made when there is none.");
        officer.MapGet("/phone.svg", OfficerPhone.Qr).Needs(Rights.PositionsWrite)
            .WithSummary("A QR code by which Traccar Client takes over address and device id.");
    }

    /// <summary>The unit that the caller is, or the answer to give instead.</summary>
    internal static (UnitInfo? Unit, IResult? Problem) OwnUnit(HttpContext context, Situation situation, string right)
    {
        var caller = context.Caller();
        if (caller.Unit is null || !ActorId.TryParse(caller.Unit, out var id) || !situation.Units.TryGet(id, out var unit))
        {
            return (null, Problems.NoUnit());
        }

        return caller.May(right, unit) ? (unit, null) : (null, Problems.RightMissing(right));
    }

    private static IResult Get(
        HttpContext context, Situation situation, TimeProvider time, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
    {
        var (unit, problem) = OwnUnit(context, situation, Rights.OrdersAnswer);
        if (unit is null)
        {
            return problem!;
        }

        // Phones ask every few seconds, and mostly hear what they know.
        var bytes = JsonSerializer.SerializeToUtf8Bytes(ViewOf(unit, situation, time), json.Value.SerializerOptions);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"";
        context.Response.Headers.ETag = tag;
        return context.Request.Headers.IfNoneMatch.ToString() == tag
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(bytes, "application/json; charset=utf-8");
    }

    private static OfficerView ViewOf(UnitInfo unit, Situation situation, TimeProvider time)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var orders = situation.Incidents.DutiesOf(unit.IdText).Open.AddRange(situation.Incidents.EndedOf(unit.IdText).Reverse());
        var incidents = orders.Select(order => order.Incident).Distinct(StringComparer.Ordinal)
            .Select(situation.Incidents.Find).OfType<Incident>().Select(incident => IncidentView.Of(incident, situation));
        return new OfficerView(
            unit.IdText,
            unit.Name,
            unit.Squad is { } squad ? situation.Squads.All.FirstOrDefault(known => known.Key == squad).Name ?? squad : null,
            unit.IsOffDutyAt(nowMs) ? "off" : unit.IsDutyKnown ? "on" : "unknown",
            unit.IsOffDutyAt(nowMs) && unit.OffDuty is { UntilMs: < long.MaxValue } off ? new WireMoment(off.UntilMs) : null,
            [.. orders.Select(order => new OwnOrderView(order.Incident, order.Number, IncidentNames.NameOf(order.Step), order.IsOpen))],
            [.. incidents]);
    }

    private static async Task<IResult> PutDutyAsync(HttpContext context, Situation situation)
    {
        var (unit, missing) = OwnUnit(context, situation, Rights.DutyReport);
        if (unit is null)
        {
            return missing!;
        }

        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("onDuty");
        var onDuty = fields.Truth("onDuty", required: true);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        await situation.ReportDutyAsync(unit.Id, new ReportDuty(onDuty!.Value, null), context.Caller().Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(new DutyView(onDuty.Value, null));
    }
}

/// <summary>What the page shows of its officer.</summary>
/// <param name="Squad">As people call it.</param>
/// <param name="Duty"><c>on</c>, <c>off</c>, or <c>unknown</c> while nobody has said.</param>
/// <param name="Until">Of <c>off</c>: when that ends, if that is known.</param>
/// <param name="Orders">Open ones as they were given, then the last that are over, the newest first.</param>
/// <param name="Incidents">Those that the orders are for, each once.</param>
internal sealed record OfficerView(
    string Unit, string Name, string? Squad, string Duty, WireMoment? Until, IReadOnlyList<OwnOrderView> Orders, IReadOnlyList<IncidentView> Incidents);

/// <param name="Number">Counts the unit's orders.</param>
internal sealed record OwnOrderView(string Incident, int Number, string Step, bool Open);

/// <summary>What <c>PUT /api/officer/duty</c> takes.</summary>
internal sealed record OwnDutyBody(bool OnDuty);
