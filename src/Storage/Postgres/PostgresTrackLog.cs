using Npgsql;
using Vantage.Actors.Positions;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Postgres;

/// <summary>The track log on PostgreSQL. While the database is away commits are refused; the log comes back by itself.</summary>
public sealed class PostgresTrackLog : StoredTrackLog
{
    private readonly PostgresDatabase _database;
    private readonly PostgresLogStore _store;

    internal PostgresTrackLog(PostgresDatabase database, StorageOptions options, StorageMetrics metrics)
        : base(options, metrics)
    {
        _database = database;
        _store = new PostgresLogStore(database, Units, Directory);
        _store.Open();
        Open(_store);
    }

    private protected override IEnumerable<PositionFrame> ReadFrames(int shard, long afterSequence, long lastSequence)
    {
        using var connection = _database.Connect();
        using var select = new NpgsqlCommand(
            "SELECT sequence, count, payload FROM frames WHERE shard = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence", connection);
        select.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)shard });
        select.Parameters.Add(new NpgsqlParameter<long> { TypedValue = afterSequence });
        select.Parameters.Add(new NpgsqlParameter<long> { TypedValue = lastSequence });
        using var rows = Guard(() => select.ExecuteReader());
        var frame = new PositionFrame(256);
        while (Guard(rows.Read))
        {
            if (Guard(() => TryRead(rows, shard, frame)))
            {
                yield return frame;
            }
        }
    }

    private protected override void CloseStore() => _store.Dispose();

    /// <summary>False for a frame that was trimmed and not deleted yet.</summary>
    private bool TryRead(NpgsqlDataReader rows, int shard, PositionFrame into)
    {
        var sequence = rows.GetInt64(0);
        if (Directory.Next(shard, sequence - 1) != sequence)
        {
            return false;
        }

        (into.Shard, into.Sequence, into.Count) = (shard, sequence, rows.GetInt32(1));
        if (into.Buffer.Length < into.Count)
        {
            into.Buffer = new UnitFix[Math.Max(into.Count, into.Buffer.Length * 2)];
        }

        try
        {
            FrameCodec.Decode(rows.GetFieldValue<byte[]>(2), into.Buffer.AsSpan(0, into.Count));
            return true;
        }
        catch (InvalidDataException damage)
        {
            throw new StorageException(
                $"The track log in {_database.Name} is damaged at frame {sequence} of shard {shard}: {damage.Message} Restore it from a backup.", damage);
        }
    }

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
