using Vantage.Actors.Incidents;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;
using Vantage.Geo;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Incidents;

/// <summary><c>GET /api/incidents/{key}/preview?unit=</c>: what sending a unit would mean, before it is sent.</summary>
internal static class DispatchPreview
{
    /// <summary>Others that are told as better.</summary>
    private const int MostBetter = 3;

    public static IResult Get(string key, HttpContext context, Situation situation, TimeProvider time)
    {
        var fields = new Fields(context.Request.Query);
        var id = fields.Text("unit", 100, required: true);
        var found = id is null ? [] : UnitSelection.Find(fields, situation, [id]);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        var (incident, problem) = IncidentEndpoints.Find(key, caller, situation);
        if (incident is null)
        {
            return problem!;
        }

        var unit = found[0];
        if (!caller.May(Rights.Dispatch, unit))
        {
            return Problems.RightMissing(Rights.Dispatch);
        }

        if (!incident.IsOpen)
        {
            return Dispatching.Closed(incident);
        }

        var place = incident.Place;
        var mine = Candidate.Of(unit, place, situation);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return TypedResults.Ok(new PreviewView(
            key, unit.IdText, unit.Name, mine.Metres, mine.Seconds, UnitStates.NameOf(mine.State), situation.OrdersOf(unit.IdText),
            situation.Incidents.DutiesOf(unit.IdText).Version, incident.Version, Unmanned(unit, situation, nowMs), Better(mine, place, incident, caller, situation)));
    }

    /// <summary>Zones that must be manned now, in which the unit is, and which would have too few without it.</summary>
    private static List<UnmannedView> Unmanned(UnitInfo unit, Situation situation, long nowMs)
    {
        var zones = situation.Live.TryGet(unit.Number, out var live) ? live.Zones : [];
        var left = new List<UnmannedView>();
        foreach (var zone in zones)
        {
            var version = situation.Zones.Current.VersionsOf(zone)[^1];
            foreach (var rule in version.Rules.Where(rule => rule.Type == RuleType.Absence && rule.Units.Matches(unit, nowMs)))
            {
                var others = situation.UnitsIn(zone).Count(inside => inside.Id != unit.Id && rule.Units.Matches(inside, nowMs));
                if (others < rule.Count)
                {
                    left.Add(new UnmannedView(version.Key, version.Name, rule.Key, rule.Count, others));
                }
            }
        }

        return left;
    }

    /// <summary>Others who are free and would be there sooner; or later, when the unit itself is not free.</summary>
    private static List<BetterView> Better(Candidate mine, LatLng? place, Incident incident, Caller caller, Situation situation)
        => [.. situation.Units.All
            .Where(unit => unit.Id != mine.Unit.Id && caller.May(Rights.Dispatch, unit) && incident.Orders.All(order => order.Unit != unit.IdText || !order.IsOpen))
            .Select(unit => Candidate.Of(unit, place, situation))
            .Where(other => other.IsFree && other.Seconds is not null && (!mine.IsFree || other.Seconds < mine.Seconds))
            .OrderBy(other => other.Seconds)
            .Take(MostBetter)
            .Select(other => new BetterView(
                other.Unit.IdText, other.Unit.Name, other.Metres!.Value, other.Seconds!.Value, mine.IsFree ? "nearer" : "free",
                situation.Incidents.DutiesOf(other.Unit.IdText).Version))];

    private sealed record Candidate(UnitInfo Unit, double? Metres, double? Seconds, UnitState State, bool IsFree)
    {
        public static Candidate Of(UnitInfo unit, LatLng? target, Situation situation)
        {
            var state = situation.StateOf(unit);
            if (!situation.Live.TryGet(unit.Number, out var live) || target is not { } place)
            {
                return new Candidate(unit, null, null, state, IsFree: false);
            }

            var metres = GreatCircle.DistanceMetres(place, live.Newest.Position);
            return new Candidate(unit, Math.Round(metres, 1), NearestUnits.ArrivalSeconds(unit, metres), state, NearestUnits.IsAvailable(unit, situation));
        }
    }
}

/// <param name="Distance">Metres, straight; null: nobody knows where the unit is, or where the incident is.</param>
/// <param name="EstimatedArrival">Seconds, from the straight distance.</param>
/// <param name="State">One of <see cref="UnitStates.Names"/>.</param>
/// <param name="Version">Of the unit's orders, to be sent with the dispatch.</param>
/// <param name="IncidentVersion">Of the incident.</param>
/// <param name="Better">Free units that would be there sooner, or at all free when this one is not.</param>
internal sealed record PreviewView(
    string Incident, string Unit, string Name, double? Distance, double? EstimatedArrival, string State, IReadOnlyList<DutyOrderView> Orders, long Version,
    int IncidentVersion, IReadOnlyList<UnmannedView> Unmanned, IReadOnlyList<BetterView> Better);

/// <param name="Needed">Units that the rule asks for.</param>
/// <param name="Left">Units of the rule that would still be inside.</param>
internal sealed record UnmannedView(string Zone, string Name, string Rule, int Needed, int Left);

/// <param name="Why"><c>nearer</c>, or <c>free</c> where the unit asked about is not.</param>
internal sealed record BetterView(string Unit, string Name, double Distance, double EstimatedArrival, string Why, long Version);
