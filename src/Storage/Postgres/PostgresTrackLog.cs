using Npgsql;
using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Postgres;

/// <summary>The track log on PostgreSQL, which any number of processes write and follow at the same time.</summary>
/// <remarks>
/// Frames are delivered of the shards that this process follows, on a thread of its own: a delivery that waits holds back no commit.
/// While the database is away commits are refused; the log comes back by itself.
/// </remarks>
public sealed class PostgresTrackLog : StoredTrackLog
{
    private const string Select =
        """
        SELECT shard, sequence, count, payload FROM frames
        WHERE shard = $1 AND sequence > greatest($2, (SELECT sequence FROM trims WHERE shard = $1)) ORDER BY sequence
        """;

    private readonly PostgresDatabase _database;
    private readonly LogMarks _marks;
    private readonly PostgresUnits _units;
    private readonly PostgresLogStore _store;
    private readonly PostgresLogTail _tail;

    internal PostgresTrackLog(PostgresDatabase database, StorageOptions options, StorageMetrics metrics)
        : base(options, metrics)
    {
        _database = database;
        _marks = new LogMarks(database.Name);
        _units = new PostgresUnits(database, Units);
        _units.Require(0);
        _store = new PostgresLogStore(database, _marks);
        _store.Open();
        _tail = new PostgresLogTail(database, _units, _marks, reason => Writer.OnDeliveryFailed(reason));
        Open(_store);
    }

    /// <summary>Why the last commit or trimming failed, or why the log cannot be followed; null when all is well.</summary>
    public override string? LastError => base.LastError ?? _tail.LastError;

    /// <inheritdoc/>
    /// <remarks>Of those that this process wrote, read, or was given.</remarks>
    public override long LastSequence => _marks.LastSequence;

    public override void Follow(int shard)
    {
        CheckShard(shard);
        _tail.Follow(shard);
    }

    public override void Unfollow(int shard)
    {
        CheckShard(shard);
        _tail.Unfollow(shard);
    }

    private protected override int Add(ActorId unit) => _units.Register(unit);

    private protected override void Check(int number)
    {
        _units.Require(number); // Another process may have given it.
        base.Check(number);
    }

    private protected override void Deliver(Action<PositionFrame> deliver)
    {
        Writer.Start(frame => frame.Release());
        _tail.Start(deliver);
    }

    private protected override void EndDelivery() => _tail.Dispose();

    private protected override IEnumerable<PositionFrame> ReadFrames(int shard, long afterSequence)
    {
        using var connection = _database.Connect();
        using var select = connection.Command(Select, (short)shard, Math.Max(afterSequence, _marks.TrimmedTo(shard)));
        using var rows = Guard(() => select.ExecuteReader());
        var frame = new PositionFrame(256);
        while (Guard(rows.Read))
        {
            _units.Require(Guard(() => PostgresFrames.Read(rows, frame, _database.Name)));
            _marks.Saw(frame.Sequence);
            yield return frame;
        }
    }

    private protected override void MarkTrimmed(int shard, long upToSequence) => _marks.Trim(shard, upToSequence);

    private protected override void CloseStore() => _store.Dispose();

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (NpgsqlException failure)
        {
            throw _database.Failure(failure);
        }
    }
}
