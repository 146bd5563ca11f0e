using Vantage.Actors;
using Vantage.Actors.History;

namespace Vantage.Storage.Postgres;

/// <summary>Which shards are this process's. Thread-safe.</summary>
/// <remarks>
/// A claim makes the shard's epoch grow; a commit holds the epochs' rows until its end and counts only if they are those that it knows. So a claim
/// waits for a commit that is under way, and no commit that comes later can pass for the former owner's.
/// </remarks>
internal sealed class PostgresClaims(PostgresDatabase database)
{
    private const long None = 0;

    private readonly long[] _epochs = new long[Shards.Count];

    public void Claim(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Shards.Count);
        Release(shard); // When this fails the shard may be ours or not: then it is not.
        using var statements = PostgresStatements.Single(database);
        var epoch = None;
        statements.Add(
            """
            INSERT INTO shard_claims (shard, epoch) VALUES ($1, 1) ON CONFLICT (shard) DO UPDATE SET epoch = shard_claims.epoch + 1 RETURNING epoch
            """,
            row => epoch = row.GetInt64(0)).With((short)shard);
        statements.Run();
        Volatile.Write(ref _epochs[shard], epoch);
    }

    public void Release(int shard) => Volatile.Write(ref _epochs[shard], None);

    /// <summary>Keeps others from claiming the shards until the transaction ends.</summary>
    /// <exception cref="ShardsLostException">Some are not this process's.</exception>
    public void Hold(PostgresStatements transaction, IEnumerable<int> shards)
    {
        int[] wanted = [.. shards.Distinct().Order()];
        Dictionary<int, long> newest = [];
        transaction.Add(
            "SELECT shard, epoch FROM shard_claims WHERE shard = ANY ($1) ORDER BY shard FOR SHARE",
            row => newest.Add(row.GetInt16(0), row.GetInt64(1))).With(Array.ConvertAll(wanted, shard => (short)shard));
        transaction.Run();
        int[] lost = [.. wanted.Where(shard => Volatile.Read(ref _epochs[shard]) is var own && (own == None || own != newest.GetValueOrDefault(shard)))];
        if (lost.Length > 0)
        {
            throw new ShardsLostException(lost);
        }
    }

    /// <summary>Leaves a mark with a shard that is held.</summary>
    public static void Mark(PostgresStatements transaction, int shard, long mark)
        => transaction.Add("UPDATE shard_claims SET mark = $2 WHERE shard = $1").With((short)shard).With(mark);

    /// <summary>The newest mark of a shard. Waits for a commit that the server has not finished yet.</summary>
    /// <remarks>Once another process has claimed the shard it may be that one's: then what was marked before can never be committed again.</remarks>
    public long ReadMark(int shard)
    {
        var mark = 0L;
        using var statements = PostgresStatements.Transaction(database); // Undone: the lock is for waiting alone.
        statements.Add("SELECT mark FROM shard_claims WHERE shard = $1 FOR UPDATE", row => mark = row.GetInt64(0)).With((short)shard);
        statements.Run();
        return mark;
    }
}
