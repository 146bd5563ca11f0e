using System.Collections.Immutable;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Units;

/// <summary><c>/api/units</c>: register, read and list officers, vehicles and drones.</summary>
internal static class UnitEndpoints
{
    public const int MaxDevices = 16;

    public static void MapUnits(this IEndpointRouteBuilder app)
    {
        var units = app.MapGroup("/api/units").WithTags("Units");
        units.MapGet("", List).Needs(Rights.LiveRead).WaitsForWatermark()
            .Produces<UnitListView>().WithSummary("List units: kind, squad, state, bbox, limit, cursor, crs.");
        units.MapGet("/nearest", NearestUnits.Find).Needs(Rights.LiveRead).WaitsForWatermark()
            .Produces<NearestListView>().WithSummary("Units nearest to a place: lon, lat, kind, count, available, crs.");
        units.MapGet("/{kind}/{key}", Get).Needs(Rights.LiveRead).WaitsForWatermark().Produces<UnitView>().WithSummary("One unit and where it is.");
        units.MapPut("/{kind}/{key}", PutAsync).Needs(Rights.UnitsWrite)
            .Accepts<UnitBody>("application/json").Produces<UnitView>().WithSummary("Register a unit, or change what is registered.");
        units.MapPut("/{kind}/{key}/duty", UnitDuty.PutAsync).Needs(Rights.UnitsWrite)
            .Accepts<DutyBody>("application/json").Produces<DutyView>().WithSummary("Report a unit on or off duty.");
    }

    private static IResult List(HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var (limit, cursor) = fields.Page();
        var kind = fields.Choice("kind", ActorKinds.Units);
        var squad = fields.Text("squad");
        var state = fields.Choice("state", UnitStates.Names);
        var box = fields.Box();
        var crs = fields.Crs();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        var rows = situation.Units.All.Where(unit => (kind is null || unit.Id.Kind == kind) && (squad is null || unit.Squad == squad)
            && caller.May(Rights.LiveRead, unit) && IsWanted(situation, unit, state, box));
        var (page, next) = Paging.Take(rows, unit => unit.IdText, limit, cursor);
        return TypedResults.Ok(new UnitListView([.. page.Select(unit => UnitView.Of(unit, situation, crs))], next));
    }

    private static bool IsWanted(Situation situation, UnitInfo unit, string? state, Box? box)
    {
        if (state is null && box is null)
        {
            return true;
        }

        var hasFix = situation.Live.TryGet(unit.Number, out var live);
        return (state is null || state == UnitStates.NameOf(situation.StateOf(unit)))
            && (box is not { } area || (hasFix && area.Contains(live.Newest.Longitude, live.Newest.Latitude)));
    }

    private static IResult Get(string kind, string key, HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var (unit, problem) = UnitAccess.Find(situation, context.Caller(), Rights.LiveRead, kind, key);
        return unit is null ? problem! : TypedResults.Ok(UnitView.Of(unit, situation, crs));
    }

    private static async Task<IResult> PutAsync(string kind, string key, HttpContext context, Situation situation)
    {
        if (ActorId.FaultOfUnit($"{kind}/{key}") is { } fault)
        {
            return Problems.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["id"] = [fault] });
        }

        _ = ActorId.TryCreate(kind, key, out var id); // Well formed, as was just found.

        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var document = body;
        var fields = new Fields(body.RootElement);
        var name = fields.Text("name", 100, required: true);
        var squad = fields.Text("squad", ActorId.MaxKeyLength);
        var plate = fields.Text("plate", 20);
        var devices = DevicesOf(body.RootElement, fields);
        if (squad is not null && ActorId.FaultOf(squad) is { } wrongSquad)
        {
            fields.Wrong("squad", wrongSquad);
        }

        foreach (var device in devices)
        {
            if (situation.Units.TryFindDevice(device.Protocol, device.Key, out var owner) && situation.Units.Get(owner).Id != id)
            {
                fields.Wrong("devices", $"{device.Protocol} {device.Key} is {situation.Units.Get(owner).IdText} already.");
            }
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        if (!AccessPolicy.Authorize(caller, Rights.UnitsWrite, Subject.OfUnit(id.ToString(), squad)))
        {
            return Problems.RightMissing(Rights.UnitsWrite);
        }

        var isNew = !situation.Units.TryGet(id, out var before) || !before.IsRegistered;
        await situation.RegisterAsync(id, new RegisterUnit(name!, squad, plate, devices), caller.Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        situation.Units.TryGet(id, out var unit);
        var view = UnitView.Of(unit!, situation, default);
        return isNew ? TypedResults.Created($"/api/units/{Uri.EscapeDataString(kind)}/{Uri.EscapeDataString(key)}", view) : TypedResults.Ok(view);
    }

    private static ImmutableArray<DeviceKey> DevicesOf(JsonElement body, Fields fields)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("devices", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxDevices)
        {
            fields.Wrong("devices", $"Must be a list of at most {MaxDevices} of {{ protocol, key }}.");
            return [];
        }

        var devices = ImmutableArray.CreateBuilder<DeviceKey>();
        foreach (var (i, item) in list.EnumerateArray().Index())
        {
            var one = new Fields(item);
            var protocol = one.Choice("protocol", "jt808", "osmand");
            var key = one.Text("key", 64, required: true);
            var isGood = one.IsValid && protocol is not null && IsDevice(protocol, key!);
            if (isGood)
            {
                devices.Add(new DeviceKey(protocol!, key!));
            }
            else
            {
                fields.Wrong($"devices[{i}]", "Must have a protocol, jt808 or osmand, and a key: for jt808 a SIM number of 1 to 20 digits, otherwise a text without invisible characters.");
            }
        }

        return devices.ToImmutable();
    }

    /// <summary>Whether a terminal can have this key.</summary>
    public static bool IsDevice(string protocol, string key) => ActorId.InvisibleIn(key) is null && (protocol != "jt808" || IsSim(key));

    private static bool IsSim(string key) => key.Length <= 20 && key.All(char.IsAsciiDigit) && key.Trim('0').Length > 0;
}

internal sealed record UnitBody(string Name, string? Squad, string? Plate, IReadOnlyList<DeviceView>? Devices);

internal sealed record UnitListView(IReadOnlyList<UnitView> Items, string? Cursor);

internal sealed record NearestListView(IReadOnlyList<NearestView> Items);
