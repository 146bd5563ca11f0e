using System.Diagnostics;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Storage.History;

namespace Vantage.Storage.Postgres;

/// <summary>History on PostgreSQL. Several processes may write it, each the shards that it has claimed; any may read all. Thread-safe.</summary>
/// <remarks>
/// A commit whose connection breaks at its very end may have been kept. Each leaves a mark of its own, and after such an end it is looked for
/// before anything else is written, so that heat, which is a sum, is never added twice.
/// </remarks>
public sealed class PostgresHistory : IHistory
{
    private const string MetricsName = "history";

    private readonly PostgresDatabase _database;
    private readonly StorageMetrics _metrics;
    private readonly PostgresClaims _claims;
    private readonly PostgresChunks _chunks;
    private readonly PostgresHeatSums _sums;
    private readonly DamageReport _damage;
    private readonly Lock _writing = new();
    private Doubt? _doubt;

    internal PostgresHistory(PostgresDatabase database, StorageMetrics metrics, DamageReport damage)
    {
        _database = database;
        _metrics = metrics;
        _damage = damage;
        _claims = new PostgresClaims(database);
        _chunks = new PostgresChunks(database, damage);
        _sums = new PostgresHeatSums(database, damage);
    }

    /// <summary>A few seconds' work for a server: other processes wait for a transaction's rows of heat.</summary>
    public int RowsInATransaction => 100_000;

    public void Claim(int shard) => _claims.Claim(shard);

    public void Release(int shard) => _claims.Release(shard);

    /// <inheritdoc/>
    /// <remarks>
    /// Progress never goes back; the epoch of zones is what the last commit said. When storage refuses at the very end, it may be open whether the
    /// commits were kept: the same ones tried again are then not written twice. An <see cref="ArgumentException"/> says that a commit is
    /// malformed: then nothing of any was written.
    /// </remarks>
    public void Commit(IReadOnlyList<ShardCommit> commits)
    {
        ArgumentNullException.ThrowIfNull(commits);
        if (commits.Count == 0)
        {
            return;
        }

        lock (_writing)
        {
            var startedAt = Stopwatch.GetTimestamp();
            try
            {
                var kept = Settle();
                var bytes = Write([.. commits.Where(commit => !kept.Contains(commit))]);
                _metrics.OnCommit(MetricsName, startedAt, bytes);
            }
            catch
            {
                _metrics.OnFailure(MetricsName);
                throw;
            }
        }
    }

    public (long ProcessedSequence, long SealedSequence) ReadProgress(int shard) => PostgresProgress.Read(_database, shard);

    /// <summary>All pairs ever committed, by zone and then version.</summary>
    public IReadOnlyList<(string Zone, int Version)> ReadAppliedZones(int shard) => PostgresProgress.ReadApplied(_database, shard);

    /// <summary>Ordered by zone; each with the earliest times that were asked for.</summary>
    public IReadOnlyList<GroupWork> ReadGroupWork() => PostgresGroupWork.Read(_database);

    public Watermark? ReadCovered() => PostgresProgress.ReadCovered(_database);

    public IReadOnlyList<DamagedTrack> ReadTrack(
        int unit, long fromMs, long toMs, List<Fix> into, int atMost = int.MaxValue, TrackDetail? detail = null)
        => _chunks.Read(unit, fromMs, toMs, into, atMost, detail);

    public long CountTrack(int unit, long fromMs, long toMs, TrackDetail? detail = null) => _chunks.Count(unit, fromMs, toMs, detail);

    public IReadOnlySet<int> UnitsNear(GeoBox box, long fromMs, long toMs) => _chunks.UnitsNear(box, fromMs, toMs);

    public (long FirstMs, long LastMs)? TrackRange(int unit) => TrackRanges([unit])[0];

    public (long FirstMs, long LastMs)?[] TrackRanges(IReadOnlyList<int> units) => _chunks.Ranges(units);

    public long? LastFixAtOrBefore(int unit, long timeMs) => _chunks.LastAtOrBefore(unit, timeMs);

    public long? FirstFixAtOrAfter(int unit, long timeMs) => _chunks.FirstAtOrAfter(unit, timeMs);

    public void ReadVisitsOfUnit(int unit, string? zone, long fromMs, long toMs, List<VisitRow> into)
        => PostgresVisits.ReadOverlapping(_database, [unit], zone, fromMs, toMs, into);

    public void ReadVisitsOfUnits(IReadOnlyList<int> units, long fromMs, long toMs, List<VisitRow> into)
        => PostgresVisits.ReadOverlapping(_database, units, zone: null, fromMs, toMs, into);

    public void ReadBreachesOfUnit(int unit, string? zone, long fromMs, long toMs, List<Breach> into)
        => PostgresBreaches.ReadOverlapping(_database, [unit], zone, rule: null, fromMs, toMs, into);

    public void ReadBreachesOfUnits(IReadOnlyList<int> units, long fromMs, long toMs, List<Breach> into)
        => PostgresBreaches.ReadOverlapping(_database, units, zone: null, rule: null, fromMs, toMs, into);

