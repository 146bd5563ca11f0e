using System.Data;
using Npgsql;
using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Postgres;

/// <summary>The connection that writes this process's part of the track log. Other processes write at the same time.</summary>
/// <remarks>
/// A commit is one statement. It takes the next number from <c>log_head</c> and holds that row until the server has synced and made it
/// visible, so whoever sees a commit sees all before it. When the connection breaks it is not known whether a commit counts: its callers
/// are refused, and what they repeat changes nothing if it is there already.
/// </remarks>
internal sealed class PostgresLogStore(PostgresDatabase database, LogMarks marks) : ILogStore, IDisposable
{
    /// <summary>What a commit announces itself on.</summary>
    public const string Channel = "vantage_log";

    public const string SelectHead = "SELECT commit FROM log_head";

    private static readonly string Insert =
        $"""
        WITH head AS (UPDATE log_head SET commit = commit + 1 RETURNING commit),
        rows AS (
            INSERT INTO frames (shard, sequence, count, payload)
            SELECT frame.shard, head.commit * {Shards.Count} + frame.shard, frame.count, frame.payload
            FROM head CROSS JOIN unnest($1, $2, $3) AS frame (shard, count, payload))
        SELECT commit, pg_notify('{Channel}', '') FROM head
        """;

    private readonly long[] _marks = new long[Shards.Count];
    private readonly long[] _storedMarks = new long[Shards.Count];
    private readonly short[] _shards = [.. Enumerable.Range(0, Shards.Count).Select(shard => (short)shard)];
    private readonly List<short> _frameShards = [];
    private readonly List<int> _frameCounts = [];
    private readonly List<ReadOnlyMemory<byte>> _framePayloads = [];
    private byte[] _scratch = new byte[1 << 16];
    private int _scratchUsed;
    private CommitFrames? _frames;
    private NpgsqlConnection? _connection;

    public string Name => "log";

    public bool IsAway => _connection is null;

    /// <summary>Units are stored before their numbers are told to anybody.</summary>
    public bool HasNewUnits => false;

    public bool HasIdleWork => false;

    public bool HasDueWork => false;

    /// <summary>Connects, and reads how far the log is.</summary>
    /// <exception cref="StorageException">It cannot be reached, or it is damaged.</exception>
    public void Open()
    {
        try
        {
            _connection = database.ConnectAlone();
            LoadMarks(_connection);
            CheckHead(_connection);
        }
        catch (Exception failure)
        {
            Close();
            throw failure is NpgsqlException ? database.Failure(failure) : failure;
        }
    }

    public void Begin()
    {
        ForgetFrames();
        if (_connection is not null)
        {
            return;
        }

        try
        {
            _connection = database.ConnectAlone();
            CheckHead(_connection);
        }
        catch (NpgsqlException failure)
        {
            throw database.Failure(failure);
        }
    }

    /// <summary>A transaction of its own, which no sync waits for: what it deletes is deleted again when that is lost.</summary>
    public bool Trim(int maxFrames)
    {
        marks.CopyTrimmed(_marks);
        var moved = _shards.Where(shard => _marks[shard] != _storedMarks[shard]).ToArray();
        try
        {
            using var transaction = _connection!.BeginTransaction(IsolationLevel.ReadCommitted);
            using var lazily = _connection.Command("SET LOCAL synchronous_commit = off");
            lazily.ExecuteNonQuery();
            using var store = _connection.Command(
                """
                INSERT INTO trims (shard, sequence) SELECT * FROM unnest($1, $2)
                ON CONFLICT (shard) DO UPDATE SET sequence = excluded.sequence WHERE trims.sequence < excluded.sequence
                """,
                moved,
                moved.Select(shard => _marks[shard]).ToArray());
            store.ExecuteNonQuery();
            using var delete = _connection.Command(
                """
                DELETE FROM frames WHERE ctid = ANY (ARRAY (
                    SELECT old.ctid FROM unnest($1, $2) AS mark (shard, sequence) CROSS JOIN LATERAL (
                        SELECT ctid FROM frames WHERE shard = mark.shard AND sequence <= mark.sequence ORDER BY sequence LIMIT $3) AS old
                    LIMIT $3))
                """,
                _shards,
                _marks,
                maxFrames);
            var deleted = delete.ExecuteNonQuery();
            transaction.Commit();
            _marks.CopyTo(_storedMarks, 0);
            return deleted == maxFrames;
        }
        catch (NpgsqlException failure)
        {
            throw database.Failure(failure);
        }
    }

