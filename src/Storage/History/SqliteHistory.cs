using System.Diagnostics;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.History;

/// <summary>History on SQLite. Readers have their own connections: each call sees whole commits, and waits for no writer.</summary>
public sealed class SqliteHistory : IHistory, IDisposable
{
    internal static readonly FileSchema Schema = new("history.db", 0x56_48_49_53, 8192,
    [
        TrackChunks.Schema + VisitTable.Schema + BreachTable.Schema + HeatBlocks.Schema + """
        CREATE TABLE progress (shard INTEGER PRIMARY KEY, processed INTEGER NOT NULL, sealed INTEGER NOT NULL);
        CREATE TABLE applied_zones (shard INTEGER NOT NULL, zone TEXT NOT NULL, version INTEGER NOT NULL,
            PRIMARY KEY (shard, zone, version)) WITHOUT ROWID;
        CREATE TABLE group_work (zone TEXT PRIMARY KEY, from_ms INTEGER NOT NULL) WITHOUT ROWID;
        """,
        "ALTER TABLE progress ADD COLUMN judged_epoch INTEGER NOT NULL DEFAULT 0",
        """
        ALTER TABLE group_work ADD COLUMN due_ms INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE group_work ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
        """,
        TrackChunks.BoxesAndOutlines,
        HeatSums.Schema,
        VisitTable.KeyedByTime,
    ]);

    private readonly StorageMetrics _metrics;
    private readonly DatabaseFile _file;
    private readonly Database _writer;
    private readonly Checkpointer _checkpointer;
    private readonly TrackChunks _chunks;
    private readonly VisitTable _visits = new();
    private readonly BreachTable _breaches = new();
    private readonly HeatBlocks _heat;
    private readonly HeatSums _sums;
    private readonly Lock _writing = new();
    private bool _disposed;

    /// <param name="nameOf">The id of the unit with a number.</param>
    internal SqliteHistory(string folder, StorageOptions options, StorageMetrics metrics, Func<int, string> nameOf)
    {
        _metrics = metrics;
        _file = DatabaseFile.Open(folder, Schema, cacheKibibytes: 64 << 10);
        _writer = _file.Writer;
        var damage = new DamageReport(_file.Path, nameOf, options.OnDamage, metrics);
        _chunks = new TrackChunks(damage);
        _chunks.Load(_writer);
        _checkpointer = new Checkpointer(_writer, options.CheckpointBytes, metrics);
        _sums = new HeatSums(damage);
        _sums.Load(_writer);
        _heat = new HeatBlocks(options.HeatCacheCells, _sums, damage);
        _visits.Load(_writer);
        _breaches.Load(_writer);
    }

    internal DatabaseFile File => _file;

    /// <summary>Nobody waits for the one writer, and each transaction more writes the same blocks of heat once more.</summary>
    public int RowsInATransaction => int.MaxValue;

    /// <summary>Nothing to do: one process has the folder.</summary>
    public void Claim(int shard)
    {
    }

