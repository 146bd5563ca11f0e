using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Geo;

namespace Vantage.Actors.Tests.Engine;

/// <summary>Derived history in plain collections: the simplest thing that keeps the port's word.</summary>
internal sealed class MemoryHistory : IHistory
{
    private readonly Dictionary<int, (long, long)> _progress = [];
    private readonly Dictionary<int, List<(string, int)>> _applied = [];
    private readonly Dictionary<string, GroupWork> _groupWork = [];

    public Dictionary<int, List<Fix>> Tracks { get; } = [];

    /// <summary>Every rewrite of a track so far.</summary>
    public List<(int Unit, long FromMs, long ToMs)> Rewrites { get; } = [];

    public Dictionary<(int Unit, string Zone, long FromMs), VisitRow> Visits { get; } = [];

    public Dictionary<string, Breach> Breaches { get; } = [];

    public Dictionary<(int Hour, ulong Cell), (long Fixes, long PresenceMs)> Heat { get; } = [];

    /// <summary>The hours before which sums of heat were to be built, call by call.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<int> SumsBuiltBefore { get; } = [];

    public Func<bool> OnBuildHeatSums { get; set; } = () => false;

    /// <summary>Told of each transaction before anything of it is kept; may refuse it.</summary>
    public Action<IReadOnlyList<ShardCommit>> OnCommit { get; set; } = _ => { };

    public int RowsInATransaction { get; init; } = int.MaxValue;

    public void Claim(int shard)
    {
    }

    public void Release(int shard)
    {
    }

    public Watermark? ReadCovered() => null;

    public void Commit(IReadOnlyList<ShardCommit> commits)
    {
        OnCommit(commits);
        foreach (var commit in commits)
        {
            commit.GroupDone.ForEach(done => _ = _groupWork.GetValueOrDefault(done.Zone).Version == done.Version && _groupWork.Remove(done.Zone));
            commit.GroupWork.ForEach(Add);
            foreach (var row in commit.Visits)
            {
                if (!row.Removed)
                {
                    Visits[(row.Unit, row.Zone, row.FromMs)] = row;
                }
                else
                {
                    Visits.Remove((row.Unit, row.Zone, row.FromMs));
                }
            }

            commit.Breaches.ForEach(breach => Breaches[breach.Id] = breach);
            foreach (var delta in commit.Heat)
            {
                var (fixes, presence) = Heat.GetValueOrDefault((delta.Hour, delta.Cell));
                Heat[(delta.Hour, delta.Cell)] = (fixes + delta.Fixes, presence + delta.PresenceMs);
            }

            commit.Tracks.ForEach(Rewrite);
            commit.Forgets.ForEach(forget => TrackOf(forget.Unit).RemoveAll(fix => fix.TimeMs < forget.BeforeMs && fix.TimeMs < TrackOf(forget.Unit)[^1].TimeMs));
            _applied.TryAdd(commit.Shard, []);
            _applied[commit.Shard].AddRange(commit.AppliedZones);
            if (!commit.IsGroupOnly)
            {
                _progress[commit.Shard] = (commit.ProcessedSequence, commit.SealedSequence);
            }
        }
    }

    public (long ProcessedSequence, long SealedSequence) ReadProgress(int shard) => _progress.GetValueOrDefault(shard);

    public IReadOnlyList<(string Zone, int Version)> ReadAppliedZones(int shard) => _applied.GetValueOrDefault(shard) ?? [];

    public IReadOnlyList<GroupWork> ReadGroupWork() => [.. _groupWork.Values];

    /// <summary>An outline may keep everything.</summary>
    public IReadOnlyList<DamagedTrack> ReadTrack(
        int unit, long fromMs, long toMs, List<Fix> into, int atMost = int.MaxValue, TrackDetail? detail = null)
    {
        into.AddRange(TrackOf(unit).Where(fix => fix.TimeMs >= fromMs && fix.TimeMs <= toMs).Take(atMost));
        return [];
    }

    public long CountTrack(int unit, long fromMs, long toMs, TrackDetail? detail = null)
        => TrackOf(unit).Count(fix => fix.TimeMs >= fromMs && fix.TimeMs <= toMs);

