using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;

namespace Vantage.Actors.Visits;

/// <summary>Brings visits, with their breaches, back from storage to a track that was extended over their time.</summary>
internal sealed class StoredVisits(ShardParts parts, Uncommitted uncommitted)
{
    private readonly VisitsAhead _eachByItself = new(parts.History);

    /// <summary>Brings them to many tracks, each from where its window begins to the end of time.</summary>
    public void LoadAll(IReadOnlyCollection<UnitTrack> tracks)
    {
        var ahead = new VisitsAhead(parts.History);
        ahead.Read(tracks.Select(track => (track.Number, Since(track.LoadedFromMs))));
        foreach (var track in tracks)
        {
            Load(track, track.LoadedFromMs, long.MaxValue, ahead);
        }
    }

    public void Load(UnitTrack track, long fromMs, long toMs) => Load(track, fromMs, toMs, _eachByItself);

    /// <summary>A visit that a gap ended before the range may find its exit in it, when undecided fixes lie between.</summary>
    private long Since(long fromMs) => fromMs == long.MinValue ? fromMs : fromMs - parts.WindowMs;

    private void Load(UnitTrack track, long fromMs, long toMs, VisitsAhead stored)
    {
        var sinceMs = Since(fromMs);
        var loaded = new List<Visit>();
        Collect(track, null, sinceMs, toMs, stored, loaded);
        foreach (var exit in ExitsIn(track, fromMs, toMs, stored))
        {
            // … or has found it there, however long ago it ended.
            if (!track.Visits.Concat(loaded).Any(visit => visit.ZoneKey == exit.Zone && visit.FromMs <= exit.StartedAtMs && (visit.IsOpen || visit.ToMs >= sinceMs)))
            {
                var ended = new List<Visit>();
                Collect(track, exit.Zone, long.MinValue, exit.StartedAtMs, stored, ended);
                loaded.AddRange(ended.OrderBy(visit => visit.FromMs).TakeLast(1));
            }
        }

        if (loaded.Count == 0)
        {
            return;
        }

        track.Visits.AddRange(loaded);
        var breaches = new List<Breach>();
        stored.ReadBreaches(track.Number, loaded.Min(visit => visit.FromMs), long.MaxValue, breaches);
        foreach (var breach in breaches.Select(uncommitted.Latest).Where(breach => breach.State != BreachState.Retracted))
        {
            Attach(track, loaded, breach);
        }
    }

    private void Collect(UnitTrack track, string? ofZone, long fromMs, long toMs, VisitsAhead stored, List<Visit> into)
    {
        var rows = new List<VisitRow>();
        stored.ReadVisits(track.Number, ofZone, fromMs, toMs, rows);
        foreach (var row in rows.Select(uncommitted.Latest))
        {
            if (!row.Removed && parts.Zones.TryNumberOf(row.Zone, out var zone)
                && !track.Visits.Exists(visit => visit.Zone == zone && visit.FromMs == row.FromMs))
            {
                into.Add(ToVisit(row, zone));
            }
        }
    }

    private IEnumerable<Breach> ExitsIn(UnitTrack track, long fromMs, long toMs, VisitsAhead stored)
    {
        var breaches = new List<Breach>();
        stored.ReadBreaches(track.Number, fromMs, toMs, breaches);
        return breaches.Select(uncommitted.Latest)
            .Where(breach => breach.Type == "exit" && breach.State != BreachState.Retracted && breach.StartedAtMs >= fromMs);
    }

    private static Visit ToVisit(VisitRow row, int zone) => new()
    {
        Zone = zone,
        ZoneKey = row.Zone,
        ZoneVersion = row.ZoneVersion,
        FromMs = row.FromMs,
        EnteredAtMs = row.EnteredAtMs,
        ToMs = row.ToMs,
        LeftAtMs = row.LeftAtMs,
        IsOpen = row.IsOpen,
        IsPassage = row.IsPassage,
    };

    // A breach belongs to the newest visit that began by its start; speeding runs are brought back from their breaches.
    private void Attach(UnitTrack track, List<Visit> loaded, Breach breach)
    {
        var visit = track.Visits.Where(v => v.ZoneKey == breach.Zone && v.FromMs <= breach.StartedAtMs).MaxBy(v => v.FromMs);
        if (visit is null || !loaded.Contains(visit))
        {
            return;
        }

        visit.Breaches = [.. visit.Breaches, breach];
        if (breach.Type == "exit")
        {
            visit.ExitMs = breach.StartedAtMs;
        }

        var version = parts.Zones.Current.VersionsOf(visit.Zone).FirstOrDefault(v => v.Version == breach.Why.ZoneVersion);
        var rule = version?.SpeedRules.FirstOrDefault(r => r.Key == breach.Rule);
        if (version is not null && rule is not null)
        {
            visit.Runs.Add(new SpeedRun
            {
                Rule = rule,
                Version = version,
                StartMs = breach.StartedAtMs,
                EndMs = breach.EndedAtMs ?? visit.ToMs,
                MaxHundredths = (int)Math.Round((breach.Why.SpeedMetresPerSecond ?? 0) * 100),
                IsOpen = breach.EndedAtMs is null,
            });
        }
    }
}
