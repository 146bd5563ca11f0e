using System.Collections.Concurrent;
using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every track log must do.</summary>
public abstract class TrackLogContract(StoreFixture store) : IDisposable
{
    private ITrackLog Log => store.TrackLog;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "Units are numbered from 0 in the order of first use, and keep their numbers")]
    public async Task Numbers_are_kept()
    {
        var units = Enumerable.Range(0, 1200).Select(Unit).ToArray();
        Assert.Equal(Enumerable.Range(0, 1200), units.Select(Log.NumberOf));
        Assert.Equal(7, Log.NumberOf(units[7]));
        Assert.Equal(1200, Log.UnitCount);
        Start(frame => frame.Release());
        await Log.CommitAsync(Batch((1199, At(1))));

        store.Reopen();

        Assert.Equal(1200, Log.UnitCount);
        Assert.Equal(units, Enumerable.Range(0, 1200).Select(Log.UnitOf));
        Assert.Equal(1200, Log.NumberOf(Unit(9999)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Log.UnitOf(1201));
        Assert.Throws<ArgumentOutOfRangeException>(() => Log.UnitOf(-1));
        Assert.Throws<ArgumentException>(() => Log.NumberOf(new ActorId("unicorn", "1")));
    }

    [Fact(DisplayName = "A number is the same for all who ask at once")]
    public void Numbers_do_not_race()
    {
        var seen = new ConcurrentBag<(int Unit, int Number)>();
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => seen.Add((i % 500, Log.NumberOf(Unit(i % 500)))));

        Assert.Equal(500, seen.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 500), seen.Select(pair => pair.Number).Distinct().Order());
    }

    [Fact(DisplayName = "A batch with a number that was never given is refused at the door")]
    public void Unknown_numbers_are_refused()
    {
        Start(frame => frame.Release());
        Assert.Throws<ArgumentOutOfRangeException>(() => Log.CommitAsync(Batch((0, At(1)))).AsTask().GetAwaiter().GetResult());
    }

    [Fact(DisplayName = "Durable fixes are delivered to the shards of their units, in the order of commits, and read back the same")]
    public async Task Frames_reach_their_shards()
    {
        var delivered = new List<(int Shard, long Sequence, int Unit, long TimeMs)>();
        var numbers = Enumerable.Range(0, 300).Select(i => Log.NumberOf(Unit(i))).ToArray();
        Assert.Equal(0, Log.LastSequence);
        Start(frame =>
        {
            delivered.AddRange(frame.Fixes.ToArray().Select(item => (frame.Shard, frame.Sequence, item.Unit, item.Fix.TimeMs)));
            frame.Release();
        });
        for (var round = 1; round <= 20; round++)
        {
            var sequence = Log.LastSequence;
            await Log.CommitAsync(Batch([.. numbers.Select(number => (number, At(round)))]));
            Assert.True(Log.LastSequence > sequence);
        }

        await Log.CommitAsync(new PositionBatch());
        store.Reopen(); // Closing ends delivery.

        Assert.All(delivered, item => Assert.Equal(Shards.Of(Log.UnitOf(item.Unit)), item.Shard));
        Assert.Equal(delivered.Select(item => item.Sequence).Order(), delivered.Select(item => item.Sequence));
        Assert.Equal(Log.LastSequence, ReadAll().Max(item => item.Sequence));
        var read = ReadAll().ToArray();
        Assert.Equal(300 * 20, read.Length);
        Assert.Subset(read.ToHashSet(), delivered.ToHashSet());
        Assert.All(read.GroupBy(item => item.Unit), unit => Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), unit.Select(item => item.TimeMs)));
    }

    [Fact(DisplayName = "Whatever a fix holds comes back from the log to the last bit")]
    public async Task Fixes_are_exact()
    {
        var random = new Random(1);
        var numbers = Enumerable.Range(0, 40).Select(i => Log.NumberOf(Unit(i))).ToArray();
        var expected = numbers.ToDictionary(number => number, _ => new List<Fix>());
        Start(frame => frame.Release());
        for (var round = 0; round < 60; round++)
        {
            var batch = new PositionBatch();
            for (var i = random.Next(1, 200); i > 0; i--)
            {
                var number = numbers[random.Next(numbers.Length)];
                var fix = RandomFixes.Wild(random);
                batch.Add(number, fix);
                expected[number].Add(fix);
            }

            await Log.CommitAsync(batch);
        }

        store.Reopen();

        var actual = numbers.ToDictionary(number => number, _ => new List<Fix>());
        foreach (var shard in Enumerable.Range(0, Shards.Count))
        {
            foreach (var frame in Log.Read(shard, 0))
            {
                Assert.Equal(shard, frame.Shard);
                frame.Fixes.ToArray().ToList().ForEach(item => actual[item.Unit].Add(item.Fix));
            }
        }

        Assert.All(numbers, number => RandomFixes.AssertSame(expected[number].ToArray(), actual[number].ToArray()));
    }

    [Fact(DisplayName = "Many callers beside each other: every fix once, each caller's in its order")]
    public async Task Callers_do_not_mix()
    {
        var delivered = new ConcurrentDictionary<int, List<long>>();
        Start(frame =>
        {
            foreach (var item in frame.Fixes.ToArray())
            {
                delivered.GetOrAdd(item.Unit, _ => []).Add(item.Fix.TimeMs);
            }

            frame.Release();
        });
        var numbers = Enumerable.Range(0, 100).Select(i => Log.NumberOf(Unit(i))).ToArray();
        await Task.WhenAll(numbers.Select(number => Task.Run(async () =>
        {
            var batch = new PositionBatch();
            for (var i = 0; i < 300;)
            {
                batch.Clear();
                for (var size = 1 + (i % 5); size > 0 && i < 300; size--)
                {
                    batch.Add(number, At(i++));
                }

                await Log.CommitAsync(batch);
            }
        })));

        var read = ReadAll().GroupBy(item => item.Unit).ToDictionary(unit => unit.Key, unit => unit.Select(item => item.TimeMs).ToList());
        Assert.Equal(100, read.Count);
        Assert.All(read.Values, times => Assert.Equal(Enumerable.Range(0, 300).Select(i => (long)i), times));
        store.Close(); // Ends the last delivery, which may come after the last answer.
        Assert.All(delivered, unit => Assert.Equal(read[unit.Key].Take(unit.Value.Count), unit.Value));
    }

    [Fact(DisplayName = "Commits of one caller that does not wait between them keep their order")]
    public async Task Unawaited_commits_keep_their_order()
    {
        var number = Log.NumberOf(Unit(1));
        var commits = Enumerable.Range(0, 500).Select(i => Log.CommitAsync(Batch((number, At(i)))).AsTask()).ToArray();
        Assert.All(commits, commit => Assert.False(commit.IsCompleted));
        Start(frame => frame.Release());
        await Task.WhenAll(commits);

        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), ReadAll().Select(item => item.TimeMs));
    }

    [Fact(DisplayName = "Trimming drops a shard's frames up to a sequence, for good, and no other's")]
    public async Task Trimming_drops_one_shards_frames()
    {
        var numbers = Enumerable.Range(0, 200).Select(i => Log.NumberOf(Unit(i))).ToArray();
        Start(frame => frame.Release());
        for (var round = 1; round <= 30; round++)
        {
            await Log.CommitAsync(Batch([.. numbers.Select(number => (number, At(round)))]));
        }

        var random = new Random(4);
        var marks = Enumerable.Range(0, Shards.Count).Select(shard => Log.Read(shard, 0).Select(frame => frame.Sequence).ToArray())
            .Select(sequences => sequences.Length == 0 || random.Next(4) == 0 ? 0 : sequences[random.Next(sequences.Length)]).ToArray();
        var all = ReadAll().ToArray();
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            Log.Trim(shard, marks[shard]);
        }

        var expected = all.Where(item => item.Sequence > marks[item.Shard]).ToArray();
        Assert.Equal(expected, ReadAll());
        await Log.CommitAsync(Batch((numbers[0], At(31))));
        store.Reopen();
        Assert.Equal(expected.Length + 1, ReadAll().Count());
        Assert.DoesNotContain(ReadAll(), item => item.Sequence <= marks[item.Shard]);
    }

    [Fact(DisplayName = "Sequences go on growing after all was trimmed and the log opened anew")]
    public async Task Sequences_never_start_again()
    {
        var number = Log.NumberOf(Unit(1));
        var last = 0L;
        for (var round = 0; round < 4; round++)
        {
            Start(frame => frame.Release());
            await Log.CommitAsync(Batch((number, At(round))));
            Assert.True(Log.LastSequence > last);
            last = Log.LastSequence;
            for (var shard = 0; shard < Shards.Count; shard++)
            {
                Log.Trim(shard, round % 2 == 0 ? last : long.MaxValue); // What is yet to come stays.
            }

            Assert.Empty(ReadAll());
            store.Reopen();
            Assert.Equal(last, Log.LastSequence);
            Assert.Empty(ReadAll());
        }
    }

    [Fact(DisplayName = "Reading after a sequence gives what came after it")]
    public async Task Reading_starts_after_a_sequence()
    {
        var number = Log.NumberOf(Unit(1));
        var shard = Shards.Of(Unit(1));
        Start(frame => frame.Release());
        for (var i = 0; i < 10; i++)
        {
            await Log.CommitAsync(Batch((number, At(i))));
        }

        var sequences = Log.Read(shard, 0).Select(frame => frame.Sequence).ToArray();
        Assert.Equal(10, sequences.Length);
        Assert.All(Enumerable.Range(0, 10), i =>
        {
            Assert.Equal(sequences[(i + 1)..], Log.Read(shard, sequences[i]).Select(frame => frame.Sequence));
            Assert.Equal(sequences[i..], Log.Read(shard, sequences[i] - 1).Select(frame => frame.Sequence));
        });
    }

    [Fact(DisplayName = "A log that was closed refuses with an I/O error")]
    public async Task Closed_logs_refuse()
    {
        var log = Log;
        var number = log.NumberOf(Unit(1));
        var waiting = log.CommitAsync(Batch((number, At(1)))).AsTask();
        store.Close();

        await Assert.ThrowsAnyAsync<IOException>(() => waiting);
        await Assert.ThrowsAnyAsync<IOException>(() => log.CommitAsync(Batch((number, At(1)))).AsTask());
    }

    [Fact(DisplayName = "When a shard fails to take a frame nothing is delivered or accepted any more, and the frame is in the log")]
    public async Task Failed_deliveries_stop_the_log()
    {
        var number = Log.NumberOf(Unit(1));
        using var failed = new SemaphoreSlim(0);
        Start(_ =>
        {
            failed.Release();
            throw new InvalidOperationException("broken shard");
        });
        await Log.CommitAsync(Batch((number, At(1))));
        await failed.WaitAsync();

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true) // It may be on its way to hear of it.
            {
                await Log.CommitAsync(Batch((number, At(2))));
            }
        });
        store.Reopen();
        Assert.Equal(0, failed.CurrentCount);
        Assert.Equal(1L, ReadAll().First().TimeMs);
    }

    private void Start(Action<PositionFrame> deliver)
    {
        Log.Start(deliver);
        foreach (var shard in Enumerable.Range(0, Shards.Count))
        {
            Log.Follow(shard);
        }
    }

    private static ActorId Unit(int i) => new(ActorKinds.Vehicle, $"沪A{i:00000}");

    private static Fix At(long timeMs) => new() { TimeMs = timeMs, LatitudeE7 = 312_000_000, LongitudeE7 = 1_214_000_000 };

    private static PositionBatch Batch(params (int Unit, Fix Fix)[] items)
    {
        var batch = new PositionBatch();
        foreach (var (unit, fix) in items)
        {
            batch.Add(unit, fix);
        }

        return batch;
    }

    private IEnumerable<(int Shard, long Sequence, int Unit, long TimeMs)> ReadAll() => Enumerable.Range(0, Shards.Count)
        .SelectMany(shard => Log.Read(shard, 0))
        .SelectMany(frame => frame.Fixes.ToArray().Select(item => (frame.Shard, frame.Sequence, item.Unit, item.Fix.TimeMs)));
}
