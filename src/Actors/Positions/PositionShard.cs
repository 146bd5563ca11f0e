using System.Diagnostics.CodeAnalysis;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;
using Vantage.Geo;

namespace Vantage.Actors.Positions;

/// <summary>The position half of the units of one shard: tracks, visits, breaches, heat, live markers.</summary>
/// <remarks>
/// One thread at a time. Everything here is a function of the log: what has not been committed is lost in a crash
/// and comes again from <see cref="ITrackLog.Read"/>. See docs/architecture.md, "The life of a fix".
/// </remarks>
public sealed class PositionShard : IPositionShard
{
    private readonly ShardParts _parts;
    private ZoneSet _zones;
    private TrackLoader _loader;
    private UnitTracks _tracks;
    private HeatAccumulator _heat;
    private ShardOutput _output;
    private ZoneStepper _stepper;
    private LateFixes _late;
    private TrackRebuild _rebuild;
    private ZoneRejudging _rejudging;
    private bool _isRecovered;

    /// <summary>Takes the shard for this process, and recovers it from history and log, before it returns.</summary>
    public PositionShard(int shard, ShardParts parts)
    {
        Shard = shard;
        _parts = parts;
        try
        {
            parts.History.Claim(shard); // First: what its owner before still writes is refused, or is there to be read.
            parts.Log.Follow(shard);
            Restart();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Shard { get; }

    /// <summary>Some stored track has not been judged by the zones as they are at an epoch.</summary>
    internal bool IsBehind(long epoch) => _rejudging.JudgedEpoch < epoch;

    /// <summary>Processes a frame, unless it was reached already: a shard made anew finds in the log what is still on its way to it.</summary>
    public void Process(PositionFrame frame)
    {
        ThrowIfNotRecovered();
        if (frame.Sequence <= _output.ProcessedSequence)
        {
            frame.Release();
            return;
        }

        ProcessNext(frame);
    }

    public void Tick(DateTimeOffset now)
    {
        ThrowIfNotRecovered();
        TakeZones();
        _tracks.RefreshNames();
        _rejudging.Work(now);
    }

    /// <summary>The shard leaves this process: what it has not committed is in the log, for whoever takes it next.</summary>
    public void Dispose()
    {
        _parts.Log.Unfollow(Shard);
        _parts.History.Release(Shard);
    }

    /// <summary>Starts over from history and log, as after a crash. When that fails the shard is of no use any more, and says so.</summary>
    [MemberNotNull(
        nameof(_zones), nameof(_loader), nameof(_tracks), nameof(_heat), nameof(_output), nameof(_stepper), nameof(_late), nameof(_rebuild),
        nameof(_rejudging))]
    public void Restart()
    {
        _isRecovered = false;
        var uncommitted = new Uncommitted();
        _zones = _parts.Zones.Current;
        _loader = new TrackLoader(_parts, new StoredVisits(_parts, uncommitted));
        _tracks = new UnitTracks(_parts.Directory, _loader);
        _heat = new HeatAccumulator();
        _output = new ShardOutput(Shard, _parts, uncommitted);
        _stepper = new ZoneStepper(_output);
        _late = new LateFixes(_parts, _loader, _heat, _output);
        _rebuild = new TrackRebuild(_parts.Live, _loader);
        _rejudging = new ZoneRejudging(_parts, _zones, _tracks, _loader, _rebuild, _output, _parts.Live);
        Recover();
        _isRecovered = true;
    }

    /// <summary>Takes what there is to commit. The commit before must be durable by now.</summary>
    /// <param name="maySeal">Whether the log may be relieved of tracks in this commit, if it is time: not all shards should at once.</param>
    public ShardCommit TakeCommit(DateTimeOffset now, bool maySeal = true)
    {
        ThrowIfNotRecovered();
        TakeZones();
        return _output.Take(now, maySeal, _heat, _tracks.All, _rejudging.TakeApplied(), _rejudging.JudgedEpoch);
    }

    /// <summary>Copies the fixes of a unit in [from, to) that are in memory. Together with the sealed ones they are all there are.</summary>
    public void CopyTrack(int unit, long fromMs, long toMs, List<Fix> into, int atMost = int.MaxValue)
    {
        if (_tracks.TryGet(unit, out var track))
        {
            var from = track.IndexAtOrAfter(fromMs);
            into.AddRange(track.Fixes.Slice(from, Math.Min(track.IndexAtOrAfter(toMs) - from, atMost)));
        }
    }

    /// <summary>How many fixes of a unit in [from, to) are in memory.</summary>
    public int CountFixes(int unit, long fromMs, long toMs)
        => _tracks.TryGet(unit, out var track) ? track.IndexAtOrAfter(toMs) - track.IndexAtOrAfter(fromMs) : 0;

    /// <summary>The units that have a fix in memory that counts, in a box, within [from, to).</summary>
    public IEnumerable<int> UnitsWithin(GeoBox box, long fromMs, long toMs)
        => _tracks.All.Where(track => track.HasFixWithin(box, fromMs, toMs)).Select(track => track.Number);

    /// <summary>The last fix inside so far of a visit that lasts; null when this shard knows none that began then.</summary>
    /// <remarks>History is told of a visit when it begins and ends; how long it has lasted meanwhile would cost a write for every fix.</remarks>
    public long? LastInsideOf(int unit, string zone, long fromMs)
        => _tracks.TryGet(unit, out var track)
            ? track.Visits.Find(visit => visit.IsOpen && visit.FromMs == fromMs && visit.ZoneKey == zone)?.ToMs
            : null;

    // Half read back, a shard would go on from a frame that it has never seen the ones before of.
    private void ThrowIfNotRecovered()
    {
        if (!_isRecovered)
        {
            throw new InvalidOperationException($"Position shard {Shard} could not be read back.");
        }
    }

    private void TakeZones()
    {
        if (_zones != _parts.Zones.Current)
        {
            _zones = _parts.Zones.Current;
            _rejudging.Notice(_zones);
        }
    }

    private void Recover()
    {
        _tracks.LoadAll([.. Enumerable.Range(0, _parts.Log.UnitCount).Where(unit => Shards.Of(_parts.Log.UnitOf(unit)) == Shard)]);
        var (processed, sealedTo) = _parts.History.ReadProgress(Shard);
        _output.Resume(processed, sealedTo);
        foreach (var frame in _parts.Log.Read(Shard, sealedTo))
        {
            if (frame.Sequence > processed)
            {
                ProcessNext(frame);
                continue;
            }

            // Its consequences are in the history; only the fixes themselves are not sealed yet.
            foreach (ref readonly var item in frame.Fixes)
            {
                var track = _tracks.Get(item.Unit);
                _loader.LoadAround(track, item.Fix.TimeMs);
                TrackPlacement.Place(track, in item.Fix);
                track.NeedsRebuild = true;
            }

            _output.Recovered(frame.Count);
        }

        foreach (var track in _tracks.All)
        {
            if (track.NeedsRebuild)
            {
                _rebuild.Run(track, _zones);
            }
        }

        _rejudging.Resume(_parts.History.ReadAppliedZones(Shard));
    }

    private void ProcessNext(PositionFrame frame)
    {
        TakeZones();
        _tracks.RefreshNames();
        foreach (ref readonly var item in frame.Fixes)
        {
            ProcessSupervised(_tracks.Get(item.Unit), in item.Fix);
        }

        _output.Processed(frame.Sequence, frame.Count);
        frame.Release();
    }

    // One unit's trouble must not stop the others of its shard; the fix itself is safe in the log and the track.
    private void ProcessSupervised(UnitTrack track, in Fix fix)
    {
        try
        {
            if (track.NeedsRebuild)
            {
                _rebuild.Run(track, _zones);
            }

            Process(track, in fix);
        }
        catch (Exception failure) when (failure is not IOException)
        {
            track.NeedsRebuild = true;
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
            _late.Take(track, _zones, in fix);
        }
    }

    private void Append(UnitTrack track, in Fix fix, int before)
    {
        var index = TrackPlacement.Place(track, in fix).Index;
        _heat.Append(track, index, before);
        var touched = _stepper.Step(track, _zones, index, before);
        UnitMotionRules.Step(track, index, before);
        _output.Emit(track, _zones, touched, fix.TimeMs, fix.ReceivedAtMs);
        if (fix.TimeMs >= track.NextCheckMs)
        {
            _output.Check(track, _zones, fix.TimeMs, fix.ReceivedAtMs);
        }

        _parts.Live.Show(track);
    }
}
