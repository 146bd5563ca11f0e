using System.Collections.Concurrent;
using Vantage.Actors.Positions;
using Vantage.Support;
using static Vantage.Actors.Shards;

namespace Vantage.Runtime.Contract;

public abstract class PositionContract : RuntimeContract
{
    [Fact(DisplayName = "Frames are processed in order within their shard, each once, and released once")]
    public async Task Frames_are_processed_in_order()
    {
        var released = new ConcurrentDictionary<PositionFrame, int>();
        for (var sequence = 1; sequence <= 2000; sequence++)
        {
            Actors.Deliver(Shards.Logged(sequence % 8, sequence, release: frame => released.AddOrUpdate(frame, 1, (_, times) => times + 1)));
        }

        for (var shard = 0; shard < 8; shard++)
        {
            await ReachesAsync(shard, shard == 0 ? 2000 : 1992 + shard);
            Assert.Equal(
                Enumerable.Range(1, 2000).Where(sequence => sequence % 8 == shard).Select(sequence => (long)sequence),
                await LookAsync(shard, on => on.Sequences.ToArray()));
        }

        Assert.Equal(2000, released.Count);
        Assert.All(released.Values, times => Assert.Equal(1, times));
    }

    [Fact(DisplayName = "Delivery blocks while the shard's queue is full, and goes on when it is not")]
    public async Task Delivery_blocks()
    {
        await StartAnewAsync(setup => setup with { FrameCapacity = 4 });
        using var closed = new ManualResetEventSlim();
        await LookAsync(3, on => on.Closed = closed);
        var delivered = 0;
        var delivery = Task.Run(() =>
        {
            for (var sequence = 1; sequence <= 50; sequence++)
            {
                Actors.Deliver(Shards.Logged(3, sequence));
                Interlocked.Increment(ref delivered);
            }
        });

        await Task.WhenAny(delivery, Task.Delay(200));
        Assert.InRange(Volatile.Read(ref delivered), 0, 5);

        closed.Set();
        await delivery.Soon();
        await ReachesAsync(3, 50);
        Assert.Equal(50, await LookAsync(3, on => on.Processed));
    }

