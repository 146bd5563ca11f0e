using Vantage.Actors.History;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every history must do with heat, and with readers beside the writer.</summary>
public abstract class HeatContract(StoreFixture store) : IDisposable
{
    private IHistory History => store.History;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "Heat is the sum of its changes, negative ones too, by hour and place")]
    public void Heat_equals_a_model()
    {
        var random = new Random(2);
        Dictionary<(int Hour, ulong Cell), (long Fixes, long PresenceMs)> model = [];
        for (var round = 0; round < 40; round++)
        {
            var commits = new[] { new ShardCommit { Shard = 0 }, new ShardCommit { Shard = 1 } };
            for (var i = 0; i < 400; i++)
            {
                var delta = new HeatDelta(100 + random.Next(4), Cell(random.Next(6), random.Next(50)), random.Next(-3, 4), random.NextInt64(-5_000, 5_000));
                commits[random.Next(2)].Heat.Add(delta);
                var (fixes, presenceMs) = model.GetValueOrDefault((delta.Hour, delta.Cell));
                model[(delta.Hour, delta.Cell)] = (fixes + delta.Fixes, presenceMs + delta.PresenceMs);
            }

            History.Commit(commits);
            if (round % 10 == 9)
            {
                store.Reopen();
            }

            if (round % 5 == 4)
            {
                Assert.Equal(NonZero(model), Read(100, 104, inside: null));
            }
        }

        Assert.Equal(NonZero(model.Where(entry => entry.Key.Hour is 101 or 102)), Read(101, 103, inside: null));
        var wanted = Block(Cell(2, 0));
        Assert.Equal(NonZero(model.Where(entry => Block(entry.Key.Cell) == wanted)), Read(100, 104, block => block == wanted));
        Assert.Empty(Read(104, 200, inside: null));
        Assert.Empty(Read(102, 102, inside: null));
    }

    [Fact(DisplayName = "What was added and taken away again leaves nothing")]
    public void Zeros_vanish()
    {
        History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(5, Cell(1, 1), 3, 700) } }]);
        History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(5, Cell(1, 1), -3, -700) } }]);
        Assert.Empty(Read(0, 10, inside: null));
        store.Reopen();
        Assert.Empty(Read(0, 10, inside: null));
    }

    [Fact(DisplayName = "A commit that is refused leaves nothing behind, in memory or on disk")]
    public void Refused_commits_leave_nothing()
    {
        History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(5, Cell(1, 1), 1, 10) } }]);
        Assert.Throws<ArgumentException>(() => History.Commit(
        [
            new ShardCommit { Shard = 0, ProcessedSequence = 9, Heat = { new HeatDelta(5, Cell(1, 1), 1, 10) } },
            new ShardCommit { Shard = 1, Heat = { new HeatDelta(5, Block(Cell(1, 1)), 1, 10) } },
        ]));
        Assert.Equal((0L, 0L), History.ReadProgress(0));
        History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(5, Cell(1, 1), 1, 10) } }]);
        var left = Assert.Single(Read(0, 10, inside: null));
        Assert.Equal(((5, Cell(1, 1)), (2L, 20L)), (left.Key, left.Value));
    }

    [Fact(DisplayName = "Readers beside the writer see whole commits, and never go back")]
    public async Task Readers_see_whole_commits()
    {
        var isDone = false;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var last = 0L;
            while (!Volatile.Read(ref isDone))
            {
                var before = History.ReadProgress(0).ProcessedSequence;
                var seen = Read(0, 10, inside: null).Select(entry => entry.Value.Fixes).ToArray();
                var after = History.ReadProgress(0).ProcessedSequence;
                Assert.True(seen.Length is 0 or 3 && seen.Distinct().Count() <= 1, $"Halves of a commit: {string.Join(' ', seen)}.");
                Assert.InRange(seen.FirstOrDefault(), before, after);
                Assert.True(before >= last);
                last = before;
            }
        })).ToArray();
        for (var i = 1; i <= 200; i++)
        {
            History.Commit(
            [
                new ShardCommit { Shard = 0, ProcessedSequence = i, Heat = { new HeatDelta(1, Cell(1, 1), 1, 1), new HeatDelta(2, Cell(2, 1), 1, 1) } },
                new ShardCommit { Shard = 1, Heat = { new HeatDelta(1, Cell(3, 1), 1, 1) } },
            ]);
        }

        Volatile.Write(ref isDone, true);
        await Task.WhenAll(readers);
    }

    private static ulong Cell(int block, int child)
    {
        var digits = (ulong)block << 15;
        for (var level = 0; level < 5; level++, child /= 7)
        {
            digits |= (ulong)(child % 7) << (3 * level);
        }

        return (1UL << 59) | (11UL << 52) | (20UL << 45) | (digits << 12) | 0xFFF;
    }

    private static ulong Block(ulong cell) => (cell & ~(15UL << 52)) | (6UL << 52) | 0x7FFFFFF;

    private static SortedDictionary<(int, ulong), (long, long)> NonZero(IEnumerable<KeyValuePair<(int, ulong), (long, long)>> entries)
        => new(entries.Where(entry => entry.Value != (0, 0)).ToDictionary());

    private SortedDictionary<(int Hour, ulong Cell), (long Fixes, long PresenceMs)> Read(int fromHour, int toHour, Func<ulong, bool>? inside)
    {
        SortedDictionary<(int, ulong), (long Fixes, long PresenceMs)> read = [];
        History.ReadHeat(fromHour, toHour, inside, delta =>
        {
            var (fixes, presenceMs) = read.GetValueOrDefault((delta.Hour, delta.Cell));
            read[(delta.Hour, delta.Cell)] = (fixes + delta.Fixes, presenceMs + delta.PresenceMs);
        });
        return read;
    }
}
