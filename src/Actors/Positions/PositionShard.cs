using Vantage.Actors.Breaches;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;
using Vantage.Geo.Zones;

namespace Vantage.Actors.Positions;

/// <summary>The position half of the units of one shard: tracks, visits, breaches, heat, live markers.</summary>
/// <remarks>
/// One thread at a time. Everything here is a function of the log: what has not been committed is lost in a crash
/// and comes again from <see cref="ITrackLog.Read"/>. See docs/architecture.md, "The life of a fix".
/// </remarks>
public sealed class PositionShard : IPositionShard
{
    /// <summary>In how many of the newest fixes a run towards a zone is looked for when states are rebuilt.</summary>
    private const int FixesOfOpenRuns = 48;

    private readonly ShardParts _parts;
    private readonly Dictionary<int, UnitTrack> _tracks = [];
    private HeatAccumulator _heat;
    private ShardOutput _output;
    private ZoneRejudging _rejudging;
    private readonly List<Visit> _touched = [];
    private readonly List<int> _affected = [];
    private readonly ZoneHits _hits = new();
    private readonly ZoneHits _segmentHits = new();
    private long _directoryVersion = -1;
    private ZoneSet _zones;

    /// <summary>Recovers the shard from history and log before it returns.</summary>
    public PositionShard(int shard, ShardParts parts)
    {
        Shard = shard;
        _parts = parts;
        _zones = parts.Zones.Current;
        _heat = new HeatAccumulator();
        _output = new ShardOutput(shard, parts);
        _rejudging = new ZoneRejudging(this, _output, parts.WindowMs);
        Recover();
    }

    public int Shard { get; }

    internal ZoneSet Zones => _zones;

    /// <summary>Some stored track has not been judged by the zones as they are at an epoch.</summary>
    internal bool IsBehind(long epoch) => _rejudging.JudgedEpoch < epoch;

    internal IEnumerable<int> Units => _tracks.Keys;

    /// <summary>Processes a frame, unless it was reached already: a shard made anew finds in the log what is still on its way to it.</summary>
    public void Process(PositionFrame frame)
    {
        if (frame.Sequence <= _output.ProcessedSequence)
        {
            frame.Release();
            return;
        }

        TakeZones();
        RefreshNames();
        foreach (ref readonly var item in frame.Fixes)
        {
            ProcessSupervised(Track(item.Unit), in item.Fix);
        }

        _output.Processed(frame.Sequence, frame.Count);
        frame.Release();
    }

    public void Tick(DateTimeOffset now)
    {
        TakeZones();
        RefreshNames();
        _rejudging.Work(now);
    }

    /// <summary>Starts over from history and log, as after a crash.</summary>
    public void Restart()
    {
        _tracks.Clear();
        _heat = new HeatAccumulator();
        _output = new ShardOutput(Shard, _parts);
        _zones = _parts.Zones.Current;
        _rejudging = new ZoneRejudging(this, _output, _parts.WindowMs);
        Recover();
    }

    /// <summary>Takes what there is to commit. The commit before must be durable by now.</summary>
    /// <param name="maySeal">Whether the log may be relieved of tracks in this commit, if it is time: not all shards should at once.</param>
    public ShardCommit TakeCommit(DateTimeOffset now, bool maySeal = true)
    {
        TakeZones();
        foreach (var track in _tracks.Values)
        {
            _output.Trim(track);
        }

        var commit = _output.Take(now, maySeal, _heat, _tracks.Values, _rejudging.TakeApplied());
        commit.JudgedEpoch = _rejudging.JudgedEpoch;
        return commit;
    }

    /// <summary>Copies the fixes of a unit in [from, to) that are in memory. Together with the sealed ones they are all there are.</summary>
    public void CopyTrack(int unit, long fromMs, long toMs, List<Fix> into)
    {
        if (_tracks.TryGetValue(unit, out var track))
        {
            var end = track.IndexAtOrAfter(toMs);
            for (var i = track.IndexAtOrAfter(fromMs); i < end; i++)
            {
                into.Add(track.At(i));
            }
        }
    }

    /// <summary>The last fix inside so far of a visit that lasts; null when this shard knows none that began then.</summary>
    /// <remarks>History is told of a visit when it begins and ends; how long it has lasted meanwhile would cost a write for every fix.</remarks>
    public long? LastInsideOf(int unit, string zone, long fromMs)
        => _tracks.TryGetValue(unit, out var track)
            ? track.Visits.Find(visit => visit.IsOpen && visit.FromMs == fromMs && visit.ZoneKey == zone)?.ToMs
            : null;

    internal UnitTrack Track(int unit)
    {
        if (!_tracks.TryGetValue(unit, out var track))
        {
            track = Load(unit);
            _tracks.Add(unit, track);
        }

        return track;
    }

