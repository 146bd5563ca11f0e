using Vantage.Actors;
using Vantage.Actors.Incidents;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Incidents;

/// <summary>An incident as the contract shows it.</summary>
/// <param name="State">One of <see cref="IncidentNames.AllStates"/>.</param>
/// <param name="Lon">Null, as <paramref name="Lat"/>, where nobody knows the place of a call for help.</param>
/// <param name="Version">Grows with everything that happens to it.</param>
internal sealed record IncidentView(
    string Key, string Kind, string Title, string Level, string State, double? Lon, double? Lat, string? Address, string? Note, string Source, string? Camera,
    string? Unit, string? Picture, WireMoment OccurredAt, WireMoment ReportedAt, string? ReportedBy, WireMoment? ClosedAt, string? ClosedBy,
    string? ClosingNote, int Version, IReadOnlyList<OrderView> Orders, IReadOnlyList<RemarkView> Notes)
{
    public static IncidentView Of(Incident incident, Situation situation, CoordinateSystem crs = CoordinateSystem.Wgs84)
    {
        var reported = incident.Reported;
        LatLng? place = incident.Place is { } known ? CoordinateSystems.FromWgs84(known, crs) : null;
        return new IncidentView(
            incident.Key, reported.Kind, reported.Title, reported.Level, IncidentNames.NameOf(incident.State), WireDegrees.Round(place?.Longitude),
            WireDegrees.Round(place?.Latitude), reported.Address, reported.Note, reported.Source, reported.Camera, reported.Unit, reported.Picture,
            MomentOf(reported.OccurredAt), MomentOf(reported.At), reported.By, incident.Closed is { } closed ? MomentOf(closed.At) : null,
            incident.Closed?.By, incident.Closed?.Note, incident.Version, [.. incident.Orders.Select(order => OrderView.Of(order, situation))],
            [.. incident.Notes.Select(note => new RemarkView(MomentOf(note.At), note.By, note.Note))]);
    }

    internal static WireMoment MomentOf(DateTimeOffset at) => new(at.ToUnixTimeMilliseconds());
}

/// <param name="Number">Counts the unit's orders.</param>
/// <param name="Step">The newest of its moments.</param>
internal sealed record OrderView(string Unit, string Name, int Number, string Step, bool Open, IReadOnlyList<MomentView> Moments)
{
    public static OrderView Of(UnitOrder order, Situation situation) => new(
        order.Unit, situation.NameOfUnit(order.Unit), order.Number, IncidentNames.NameOf(order.Step), order.IsOpen,
        [.. order.Moments.Select(moment => new MomentView(
            IncidentNames.NameOf(moment.Step), IncidentView.MomentOf(moment.At), moment.By, moment.Post, moment.Note,
            moment.Picture is { } picture ? PictureEndpoints.AddressOf(order.Incident, picture) : null,
            WireMoment.From(moment.SaidAt?.ToUnixTimeMilliseconds())))]);
}

/// <param name="Picture">The address of a picture that shows it, on this host.</param>
/// <param name="SaidAt">When it was said, where the host heard of it later, at <paramref name="At"/>.</param>
internal sealed record MomentView(string Step, WireMoment At, string? By, string? Post, string? Note, string? Picture, WireMoment? SaidAt);

internal sealed record RemarkView(WireMoment At, string? By, string Note);

internal sealed record IncidentListView(IReadOnlyList<IncidentView> Items, string? Cursor);

/// <summary>What <c>POST /api/incidents</c> takes.</summary>
internal sealed record IncidentBody(
    string Kind, string Title, double Lon, double Lat, string? Key, string? Level, string? Address, string? Note, string? Camera, string? Picture,
    string? OccurredAt, string? Crs);

/// <summary>What <c>POST …/dispatch</c> takes.</summary>
/// <param name="Versions">The version of each unit's orders that the dispatcher saw; of units that are left out it does not matter.</param>
/// <param name="Confirm">It is known that units are busy or off duty.</param>
internal sealed record DispatchBody(IReadOnlyList<string> Units, IReadOnlyDictionary<string, long>? Versions, bool? Confirm, string? Note);

/// <param name="Results">A unit each, in the order asked for.</param>
internal sealed record DispatchView(IncidentView Incident, IReadOnlyList<DispatchResult> Results);

/// <param name="Outcome"><c>given</c>; or why not: <c>busy</c>, <c>off-duty</c>, <c>changed</c>, <c>too-many</c>.</param>
/// <param name="Incident">Where the unit is sent; of a refusal, what is in the way.</param>
/// <param name="By">Who gave or changed that order.</param>
internal sealed record DispatchResult(string Unit, string Name, string Outcome, int Order, string? Incident, string? IncidentTitle, string? By, long Version);

/// <summary>What <c>POST …/actions/{action}</c> takes.</summary>
/// <param name="Order">Which of the unit's orders is answered; left out, its newest for the incident.</param>
/// <param name="Picture">With <c>finish</c>: the id of a picture that was sent before.</param>
/// <param name="SaidAt">When the unit said it, if it could not be sent at once.</param>
internal sealed record ActionBody(string? Unit, int? Order, string? Note, string? Picture, string? SaidAt);

/// <summary>An open order as its unit's view shows it.</summary>
internal sealed record DutyOrderView(string Incident, string? Title, int Number, string Step);

internal static class IncidentSituation
{
    /// <summary>What a unit is called; its id when nobody knows it.</summary>
    public static string NameOfUnit(this Situation situation, string id)
        => ActorId.TryParse(id, out var actor) && situation.Units.TryGet(actor, out var unit) ? unit.Name : id;

    public static IReadOnlyList<DutyOrderView> OrdersOf(this Situation situation, string unit) =>
    [
        .. situation.Incidents.DutiesOf(unit).Open.Select(order => new DutyOrderView(
            order.Incident, situation.Incidents.Find(order.Incident)?.Reported.Title, order.Number, IncidentNames.NameOf(order.Step))),
    ];
}
