using Vantage.Actors.Breaches;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Positions;

/// <summary>What a shard has derived and not committed yet, and what it announces meanwhile.</summary>
/// <remarks>
/// Two generations matter when older rows are read back from storage: what is collected now, and what the commit under way holds
/// (storage does not show it yet). Nothing leaves memory before the commit that holds it is durable.
/// </remarks>
internal sealed class ShardOutput(int shard, ShardParts parts)
{
    private Dictionary<(int Unit, string Zone, long FromMs), VisitRow> _rows = [];
    private Dictionary<(int Unit, string Zone, long FromMs), VisitRow> _rowsUnderWay = [];
    private Dictionary<string, Breach> _breaches = new(StringComparer.Ordinal);
    private Dictionary<string, Breach> _breachesUnderWay = new(StringComparer.Ordinal);
    private readonly List<(UnitTrack Track, Visit Visit)> _queued = [];
    private readonly List<Breach> _breachesBefore = [];
    private readonly List<Breach> _breachesAfter = [];
    private ShardCommit _commit = new() { Shard = shard };
    private ShardCommit _spare = new() { Shard = shard };
    private long _processed;
    private long _sealed;
    private long _takenProcessed;
    private long _sealableTo; // What was processed at the last seal: the next one seals it.
    private int _sealableFixes;
    private int _freshFixes; // Processed since.
    private DateTimeOffset? _sealedAt;

    public long ProcessedSequence => _processed;

    public void Resume(long processed, long sealedTo)
    {
        _processed = _takenProcessed = processed;
        _sealed = _sealableTo = sealedTo;
    }

    public void Processed(long sequence, int fixes)
    {
        _processed = sequence;
        _freshFixes += fixes;
        parts.Metrics.OnProcessed(fixes);
    }

    public void Recovered(int fixes) => _freshFixes += fixes;

    /// <summary>Takes over visits that the machine touched on the live path.</summary>
    public void Emit(UnitTrack track, ZoneSet zones, List<Visit> touched, long newestMs, long nowMs)
    {
        foreach (var visit in touched)
        {
            if (!track.Visits.Contains(visit))
            {
                track.Visits.Add(visit);
            }

            Queue(track, visit);
            Derive(track, zones, visit, visit.Breaches, newestMs, nowMs);
        }
    }

    /// <summary>Looks again at visits whose breaches change with the passing of the track's time.</summary>
    public void Check(UnitTrack track, ZoneSet zones, long newestMs, long nowMs)
    {
        track.NextCheckMs = long.MaxValue;
        foreach (var visit in track.Visits)
        {
            if (visit.NextCheckMs <= newestMs)
            {
                Derive(track, zones, visit, visit.Breaches, newestMs, nowMs);
            }

            track.NextCheckMs = Math.Min(track.NextCheckMs, visit.NextCheckMs);
        }
    }

    /// <summary>Replaces visits by those that a re-evaluation found, and retracts the breaches that no longer follow.</summary>
    public void Settle(UnitTrack track, ZoneSet zones, Reevaluation.Outcome outcome, long nowMs)
    {
        var newest = track.Newest;
        var newestMs = newest >= 0 ? track.At(newest).TimeMs : long.MinValue;
        Gather(outcome.Old, _breachesBefore);
        foreach (var gone in outcome.Old)
        {
            gone.IsGone = true;
            if (Find(outcome.New, gone.FromMs) is null)
            {
                _rows[(track.Number, gone.ZoneKey, gone.FromMs)] = gone.ToRow(track.Number, removed: true);
            }
        }

        foreach (var visit in outcome.New)
        {
            // Of an open visit storage may not know how long it has lasted: only zones that judge several units at once want it.
            var same = Find(outcome.Old, visit.FromMs);
            if (visit.IsOpen || same is null || same.IsQueued || same.ToRow(track.Number) != visit.ToRow(track.Number))
            {
                Queue(track, visit);
            }

            Derive(track, zones, visit, _breachesBefore, newestMs, nowMs);
        }

        Gather(outcome.New, _breachesAfter);
        RetractVanished(_breachesBefore, _breachesAfter, nowMs);
    }

    private static void Gather(List<Visit> visits, List<Breach> into)
    {
        into.Clear();
        foreach (var visit in visits)
        {
            into.AddRange(visit.Breaches);
        }
    }

    private static Visit? Find(List<Visit> visits, long fromMs)
    {
        foreach (var visit in visits)
        {
            if (visit.FromMs == fromMs)
            {
                return visit;
            }
        }

        return null;
    }

