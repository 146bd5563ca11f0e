using Vantage.Actors.History;

namespace Vantage.Actors.Positions;

/// <summary>The visits and breaches of a shard that storage does not show yet.</summary>
/// <remarks>
/// Two generations: what is collected now, and what the commit under way holds. Nothing leaves memory before the commit that holds it is durable.
/// </remarks>
internal sealed class Uncommitted
{
    private Dictionary<(int Unit, string Zone, long FromMs), VisitRow> _visits = [];
    private Dictionary<(int Unit, string Zone, long FromMs), VisitRow> _visitsUnderWay = [];
    private Dictionary<string, Breach> _breaches = new(StringComparer.Ordinal);
    private Dictionary<string, Breach> _breachesUnderWay = new(StringComparer.Ordinal);

    public void Put(in VisitRow visit) => _visits[(visit.Unit, visit.Zone, visit.FromMs)] = visit;

    public void Put(Breach breach) => _breaches[breach.Id] = breach;

    /// <summary>A visit that was read from storage as it is by now.</summary>
    public VisitRow Latest(VisitRow stored)
    {
        var key = (stored.Unit, stored.Zone, stored.FromMs);
        return _visits.TryGetValue(key, out var now) || _visitsUnderWay.TryGetValue(key, out now) ? now : stored;
    }

    /// <summary>A breach that was read from storage as it is by now.</summary>
    public Breach Latest(Breach stored)
        => _breaches.TryGetValue(stored.Id, out var now) || _breachesUnderWay.TryGetValue(stored.Id, out now) ? now : stored;

    /// <summary>Hands over what was collected since the last time. What was handed over then must be durable.</summary>
    public void MoveTo(ShardCommit commit)
    {
        commit.Visits.AddRange(_visits.Values);
        commit.Breaches.AddRange(_breaches.Values);
        (_visits, _visitsUnderWay) = (_visitsUnderWay, _visits);
        _visits.Clear();
        (_breaches, _breachesUnderWay) = (_breachesUnderWay, _breaches);
        _breaches.Clear();
    }
}
