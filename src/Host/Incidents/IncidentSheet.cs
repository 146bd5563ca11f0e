using System.Collections.Immutable;
using Vantage.Actors.Incidents;
using Vantage.Host.Access;
using Vantage.Host.Situations;

namespace Vantage.Host.Incidents;

/// <summary>The open incidents that callers of one reach see, immutable: what a screen is told is the difference to what it was told before.</summary>
internal sealed class IncidentSheet
{
    /// <summary>More than that nobody reads; the newest and gravest are given.</summary>
    private const int Most = 500;

    private readonly ImmutableDictionary<string, (Incident Incident, IncidentView View)> _open;
    private readonly int _more;

    private IncidentSheet(ImmutableDictionary<string, (Incident, IncidentView)> open, int more) => (_open, _more) = (open, more);

    /// <param name="before">Views of what has not changed are taken from it.</param>
    public static IncidentSheet Of(Situation situation, Caller caller, IncidentSheet? before)
    {
        var open = situation.Incidents.All.Where(incident => incident.IsOpen && IncidentAccess.MaySee(caller, incident, situation)).ToList();
        var given = open.Count <= Most ? open : [.. open
            .OrderByDescending(incident => IncidentNames.RankOf(incident.Reported.Level)).ThenByDescending(incident => incident.Reported.At).Take(Most)];
        var views = given.ToImmutableDictionary(
            incident => incident.Key,
            incident => before is not null && before._open.TryGetValue(incident.Key, out var known) && ReferenceEquals(known.Incident, incident)
                ? known : (incident, IncidentView.Of(incident, situation)),
            StringComparer.Ordinal);
        return new IncidentSheet(views, open.Count - given.Count);
    }

    /// <summary>What a screen that was told <paramref name="before"/> must be told; null: nothing.</summary>
    public IncidentNews? Since(IncidentSheet? before)
    {
        var items = _open.Values.Where(now => before is null || !before._open.TryGetValue(now.Incident.Key, out var then) || !ReferenceEquals(then.View, now.View))
            .Select(now => now.View).ToList();
        var gone = before is null ? [] : before._open.Keys.Where(key => !_open.ContainsKey(key)).ToList();
        return before is not null && items.Count + gone.Count == 0 && _more == before._more ? null : new IncidentNews(before is null, items, gone, _more);
    }
}

/// <summary>The hub's message <c>incidents</c>.</summary>
/// <param name="Full">These are all; otherwise those that changed.</param>
/// <param name="Gone">Keys of those that are open no longer.</param>
/// <param name="More">How many open ones are not given.</param>
internal sealed record IncidentNews(bool Full, IReadOnlyList<IncidentView> Items, IReadOnlyList<string> Gone, int More);
