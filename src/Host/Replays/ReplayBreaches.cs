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
        var (shown, breaches, ofZones) = (units.Select(unit => unit.Number).ToHashSet(), new List<Breach>(), new List<Breach>());
        situation.History.ReadBreachesOfUnits([.. shown], fromMs, toMs, breaches);
        situation.History.ReadBreachesOfZones(zone: null, rule: null, fromMs, toMs, ofZones);
        breaches.AddRange(ofZones.Where(breach => breach.Units is not { Count: > 0 } all || all.Any(shown.Contains)));
        return breaches;
    }
}