    /// <summary>All may be among them.</summary>
    public IReadOnlySet<int> UnitsNear(GeoBox box, long fromMs, long toMs) => Tracks.Keys.ToHashSet();

    public (long FirstMs, long LastMs)? TrackRange(int unit)
        => TrackOf(unit) is { Count: > 0 } track ? (track[0].TimeMs, track[^1].TimeMs) : null;

    public long? LastFixAtOrBefore(int unit, long timeMs)
        => TrackOf(unit).Where(fix => fix.TimeMs <= timeMs).Select(fix => (long?)fix.TimeMs).LastOrDefault();

    public long? FirstFixAtOrAfter(int unit, long timeMs)
        => TrackOf(unit).Where(fix => fix.TimeMs >= timeMs).Select(fix => (long?)fix.TimeMs).FirstOrDefault();

    public void ReadVisitsOfUnit(int unit, string? zone, long fromMs, long toMs, List<VisitRow> into)
        => into.AddRange(Visits.Values
            .Where(row => row.Unit == unit && (zone is null || row.Zone == zone) && row.FromMs <= toMs && row.ToMs >= fromMs)
            .OrderBy(row => row.FromMs));

    public void ReadBreachesOfUnit(int unit, string? zone, long fromMs, long toMs, List<Breach> into)
        => into.AddRange(Standing(fromMs, toMs).Where(breach => breach.Unit == unit && (zone is null || breach.Zone == zone)));

    public void ReadVisitsOfZone(string zone, long fromMs, long toMs, List<VisitRow> into)
        => into.AddRange(Visits.Values
            .Where(row => row.Zone == zone && row.FromMs <= toMs && row.ToMs >= fromMs).OrderBy(row => row.FromMs));

    public void ReadBreachesOfZones(string? zone, string? rule, long fromMs, long toMs, List<Breach> into)
        => into.AddRange(Standing(fromMs, toMs).Where(breach => breach.Unit is null && breach.Zone == (zone ?? breach.Zone) && breach.Rule == (rule ?? breach.Rule)));

    public Page<VisitRow> QueryVisits(VisitQuery query) => throw new NotSupportedException();

    public Page<Breach> QueryBreaches(BreachQuery query) => throw new NotSupportedException();

    public Breach? FindBreach(string id) => Breaches.GetValueOrDefault(id);

    public void ReadHeat(int fromHour, int toHour, Func<ulong, bool>? inside, Action<HeatDelta> add) => throw new NotSupportedException();

    public void SumHeat(int fromHour, int toHour, int resolution, Func<ulong, bool>? inside, Action<HeatSum> add) => throw new NotSupportedException();

    public IReadOnlyList<int> DamagedHeat(int fromHour, int toHour) => [];

    public void ReplaceHeat(int fromHour, int toHour, List<HeatDelta> heat) => throw new NotSupportedException();

    public bool BuildHeatSums(int beforeHour)
    {
        SumsBuiltBefore.Enqueue(beforeHour);
        return OnBuildHeatSums();
    }

    private IEnumerable<Breach> Standing(long fromMs, long toMs) => Breaches.Values
        .Where(breach => breach.State != BreachState.Retracted && breach.StartedAtMs <= toMs && (breach.EndedAtMs ?? long.MaxValue) >= fromMs)
        .OrderBy(breach => breach.StartedAtMs);

    private List<Fix> TrackOf(int unit) => Tracks.GetValueOrDefault(unit) ?? [];

    private void Add(GroupWork work)
    {
        var known = _groupWork.GetValueOrDefault(work.Zone, work);
        _groupWork[work.Zone] = new GroupWork(work.Zone, Math.Min(known.FromMs, work.FromMs), Math.Min(known.DueMs, work.DueMs), known.Version + 1);
    }

    private void Rewrite(TrackRewrite rewrite)
    {
        Rewrites.Add((rewrite.Unit, rewrite.FromMs, rewrite.ToMs));
        var kept = TrackOf(rewrite.Unit).Where(fix => fix.TimeMs < rewrite.FromMs || fix.TimeMs > rewrite.ToMs);
        Tracks[rewrite.Unit] = [.. kept.Concat(rewrite.Fixes.ToArray()).OrderBy(fix => fix, Comparer<Fix>.Create((a, b) => Fix.Compare(in a, in b)))];
    }
}
