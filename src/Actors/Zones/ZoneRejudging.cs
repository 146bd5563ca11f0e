using Vantage.Actors.Positions;
using Vantage.Actors.Visits;

namespace Vantage.Actors.Zones;

/// <summary>Judges a shard's stored tracks by new versions of zones, a slice at a time, so that live fixes never wait long: VIS-10.</summary>
internal sealed class ZoneRejudging(PositionShard shard, ShardOutput output, long windowMs)
{
    /// <summary>Units judged in one go between two frames.</summary>
    private const int UnitsInOneSlice = 16;

    private readonly Queue<Job> _jobs = new();
    private readonly List<(string Zone, int Version)> _applied = [];

    private long _seenEpoch = shard.Zones.Epoch;

    /// <summary>The epoch of zones by which all tracks are judged.</summary>
    public long JudgedEpoch { get; private set; }

    /// <summary>Takes up the changes of zones since the last call.</summary>
    public void Notice()
    {
        for (; _seenEpoch < shard.Zones.Epoch; _seenEpoch++)
        {
            var change = shard.Zones.Changes[(int)_seenEpoch];
            Add(change.Key, change.Zone, change.Version, change.FromMs);
        }

        JudgedEpoch = _jobs.Count == 0 ? _seenEpoch : JudgedEpoch;
    }

    /// <summary>Puts on the list what a crash or a stop left undone.</summary>
    public void Resume(IReadOnlyList<(string Zone, int Version)> applied)
    {
        var done = applied.ToHashSet();
        for (var zone = 0; zone < shard.Zones.ZoneCount; zone++)
        {
            foreach (var version in shard.Zones.VersionsOf(zone).Where(version => !done.Contains((version.Key, version.Version))))
            {
                Add(version.Key, zone, version.Version, version.FromMs);
            }
        }
    }

    public void Work(DateTimeOffset now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        for (var budget = UnitsInOneSlice; budget > 0 && _jobs.TryPeek(out var job);)
        {
            if (job.Units.TryDequeue(out var unit))
            {
                budget -= Judge(job, unit, nowMs) ? 1 : 0;
                continue;
            }

            _applied.Add((job.Key, job.Version));
            _jobs.Dequeue();
        }

        JudgedEpoch = _jobs.Count == 0 ? _seenEpoch : JudgedEpoch;
    }

    public IReadOnlyList<(string Zone, int Version)> TakeApplied()
    {
        (string, int)[] applied = [.. _applied];
        _applied.Clear();
        return applied;
    }

    private void Add(string key, int zone, int version, long fromMs)
        => _jobs.Enqueue(new Job(key, zone, version, fromMs, new Queue<int>(shard.Units)));

    private bool Judge(Job job, int unit, long nowMs)
    {
        var track = shard.Track(unit);
        var newest = track.Newest;
        if (newest < 0 || track.At(newest).TimeMs < job.FromMs)
        {
            return false;
        }

        if (track.NeedsRebuild)
        {
            shard.Rebuild(track);
        }

        shard.LoadBack(track, job.FromMs);
        int? anchor;
        while ((anchor = Reevaluation.FindAnchor(track, shard.Zones, job.Zone, track.IndexAtOrAfter(job.FromMs))) is null)
        {
            shard.LoadBack(track, track.LoadedFromMs - windowMs);
        }

        var outcome = Reevaluation.Run(track, shard.Zones, job.Zone, anchor.Value, track.Count - 1);
        output.Settle(track, shard.Zones, outcome, nowMs);
        shard.ShowLive(track);
        return true;
    }

    private sealed record Job(string Key, int Zone, int Version, long FromMs, Queue<int> Units);
}