    /// <summary>Extends a track's window back so that it begins at or before a time, if so much is stored.</summary>
    /// <returns>How many fixes came in front.</returns>
    internal int LoadBack(UnitTrack track, long toMs)
    {
        var before = track.Count;
        while (track.LoadedFromMs > toMs)
        {
            var endMs = track.LoadedFromMs;
            LoadBefore(track, toMs);

            // Once all sealed fixes are here: all visits, for there are those of fixes that only the log holds.
            _output.LoadVisits(track, track.LoadedFromMs, endMs);
        }

        return track.Count - before;
    }

    /// <summary>Has two fixes in the window before a time, if so many are stored: marks of jumps look that far.</summary>
    private void LoadAround(UnitTrack track, long timeMs)
    {
        LoadBack(track, timeMs - 1);
        while (track.LoadedFromMs != long.MinValue && track.Previous(track.Previous(track.IndexAtOrAfter(timeMs))) < 0)
        {
            LoadBack(track, track.LoadedFromMs - _parts.WindowMs);
        }
    }

    internal void Rebuild(UnitTrack track)
    {
        track.NeedsRebuild = false;
        _affected.Clear();
        var seen = 0;
        for (var i = track.Newest; i >= 0 && seen < FixesOfOpenRuns; i = track.Previous(i), seen++)
        {
            _zones.Index.Query(track.At(i).Position, _hits);
            AddZones(_hits.Ids);
        }

        foreach (var visit in track.Visits)
        {
            if (visit.IsOpen || (visit.ExitMs == Visit.None && !visit.IsPassage))
            {
                AddZone(visit.Zone);
            }
        }

        foreach (var zone in _affected)
        {
            // Undecided fixes, or speeding, may fill the window: then what decides lies before it.
            while (Reevaluation.FindAnchor(track, _zones, zone, track.Count) is null)
            {
                LoadBack(track, track.LoadedFromMs - _parts.WindowMs);
            }
        }

        Reevaluation.Rebuild(track, _zones, _affected);
        var newest = track.Newest;
        if (newest >= 0)
        {
            track.LastCell = HeatAccumulator.CellOf(in track.At(newest));
            foreach (var visit in track.Visits)
            {
                BreachDerivation.Derive(visit, track, _zones, track.At(newest).TimeMs, visit.Breaches); // For the time of the next check alone.
                track.NextCheckMs = Math.Min(track.NextCheckMs, visit.NextCheckMs);
            }

            UnitMotionRules.Restart(track);
            ShowLive(track);
        }
    }

    /// <summary>Replaces visits and breaches by what a re-evaluation found.</summary>
    internal void Settle(UnitTrack track, Reevaluation.Outcome outcome, long nowMs)
    {
        _output.Settle(track, _zones, outcome, nowMs);
        ShowLive(track);
    }

    private void TakeZones()
    {
        if (_zones != _parts.Zones.Current)
        {
            _zones = _parts.Zones.Current;
            _rejudging.Notice();
        }
    }

    private void Recover()
    {
        for (var unit = 0; unit < _parts.Log.UnitCount; unit++)
        {
            if (Shards.Of(_parts.Log.UnitOf(unit)) == Shard)
            {
                Track(unit);
            }
        }

        var (processed, sealedTo) = _parts.History.ReadProgress(Shard);
        _output.Resume(processed, sealedTo);
        foreach (var frame in _parts.Log.Read(Shard, sealedTo))
        {
            if (frame.Sequence > processed)
            {
                Process(frame);
                continue;
            }

            // Its consequences are in the history; only the fixes themselves are not sealed yet.
            foreach (ref readonly var item in frame.Fixes)
            {
                var track = Track(item.Unit);
                LoadAround(track, item.Fix.TimeMs);
                TrackPlacement.Place(track, in item.Fix);
                track.NeedsRebuild = true;
            }

            _output.Recovered(frame.Count);
        }

        foreach (var track in _tracks.Values)
        {
            if (track.NeedsRebuild)
            {
                Rebuild(track);
            }
        }

        _rejudging.Resume(_parts.History.ReadAppliedZones(Shard));
    }

    // One unit's trouble must not stop the others of its shard; the fix itself is safe in the log and the track.
    private void ProcessSupervised(UnitTrack track, in Fix fix)
    {
        try
        {
            if (track.NeedsRebuild)
            {
                Rebuild(track);
            }

            Process(track, in fix);
        }
        catch (Exception failure) when (failure is not IOException)
        {
            track.NeedsRebuild = true;
            _touched.Clear();
            _parts.OnFailure(_parts.Log.UnitOf(track.Number), failure);
        }
    }

    private void Process(UnitTrack track, in Fix fix)
    {
        var newest = track.Newest;
        if (newest < 0 || fix.TimeMs > track.At(newest).TimeMs)
        {
            Append(track, in fix, newest);
        }
        else
        {
            Insert(track, in fix);
        }
    }

