using Vantage.Actors;
using Vantage.Actors.Units;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Units;

/// <summary><c>GET /api/units/nearest</c>: who could be there soonest.</summary>
internal static class NearestUnits
{
    /// <summary>Streets make a way longer than the crow flies, by about this factor in a city grid.</summary>
    private const double DetourFactor = 1.4;

    public static IResult Find(HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        var (lon, lat) = (fields.Number("lon", -180, 180, required: true), fields.Number("lat", -90, 90, required: true));
        var kind = fields.Choice("kind", ActorKinds.Units);
        var count = fields.Whole("count", 1, 100) ?? 5;
        var available = fields.Flag("available");
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var place = CoordinateSystems.ToWgs84(LatLng.Trusted(lat!.Value, lon!.Value), crs);
        var caller = context.Caller();
        var nearest = new PriorityQueue<UnitInfo, double>(count + 1); // The farthest on top, to be replaced.
        foreach (var unit in situation.Units.All)
        {
            if ((kind is not null && unit.Id.Kind != kind) || !caller.May(Rights.LiveRead, unit)
                || !situation.Live.TryGet(unit.Number, out var live) || (available && !IsAvailable(unit, situation)))
            {
                continue;
            }

            nearest.Enqueue(unit, -GreatCircle.DistanceMetres(place, live.Newest.Position));
            if (nearest.Count > count)
            {
                nearest.Dequeue();
            }
        }

        var views = new List<NearestView>(count);
        while (nearest.TryDequeue(out var unit, out var minusDistance))
        {
            views.Add(new NearestView(UnitView.Of(unit, situation, crs), Math.Round(-minusDistance, 1), ArrivalSeconds(unit, -minusDistance)));
        }

        views.Reverse();
        return TypedResults.Ok(new NearestListView(views));
    }

    /// <summary>On duty, in reach, and without an order.</summary>
    internal static bool IsAvailable(UnitInfo unit, Situation situation)
        => situation.StateOf(unit) is not (UnitState.Offline or UnitState.OffDuty or UnitState.Unknown) && situation.Incidents.DutiesOf(unit.IdText).Open.IsEmpty;

    /// <summary>A rough estimate: an officer walks briskly, a vehicle drives in city traffic, a drone flies straight.</summary>
    internal static double ArrivalSeconds(UnitInfo unit, double metres) => Math.Round(unit.Id.Kind switch
    {
        ActorKinds.Officer => metres * DetourFactor / 1.5,
        ActorKinds.Drone => metres / 12,
        _ => metres * DetourFactor / 7,
    });
}
