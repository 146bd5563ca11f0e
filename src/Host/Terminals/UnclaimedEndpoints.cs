using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Units;
using Vantage.Devices;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Squads;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Terminals;

/// <summary><c>/api/terminals/unclaimed</c>: terminals that send and that nobody registered, and whose they are to be.</summary>
internal static class UnclaimedEndpoints
{
    public static void MapUnclaimedTerminals(this IEndpointRouteBuilder app)
    {
        var unclaimed = app.MapGroup("/api/terminals/unclaimed").WithTags("Terminals");
        unclaimed.MapGet("", List).Needs(Rights.UnitsWrite).Produces<UnclaimedListView>()
            .WithSummary("Terminals that send and that nobody registered, who sent last first: crs.");
        unclaimed.MapPost("/{protocol}/{number}/adopt", AdoptAsync).Needs(Rights.UnitsWrite).Accepts<AdoptionBody>("application/json").Produces<UnitView>()
            .WithSummary("Register a terminal for a unit: unit is the id of one, or { kind, key, name, squad, plate } of a new one.");
        unclaimed.MapDelete("/{protocol}/{number}", Ignore).Needs(Rights.UnitsWrite).Produces(204)
            .WithSummary("List a terminal no more until the next start of the host, though it goes on sending.");
    }

    private static IResult List(HttpContext context, DeviceMetrics devices, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        return !MaySeeStrangers(context) ? Problems.RightMissing(Rights.UnitsWrite)
            : !fields.IsValid ? fields.Problem
            : TypedResults.Ok(new UnclaimedListView(
                [.. devices.Unclaimed.All.Where(terminal => !situation.Units.TryFindDevice(terminal.Protocol, terminal.Number, out _))
                    .Select(terminal => UnclaimedView.Of(terminal, OfPlate(terminal.Plate, situation), crs))],
                [.. situation.Squads.All.OrderBy(squad => squad.Key, StringComparer.Ordinal).Select(squad => new SquadView(squad.Key, squad.Name))]));
    }

    /// <summary>The vehicle whose plate a terminal introduced itself with: most likely it is in that one.</summary>
    private static UnitInfo? OfPlate(string? plate, Situation situation)
        => plate is null ? null : situation.Units.All.FirstOrDefault(unit => unit.IsRegistered && (unit.Plate == plate || (unit.Id.Kind == ActorKinds.Vehicle && unit.Id.Key == plate)));

    private static IResult Ignore(string protocol, string number, HttpContext context, DeviceMetrics devices)
        => !MaySeeStrangers(context) ? Problems.RightMissing(Rights.UnitsWrite)
            : devices.Unclaimed.Ignore(protocol, Number(protocol, number)) ? TypedResults.NoContent() : Problems.Unknown("unclaimed terminal", $"{protocol} {Number(protocol, number)}");

