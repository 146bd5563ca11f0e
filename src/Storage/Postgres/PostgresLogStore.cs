using System.Data;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;
using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Postgres;

/// <summary>The tables of the track log, and the connection that writes them. What is read during a commit is the log's thread's.</summary>
/// <remarks>
/// The writing connection holds a lock that no other process can have, and an epoch tells after a break whether another had it meanwhile.
/// When a commit fails it is not known whether the server kept it. Its callers were refused, so it must not count: the next connection
/// deletes whatever goes beyond the last commit that succeeded, and its numbers are given again.
/// </remarks>
internal sealed class PostgresLogStore(PostgresDatabase database, UnitNumbers units, FrameDirectory directory) : ILogStore, IDisposable
{
    /// <summary>How long a connection that broke, or a process that just ended, may go on holding the lock.</summary>
    private const int LockTimeoutMs = 3000;

    private readonly long[] _marks = new long[Shards.Count];
    private readonly long[] _storedMarks = new long[Shards.Count];
    private readonly short[] _shards = [.. Enumerable.Range(0, Shards.Count).Select(shard => (short)shard)];
    private readonly List<int> _unitNumbers = [];
    private readonly List<string> _unitIds = [];
    private readonly List<short> _frameShards = [];
    private readonly List<long> _frameSequences = [];
    private readonly List<int> _frameCounts = [];
    private readonly List<ReadOnlyMemory<byte>> _framePayloads = [];
    private byte[] _scratch = new byte[1 << 16];
    private int _scratchUsed;
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private long _epoch;
    private string? _lostTo;

    public string Name => "log";

    public bool IsAway => _connection is null;

    public bool HasIdleWork => false;

    public bool HasDueWork => false;

    /// <summary>Takes the log for this process, and reads which units and frames there are.</summary>
    /// <exception cref="StorageException">Another process has it, or it is damaged.</exception>
    public void Open()
    {
        try
        {
            _connection = ConnectAndLock();
            using (var take = Command("UPDATE log_owner SET epoch = epoch + 1 RETURNING epoch"))
            {
                _epoch = (long)take.ExecuteScalar()!;
            }

            LoadUnits();
            LoadFrames();
        }
        catch (Exception failure)
        {
            Close();
            throw failure is NpgsqlException ? database.Failure(failure) : failure;
        }
    }

    public void Begin()
    {
        if (_lostTo is not null)
        {
            throw new StorageException(_lostTo);
        }

        try
        {
            _connection ??= Reconnect();
            _transaction = _connection.BeginTransaction(IsolationLevel.ReadCommitted);
        }
        catch (NpgsqlException failure)
        {
            throw database.Failure(failure);
        }
    }

    public bool Trim(int maxFrames)
    {
        directory.CopyTrimmed(_marks);
        directory.OldestNeeded(); // Lets go of what it knows of trimmed commits.
        try
        {
            if (!_marks.AsSpan().SequenceEqual(_storedMarks))
            {
                using var store = Command(
                    """
                    INSERT INTO trims (shard, sequence) SELECT * FROM unnest($1, $2)
                    ON CONFLICT (shard) DO UPDATE SET sequence = excluded.sequence WHERE trims.sequence <> excluded.sequence
                    """,
                    _shards,
                    _marks);
                store.ExecuteNonQuery();
                _marks.CopyTo(_storedMarks, 0);
            }

            using var delete = Command(
                """
                DELETE FROM frames WHERE ctid = ANY (ARRAY (
                    SELECT old.ctid FROM unnest($1, $2) AS mark (shard, sequence) CROSS JOIN LATERAL (
                        SELECT ctid FROM frames WHERE shard = mark.shard AND sequence <= mark.sequence ORDER BY sequence LIMIT $3) AS old
                    LIMIT $3))
                """,
                _shards,
                _marks,
                maxFrames);
            return delete.ExecuteNonQuery() == maxFrames;
        }
        catch (NpgsqlException failure)
        {
            throw database.Failure(failure);
        }
    }

    public void InsertUnit(int number, ActorId unit)
    {
        _unitNumbers.Add(number);
        _unitIds.Add(unit.ToString());
    }

    public int InsertFrame(PositionFrame frame)
    {
        var needed = frame.Count * FrameCodec.MaxBytesPerFix;
        if (_scratch.Length - _scratchUsed < needed)
        {
            // The frames before keep the old one until they are sent.
            (_scratch, _scratchUsed) = (new byte[Math.Max(needed, _scratch.Length * 2)], 0);
        }

        var length = FrameCodec.Encode(frame.Fixes, _scratch.AsSpan(_scratchUsed));
        _frameShards.Add((short)frame.Shard);
        _frameSequences.Add(frame.Sequence);
        _frameCounts.Add(frame.Count);
        _framePayloads.Add(_scratch.AsMemory(_scratchUsed, length));
        _scratchUsed += length;
        return length;
    }

