using Vantage.Actors.History;
using Vantage.Geo.H3;

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

    [Theory(DisplayName = "[HEAT-3] Sums by coarser cells are those of the hours, whatever was built, dropped and changed late")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sums_equal_hours(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 30; round++)
        {
            var commit = new ShardCommit { Shard = 0 };
            var (first, span) = (random.Next(-700, 1_300), random.Next(1, 400));
            for (var i = 0; i < 300; i++)
            {
                commit.Heat.Add(new HeatDelta(
                    first + random.Next(span), Cell(random.Next(4), random.Next(7 * 7 * 7 * 7 * 7)), random.Next(-1, 4), random.NextInt64(-1_000, 100_000)));
            }

            History.Commit([commit]);
            if (random.Next(3) > 0)
            {
                History.BuildHeatSums(random.Next(-600, 1_900)); // For one turn, which may not be enough for all.
            }

            if (random.Next(10) == 0)
            {
                store.Reopen();
            }

            for (var question = 0; question < 5; question++)
            {
                var from = random.Next(-800, 1_800);
                var wanted = Block(Cell(random.Next(4), 0));
                AssertSums(from, from + random.Next(1_800), random.Next(12), random.Next(2) == 0 ? null : block => block == wanted);
            }
        }
    }

    [Fact(DisplayName = "Over spans that are built the sums are read and not the hours; a change drops only those over its hour")]
    public void Built_sums_are_read()
    {
        AddHours(0, 1_024);
        BuildAll(1_024);
        var (coarse, fine) = (Sum(0, 1_024, 9, inside: null), Sum(0, 1_024, 11, inside: null));
        store.FlipHeat(700);
        Assert.Equal(coarse, Sum(0, 1_024, 9, inside: null));
        Assert.Equal(fine, Sum(0, 1_024, 11, inside: null));
        Assert.Contains("rebuild-heat", Assert.Throws<DamagedStorageException>(() => Read(0, 1_024, inside: null)).Message, StringComparison.Ordinal);

        History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(3, Cell(1, 1), 1, 1) } }]);
        Assert.Equal(coarse.Values.Sum(sum => sum.Fixes) + 1, Sum(0, 1_024, 9, inside: null).Values.Sum(sum => sum.Fixes));
        History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(701, Cell(1, 1), 1, 1) } }]);
        Assert.Contains("heat of the hour from 1970-01-30T04:00:00Z", Assert.Throws<DamagedStorageException>(() => Sum(0, 1_024, 9, inside: null)).Part, StringComparison.Ordinal);
        Assert.NotEmpty(Sum(0, 696, 9, inside: null));
    }

    [Fact(DisplayName = "Damaged sums spoil no answer: the hours are added up, it is told once, and the sums are built again")]
    public void Damaged_sums_are_made_up_for()
    {
        AddHours(0, 600);
        BuildAll(600);
        Assert.InRange(store.FlipHeatSums(), (75 + 9 + 1 + 9 + 1) * 2, int.MaxValue);
        for (var again = 0; again < 2; again++)
        {
            AssertSums(0, 600, 9, inside: null);
            AssertSums(0, 600, 11, block => block == Block(Cell(1, 0)));
        }

        Assert.NotEmpty(store.Said);
        Assert.Equal(store.Said.Distinct(), store.Said);
        Assert.All(store.Said, said => Assert.Contains("a sum of heat over ", said, StringComparison.Ordinal));

        BuildAll(600);
        store.Said.Clear();
        AssertSums(0, 600, 9, inside: null);
        AssertSums(0, 600, 11, inside: null);
        Assert.Empty(store.Said);
    }

    [Fact(DisplayName = "A damaged hour is told of and never summed; the spans beside it are built")]
    public void Damaged_hours_are_not_summed()
    {
        AddHours(0, 128);
        store.FlipHeat(70);
        store.Reopen();
        BuildAll(128);
        Assert.Contains("heat of the hour from 1970-01-03T22:00:00Z", Assert.Throws<DamagedStorageException>(() => Sum(0, 128, 9, inside: null)).Part, StringComparison.Ordinal);
        var first = Sum(0, 64, 9, inside: null);
        store.FlipHeat(7);
        Assert.Equal(first, Sum(0, 64, 9, inside: null));
    }

    [Fact(DisplayName = "More comes for an hour that is damaged: it is written, the damaged row is kept aside and told of, and the hour is refused to readers")]
    public void Damaged_hours_hold_up_no_commit()
    {
        AddHours(0, 40);
        BuildAll(16);
        store.FlipHeat(9);
        store.Reopen();
        for (var again = 0; again < 3; again++)
        {
            History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(9, Cell(0, 5), 1, 1), new HeatDelta(10, Cell(0, 5), 1, 1) } }]);
            Assert.Contains("heat of the hour from 1970-01-01T09:00:00Z", Assert.Throws<DamagedStorageException>(() => Read(0, 40, inside: null)).Part, StringComparison.Ordinal);
            Assert.Contains("heat of the hour from 1970-01-01T09:00:00Z", Assert.Throws<DamagedStorageException>(() => Sum(0, 16, 9, inside: null)).Part, StringComparison.Ordinal);
            AssertSums(10, 40, 9, inside: null);
            BuildAll(40);
            store.Reopen();
        }

        Assert.Single(store.Said, said => said.Contains("block", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Damaged hours are found, and other heat is put in their place, of rows that were kept aside, too; sums over them are built again, and nothing else changes")]
    public void Hours_are_replaced()
    {
        AddHours(0, 128);
        BuildAll(64);
        Assert.Empty(History.DamagedHeat(0, 128));
        var before = Read(0, 128, inside: null);
        store.FlipHeat(9);
        store.FlipHeat(70);
        store.Reopen();
        History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(9, Cell(0, 5), 1, 1) } }]);
        BuildAll(128);
        Assert.Equal([9, 70], History.DamagedHeat(0, 128));
        Assert.Equal([70], History.DamagedHeat(10, 71));
        Assert.Empty(History.DamagedHeat(10, 70));

        foreach (var hour in new[] { 9, 70 })
        {
            // A cell in two parts; cells whose parts cancel out are none.
            var right = before.Where(entry => entry.Key.Hour == hour)
                .SelectMany(entry => new[] { new HeatDelta(hour, entry.Key.Cell, 1, 5), new HeatDelta(hour, entry.Key.Cell, (int)entry.Value.Fixes - 1, entry.Value.PresenceMs - 5) })
                .Append(new HeatDelta(hour, Cell(1, 1), 1, 1)).Append(new HeatDelta(hour, Cell(1, 1), -1, -1)).ToList();
            Assert.Throws<ArgumentException>(() => History.ReplaceHeat(hour, hour + 1, [.. right, new HeatDelta(hour + 1, Cell(0, 5), 1, 1)]));
            Assert.Equal([hour], History.DamagedHeat(hour, hour + 1));
            History.ReplaceHeat(hour, hour + 1, right);
        }

        Assert.Empty(History.DamagedHeat(0, 128));
        Assert.Equal(before, Read(0, 128, inside: null));
        BuildAll(128);
        AssertSums(0, 128, 9, inside: null);
        Assert.Equal((16 + 2 + 2) * 2, store.FlipHeatSums()); // All of them.

        History.ReplaceHeat(9, 11, []);
        store.Reopen();
        Assert.Equal(before.Where(entry => entry.Key.Hour is not 9 and not 10), Read(0, 128, inside: null));
        History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(9, Cell(0, 5), 1, 1) } }]);
        Assert.Equal((1, 1), Assert.Single(Read(9, 11, inside: null)).Value);
    }

    [Fact(DisplayName = "Heat of a program before sums and checksums is read as it is, changed, and summed")]
    public void Older_heat_is_read()
    {
        AddHours(0, 100);
        BuildAll(100);
        store.ForgetHeatSums();
        store.Reopen();
        AssertSums(0, 100, 8, inside: null);
        History.Commit([new ShardCommit { Shard = 0, Heat = { new HeatDelta(50, Cell(1, 1), 1, 1) } }]);
        BuildAll(100);
        AssertSums(0, 100, 8, inside: null);
        Assert.Equal((12 + 1 + 1) * 2, store.FlipHeatSums());
    }

    [Fact(DisplayName = "Nobody sees half a commit in sums that are built and dropped meanwhile")]
    public async Task Sums_hold_whole_commits()
    {
        var isDone = false;
        Task[] beside =
        [
            Task.Run(() =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    History.BuildHeatSums(1_024);
                }
            }),
            .. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    var before = History.ReadProgress(0).ProcessedSequence;
                    var seen = Sum(0, 1_024, 9, inside: null).Values.Sum(sum => sum.Fixes);
                    var after = History.ReadProgress(0).ProcessedSequence;
                    Assert.True(seen % 3 == 0, $"Halves of a commit: {seen}.");
                    Assert.InRange(seen, 3 * before, 3 * after);
                }
            })),
        ];
        for (var i = 1; i <= 150; i++)
        {
            History.Commit(
            [
                new ShardCommit { Shard = 0, ProcessedSequence = i, Heat = { new HeatDelta(1, Cell(1, 1), 1, 1), new HeatDelta(i % 64, Cell(2, 1), 1, 1) } },
                new ShardCommit { Shard = 1, Heat = { new HeatDelta(5 * i, Cell(1, 9), 1, 1) } },
            ]);
        }

        Volatile.Write(ref isDone, true);
        await Task.WhenAll(beside);
        AssertSums(0, 1_024, 9, inside: null);
    }

    [Fact(DisplayName = "A resolution that heat is not kept at is refused")]
    public void Finer_resolutions_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => History.SumHeat(0, 1, 12, null, _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => History.SumHeat(0, 1, -1, null, _ => { }));
    }

    private void AddHours(int from, int to)
    {
        var random = new Random(from);
        var commit = new ShardCommit { Shard = 0 };
        for (var hour = from; hour < to; hour++)
        {
            for (var i = 0; i < 6; i++)
            {
                commit.Heat.Add(new HeatDelta(hour, Cell(i % 2, random.Next(7 * 7 * 7 * 7 * 7)), 1 + random.Next(9), random.Next(100_000)));
            }
        }

        History.Commit([commit]);
    }

    private void BuildAll(int beforeHour)
    {
        while (History.BuildHeatSums(beforeHour))
        {
        }
    }

    private void AssertSums(int fromHour, int toHour, int resolution, Func<ulong, bool>? inside)
    {
        SortedDictionary<ulong, (long, long)> expected = [];
        foreach (var ((_, cell), (fixes, presenceMs)) in Read(fromHour, toHour, inside))
        {
            Add(expected, new H3Cell(cell).Parent(resolution).Value, fixes, presenceMs);
        }

        Assert.Equal(expected.Where(sum => sum.Value != (0, 0)), Sum(fromHour, toHour, resolution, inside).Where(sum => sum.Value != (0, 0)));
    }

    private SortedDictionary<ulong, (long Fixes, long PresenceMs)> Sum(int fromHour, int toHour, int resolution, Func<ulong, bool>? inside)
    {
        SortedDictionary<ulong, (long, long)> sums = [];
        History.SumHeat(fromHour, toHour, resolution, inside, sum => Add(sums, sum.Cell, sum.Fixes, sum.PresenceMs));
        return sums;
    }

    private static void Add(SortedDictionary<ulong, (long Fixes, long PresenceMs)> sums, ulong cell, long fixes, long presenceMs)
    {
        var sum = sums.GetValueOrDefault(cell);
        sums[cell] = (sum.Fixes + fixes, sum.PresenceMs + presenceMs);
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
