using System.Diagnostics;
using Npgsql;
using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Postgres;

/// <summary>Delivers the frames of the shards that this process follows, whoever wrote them, in the order of the whole log.</summary>
/// <remarks>
/// A thread with a connection of its own, which commits wake. It only reads, so a delivery that waits holds up nobody but those who
/// follow here. Each shard has a place where following began, and all have one up to which the log was read; neither needs the
/// connection, so one that breaks is replaced and loses nothing.
/// </remarks>
internal sealed class PostgresLogTail(
    PostgresDatabase database, PostgresUnits units, LogMarks marks, Action<Exception> onDeliveryFailed) : IDisposable
{
    private const long NotFollowed = long.MaxValue;

    /// <summary>Commits are small where few report at a time, and many while what waited for the database comes: a read costs more than what it brings.</summary>
    private const int CommitsPerRead = 256;

    /// <summary>One frame may go beyond.</summary>
    private const int FixesPerRead = 65_536;

    private const string Select =
        """
        SELECT next.shard, next.sequence, next.count, next.payload, head.commit FROM log_head AS head LEFT JOIN (
            SELECT frame.*, sum(frame.count) OVER (ORDER BY frame.sequence) AS fixes
            FROM unnest($1, $2) AS followed (shard, after) LEFT JOIN trims USING (shard) CROSS JOIN LATERAL (
                SELECT * FROM frames
                WHERE shard = followed.shard AND sequence > greatest(followed.after, trims.sequence) AND sequence <= $3
                ORDER BY sequence LIMIT $4) AS frame) AS next ON next.fixes - next.count < $5
        ORDER BY next.sequence
        """;

    /// <summary>Between two reads while many commit: each read takes what came meanwhile.</summary>
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(10);

    /// <summary>Without a word from the server: the word may have been lost with a connection.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(8);

    // Held while the log is read, never while it is delivered: whoever begins to follow finds the thread between two reads.
    private readonly Lock _reading = new();
    private readonly long[] _from = [.. Enumerable.Repeat(NotFollowed, Shards.Count)];
    private readonly FramePool _pool = new();
    private readonly List<PositionFrame> _frames = [];
    private readonly CancellationTokenSource _stopping = new();
    private Action<PositionFrame>? _deliver;
    private Thread? _thread;
    private TimeSpan _pause;
    private long _readTo;
    private bool _isWoken;
    private volatile string? _error;

    /// <summary>Why the log cannot be read at present; null when it can.</summary>
    public string? LastError => _error;

    public void Start(Action<PositionFrame> deliver)
    {
        _deliver = deliver;
        _thread = new Thread(Run) { IsBackground = true, Name = "Vantage log tail" };
        _thread.Start();
    }

    public void Follow(int shard)
    {
        try
        {
            lock (_reading)
            {
                using var connection = database.Connect();
                using var head = connection.Command(PostgresLogStore.SelectHead);
                var from = LastOf((long)head.ExecuteScalar()!);
                units.Load(connection); // Those of all frames up to there, whether they are still in the log or not.
                Volatile.Write(ref _from[shard], from);
            }
        }
        catch (NpgsqlException failure)
        {
            throw database.Failure(failure);
        }
    }

    public void Unfollow(int shard) => Volatile.Write(ref _from[shard], NotFollowed);

    public void Dispose()
    {
        _stopping.Cancel();
        if (_thread?.Join(CloseTimeout) != false) // Else a delivery never returns, and the thread ends with the process.
        {
            _stopping.Dispose();
        }
    }

    private static long LastOf(long commit) => FrameDirectory.SequenceOf(commit, Shards.Count - 1);

    private void Run()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using var connection = database.ConnectAlone();
                Follow(connection);
            }
            catch (Exception reason) // Supervisor of the thread: the frames are there, so it tries again.
            {
                if (!_stopping.IsCancellationRequested)
                {
                    _error = database.Failure(reason).Message;
                }
            }

            _stopping.Token.WaitHandle.WaitOne(_pause);
            _pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 20 + (_pause.TotalMilliseconds * 2)));
        }
    }

    private void Follow(NpgsqlConnection connection)
    {
        connection.Notification += (_, _) => _isWoken = true;
        using (var listen = connection.Command($"LISTEN {PostgresLogStore.Channel}"))
        {
            listen.ExecuteNonQuery();
        }

        while (!_stopping.IsCancellationRequested)
        {
            var readAt = Stopwatch.GetTimestamp();
            bool isMore;
            lock (_reading)
            {
                isMore = Read(connection);
            }

            (_error, _pause) = (null, TimeSpan.Zero);
            Deliver();
            if (!isMore)
            {
                Rest(connection, readAt);
            }
        }
    }

    /// <summary>Takes the next frames of the followed shards, as many as fit: all of them, or none when something breaks.</summary>
    /// <returns>True when there are more.</returns>
    private bool Read(NpgsqlConnection connection)
    {
        _isWoken = false;
        var (shards, after) = Cursors();
        if (shards.Count == 0)
        {
            return false;
        }

        var upTo = LastOf(FrameDirectory.CommitOf(after.Min()) + CommitsPerRead);
        try
        {
            var known = marks.LastSequence;
            using var select = connection.Command(Select, shards, after, upTo, CommitsPerRead, FixesPerRead);
            var head = Read(select, out var fixes);
            marks.Check(FrameDirectory.CommitOf(head), known);
            _readTo = fixes >= FixesPerRead ? _frames[^1].Sequence : Math.Max(_readTo, Math.Min(upTo, head));
            return _readTo < head;
        }
        catch
        {
            ReleaseFrames();
            throw;
        }
    }

    /// <returns>The end of the newest commit there is.</returns>
    private long Read(NpgsqlCommand select, out int fixes)
    {
        var head = 0L;
        var greatestUnit = -1;
        fixes = 0;
        using (var rows = select.ExecuteReader())
        {
            while (rows.Read())
            {
                head = LastOf(rows.GetInt64(4));
                if (rows.IsDBNull(0))
                {
                    break; // Nothing new: the one row is there for the head.
                }

                var frame = _pool.Rent(rows.GetInt32(2));
                _frames.Add(frame);
                greatestUnit = Math.Max(greatestUnit, PostgresFrames.Read(rows, frame, database.Name));
                fixes += frame.Count;
            }
        }

        units.Require(greatestUnit);
        return head;
    }

    /// <summary>The followed shards, and after which sequence each is to be read.</summary>
    private (List<short> Shards, List<long> After) Cursors()
    {
        List<short> shards = [];
        List<long> after = [];
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            if (Volatile.Read(ref _from[shard]) is var from and not NotFollowed)
            {
                shards.Add((short)shard);
                after.Add(Math.Max(from, _readTo));
            }
        }

        return (shards, after);
    }

    private void Deliver()
    {
        foreach (var frame in _frames)
        {
            // Whoever ended following, or began anew, since it was read reads it from the log.
            if (_stopping.IsCancellationRequested || frame.Sequence <= Volatile.Read(ref _from[frame.Shard]))
            {
                frame.Release();
                continue;
            }

            marks.Saw(frame.Sequence);
            try
            {
                _deliver!(frame);
            }
            catch (Exception reason)
            {
                onDeliveryFailed(reason);
                _stopping.Cancel();
            }
        }

        _frames.Clear();
    }

    private void Rest(NpgsqlConnection connection, long readAt)
    {
        if (ShortestRest - Stopwatch.GetElapsedTime(readAt) is var rest && rest > TimeSpan.Zero)
        {
            _stopping.Token.WaitHandle.WaitOne(rest);
        }

        if (!_isWoken)
        {
            connection.Wait(LongestRest);
        }
    }

    private void ReleaseFrames()
    {
        foreach (var frame in _frames.Where(frame => frame.Sequence > 0))
        {
            frame.Release();
        }

        _frames.Clear();
    }
}