    /// <summary>All rows in one message, then COMMIT, which returns when the server has synced its write-ahead log.</summary>
    public void Commit()
    {
        try
        {
            using var batch = new NpgsqlBatch(_connection, _transaction);
            if (_unitNumbers.Count > 0)
            {
                // A number that is there already is of a commit that failed and was kept: it can only be the same unit's.
                batch.BatchCommands.Add(BatchCommand(
                    "INSERT INTO units (number, id) SELECT * FROM unnest($1, $2) ON CONFLICT (number) DO NOTHING", _unitNumbers, _unitIds));
            }

            if (_frameSequences.Count > 0)
            {
                batch.BatchCommands.Add(BatchCommand(
                    "INSERT INTO frames (shard, sequence, count, payload) SELECT * FROM unnest($1, $2, $3, $4)",
                    _frameShards,
                    _frameSequences,
                    _frameCounts,
                    _framePayloads));
            }

            if (batch.BatchCommands.Count > 0)
            {
                batch.ExecuteNonQuery();
            }

            _transaction!.Commit();
            _transaction.Dispose();
            _transaction = null;
            ForgetRows();
        }
        catch (NpgsqlException failure)
        {
            throw database.Failure(failure);
        }
    }

    /// <summary>Closes the connection: the next one finds out how far the log is.</summary>
    public void Rollback()
    {
        ForgetRows();
        Array.Clear(_storedMarks);
        Close();
    }

    public void RunOwnWork()
    {
        // Vacuum and checkpoints are the server's.
    }

    public void Dispose() => Close();

    private NpgsqlConnection ConnectAndLock()
    {
        var connection = database.ConnectAlone();
        try
        {
            using var patience = new NpgsqlCommand($"SET lock_timeout = {LockTimeoutMs}", connection);
            patience.ExecuteNonQuery();
            using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({(long)PostgresLock.TrackLog})", connection);
            take.ExecuteNonQuery();
            return connection;
        }
        catch (Exception failure)
        {
            connection.Dispose();
            throw failure is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }
                ? new StorageException($"The track log in {database.Name} is in use by another process: stop that one, or name another database.", failure)
                : failure;
        }
    }

    private NpgsqlConnection Reconnect()
    {
        var connection = ConnectAndLock();
        try
        {
            _connection = connection;
            using (var owner = Command("SELECT epoch FROM log_owner"))
            {
                if ((long)owner.ExecuteScalar()! != _epoch)
                {
                    _lostTo = $"Another process has taken the track log in {database.Name}: this one takes no more fixes until it is started anew.";
                    throw new StorageException(_lostTo);
                }
            }

            using var undo = Command("DELETE FROM frames WHERE shard = ANY ($1) AND sequence > $2", _shards, directory.LastSequence);
            undo.ExecuteNonQuery();
            if (ReadLastSequence() < directory.LastSequence)
            {
                _lostTo = $"The track log in {database.Name} lacks what it has acknowledged: was an older state restored, or a standby promoted that was behind?";
                throw new StorageException(_lostTo);
            }

            return connection;
        }
        catch
        {
            Close();
            throw;
        }
    }

    private void LoadUnits()
    {
        using var select = Command("SELECT number, id FROM units ORDER BY number");
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            if (!ActorId.TryParse(rows.GetString(1), out var unit) || units.GetOrAdd(unit, out _) != rows.GetInt32(0))
            {
                throw new StorageException(
                    $"The track log in {database.Name} is damaged: unit {rows.GetInt32(0)} ({rows.GetString(1)}) does not follow the one before.");
            }
        }
    }

    private void LoadFrames()
    {
        using (var marks = Command("SELECT shard, sequence FROM trims"))
        using (var rows = marks.ExecuteReader())
        {
            while (rows.Read())
            {
                _storedMarks[rows.GetInt16(0)] = rows.GetInt64(1);
                directory.Trim(rows.GetInt16(0), rows.GetInt64(1));
            }
        }

        using (var frames = Command("SELECT sequence FROM frames ORDER BY sequence"))
        using (var rows = frames.ExecuteReader())
        {
            while (rows.Read())
            {
                directory.Add(rows.GetInt64(0));
            }
        }

        // The newest frame may have been trimmed; its number must not be given again.
        if (ReadLastSequence() is var last && last > directory.LastSequence)
        {
            directory.Add(last);
        }
    }

    /// <summary>The newest frame's sequence, though it may have been trimmed: marks never go beyond it, and its shard's reaches it.</summary>
    private long ReadLastSequence()
    {
        using var select = Command(
            """
            SELECT coalesce(max(sequence), 0) FROM (
                SELECT last.sequence FROM unnest($1) AS s (shard) CROSS JOIN LATERAL (
                    SELECT sequence FROM frames WHERE shard = s.shard ORDER BY sequence DESC LIMIT 1) AS last
                UNION ALL SELECT sequence FROM trims) AS ends
            """,
            _shards);
        return (long)select.ExecuteScalar()!;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Only texts of this class come here.")]
    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, _connection, _transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(Parameter(value));
        }

        return command;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Only texts of this class come here.")]
    private static NpgsqlBatchCommand BatchCommand(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(Parameter(value));
        }

        return command;
    }

    private static NpgsqlParameter Parameter(object value) => value switch
    {
        List<ReadOnlyMemory<byte>> => new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        _ => new NpgsqlParameter { Value = value },
    };

    private void ForgetRows()
    {
        _unitNumbers.Clear();
        _unitIds.Clear();
        _frameShards.Clear();
        _frameSequences.Clear();
        _frameCounts.Clear();
        _framePayloads.Clear();
        _scratchUsed = 0;
    }

    private void Close()
    {
        try
        {
            _transaction?.Dispose();
            _connection?.Dispose();
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or InvalidOperationException or TimeoutException)
        {
            // It was broken already; the server ends its side.
        }

        (_transaction, _connection) = (null, null);
    }
}