    public void InsertNewUnits()
    {
        // There are none.
    }

    public int InsertFrames(CommitFrames frames)
    {
        _frames = frames;
        var bytes = 0;
        foreach (var frame in frames.All)
        {
            bytes += frame is null ? 0 : Encode(frame);
        }

        return bytes;
    }

    /// <summary>One message with all rows. The answer comes when the server has synced its write-ahead log.</summary>
    public void Commit()
    {
        if (_frames is null || _frameShards.Count == 0)
        {
            return;
        }

        try
        {
            using var insert = _connection!.Command(Insert, _frameShards, _frameCounts, _framePayloads);
            var commit = 0L;
            using (var rows = insert.ExecuteReader())
            {
                rows.Read();
                commit = rows.GetInt64(0);
                while (rows.NextResult())
                {
                    // Ends with the commit: the row itself came before it.
                }
            }

            _frames.Number(commit);
            marks.Saw(FrameDirectory.SequenceOf(commit, _frameShards[^1]));
        }
        catch (NpgsqlException failure)
        {
            throw database.Failure(failure);
        }
        finally
        {
            ForgetFrames();
        }
    }

    /// <summary>Closes the connection: whatever it was doing ends there.</summary>
    public void Rollback()
    {
        ForgetFrames();
        Array.Clear(_storedMarks); // It is not known which of them were stored.
        Close();
    }

    public void RunOwnWork()
    {
        // Vacuum and checkpoints are the server's.
    }

    public void Dispose() => Close();

    private void CheckHead(NpgsqlConnection connection)
    {
        var known = marks.LastSequence;
        using var select = connection.Command(SelectHead);
        marks.Check((long)select.ExecuteScalar()!, known);
    }

    /// <summary>The newest frame may have been trimmed: marks never go beyond it, and its shard's reaches it.</summary>
    private void LoadMarks(NpgsqlConnection connection)
    {
        using (var trims = connection.Command("SELECT shard, sequence FROM trims"))
        using (var rows = trims.ExecuteReader())
        {
            while (rows.Read())
            {
                _storedMarks[rows.GetInt16(0)] = rows.GetInt64(1);
                marks.Trim(rows.GetInt16(0), rows.GetInt64(1));
                marks.Saw(rows.GetInt64(1));
            }
        }

        using var newest = connection.Command(
            """
            SELECT coalesce(max(last.sequence), 0) FROM unnest($1) AS each (shard) CROSS JOIN LATERAL (
                SELECT sequence FROM frames WHERE shard = each.shard ORDER BY sequence DESC LIMIT 1) AS last
            """,
            _shards);
        marks.Saw((long)newest.ExecuteScalar()!);
    }

    private int Encode(PositionFrame frame)
    {
        var needed = frame.Count * FrameCodec.MaxBytesPerFix;
        if (_scratch.Length - _scratchUsed < needed)
        {
            // The frames before keep the old one until they are sent.
            (_scratch, _scratchUsed) = (new byte[Math.Max(needed, _scratch.Length * 2)], 0);
        }

        var length = FrameCodec.Encode(frame.Fixes, _scratch.AsSpan(_scratchUsed));
        _frameShards.Add((short)frame.Shard);
        _frameCounts.Add(frame.Count);
        _framePayloads.Add(_scratch.AsMemory(_scratchUsed, length));
        _scratchUsed += length;
        return length;
    }

    private void ForgetFrames()
    {
        _frames = null;
        _frameShards.Clear();
        _frameCounts.Clear();
        _framePayloads.Clear();
        _scratchUsed = 0;
    }

    private void Close()
    {
        try
        {
            _connection?.Dispose();
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or InvalidOperationException or TimeoutException)
        {
            // It was broken already; the server ends its side.
        }

        _connection = null;
    }
}