    public void Queue(UnitTrack track, Visit visit)
    {
        if (!visit.IsQueued)
        {
            visit.IsQueued = true;
            _queued.Add((track, visit));
        }
    }

    /// <summary>Cuts a window back. Called when the commit before is durable and the next one is not made yet.</summary>
    public void Trim(UnitTrack track)
    {
        if (track.Count > parts.MaxFixes)
        {
            var unsealed = track.Count - track.IndexAtOrAfter(track.UnsealedFromMs);
            var keep = Math.Max(parts.KeepFixes, unsealed + 1);
            if (track.Count > keep + ((parts.MaxFixes - parts.KeepFixes) / 2)) // What is cut must be worth the copying of what stays.
            {
                track.TrimTo(keep);
            }
        }
    }

    /// <summary>Adds the stored visits of a time range, with their breaches, to a track that was extended back over it.</summary>
    public void LoadVisits(UnitTrack track, long fromMs, long toMs)
    {
        // A visit that a gap ended before the range may find its exit in it, when undecided fixes lie between.
        var sinceMs = fromMs == long.MinValue ? fromMs : fromMs - parts.WindowMs;
        var rows = new List<VisitRow>();
        parts.History.ReadVisitsOfUnit(track.Number, null, sinceMs, toMs, rows);
        var breaches = new List<Breach>();
        var loaded = new List<Visit>();
        foreach (var stored in rows)
        {
            var key = (track.Number, stored.Zone, stored.FromMs);
            var row = _rows.TryGetValue(key, out var now) || _rowsUnderWay.TryGetValue(key, out now) ? now : stored;
            if (row.Removed || !parts.Zones.TryNumberOf(row.Zone, out var zone)
                || track.Visits.Exists(visit => visit.Zone == zone && visit.FromMs == row.FromMs))
            {
                continue;
            }

            loaded.Add(new Visit
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
            });
        }

        if (loaded.Count == 0)
        {
            return;
        }

