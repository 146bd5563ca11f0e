using Vantage.Actors.Incidents;
using Vantage.Actors.Replays;
using Vantage.Geo;
using Vantage.Host.Access;
using Vantage.Host.Incidents;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Replays;

/// <summary>
/// The incidents on the time line of a replay (REP-4): those that one of its units was sent to, or called for help in; of a box or a zone also those in it.
/// </summary>
internal static class ReplayIncidents
{
    /// <summary>Those that were reported within [from, to] and that the caller may see, in no order.</summary>
    public static IEnumerable<Incident> Read(Situation situation, Replay replay, Caller caller, long fromMs, long toMs)
    {
        var units = replay.Opened.Units.ToHashSet(StringComparer.Ordinal);
        return situation.Incidents.All.Where(incident =>
            incident.ReportedAtMs >= fromMs && incident.ReportedAtMs <= toMs
            && (Concerns(incident, units, replay.Opened.ToMs) || IsInside(incident, replay.Opened, situation))
            && IncidentAccess.MaySee(caller, incident, situation));
    }

    private static bool Concerns(Incident incident, HashSet<string> units, long untilMs)
        => (incident.Reported.Unit is { } caller && units.Contains(caller))
            || incident.Orders.Any(order => units.Contains(order.Unit) && order.Moments[0].At.ToUnixTimeMilliseconds() <= untilMs);

    private static bool IsInside(Incident incident, ReplayOpened opened, Situation situation)
    {
        if ((incident.Reported.Lon, incident.Reported.Lat) is not ({ } lon, { } lat))
        {
            return false;
        }

        if (opened.Zone is { } key)
        {
            return situation.Zones.TryNumberOf(key, out var zone)
                && situation.Zones.Current.InForce(zone, incident.ReportedAtMs)?.Shape.Contains(LatLng.Trusted(lat, lon)) == true;
        }

        return opened.Box is [var west, var south, var east, var north] && new Box(west, south, east, north).Contains(lon, lat);
    }
}
