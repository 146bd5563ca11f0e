using System.Runtime.InteropServices;
using Vantage.Actors.Breaches;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Positions;

/// <summary>Collects what a shard derives, announces its breaches, and hands all of it over commit by commit.</summary>
internal sealed class ShardOutput(int shard, ShardParts parts, Uncommitted uncommitted)
{
    private readonly BreachChanges _changes = new(parts, uncommitted);
    private readonly TrackSealing _sealing = new(parts);
    private readonly TrackForgetting _forgetting = new(parts);
    private readonly List<(UnitTrack Track, Visit Visit)> _queued = [];
    private readonly List<Breach> _breachesBefore = [];
    private readonly List<Breach> _breachesAfter = [];
    private ShardCommit _commit = new() { Shard = shard };
    private ShardCommit _spare = new() { Shard = shard };
    private long _takenSequence;
    private long _takenEpoch;
    private bool _isFirst = true;

    public long ProcessedSequence { get; private set; }

    public void Resume(long processedSequence, long sealedSequence)
    {
        ProcessedSequence = _takenSequence = processedSequence;
        _sealing.Resume(sealedSequence);
    }

    public void Processed(long sequence, int fixes)
    {
        ProcessedSequence = sequence;
        _sealing.Placed(fixes);
        parts.Metrics.OnProcessed(fixes);
    }

    /// <summary>Fixes of a frame that was processed before the start were placed.</summary>
    public void Recovered(int fixes) => _sealing.Placed(fixes);

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
            _changes.Update(track, zones, visit, newestMs, nowMs);
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
                _changes.Update(track, zones, visit, newestMs, nowMs);
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
                uncommitted.Put(gone.ToRow(track.Number, removed: true));
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

            _changes.Derive(track, zones, visit, CollectionsMarshal.AsSpan(_breachesBefore), newestMs, nowMs);
        }

        Gather(outcome.New, _breachesAfter);
        _changes.RetractVanished(CollectionsMarshal.AsSpan(_breachesBefore), CollectionsMarshal.AsSpan(_breachesAfter), nowMs);
    }

    /// <summary>Has a visit written, as it is when the commit is taken.</summary>
    public void Queue(UnitTrack track, Visit visit)
    {
        if (!visit.IsQueued)
        {
            visit.IsQueued = true;
            _queued.Add((track, visit));
        }
    }

    /// <summary>Everything since the last call, as one commit; its buffers are reused two calls later.</summary>
    public ShardCommit Take(
        DateTimeOffset now, bool maySeal, HeatAccumulator heat, Dictionary<int, UnitTrack>.ValueCollection tracks,
        IReadOnlyList<(string Zone, int Version)> applied, long judgedEpoch)
    {
        foreach (var track in tracks)
        {
            _sealing.Trim(track);
        }

        (_commit, _spare) = (_spare, _commit);
        var commit = Cleared(_commit);
        foreach (var (track, visit) in _queued)
        {
            visit.IsQueued = false;
            if (!visit.IsGone)
            {
                uncommitted.Put(visit.ToRow(track.Number));
            }
        }

        _queued.Clear();
        uncommitted.MoveTo(commit);
        heat.MoveTo(commit.Heat);
        commit.AppliedZones.AddRange(applied);
        if (_sealing.IsDue(now) && maySeal)
        {
            _sealing.Seal(commit, tracks, ProcessedSequence, now);
        }

        _forgetting.AddTo(commit, tracks, now);
        (commit.IsFirst, _isFirst) = (_isFirst, false);
        commit.BasedOnSequence = _takenSequence;
        commit.HasProgress = ProcessedSequence != _takenSequence || judgedEpoch != _takenEpoch;
        commit.ProcessedSequence = _takenSequence = ProcessedSequence;
        commit.JudgedEpoch = _takenEpoch = judgedEpoch;
        commit.SealedSequence = _sealing.SealedSequence;
        commit.UnsealedFixes = _sealing.UnsealedFixes;
        parts.Metrics.OnCommit(commit.Visits.Count, commit.Breaches.Count);
        return commit;
    }

    private static ShardCommit Cleared(ShardCommit commit)
    {
        commit.ReleaseTracks();
        commit.Visits.Clear();
        commit.Breaches.Clear();
        commit.Heat.Clear();
        commit.Forgets.Clear();
        commit.AppliedZones.Clear();
        return commit;
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
}