    public void ReadVisitsOfZone(string zone, long fromMs, long toMs, List<VisitRow> into)
    {
        ArgumentNullException.ThrowIfNull(zone);
        PostgresVisits.ReadOverlapping(_database, units: null, zone, fromMs, toMs, into);
    }

    public void ReadBreachesOfZones(string? zone, string? rule, long fromMs, long toMs, List<Breach> into)
    {
        PostgresBreaches.ReadOverlapping(_database, units: null, zone, rule, fromMs, toMs, into);
    }

    /// <inheritdoc/>
    /// <remarks>With a range: visits that overlap [from, to), by their last fix inside.</remarks>
    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public Page<VisitRow> QueryVisits(VisitQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return PostgresVisits.Query(_database, query);
    }

    /// <inheritdoc/>
    /// <remarks>With a range: breaches that overlap [from, to); one that lasts overlaps all that comes after its start.</remarks>
    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public Page<Breach> QueryBreaches(BreachQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return PostgresBreaches.Query(_database, query);
    }

    /// <summary>The breach of that id in whatever state, or null.</summary>
    public Breach? FindBreach(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return PostgresBreaches.Find(_database, id);
    }

    public void ReadHeat(int fromHour, int toHour, Func<ulong, bool>? inside, Action<HeatDelta> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        PostgresHeat.Read(_database, fromHour, toHour, inside, add);
    }

    public void SumHeat(int fromHour, int toHour, int resolution, Func<ulong, bool>? inside, Action<HeatSum> add)
    {
        HeatCube.CheckResolution(resolution);
        ArgumentNullException.ThrowIfNull(add);
        var tally = new HeatTally(resolution);
        _sums.Read(fromHour, toHour, inside, tally);
        tally.Give(add);
    }

    public bool BuildHeatSums(int beforeHour)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var (bytes, isMore) = _sums.Build(beforeHour);
        if (bytes > 0)
        {
            _metrics.OnCommit(MetricsName, startedAt, bytes);
        }

        return isMore;
    }

    public IReadOnlyList<int> DamagedHeat(int fromHour, int toHour)
    {
        using var snapshot = PostgresStatements.Snapshot(_database);
        return PostgresHeat.Damaged(snapshot, fromHour, toHour);
    }

    public void ReplaceHeat(int fromHour, int toHour, List<HeatDelta> heat)
    {
        ArgumentNullException.ThrowIfNull(heat);
        lock (_writing)
        {
            Settle();
            using var transaction = PostgresStatements.Transaction(_database);
            PostgresHeat.Replace(transaction, fromHour, toHour, heat);
            transaction.Run(heat.Count);
            transaction.Commit();
            _sums.Mend(fromHour, toHour);
        }
    }

    /// <returns>The bytes written.</returns>
    private long Write(ShardCommit[] commits)
    {
        if (commits.Length == 0)
        {
            return 0;
        }

        // What is malformed is refused before the server hears of it.
        var heat = PostgresHeat.Gather(commits);
        foreach (var rewrite in commits.SelectMany(commit => commit.Tracks))
        {
            ChunkMerge.Check(in rewrite);
        }

        using var transaction = PostgresStatements.Transaction(_database);
        var doubt = new Doubt(commits[0].Shard, Random.Shared.NextInt64(1, long.MaxValue), [.. commits]);
        _claims.Hold(transaction, commits.Select(commit => commit.Shard));
        PostgresClaims.Mark(transaction, doubt.Shard, doubt.Mark);

        // What other processes may write as well comes last, so that they wait for little more than the disk.
        var bytes = _chunks.Write(transaction, commits);
        PostgresChunks.Forget(transaction, commits);
        PostgresVisits.Write(transaction, commits);
        PostgresBreaches.Write(transaction, commits);
        PostgresProgress.Write(transaction, commits);
        bytes += PostgresHeat.Write(transaction, heat, _damage);
        PostgresGroupWork.Write(transaction, commits);
        transaction.Run(commits.Sum(commit => commit.Rows));
        Commit(transaction, doubt);
        return bytes + (100L * commits.Sum(commit => commit.Visits.Count + commit.Breaches.Count));
    }

    private void Commit(PostgresStatements transaction, Doubt doubt)
    {
        try
        {
            transaction.Commit();
        }
        catch (StorageException)
        {
            _doubt = doubt;
            if (Settle().Count == 0)
            {
                throw;
            }
        }
    }

    /// <summary>Finds out what became of a commit that failed at its end.</summary>
    /// <returns>The commits that it kept after all.</returns>
    /// <exception cref="StorageException">Still not known.</exception>
    private HashSet<ShardCommit> Settle()
    {
        if (_doubt is not { } doubt)
        {
            return [];
        }

        var isKept = _claims.ReadMark(doubt.Shard) == doubt.Mark;
        _doubt = null;
        return isKept ? doubt.Commits : [];
    }

    private sealed record Doubt(int Shard, long Mark, HashSet<ShardCommit> Commits);
}