    private void Append(UnitTrack track, in Fix fix, int before)
    {
        var placed = TrackPlacement.Place(track, in fix);
        var index = placed.Index;
        var cell = HeatAccumulator.CellOf(in fix);
        _heat.AddFix(cell, fix.TimeMs, 1);
        if (before >= 0)
        {
            _heat.AddPresence(track.LastCell, track.At(before).TimeMs, fix.TimeMs, 1);
        }

        track.LastCell = cell;
        StepZones(track, index, before);
        UnitMotionRules.Step(track, index, before);
        if (_touched.Count > 0)
        {
            _output.Emit(track, _zones, _touched, fix.TimeMs, fix.ReceivedAtMs);
            _touched.Clear();
        }

        if (fix.TimeMs >= track.NextCheckMs)
        {
            _output.Check(track, _zones, fix.TimeMs, fix.ReceivedAtMs);
        }

        ShowLive(track);
    }

    private void StepZones(UnitTrack track, int index, int before)
    {
        ref readonly var fix = ref track.At(index);
        var position = fix.Position;
        if (before >= 0 && _zones.Index.SameLeafNoEdges(track.At(before).Position, position, out var leaf)
            && track.States.Count == 0 && _zones.Index.WhollyInside(leaf).IsEmpty)
        {
            return;
        }

        _affected.Clear();
        _zones.Index.Query(position, _hits);
        AddZones(_hits.Ids);
        if (before >= 0)
        {
            _zones.Index.QuerySegment(track.At(before).Position, position, _segmentHits);
            AddZones(_segmentHits.Ids);
        }

        foreach (ref readonly var state in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(track.States))
        {
            AddZone(state.Zone);
        }

        foreach (var zone in _affected)
        {
            StepZone(track, zone, index);
        }
    }

    private void StepZone(UnitTrack track, int zone, int index)
    {
        ref readonly var fix = ref track.At(index);
        var version = _zones.InForce(zone, fix.TimeMs);
        var contains = version is not null && Contains(version);
        var at = FindState(track, zone);
        var state = at >= 0 ? track.States[at] : new ZoneState { Zone = zone };
        VisitMachine.Step(ref state, track, _zones, index, VisitMachine.Classify(version, in fix, contains), _touched);
        if (at >= 0 && !state.IsIdle)
        {
            track.States[at] = state;
        }
        else if (at >= 0)
        {
            track.States.RemoveAt(at);
        }
        else if (!state.IsIdle)
        {
            track.States.Add(state);
        }

        if (state.IsInside && version is { HasGroupRules: true })
        {
            _output.Queue(track, state.Visit!); // Those who judge several units at once want to know how long it lasts.
        }
    }

    private bool Contains(ZoneVersion version)
    {
        foreach (var id in _hits.Ids)
        {
            if (ReferenceEquals(_zones.Entry(id), version))
            {
                return true;
            }
        }

        return false;
    }

    private static int FindState(UnitTrack track, int zone)
    {
        for (var i = 0; i < track.States.Count; i++)
        {
            if (track.States[i].Zone == zone)
            {
                return i;
            }
        }

        return -1;
    }

    private void Insert(UnitTrack track, in Fix fix)
    {
        LoadAround(track, fix.TimeMs);
        var placed = TrackPlacement.Place(track, in fix);
        _parts.Metrics.OnLate(isDuplicate: placed.Index < 0);
        if (placed.IsWithoutEffect)
        {
            return;
        }

        var (before, after) = (track.Previous(placed.Index), track.Next(placed.Index));
        MoveHeat(track, in fix, placed, before, after);
        CollectAffected(track, placed, before, after);
        var fixMs = fix.TimeMs;
        foreach (var zone in _affected.ToArray())
        {
            Rejudge(track, zone, fixMs, fix.ReceivedAtMs);
        }

        if (after < 0)
        {
            track.LastCell = HeatAccumulator.CellOf(in fix); // It outranked the newest.
        }

        UnitMotionRules.Restart(track);
        ShowLive(track);
    }

    private void Rejudge(UnitTrack track, int zone, long fixMs, long nowMs)
    {
        int? anchor;
        while ((anchor = Reevaluation.FindAnchor(track, _zones, zone, track.IndexAtOrAfter(fixMs))) is null)
        {
            LoadBack(track, track.LoadedFromMs - _parts.WindowMs);
        }

        var index = track.IndexAtOrAfter(fixMs);
        var next = track.Next(index);
        Settle(track, Reevaluation.Run(track, _zones, zone, anchor.Value, next >= 0 ? next : index), nowMs);
    }

