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
    private readonly int _closed;

    private IncidentSheet(ImmutableDictionary<string, (Incident, IncidentView)> open, int more, int closed) => (_open, _more, _closed) = (open, more, closed);

    /// <param name="before">Views of what has not changed are taken from it.</param>
    public static IncidentSheet Of(Situation situation, Caller caller, IncidentSheet? before)
    {
        var open = new List<Incident>();
        var closed = 0;
        foreach (var incident in situation.Incidents.All.Where(incident => IncidentAccess.MaySee(caller, incident, situation)))
        {
            if (incident.IsOpen)
            {
                open.Add(incident);
            }
            else
            {
                closed++;
            }
        }

        var given = open.Count <= Most ? open : [.. open
            .OrderByDescending(incident => IncidentNames.RankOf(incident.Reported.Level)).ThenByDescending(incident => incident.Reported.At).Take(Most)];
        var views = given.ToImmutableDictionary(
            incident => incident.Key,
            incident => before is not null && before._open.TryGetValue(incident.Key, out var known) && ReferenceEquals(known.Incident, incident)
                ? known : (incident, IncidentView.Of(incident, situation)),
            StringComparer.Ordinal);
        return new IncidentSheet(views, open.Count - given.Count, closed);
    }

    /// <summary>What a screen that was told <paramref name="before"/> must be told; null: nothing.</summary>
    public IncidentNews? Since(IncidentSheet? before)
    {
        var items = _open.Values.Where(now => before is null || !before._open.TryGetValue(now.Incident.Key, out var then) || !ReferenceEquals(then.View, now.View))
            .Select(now => now.View).ToList();
        var gone = before is null ? [] : before._open.Keys.Where(key => !_open.ContainsKey(key)).ToList();
        return before is not null && items.Count + gone.Count == 0 && _more == before._more && _closed == before._closed
            ? null : new IncidentNews(before is null, items, gone, _more, _closed);
    }
}

/// <summary>The hub's message <c>incidents</c>.</summary>
/// <param name="Full">These are all; otherwise those that changed.</param>
/// <param name="Gone">Keys of those that are open no longer.</param>
/// <param name="More">How many open ones are not given.</param>
/// <param name="Closed">How many are closed: who lists them reads them again when it changes, also for one that was reported and closed between two messages.</param>
internal sealed record IncidentNews(bool Full, IReadOnlyList<IncidentView> Items, IReadOnlyList<string> Gone, int More, int Closed);
