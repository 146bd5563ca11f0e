using Vantage.Actors.History;
using Vantage.Geo.H3;
using Vantage.Storage.Postgres;

namespace Vantage.Storage.Tests.Postgres;

/// <summary>Who may write a shard's history when several processes have one database.</summary>
public sealed class PostgresClaimTests(PostgresServers servers) : IDisposable
{
    private static readonly ulong Cell = H3Cell.Of(31.2, 121.4, 11).Value;

    private readonly string _database = servers.Shared.NewDatabase();
    private readonly List<PostgresStore> _stores = [];

    public void Dispose() => _stores.ForEach(store => store.Dispose());

    [Fact(DisplayName = "Once another process has claimed a shard, a commit of the one before is refused, with all that is in it, until it claims the shard again; its other shards go on")]
    public void Fenced()
    {
        var (former, next) = (Open(), Open());
        former.Claim(3);
        former.Claim(4);
        former.Commit([Heat(3, 1), Heat(4, 10)]);

        next.Claim(3);
        Assert.Equal([3], Assert.Throws<ShardsLostException>(() => former.Commit([Heat(3, 100), Heat(4, 1_000)])).Shards);
        Assert.Equal(11, FixesIn(next));
        former.Commit([Heat(4, 10_000)]);
        next.Commit([Heat(3, 100_000)]);
        Assert.Equal([110_011, 110_011], [FixesIn(former), FixesIn(next)]);

        former.Claim(3);
        Assert.Throws<ShardsLostException>(() => next.Commit([Heat(3, 1_000_000)]));
        former.Commit([Heat(3, 10_000_000)]);
        Assert.Equal(10_110_011, FixesIn(next));
    }

    [Fact(DisplayName = "Who never claimed a shard, or let it go, commits nothing for it")]
    public void Unclaimed()
    {
        var history = Open();
        Assert.Equal([5], Assert.Throws<ShardsLostException>(() => history.Commit([Heat(5, 1)])).Shards);
        history.Claim(5);
        history.Release(5);
        Assert.Throws<ShardsLostException>(() => history.Commit([Heat(5, 1)]));
        Assert.Equal(0, FixesIn(history));
    }

    [Fact(DisplayName = "Processes that take shards from each other all the time: every commit that was not refused counts once, and no other")]
    public async Task Taken_over_and_over()
    {
        var histories = Enumerable.Range(0, 3).Select(_ => Open()).ToArray();
        var (kept, refused) = (0, 0);
        await Task.WhenAll(histories.Select((history, who) => Task.Run(() =>
        {
            var random = new Random(who);
            for (var i = 0; i < 150; i++)
            {
                if (random.Next(3) == 0)
                {
                    history.Claim(random.Next(2));
                }

                try
                {
                    history.Commit([Heat(random.Next(2), 1)]);
                    Interlocked.Increment(ref kept);
                }
                catch (ShardsLostException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })));
        Assert.NotEqual(0, refused);
        Assert.NotEqual(0, kept);
        Assert.All(histories, history => Assert.Equal(kept, FixesIn(history)));
    }

    private static ShardCommit Heat(int shard, int fixes) => new() { Shard = shard, Heat = { new HeatDelta(100, Cell, fixes, 0) } };

    private static long FixesIn(IHistory history)
    {
        var fixes = 0L;
        history.ReadHeat(0, 1_000, inside: null, delta => fixes += delta.Fixes);
        return fixes;
    }

    private IHistory Open()
    {
        var store = PostgresStore.Open(_database, new StorageOptions());
        _stores.Add(store);
        return store.History;
    }
}