        track.Visits.AddRange(loaded);
        var firstMs = loaded.Min(visit => visit.FromMs);
        parts.History.ReadBreachesOfUnit(track.Number, null, firstMs, long.MaxValue, breaches);
        foreach (var breach in breaches.Select(Latest).Where(breach => breach.State != BreachState.Retracted))
        {
            AttachBreach(track, loaded, breach);
        }
    }

    /// <summary>Everything since the last call, as one commit; its buffers are reused two calls later.</summary>
    public ShardCommit Take(
        DateTimeOffset now, bool maySeal, HeatAccumulator heat, IReadOnlyCollection<UnitTrack> tracks, IReadOnlyList<(string Zone, int Version)> applied)
    {
        (_commit, _spare) = (_spare, _commit);
        var commit = Cleared(_commit);
        foreach (var (track, visit) in _queued)
        {
            visit.IsQueued = false;
            if (!visit.IsGone)
            {
                _rows[(track.Number, visit.ZoneKey, visit.FromMs)] = visit.ToRow(track.Number);
            }
        }

        _queued.Clear();
        commit.Visits.AddRange(_rows.Values);
        commit.Breaches.AddRange(_breaches.Values);
        heat.MoveTo(commit.Heat);
        commit.AppliedZones.AddRange(applied);
        _sealedAt ??= now;
        if (maySeal && _freshFixes + _sealableFixes > 0 && (_freshFixes >= parts.SealFixes || now - _sealedAt >= parts.SealAfter))
        {
            Seal(commit, tracks);
            _sealedAt = now;
        }

        commit.BasedOnSequence = _takenProcessed;
        commit.HasProgress = _processed != _takenProcessed;
        _takenProcessed = _processed;
        commit.ProcessedSequence = _processed;
        commit.SealedSequence = _sealed;
        commit.UnsealedFixes = _sealableFixes + _freshFixes;
        parts.Metrics.OnCommit(commit.Visits.Count, commit.Breaches.Count);
        (_rows, _rowsUnderWay) = (_rowsUnderWay, _rows);
        _rows.Clear();
        (_breaches, _breachesUnderWay) = (_breachesUnderWay, _breaches);
        _breaches.Clear();
        return commit;
    }

    private void Seal(ShardCommit commit, IReadOnlyCollection<UnitTrack> tracks)
    {
        foreach (var track in tracks)
        {
            if (track.TakeSealable(out var fromMs, out var toMs, out var fixes))
            {
                commit.Tracks.Add(new TrackRewrite(track.Number, fromMs, toMs, commit.TrackCopies.Copy(fixes, parts.TrackBuffers)));
            }
        }

        (_sealed, _sealableTo) = (_sealableTo, _processed);
        (_sealableFixes, _freshFixes) = (_freshFixes, 0);
    }

    private static ShardCommit Cleared(ShardCommit commit)
    {
        commit.ReleaseTracks();
        commit.Visits.Clear();
        commit.Breaches.Clear();
        commit.Heat.Clear();
        commit.AppliedZones.Clear();
        return commit;
    }

    private void Derive(UnitTrack track, ZoneSet zones, Visit visit, List<Breach> before, long newestMs, long nowMs)
    {
        var derived = BreachDerivation.Derive(visit, track, zones, newestMs, before);
        track.NextCheckMs = Math.Min(track.NextCheckMs, visit.NextCheckMs);
        foreach (var breach in derived)
        {
            if (breach.RaisedAtMs == Breach.NotRaised)
            {
                Raise(track, visit.Zone, zones, breach, nowMs);
            }

            if (!Contains(before, breach))
            {
                Put(breach);
            }
        }

        if (ReferenceEquals(before, visit.Breaches))
        {
            RetractVanished(before, derived, nowMs);
        }

        visit.Breaches = derived;
    }

    private void RetractVanished(List<Breach> before, List<Breach> after, long nowMs)
    {
        foreach (var old in before)
        {
            if (!HasId(after, old.Id))
            {
                Put(Retract(old, after, before, nowMs));
            }
        }
    }

    private static bool HasId(List<Breach> breaches, string id)
    {
        foreach (var breach in breaches)
        {
            if (breach.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(List<Breach> breaches, Breach wanted)
    {
        foreach (var breach in breaches)
        {
            if (ReferenceEquals(breach, wanted))
            {
                return true;
            }
        }

        return false;
    }

    private void Raise(UnitTrack track, int zone, ZoneSet zones, Breach breach, long nowMs)
    {
        breach.RaisedAtMs = nowMs;
        var cooldownMs = zones.CooldownOf(zone, breach.Why.ZoneVersion, breach.Rule);
        if (cooldownMs == 0)
        {
            return;
        }

        track.Announced ??= [];
        if (!track.Announced.TryGetValue((zone, breach.Rule), out var lastMs))
        {
            lastMs = LastAnnounced(track, breach, cooldownMs);
        }

        breach.IsMuted = breach.StartedAtMs >= lastMs && breach.StartedAtMs - lastMs < cooldownMs;
        track.Announced[(zone, breach.Rule)] = breach.IsMuted ? lastMs : Math.Max(lastMs, breach.StartedAtMs);
    }

    // After a restart what was announced is known from storage alone.
    private long LastAnnounced(UnitTrack track, Breach breach, long cooldownMs)
    {
        var stored = new List<Breach>();
        parts.History.ReadBreachesOfUnit(track.Number, breach.Zone, breach.StartedAtMs - cooldownMs, breach.StartedAtMs, stored);
        return stored.Where(old => old.Rule == breach.Rule && !old.IsMuted && old.Id != breach.Id)
            .Select(old => old.StartedAtMs).DefaultIfEmpty(DateTimeOffset.MinValue.ToUnixTimeMilliseconds()).Max();
    }

    private static Breach Retract(Breach vanished, List<Breach> after, List<Breach> before, long nowMs)
    {
        var successor = after.Where(breach => breach.Rule == vanished.Rule && !before.Exists(old => old.Id == breach.Id))
            .MinBy(breach => Math.Abs(breach.StartedAtMs - vanished.StartedAtMs));
        return vanished with { State = BreachState.Retracted, SupersededBy = successor?.Id, RetractedAtMs = nowMs };
    }

    private void Put(Breach breach)
    {
        _breaches[breach.Id] = breach;
        parts.Feed.Publish(new ActorId(ActorKinds.Zone, breach.Zone), breach);
    }

    private Breach Latest(Breach stored)
        => _breaches.TryGetValue(stored.Id, out var now) || _breachesUnderWay.TryGetValue(stored.Id, out now) ? now : stored;

    // A breach belongs to the newest visit that began by its start; speeding runs are brought back from their breaches.
    private void AttachBreach(UnitTrack track, List<Visit> loaded, Breach breach)
    {
        var visit = track.Visits.Where(v => v.ZoneKey == breach.Zone && v.FromMs <= breach.StartedAtMs).MaxBy(v => v.FromMs);
        if (visit is null || !loaded.Contains(visit))
        {
            return;
        }

        visit.Breaches.Add(breach);
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
