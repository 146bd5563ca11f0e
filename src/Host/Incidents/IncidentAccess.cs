using Vantage.Actors;
using Vantage.Actors.Incidents;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Units;

namespace Vantage.Host.Incidents;

/// <summary>Who sees which incident: whoever sees the whole map, all; others, those that a unit in their reach was sent to or calls for help in.</summary>
internal static class IncidentAccess
{
    public static bool MaySee(Caller caller, Incident incident, Situation situation)
        => AccessPolicy.ReachOf(caller, Rights.LiveRead) == Reach.Everything
            || incident.Orders.Any(order => IsInReach(caller, order.Unit, situation)) || (incident.Reported.Unit is { } caught && IsInReach(caller, caught, situation));

    private static bool IsInReach(Caller caller, string id, Situation situation)
        => ActorId.TryParse(id, out var actor) && situation.Units.TryGet(actor, out var unit) && caller.May(Rights.LiveRead, unit);
}