    private static async Task<IResult> AdoptAsync(string protocol, string number, HttpContext context, Adoption adoption, Situation situation)
    {
        if (!MaySeeStrangers(context))
        {
            return Problems.RightMissing(Rights.UnitsWrite);
        }

        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("unit");
        var wanted = WantedOf(fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        return await adoption.AdoptAsync(protocol, Number(protocol, number), wanted!.Value.Id, wanted.Value.New, context.Caller(), context.RequestAborted) switch
        {
            Adopted.Done done => Done(done.Unit, context, situation),
            Adopted.Elsewhere elsewhere => Problems.Conflict($"{protocol} {Number(protocol, number)} is {elsewhere.Unit} already."),
            Adopted.Registered registered => Problems.Conflict(
                $"{registered.Unit.IdText} is registered already, as '{registered.Unit.Name}': give its id instead.",
                new Dictionary<string, object?>(StringComparer.Ordinal) { ["registered"] = new SuggestionView(registered.Unit.IdText, registered.Unit.Name) }),
            Adopted.Unheard => Problems.Unknown("unclaimed terminal", $"{protocol} {Number(protocol, number)}"),
            Adopted.Wrong wrong => Problems.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [wrong.Field] = [wrong.Reason] }),
            var other => throw new System.Diagnostics.UnreachableException($"No answer for {other}."),
        };
    }

    private static IResult Done(UnitInfo unit, HttpContext context, Situation situation)
    {
        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(UnitView.Of(unit, situation, default));
    }

    /// <summary>What nobody registered belongs to no squad: it is for who registers units everywhere.</summary>
    private static bool MaySeeStrangers(HttpContext context) => AccessPolicy.Authorize(context.Caller(), Rights.UnitsWrite, Subject.All);

    /// <summary>As it is kept. The server leaves a coded slash in a path as it is, lest it be taken for one between parts.</summary>
    private static string Number(string protocol, string number)
        => new DeviceKey(protocol, number.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)).Normalised.Key;

    /// <summary>The unit that is named, and what a new one is to be registered with.</summary>
    private static (ActorId Id, RegisterUnit? New)? WantedOf(Fields fields)
    {
        switch (fields.Value("unit"))
        {
            case null:
                fields.Wrong("unit", "Is missing.");
                return null;
            case { ValueKind: JsonValueKind.String }:
                var text = fields.Text("unit", 200, required: true) ?? "";
                var fault = ActorId.FaultOfUnit(text);
                if (fault is not null)
                {
                    fields.Wrong("unit", fault);
                }

                return fault is null && ActorId.TryParse(text, out var known) ? (known, null) : null;
            case { ValueKind: not JsonValueKind.Object }:
                fields.Wrong("unit", "Must be a unit's id, or { kind, key, name, squad, plate } of a new one.");
                return null;
            case { } json:
                var unit = fields.Inner("unit", json);
                unit.OnlyKnow("kind", "key", "name", "squad", "plate");
                var (kind, key) = (unit.Choice("kind", ActorKinds.Units), unit.Text("key", ActorId.MaxKeyLength, required: true));
                var (name, squad, plate) = (unit.Text("name", 100, required: true), unit.Text("squad", ActorId.MaxKeyLength), unit.Text("plate", 20));
                if (kind is null)
                {
                    unit.Wrong("kind", $"Must be one of {string.Join(", ", ActorKinds.Units)}.");
                }

                if (key is not null && ActorId.FaultOf(key) is { } wrongKey)
                {
                    unit.Wrong("key", wrongKey);
                }

                if (squad is not null && ActorId.FaultOf(squad) is { } wrongSquad)
                {
                    unit.Wrong("squad", wrongSquad);
                }

                return fields.IsValid && ActorId.TryCreate(kind!, key!, out var id) ? (id, new RegisterUnit(name!, squad, plate, [])) : null;
        }
    }
}

internal sealed record AdoptionBody(object Unit);

/// <param name="Squads">That a new unit can be given.</param>
internal sealed record UnclaimedListView(IReadOnlyList<UnclaimedView> Items, IReadOnlyList<SquadView> Squads);

internal sealed record SuggestionView(string Unit, string Name);

/// <summary>A terminal that sends and that nobody registered.</summary>
/// <param name="Count">Messages since <paramref name="FirstHeard"/>.</param>
/// <param name="Plate">The number plate by which it introduced itself; null: it did not.</param>
/// <param name="Suggested">The vehicle of that plate; null: there is none.</param>
/// <param name="Time">Of the position, which is absent when it sent none that could be.</param>
internal sealed record UnclaimedView(
    string Protocol, string Number, WireMoment FirstHeard, WireMoment LastHeard, long Count, string? Plate, SuggestionView? Suggested, WireMoment? Time,
    double? Lon, double? Lat)
{
    public static UnclaimedView Of(UnclaimedTerminal terminal, UnitInfo? suggested, CoordinateSystem crs)
    {
        var place = terminal.Last is { } last ? CoordinateSystems.FromWgs84(last.Position, crs) : default(Geo.LatLng?);
        return new UnclaimedView(
            terminal.Protocol, terminal.Number, new WireMoment(terminal.FirstHeardMs), new WireMoment(terminal.LastHeardMs), terminal.Count, terminal.Plate,
            suggested is null ? null : new SuggestionView(suggested.IdText, suggested.Name), WireMoment.From(terminal.Last?.TimeMs), WireDegrees.Round(place?.Longitude), WireDegrees.Round(place?.Latitude));
    }
}