    [Fact(DisplayName = "Functions run between frames, never beside one, and their results come back")]
    public async Task Functions_run_between_frames()
    {
        var delivery = Task.Run(() =>
        {
            for (var sequence = 1; sequence <= 5000; sequence++)
            {
                Actors.Deliver(Shards.Logged(sequence % 2, sequence));
            }
        });

        var last = 0;
        while (!delivery.IsCompleted)
        {
            var counts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => LookAsync(1, on => on.Processed)));
            Assert.True(counts[0] >= last);
            last = counts.Max();
        }

        await delivery;
        await ReachesAsync(1, 4999);
        Assert.False(await LookAsync(1, on => on.WasEnteredTwice));
    }

    [Fact(DisplayName = "What a function throws reaches its caller and harms the shard not at all")]
    public async Task Functions_may_throw()
    {
        await Assert.ThrowsAsync<FormatException>(() => LookAsync<int>(5, _ => throw new FormatException()));

        Actors.Deliver(Shards.Logged(5, 1));
        await ReachesAsync(5, 1);
        Assert.Equal(1, Shards.Built[5]);
        Assert.Equal(0, Counted("vantage.actors.failures"));
    }

    [Fact(DisplayName = "A cancelled function does not run")]
    public async Task Functions_can_be_cancelled()
    {
        using var closed = new ManualResetEventSlim();
        await LookAsync(7, on => on.Closed = closed);
        Actors.Deliver(Shards.Logged(7, 1));
        using var cancellation = new CancellationTokenSource();
        var ran = false;
        var cancelled = Actors.OnShardAsync(7, _ => ran = true, cancellation.Token);
        var canRunAlready = cancelled.IsCompleted;

        await cancellation.CancelAsync();
        closed.Set();

        if (!canRunAlready)
        {
            var outcome = await Task.WhenAny(cancelled).Soon();
            await LookAsync(7, on => on.Processed);
            Assert.True(outcome.IsCanceled != ran);
        }
    }

    [Theory(DisplayName = "A shard that does not exist is refused")]
    [InlineData(-1)]
    [InlineData(Count)]
    public async Task Shards_have_numbers(int shard)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Actors.OnShardAsync(shard, _ => 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Actors.Deliver(new PositionFrame(1) { Shard = shard, Sequence = 1 }));
    }

    [Fact(DisplayName = "Shards tick at least every 250 ms of the runtime's clock, though no frame comes")]
    public async Task Shards_tick()
    {
        var ticks = await LookAsync(11, on => on.Ticks.Count);
        for (var i = 0; i < 10; i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(250));
            ticks = await TicksBeyondAsync(11, ticks);
        }

        var seen = await LookAsync(11, on => on.Ticks.ToArray());
        Assert.Equal(seen.Order(), seen);
        Assert.InRange(seen[^1], Time.GetUtcNow() - TimeSpan.FromMilliseconds(500), Time.GetUtcNow());
    }

    [Fact(DisplayName = "A shard that throws is built anew from the log, and no position is lost or counted twice")]
    public async Task Failing_shards_are_rebuilt()
    {
        await LookAsync(9, on => on.ThrowsOn = 50);
        for (var sequence = 1; sequence <= 100; sequence++)
        {
            Actors.Deliver(Shards.Logged(9, sequence));
        }

        await ReachesAsync(9, 100);
        Assert.Equal(Enumerable.Range(1, 100).Select(sequence => (long)sequence), await LookAsync(9, on => on.Sequences.ToArray()));
        Assert.Equal(2, Shards.Built[9]);
        Assert.Equal(1, Counted("vantage.actors.failures"));
    }

    [Fact(DisplayName = "A shard that fails again and again is back once time has passed, and others never noticed")]
    public async Task Failing_shards_back_off()
    {
        for (var failure = 1; failure <= 5; failure++)
        {
            await PassTimeUntilAsync(LookWhenUpAsync(9, on => on.ThrowsOn = 1000 + failure));
            Actors.Deliver(Shards.Logged(9, 1000 + failure));
            await CountedAsync("vantage.actors.failures", failure);
        }

        Actors.Deliver(Shards.Logged(10, 1));
        await ReachesAsync(10, 1);
        Assert.Equal(new long[] { 1001, 1002, 1003, 1004, 1005 }, await PassTimeUntilAsync(LookWhenUpAsync(9, on => on.Sequences.ToArray())));
        Assert.Equal(1, Shards.Built[10]);
    }

    [Fact(DisplayName = "A shard whose storage refuses is asked for again every 2 s at least, however long storage has refused")]
    public async Task Refused_shards_are_tried_soon()
    {
        await LookAsync(9, on => on.ThrowsOn = 1);
        Shards.Refused[9] = true;
        Actors.Deliver(Shards.Logged(9, 1));
        await PassTimeUntilAsync(BuiltAsync(9, 12));
        for (var more = 0; more < 3; more++)
        {
            var built = Shards.Built[9];
            await CountedAsync("vantage.actors.failures", built); // Only now does it wait: time that passes before is no wait.
            Time.Advance(TimeSpan.FromSeconds(2.5));
            await BuiltAsync(9, built + 1).Soon();
        }

        Shards.Refused.Clear();
        Assert.Equal(new long[] { 1 }, await PassTimeUntilAsync(LookWhenUpAsync(9, on => on.Sequences.ToArray())));
    }

    private async Task<int> BuiltAsync(int shard, int times)
    {
        while (Shards.Built[shard] < times)
        {
            await Task.Delay(10);
        }

        return Shards.Built[shard];
    }

    private Task<T> LookAsync<T>(int shard, Func<ProbeShard, T> look)
        => Actors.OnShardAsync(shard, on => ((ProbeShard)on).Look(look)).Soon();

    private async Task<T> LookWhenUpAsync<T>(int shard, Func<ProbeShard, T> look)
    {
        while (true)
        {
            try
            {
                return await LookAsync(shard, look);
            }
            catch (InvalidOperationException)
            {
                await Task.Delay(10);
            }
        }
    }

    private async Task ReachesAsync(int shard, long sequence)
    {
        for (var tries = 0; await LookAsync(shard, on => on.Sequences.Count == 0 ? 0 : on.Sequences[^1]) < sequence; tries++)
        {
            Assert.True(tries < 6000, $"Shard {shard} never reached {sequence}.");
            await Task.Delay(10);
        }
    }

    private async Task<int> TicksBeyondAsync(int shard, int ticks)
    {
        for (var tries = 0; tries < 6000; tries++)
        {
            var now = await LookAsync(shard, on => on.Ticks.Count);
            if (now > ticks)
            {
                return now;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"Shard {shard} did not tick.");
    }
}
