using Vantage.Actors.History;

namespace Vantage.Actors.Visits;

/// <summary>
/// Visits and breaches of units, from history: each unit's when it is asked for, or those of many read ahead at once. Where storage is a server, a shard
/// that comes to another process would else put some thousands of questions before its first position.
/// </summary>
internal sealed class VisitsAhead(IHistory history)
{
    /// <summary>Units whose newest stored fixes are no further apart than this are read together: so much too much is read of a unit at most.</summary>
    private const long TogetherMs = 6 * 3_600_000;

    private readonly Dictionary<int, Part> _parts = [];

    /// <summary>Reads what units have from a time on, each its own.</summary>
    public void Read(IEnumerable<(int Unit, long SinceMs)> units)
    {
        foreach (var together in units.GroupBy(unit => unit.SinceMs == long.MinValue ? long.MinValue : unit.SinceMs / TogetherMs))
        {
            int[] numbers = [.. together.Select(unit => unit.Unit)];
            var sinceMs = together.Min(unit => unit.SinceMs);
            List<VisitRow> visits = [];
            history.ReadVisitsOfUnits(numbers, sinceMs, long.MaxValue, visits);

            // A breach belongs to its visit, which may have begun before; but one long visit must not have the others read weeks of breaches.
            var breachesSinceMs = sinceMs == long.MinValue
                ? sinceMs : Math.Max(sinceMs - TogetherMs, visits.Select(visit => visit.FromMs).Append(sinceMs).Min());
            List<Breach> breaches = [];
            history.ReadBreachesOfUnits(numbers, breachesSinceMs, long.MaxValue, breaches);
            var (visitsOf, breachesOf) = (visits.ToLookup(visit => visit.Unit), breaches.ToLookup(breach => breach.Unit));
            foreach (var unit in numbers)
            {
                _parts[unit] = new Part(sinceMs, [.. visitsOf[unit]], breachesSinceMs, [.. breachesOf[unit]]);
            }
        }
    }

    /// <summary>As <see cref="IHistory.ReadVisitsOfUnit"/>.</summary>
    public void ReadVisits(int unit, string? zone, long fromMs, long toMs, List<VisitRow> into)
    {
        if (_parts.TryGetValue(unit, out var part) && fromMs >= part.VisitsSinceMs)
        {
            into.AddRange(part.Visits.Where(visit => (zone is null || visit.Zone == zone) && visit.ToMs >= fromMs && visit.FromMs <= toMs));
        }
        else
        {
            history.ReadVisitsOfUnit(unit, zone, fromMs, toMs, into);
        }
    }

    /// <summary>As <see cref="IHistory.ReadBreachesOfUnit"/>, of all zones.</summary>
    public void ReadBreaches(int unit, long fromMs, long toMs, List<Breach> into)
    {
        if (_parts.TryGetValue(unit, out var part) && fromMs >= part.BreachesSinceMs)
        {
            into.AddRange(part.Breaches.Where(breach => (breach.EndedAtMs is not { } ended || ended >= fromMs) && breach.StartedAtMs <= toMs));
        }
        else
        {
            history.ReadBreachesOfUnit(unit, zone: null, fromMs, toMs, into);
        }
    }

    private sealed record Part(long VisitsSinceMs, VisitRow[] Visits, long BreachesSinceMs, Breach[] Breaches);
}
