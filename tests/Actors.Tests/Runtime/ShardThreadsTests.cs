using System.Collections.Concurrent;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Tests.Runtime;

public sealed class ShardThreadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(DisplayName = "A thread that has shards to read back goes on with the frames of those it has between one and the next; who asks one that is still to be read waits for it")]
    public async Task Taking_over_is_not_standing_still()
    {
        var happened = new ConcurrentQueue<string>();
        using var isReading = new SemaphoreSlim(0);
        using var mayRead = new SemaphoreSlim(1); // For shard 0.
        var setup = new ShardThreadSetup(
            Threads: 1, FrameCapacity: 16, FixCapacity: 1000, FunctionCapacity: 16, TickInterval: TimeSpan.FromMilliseconds(200), BackOff: _ => TimeSpan.Zero,
            Create: shard =>
            {
                isReading.Release();
                Assert.True(mayRead.Wait(Patience));
                happened.Enqueue($"read {shard}");
                return new Shard(frame => happened.Enqueue($"frame {frame.Sequence} of {frame.Shard}"));
            },
            Processed: _ => { }, Failed: (_, _, _) => { });
        using var threads = new ShardThreads(setup, new Clock(TimeProvider.System));
        threads.Start();
        await threads.OpenAsync(0).WaitAsync(Patience);
        Assert.True(await isReading.WaitAsync(Patience));

        var opening = Enumerable.Range(1, 3).Select(threads.OpenAsync).ToList();
        Assert.True(await isReading.WaitAsync(Patience)); // Of the first: the others wait.
        threads.Deliver(new PositionFrame(1) { Shard = 0, Sequence = 1, Count = 1 });
        var asked = threads.CallAsync(3, shard => shard is Shard, CancellationToken.None);
        mayRead.Release(3);
        await Task.WhenAll(opening).WaitAsync(Patience);

        Assert.True(await asked.WaitAsync(Patience));
        Assert.Equal(["read 0", "read 1", "frame 1 of 0", "read 2", "read 3"], happened);
        threads.End();
        await threads.Exited.WaitAsync(Patience);
    }

    private sealed class Shard(Action<PositionFrame> process) : IPositionShard
    {
        public void Process(PositionFrame frame) => process(frame);

        public void Tick(DateTimeOffset now)
        {
        }

        public void Dispose()
        {
        }
    }
}
