using Vantage.Actors.Breaches;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Geo;

namespace Vantage.Actors.Zones;

/// <summary>What a zone would have said, had it come into force at a time: TRY-1. Nothing of it is stored.</summary>
/// <remarks>Units are added one after the other; what concerns several of them is known at the end. One thread at a time.</remarks>
public sealed class ZoneTrial
{
    /// <summary>How far back before its begin fixes matter, in milliseconds: two that are further apart say nothing of what was between them.</summary>
    public const long LeadMs = VisitMachine.GapMs;

    private readonly ZoneVersion _version;
    private readonly ZoneSet _zones;
    private readonly UnitDirectory _units;
    private readonly List<VisitRow> _visits = [];
    private readonly List<Breach> _breaches = [];
    private readonly Reevaluation.Outcome _outcome = new();
    private readonly List<Breach> _derived = [];

    /// <param name="version">The zone. When it is in force is not looked at.</param>
    /// <param name="fromMs">It comes into force, in milliseconds since 1970-01-01 UTC.</param>
    public ZoneTrial(ZoneVersion version, UnitDirectory units, long fromMs)
    {
        ArgumentNullException.ThrowIfNull(version);
        _version = version with { Zone = 0, FromMs = fromMs, ToMs = long.MaxValue, IsEnd = false };
        _zones = new ZoneSet([[_version]], []);
        _units = units;
    }

    /// <summary>Where a unit must have been, at least at one fix, for the zone to concern it: as far around the zone as two fixes that count may lie apart.</summary>
    public GeoBox Reach
    {
        get
        {
            const double Metres = VisitMachine.GapMs / 1000.0 * VisitMachine.MaxMetresPerSecond;
            var bounds = _version.Shape.Bounds;
            var north = Metres / GreatCircle.MetresPerDegree;
            var east = north / Math.Max(0.01, Math.Cos(Math.Max(Math.Abs(bounds.South), Math.Abs(bounds.North)) * Math.PI / 180));
            return new GeoBox(
                Math.Max(-90, bounds.South - north), Math.Max(-180, bounds.West - east), Math.Min(90, bounds.North + north), Math.Min(180, bounds.East + east));
        }
    }

    /// <summary>Judges the track of a unit.</summary>
    /// <param name="fixes">In the order of <see cref="Fix.Compare"/>: those until the end of the trial, and from <see cref="LeadMs"/> before its begin on.</param>
    public void Add(UnitInfo unit, List<Fix> fixes)
    {
        var track = new UnitTrack(unit);
        track.Prepend(fixes);
        if (track.Newest is not (>= 0 and var newest))
        {
            return;
        }

        var announced = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var visit in Reevaluation.Run(track, _zones, _version.Zone, anchor: -1, track.Count - 1, _outcome).New.OrderBy(visit => visit.FromMs))
        {
            _visits.Add(visit.ToRow(unit.Number));
            BreachDerivation.Derive(visit, track, _zones, track.At(newest).TimeMs, [], _derived);
            foreach (var breach in _derived.OrderBy(breach => breach.StartedAtMs))
            {
                _breaches.Add(Muted(breach, announced));
            }
        }
    }

    /// <summary>All visits and breaches until a time, by their start.</summary>
    public (IReadOnlyList<VisitRow> Visits, IReadOnlyList<Breach> Breaches) Until(long toMs)
    {
        foreach (var rule in _version.Rules.Where(rule => rule.IsGroup))
        {
            var announced = new Dictionary<string, long>(StringComparer.Ordinal);
            _breaches.AddRange(GroupRules.Find(_version, rule, _visits, _units, _version.FromMs, toMs, silent: () => null)
                .OrderBy(breach => breach.StartedAtMs).Select(breach => Muted(breach, announced)));
        }

        return ([.. _visits.OrderBy(visit => visit.FromMs)], [.. _breaches.OrderBy(breach => breach.StartedAtMs).ThenBy(breach => breach.Id, StringComparer.Ordinal)]);
    }

    /// <param name="announced">When each rule was announced last.</param>
    private Breach Muted(Breach breach, Dictionary<string, long> announced)
    {
        var cooldownMs = _zones.CooldownOf(_version.Zone, _version.Version, breach.Rule);
        breach.IsMuted = announced.TryGetValue(breach.Rule, out var lastMs) && breach.StartedAtMs - lastMs < cooldownMs;
        if (!breach.IsMuted)
        {
            announced[breach.Rule] = breach.StartedAtMs;
        }

        return breach;
    }
}