    private void MoveHeat(UnitTrack track, in Fix fix, TrackPlacement.Placement placed, int before, int after)
    {
        var cell = HeatAccumulator.CellOf(in fix);
        _heat.AddFix(cell, fix.TimeMs, 1);
        if (placed.Outranked is { } loser)
        {
            var loserCell = HeatAccumulator.CellOf(in loser);
            _heat.AddFix(loserCell, loser.TimeMs, -1);
            if (after >= 0)
            {
                _heat.AddPresence(loserCell, loser.TimeMs, track.At(after).TimeMs, -1);
            }
        }
        else if (before >= 0)
        {
            var beforeCell = HeatAccumulator.CellOf(in track.At(before));
            if (after >= 0)
            {
                _heat.AddPresence(beforeCell, track.At(before).TimeMs, track.At(after).TimeMs, -1);
            }

            _heat.AddPresence(beforeCell, track.At(before).TimeMs, fix.TimeMs, 1);
        }

        if (after >= 0)
        {
            _heat.AddPresence(cell, fix.TimeMs, track.At(after).TimeMs, 1);
        }
    }

    // Every zone whose machine may take another way now: those that the changed segments touch, old and new, and those of visits around.
    private void CollectAffected(UnitTrack track, TrackPlacement.Placement placed, int before, int after)
    {
        _affected.Clear();
        var position = track.At(placed.Index).Position;
        AddSegment(before >= 0 ? track.At(before).Position : position, position);
        AddSegment(position, after >= 0 ? track.At(after).Position : position);
        if (before >= 0 && after >= 0)
        {
            AddSegment(track.At(before).Position, track.At(after).Position);
        }

        if (placed.Outranked is { } loser)
        {
            AddSegment(before >= 0 ? track.At(before).Position : loser.Position, loser.Position);
            AddSegment(loser.Position, after >= 0 ? track.At(after).Position : loser.Position);
        }

        foreach (var visit in track.Visits)
        {
            // With hysteresis a visit rests on several fixes before its start and after its end; one without an exit still looks for it.
            var memory = (_zones.InForce(visit.Zone, visit.ToMs)?.HysteresisFixes ?? 1) * VisitMachine.GapMs;
            var endMs = visit.IsOpen || visit.ExitMs == Visit.None ? long.MaxValue : Math.Max(visit.ToMs + memory, visit.ExitMs);
            if (endMs >= track.At(Math.Max(before, 0)).TimeMs && (after < 0 || visit.FromMs - memory <= track.At(after).TimeMs))
            {
                AddZone(visit.Zone);
            }
        }
    }

    private void AddSegment(Geo.LatLng a, Geo.LatLng b)
    {
        _zones.Index.QuerySegment(a, b, _segmentHits);
        AddZones(_segmentHits.Ids);
    }

    private void AddZones(ReadOnlySpan<int> entries)
    {
        foreach (var entry in entries)
        {
            AddZone(_zones.Entry(entry).Zone);
        }
    }

    private void AddZone(int zone)
    {
        if (!_affected.Contains(zone))
        {
            _affected.Add(zone);
        }
    }

    internal void ShowLive(UnitTrack track)
    {
        var newest = track.Newest;
        if (newest >= 0)
        {
            _parts.Live.Set(track.Number, in track.At(newest), UnitMotionRules.Of(track), track.ZonesInside());
        }
    }

    private void RefreshNames()
    {
        if (_directoryVersion == _parts.Directory.Version)
        {
            return;
        }

        _directoryVersion = _parts.Directory.Version;
        foreach (var track in _tracks.Values)
        {
            track.Info = _parts.Directory.Get(track.Number);
        }
    }

    private UnitTrack Load(int unit)
    {
        var track = new UnitTrack(_parts.Directory.Get(unit));
        if (_parts.History.TrackRange(unit) is { } range)
        {
            track.LoadedFromMs = range.LastMs + 1;
            LoadBefore(track, range.LastMs - _parts.WindowMs);
            track.NeedsRebuild = true;
        }

        // As one, to the end of time: visits of fixes that only the log holds are among them, and each breach must find its own.
        _output.LoadVisits(track, track.LoadedFromMs, long.MaxValue);
        return track;
    }

    private void LoadBefore(UnitTrack track, long toMs)
    {
        var endMs = track.LoadedFromMs;
        var fromMs = Math.Min(toMs, endMs - 1);
        fromMs = _parts.History.LastFixAtOrBefore(track.Number, fromMs) is { } earlier ? Math.Min(fromMs, earlier) : fromMs;
        var older = new List<Fix>();
        _parts.History.ReadTrack(track.Number, fromMs, endMs - 1, older); // Both ends belong to what is read.
        track.Prepend(older);
        var isAll = _parts.History.TrackRange(track.Number) is not { } range || range.FirstMs >= fromMs;
        track.LoadedFromMs = isAll ? long.MinValue : fromMs;
    }
}