    /// <summary>Nothing to do: one process has the folder.</summary>
    public void Release(int shard)
    {
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Progress never goes back; the epoch of zones is what the last commit said. An <see cref="ArgumentException"/> says that a
    /// commit is malformed: then nothing of any was written.
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
            ObjectDisposedException.ThrowIf(_disposed, this);
            var startedAt = Stopwatch.GetTimestamp();
            var bytes = 0L;
            try
            {
                _writer.Execute("BEGIN IMMEDIATE");
                foreach (var commit in commits)
                {
                    bytes += Write_NeedsLock(commit);
                }

                bytes += _heat.Write(_writer);
                _writer.Execute("COMMIT");
            }
            catch
            {
                _writer.RollbackIfOpen();
                _heat.Forget();
                _metrics.OnFailure(Schema.Name);
                throw;
            }

            _checkpointer.OnCommit(bytes);
            _metrics.OnCommit(Schema.Name, startedAt, bytes);
            Checkpoint_NeedsLock();
        }
    }

    public (long ProcessedSequence, long SealedSequence) ReadProgress(int shard)
    {
        using var loan = _file.Read();
        var select = loan.Database.Prepare("SELECT processed, sealed FROM progress WHERE shard = ?1").Bind(1, shard);
        return select.Step() ? (select.Int64(0), select.Int64(1)) : (0, 0);
    }

    /// <summary>All pairs ever committed, by zone and then version.</summary>
    public IReadOnlyList<(string Zone, int Version)> ReadAppliedZones(int shard)
    {
        using var loan = _file.Read();
        var select = loan.Database.Prepare("SELECT zone, version FROM applied_zones WHERE shard = ?1 ORDER BY zone, version").Bind(1, shard);
        List<(string, int)> applied = [];
        while (select.Step())
        {
            applied.Add((select.Text(0), select.Int32(1)));
        }

        return applied;
    }

    /// <summary>Ordered by zone; each with the earliest times that were asked for.</summary>
    public IReadOnlyList<GroupWork> ReadGroupWork()
    {
        using var loan = _file.Read();
        var select = loan.Database.Prepare("SELECT zone, from_ms, due_ms, version FROM group_work ORDER BY zone");
        List<GroupWork> work = [];
        while (select.Step())
        {
            work.Add(new GroupWork(select.Text(0), select.Int64(1), select.Int64(2), select.Int64(3)));
        }

        return work;
    }

    /// <summary>Null: the one process that writes here knows.</summary>
    public Watermark? ReadCovered() => null;

    public IReadOnlyList<DamagedTrack> ReadTrack(
        int unit, long fromMs, long toMs, List<Fix> into, int atMost = int.MaxValue, TrackDetail? detail = null)
    {
        using var snapshot = new Snapshot(_file);
        return _chunks.Read(snapshot.Database, unit, fromMs, toMs, into, atMost, detail);
    }

    public long CountTrack(int unit, long fromMs, long toMs, TrackDetail? detail = null)
    {
        using var loan = _file.Read();
        return TrackChunks.Count(loan.Database, unit, fromMs, toMs, detail);
    }

    public IReadOnlySet<int> UnitsNear(GeoBox box, long fromMs, long toMs)
    {
        var units = new HashSet<int>();
        using var snapshot = new Snapshot(_file);
        _chunks.UnitsNear(snapshot.Database, box, fromMs, toMs, units);
        return units;
    }

    public (long FirstMs, long LastMs)? TrackRange(int unit)
    {
        using var loan = _file.Read();
        return TrackChunks.Range(loan.Database, unit);
    }

    public long? LastFixAtOrBefore(int unit, long timeMs)
    {
        using var loan = _file.Read();
        return _chunks.LastAtOrBefore(loan.Database, unit, timeMs);
    }

    public long? FirstFixAtOrAfter(int unit, long timeMs)
    {
        using var loan = _file.Read();
        return _chunks.FirstAtOrAfter(loan.Database, unit, timeMs);
    }

    public void ReadVisitsOfUnit(int unit, string? zone, long fromMs, long toMs, List<VisitRow> into)
    {
        using var snapshot = new Snapshot(_file);
        _visits.ReadOverlapping(snapshot.Database, unit, zone, fromMs, toMs, into);
    }

    public void ReadBreachesOfUnit(int unit, string? zone, long fromMs, long toMs, List<Breach> into)
    {
        using var snapshot = new Snapshot(_file);
        _breaches.ReadOverlapping(snapshot.Database, unit, zone, rule: null, fromMs, toMs, into);
    }

    public void ReadVisitsOfZone(string zone, long fromMs, long toMs, List<VisitRow> into)
    {
        ArgumentNullException.ThrowIfNull(zone);
        using var snapshot = new Snapshot(_file);
        _visits.ReadOverlapping(snapshot.Database, unit: null, zone, fromMs, toMs, into);
    }

    public void ReadBreachesOfZones(string? zone, string? rule, long fromMs, long toMs, List<Breach> into)
    {
        using var snapshot = new Snapshot(_file);
        _breaches.ReadOverlapping(snapshot.Database, unit: null, zone, rule, fromMs, toMs, into);
    }

    /// <inheritdoc/>
    /// <remarks>With a range: visits that overlap [from, to), by their last fix inside.</remarks>
    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public Page<VisitRow> QueryVisits(VisitQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        using var snapshot = new Snapshot(_file);
        return _visits.Query(snapshot.Database, query);
    }

    /// <inheritdoc/>
    /// <remarks>With a range: breaches that overlap [from, to); one that lasts overlaps all that comes after its start.</remarks>
    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public Page<Breach> QueryBreaches(BreachQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        using var snapshot = new Snapshot(_file);
        return _breaches.Query(snapshot.Database, query);
    }

    /// <summary>The breach of that id in whatever state, or null.</summary>
    public Breach? FindBreach(string id)
    {
        using var loan = _file.Read();
        return BreachTable.Find(loan.Database, id);
    }

    public void ReadHeat(int fromHour, int toHour, Func<ulong, bool>? inside, Action<HeatDelta> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        using var loan = _file.Read();
        HeatBlocks.Read(loan.Database, fromHour, toHour, inside, add);
    }

    public void SumHeat(int fromHour, int toHour, int resolution, Func<ulong, bool>? inside, Action<HeatSum> add)
    {
        HeatCube.CheckResolution(resolution);
        ArgumentNullException.ThrowIfNull(add);
        var tally = new HeatTally(resolution);
        using (var snapshot = new Snapshot(_file))
        {
            _sums.Read(snapshot.Database, fromHour, toHour, inside, tally);
        }

        tally.Give(add);
    }

    public bool BuildHeatSums(int beforeHour)
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var startedAt = Stopwatch.GetTimestamp();
            try
            {
                _writer.Execute("BEGIN IMMEDIATE");
                var (bytes, spans, isMore) = _sums.Build(_writer, beforeHour);
                _writer.Execute("COMMIT");
                if (spans > 0)
                {
                    _checkpointer.OnCommit(bytes);
                    _metrics.OnCommit(Schema.Name, startedAt, bytes);
                    Checkpoint_NeedsLock();
                }

                return isMore;
            }
            catch
            {
                _writer.RollbackIfOpen();
                _metrics.OnFailure(Schema.Name);
                throw;
            }
        }
    }

    public IReadOnlyList<int> DamagedHeat(int fromHour, int toHour)
    {
        using var snapshot = new Snapshot(_file);
        return HeatBlocks.Damaged(snapshot.Database, fromHour, toHour);
    }

    public void ReplaceHeat(int fromHour, int toHour, List<HeatDelta> heat)
    {
        ArgumentNullException.ThrowIfNull(heat);
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                _writer.Execute("BEGIN IMMEDIATE");
                _heat.Replace(_writer, fromHour, toHour, heat);
                _checkpointer.OnCommit(_heat.Write(_writer));
                _writer.Execute("COMMIT");
            }
            catch
            {
                _writer.RollbackIfOpen();
                _heat.Forget();
                throw;
            }

            Checkpoint_NeedsLock();
        }
    }

    public void Dispose()
    {
        lock (_writing)
        {
            _disposed = true;
            _file.Dispose();
            _breaches.Dispose();
        }
    }

    private long Write_NeedsLock(ShardCommit commit)
    {
        var bytes = 0L;
        foreach (var track in commit.Tracks)
        {
            bytes += _chunks.Rewrite(_writer, track);
        }

        foreach (var forget in commit.Forgets)
        {
            TrackChunks.Forget(_writer, forget);
        }

        foreach (var visit in commit.Visits)
        {
            _visits.Write(_writer, in visit);
        }

        foreach (var breach in commit.Breaches)
        {
            _breaches.Write(_writer, breach);
        }

        _heat.Add(_writer, commit.Heat);
        foreach (var (zone, version) in commit.AppliedZones)
        {
            _writer.Prepare("INSERT OR IGNORE INTO applied_zones VALUES (?1, ?2, ?3)").Bind(1, commit.Shard).Bind(2, zone).Bind(3, version).Run();
        }

        WriteGroupWork_NeedsLock(commit);
        if (!commit.IsGroupOnly)
        {
            _writer.Prepare(
                """
                INSERT INTO progress (shard, processed, sealed, judged_epoch) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (shard) DO UPDATE SET processed = max(processed, excluded.processed), sealed = max(sealed, excluded.sealed),
                    judged_epoch = excluded.judged_epoch
                """).Bind(1, commit.Shard).Bind(2, commit.ProcessedSequence).Bind(3, commit.SealedSequence).Bind(4, commit.JudgedEpoch).Run();
        }

        return bytes + (100L * (commit.Visits.Count + commit.Breaches.Count));
    }

    private void WriteGroupWork_NeedsLock(ShardCommit commit)
    {
        foreach (var (zone, version) in commit.GroupDone)
        {
            _writer.Prepare("DELETE FROM group_work WHERE zone = ?1 AND version = ?2").Bind(1, zone).Bind(2, version).Run();
        }

        foreach (var work in commit.GroupWork)
        {
            _writer.Prepare(
                """
                INSERT INTO group_work (zone, from_ms, due_ms, version) VALUES (?1, ?2, ?3, 1)
                ON CONFLICT (zone) DO UPDATE SET from_ms = min(from_ms, excluded.from_ms), due_ms = min(due_ms, excluded.due_ms), version = version + 1
                """).Bind(1, work.Zone).Bind(2, work.FromMs).Bind(3, work.DueMs).Run();
        }
    }

    private void Checkpoint_NeedsLock()
    {
        try
        {
            _checkpointer.RunIfDue();
        }
        catch (StorageException)
        {
            // The commit stands: the write-ahead log has it. The next checkpoint tries again, and the next commit will tell.
            _metrics.OnFailure(Schema.Name);
        }
    }

    /// <summary>Several statements that see the same commits.</summary>
    private readonly struct Snapshot : IDisposable
    {
        private readonly DatabaseFile.Loan _loan;

        public Snapshot(DatabaseFile file)
        {
            _loan = file.Read();
            _loan.Database.Execute("BEGIN");
            _loan.Database.ReadInt64("SELECT 1 FROM progress"); // The first read is what fixes the moment.
        }

        public Database Database => _loan.Database;

        public void Dispose()
        {
            Database.RollbackIfOpen();
            _loan.Dispose();
        }
    }
}
