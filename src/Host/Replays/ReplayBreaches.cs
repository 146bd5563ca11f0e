using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Host.Situations;

namespace Vantage.Host.Replays;

/// <summary>The breaches that a replay shows: of its units, of gatherings that one of them was in, and absences.</summary>
internal static class ReplayBreaches
{
    /// <summary>Those that overlap [from, to] and were not taken back, in no order.</summary>
    public static List<Breach> Read(Situation situation, IReadOnlyCollection<UnitInfo> units, long fromMs, long toMs)
    {
        var breaches = new List<Breach>();
        foreach (var unit in units)
        {
            situation.History.ReadBreachesOfUnit(unit.Number, zone: null, fromMs, toMs, breaches);
        }

        var (shown, ofZones) = (units.Select(unit => unit.Number).ToHashSet(), new List<Breach>());
        foreach (var (zone, rule) in GroupRules(situation))
        {
            situation.History.ReadBreachesOfZone(zone, rule, fromMs, toMs, ofZones);
        }

        breaches.AddRange(ofZones.Where(breach => breach.Units is not { Count: > 0 } all || all.Any(shown.Contains)));
        return breaches;
    }

    /// <summary>Of every version: what is no longer in force may have been then.</summary>
    private static IEnumerable<(string Zone, string Rule)> GroupRules(Situation situation)
    {
        var zones = situation.Zones.Current;
        return Enumerable.Range(0, zones.ZoneCount).SelectMany(zones.VersionsOf).Where(version => version.HasGroupRules)
            .SelectMany(version => version.Rules.Where(rule => rule.IsGroup).Select(rule => (version.Key, rule.Key))).Distinct();
    }
}
