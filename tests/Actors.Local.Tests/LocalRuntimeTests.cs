using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Local.Tests;

/// <summary>What this runtime does beyond the contract: how it stops, what its bounds are, what it costs.</summary>
public sealed class LocalRuntimeTests
{
    private static readonly TimeSpan Patiently = TimeSpan.FromDays(1);
    private static readonly ActorId One = new(ActorKinds.Squad, "one");
    private static readonly ActorId Two = new(ActorKinds.Squad, "two");

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryJournal _journal = new();
    private readonly ProbeShards _shards = new();

    [Fact(DisplayName = "Stopping finishes what is queued, and what that causes")]
    public async Task Stopping_drains()
    {
        var runtime = Start();
        var held = _journal.Hold(One.ToString());
        await runtime.TellAsync(One, new Keep(0));
        await held.Arrived;
        await runtime.TellAsync(One, new Keep(1));
        var ask = runtime.AskAsync<int>(One, new KeepAndShow(2, Two), Patiently);

        var stopped = runtime.StopAsync(TimeSpan.FromSeconds(30));
        Assert.False(stopped.IsCompleted);
        held.Release();
        await stopped.Soon();

        Assert.Equal(3, await ask.Soon());
        Assert.Equal(3, _journal.EventsOf(One.ToString()).Length);
        Assert.Single(_journal.EventsOf(Two.ToString()));
    }

    [Fact(DisplayName = "Stopping gives up after its time: asks fail, and waiting senders go on")]
    public async Task Stopping_gives_up()
    {
        var runtime = Start(new LocalRuntimeOptions { MailboxCapacity = 1 });
        var held = _journal.Hold(One.ToString());
        var inTurn = runtime.AskAsync<int>(One, new Keep(0), Patiently);
        await held.Arrived;
        var queued = runtime.AskAsync<int>(One, new Keep(1), Patiently);
        var waiting = runtime.AskAsync<int>(One, new Keep(2), Patiently);
        var telling = runtime.TellAsync(One, new Keep(3)).AsTask();

        var stopped = runtime.StopAsync(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        await stopped.Soon();

        await Assert.ThrowsAsync<ActorFailedException>(() => inTurn.Soon());
        await Assert.ThrowsAsync<ActorFailedException>(() => queued.Soon());
        await Assert.ThrowsAsync<ActorFailedException>(() => waiting.Soon());
        await telling.Soon();
    }

    [Fact(DisplayName = "What outlasts the stop ends by itself: functions that waited for it fail, also those that had no place in the queue")]
    public async Task Outlasting_the_stop()
    {
        var runtime = Start(new LocalRuntimeOptions { Workers = 1, ShardFunctionCapacity = 20 });
        using var closed = new ManualResetEventSlim();
        await runtime.OnShardAsync(1, _ => 0); // The shard is built.
        var running = new TaskCompletionSource();
        var outlasting = runtime.OnShardAsync(1, _ =>
        {
            running.SetResult();
            return closed.Wait(Patience.Limit);
        });
        await running.Task.Soon();
        var waiting = Enumerable.Range(0, 60).Select(i => runtime.OnShardAsync(1, _ => i)).ToArray();

        var stopped = runtime.StopAsync(TimeSpan.Zero);
        while (!stopped.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        closed.Set();
        Assert.True(await outlasting.Soon());
        foreach (var function in waiting)
        {
            await function.ContinueWith(over => over.Exception, TaskScheduler.Default).Soon();
        }

        Assert.Contains(waiting, function => function.Exception?.InnerException is ObjectDisposedException);
    }

    [Fact(DisplayName = "A stopped runtime takes nothing: tells are dead letters, asks fail, frames are released")]
    public async Task Stopped_is_stopped()
    {
        var runtime = Start();
        await runtime.DisposeAsync();
        await runtime.DisposeAsync();

        await runtime.TellAsync(One, new Keep(1));
        await Assert.ThrowsAsync<ActorFailedException>(() => runtime.AskAsync<int>(One, new Keep(1), Patiently).Soon());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => runtime.OnShardAsync(1, _ => 0).Soon());
        var released = 0;
        runtime.Deliver(new PositionFrame(1, _ => released++) { Shard = 1, Sequence = 1 });
        Assert.Equal(1, released);
        Assert.Empty(_journal.EventsOf(One.ToString()));
    }

    [Fact(DisplayName = "Stopping lets go of a blocked delivery")]
    public async Task Stopping_unblocks_delivery()
    {
        var runtime = Start(new LocalRuntimeOptions { FrameCapacity = 1 });
        using var closed = new ManualResetEventSlim();
        await runtime.OnShardAsync(1, on => ((ProbeShard)on).Closed = closed);
        var delivery = Task.Run(() =>
        {
            for (var sequence = 1; sequence <= 20; sequence++)
            {
                runtime.Deliver(_shards.Logged(1, sequence));
            }
        });
        await Task.WhenAny(delivery, Task.Delay(50));

        var stopped = runtime.StopAsync(TimeSpan.Zero);
        closed.Set();

        await stopped.Soon();
        await delivery.Soon();
    }

    [Fact(DisplayName = "Messages sent before the start are received after it")]
    public async Task Messages_wait_for_the_start()
    {
        await using var runtime = Create(new LocalRuntimeOptions());
        var ask = runtime.AskAsync<int>(One, new Keep(1), Patiently);
        Assert.False(ask.IsCompleted);

        runtime.Start();

        Assert.Equal(1, await ask.Soon());
    }

    [Fact(DisplayName = "What actors send beyond the mailbox's limit is dropped; what is within arrives")]
    public async Task Overflow_is_dropped()
    {
        await using var runtime = Start(new LocalRuntimeOptions { MailboxCapacity = 10, MailboxLimit = 100 });
        var held = _journal.Hold(One.ToString());
        await runtime.TellAsync(One, new Keep(0));
        await held.Arrived;

        await runtime.AskAsync<int>(Two, new Forward(One, new Keep(1), 250), Patiently).Soon();
        held.Release();

        await Patience.UntilAsync(async () => await CountAsync() >= 101, "what found room arrived");
        Assert.Equal(101, await CountAsync());

        async Task<int> CountAsync() => (await runtime.AskAsync<Seen>(One, new Read(), Patiently).Soon()).Values.Count;
    }

    [Fact(DisplayName = "The bound of a whole worker holds senders back too, and lets all of them through in the end")]
    public async Task Workers_are_bounded()
    {
        await using var runtime = Start(new LocalRuntimeOptions { Workers = 1, WorkerCapacity = 8 });
        var actors = Enumerable.Range(0, 10).Select(i => new ActorId(ActorKinds.Squad, $"a{i}")).ToArray();
        var held = actors.Select(actor => _journal.Hold(actor.ToString())).ToArray();
        foreach (var (actor, append) in actors.Zip(held))
        {
            await runtime.TellAsync(actor, new Keep(0));
            await append.Arrived;
        }

        var tells = actors.SelectMany(actor => Enumerable.Range(1, 20).Select(i => runtime.TellAsync(actor, new Keep(i)).AsTask())).ToArray();
        Assert.Equal(8, tells.Count(tell => tell.IsCompleted));

        Array.ForEach(held, append => append.Release());
        await Task.WhenAll(tells).Soon();
        foreach (var actor in actors)
        {
            var seen = await runtime.AskAsync<Seen>(actor, new Read(), Patiently).Soon();
            Assert.Equal(Enumerable.Range(0, 21), seen.Values);
        }
    }

    [Theory(DisplayName = "Each sender's messages keep their order, whether there is room for them or they wait for it")]
    [InlineData(1, 64)]
    [InlineData(3, 200)]
    [InlineData(1024, 65_536)]
    public async Task Order_is_kept(int mailboxCapacity, int workerCapacity)
    {
        const int Each = 1000;
        await using var runtime = Start(new LocalRuntimeOptions { Workers = 2, MailboxCapacity = mailboxCapacity, WorkerCapacity = workerCapacity });
        var actors = Enumerable.Range(0, 12).Select(i => new ActorId(ActorKinds.Squad, $"a{i}")).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(sender => Task.Run(async () =>
        {
            List<Task> tells = [];
            for (var i = 0; i < Each; i++)
            {
                tells.Add(runtime.TellAsync(actors[i * (sender + 1) % actors.Length], new Keep((sender * Each) + i)).AsTask());
                if (i % 40 == 0)
                {
                    await Task.WhenAll(tells);
                }
            }

            await Task.WhenAll(tells);
        }))).Soon();

        var total = 0;
        foreach (var actor in actors)
        {
            var seen = await runtime.AskAsync<Seen>(actor, new Read(), Patiently).Soon();
            Assert.All(seen.Values.GroupBy(value => value / Each), ofSender => Assert.Equal(ofSender.Order(), ofSender));
            total += seen.Values.Count;
        }

        Assert.Equal(6 * Each, total);
    }

    [Fact(DisplayName = "Whatever is asked while the runtime stops is answered or fails: nobody waits for ever")]
    public async Task Nothing_is_left_by_a_stop()
    {
        for (var round = 0; round < 200; round++)
        {
            var runtime = Start(new LocalRuntimeOptions { Workers = 2 });
            var askers = Enumerable.Range(0, 4).Select(asker => Task.Run(async () =>
            {
                try
                {
                    while (true)
                    {
                        await Task.WhenAll(Enumerable.Range(0, 50).Select(
                            i => runtime.AskAsync<Seen>(new ActorId(ActorKinds.Squad, $"a{(asker + i) % 9}"), new Read(), Patiently)));
                    }
                }
                catch (ActorFailedException)
                {
                    // The runtime has stopped; all fifty are over.
                }
            })).ToArray();
            await Task.Delay(round % 3);

            await runtime.StopAsync(TimeSpan.Zero).Soon();
            await Task.WhenAll(askers).Soon();
            await runtime.DisposeAsync();
        }
    }

    [Fact(DisplayName = "Frames, functions and ticks of a shard are all on the thread that owns it")]
    public async Task Shards_have_one_thread()
    {
        await using var runtime = Start(new LocalRuntimeOptions { Workers = 4 });
        var owner = await runtime.OnShardAsync(6, _ => Environment.CurrentManagedThreadId); // The shard is built: it reads no more of its log.
        for (var sequence = 1; sequence <= 100; sequence++)
        {
            runtime.Deliver(_shards.Logged(6, sequence));
        }

        int[] threads = [];
        await Patience.UntilAsync(
            async () => (threads = await runtime.OnShardAsync(6, on => ((ProbeShard)on).Threads.ToArray())).Length >= 100,
            "all frames were processed");

        Assert.All(threads, thread => Assert.Equal(owner, thread));
        Assert.NotEqual(owner, await runtime.OnShardAsync(7, _ => Environment.CurrentManagedThreadId));
    }

    [Fact(DisplayName = "A frame larger than the bound on fixes is taken when it is alone")]
    public async Task Large_frames_pass()
    {
        await using var runtime = Start(new LocalRuntimeOptions { FixCapacity = 10 });

        for (var sequence = 1; sequence <= 20; sequence++)
        {
            runtime.Deliver(_shards.Logged(2, sequence, fixes: 7 + (sequence % 2 * 20)));
        }

        await Patience.UntilAsync(
            async () => await runtime.OnShardAsync(2, on => ((ProbeShard)on).Sequences.Count) == 20, "all frames were processed");
    }

    [Fact(DisplayName = "Position shards may send to actors, and never wait")]
    public async Task Shards_send()
    {
        await using var runtime = Start(new LocalRuntimeOptions { MailboxCapacity = 1 });

        var completed = await runtime.OnShardAsync(1, _ => Enumerable.Range(0, 50).All(i => runtime.TellAsync(One, new Keep(i)).AsTask().IsCompletedSuccessfully));

        Assert.True(completed);
        var seen = await runtime.AskAsync<Seen>(One, new Read(), Patiently).Soon();
        Assert.Equal(Enumerable.Range(0, 50), seen.Values);
    }

    [Fact(DisplayName = "What waits is measured: messages, frames and fixes by worker, and the actors in memory")]
    public async Task Queues_are_measured()
    {
        using var meters = new OwnMeters();
        var held = _journal.Hold(One.ToString());
        await using var runtime = new LocalRuntime(
            new LocalRuntimeOptions { Workers = 2 }, new ProbeFactory(), _journal, Probe.Catalog, new ProbeFeed(), _shards.Create, _time, NullLogger.Instance, meters);
        await runtime.TellAsync(One, new Keep(1));
        await runtime.TellAsync(One, new Keep(2));
        runtime.Deliver(_shards.Logged(1, 1, fixes: 5));
        runtime.Deliver(_shards.Logged(2, 2, fixes: 7));

        Assert.Equal(2, meters.Observe("vantage.actors.mailbox.depth"));
        Assert.Equal(1, meters.Observe("vantage.actors.active"));
        Assert.Equal(2, meters.Observe("vantage.actors.frames.queued"));
        Assert.Equal(12, meters.Observe("vantage.actors.fixes.queued"));

        runtime.Start();
        await held.Arrived;
        Assert.Equal(0, meters.Observe("vantage.actors.mailbox.depth"));
        held.Release();
    }

    [Fact(DisplayName = "A message that throws is logged with the actor and the message's type")]
    public async Task Failures_are_logged()
    {
        var log = new FakeLogger();
        await using var runtime = new LocalRuntime(
            new LocalRuntimeOptions(), new ProbeFactory(), _journal, Probe.Catalog, new ProbeFeed(), _shards.Create, _time, log);
        runtime.Start();

        await Assert.ThrowsAsync<ActorFailedException>(() => runtime.AskAsync<int>(One, new KeepAndThrow(1), Patiently).Soon());

        var line = Assert.Single(log.Collector.GetSnapshot());
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("squad/one threw on KeepAndThrow", line.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A message to an actor without a name fails the one that sends it")]
    public async Task Names_are_checked()
    {
        await using var runtime = Start();

        await Assert.ThrowsAsync<ActorFailedException>(() => runtime.AskAsync<int>(One, new Forward(default, new Read()), Patiently).Soon());

        Assert.Equal(1, await runtime.AskAsync<int>(One, new Keep(1), Patiently).Soon());
    }

    [Fact(DisplayName = "Back-off: none, the first, then doubling up to the longest")]
    public void Back_off_doubles()
    {
        var options = new LocalRuntimeOptions { FirstBackOff = TimeSpan.FromMilliseconds(100), LongestBackOff = TimeSpan.FromSeconds(1) };

        Assert.Equal([0, 100, 200, 400, 800, 1000, 1000], Enumerable.Range(1, 7).Select(failures => options.BackOff(failures).TotalMilliseconds));
        Assert.Equal(1000, options.BackOff(int.MaxValue).TotalMilliseconds);
    }

    [Fact(DisplayName = "Options out of range are refused, all of them at once")]
    public void Options_are_checked()
    {
        var refusal = Assert.Throws<ArgumentException>(
            () => Create(new LocalRuntimeOptions { Workers = 0, TickInterval = TimeSpan.FromSeconds(1), MailboxLimit = 3 }));

        Assert.Contains(nameof(LocalRuntimeOptions.Workers), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(LocalRuntimeOptions.TickInterval), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(LocalRuntimeOptions.MailboxLimit), refusal.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The frame queue keeps order around its ring, and both its bounds")]
    public void Frame_queue_is_bounded()
    {
        var queue = new FrameQueue(frameCapacity: 3, fixCapacity: 10);
        for (var round = 0; round < 10; round++)
        {
            var frames = Enumerable.Range(0, 4).Select(i => Frame(2)).ToArray();
            Assert.True(queue.TryEnqueue(frames[0]) && queue.TryEnqueue(frames[1]) && queue.TryEnqueue(frames[2]));
            Assert.False(queue.TryEnqueue(frames[3]));
            Assert.Equal((3, 6), (queue.Count, queue.Fixes));
            Assert.All(frames[..3], frame => Assert.True(queue.TryDequeue(out var next) && next == frame));
            Assert.False(queue.TryDequeue(out _));
        }

        Assert.True(queue.TryEnqueue(Frame(9)) && queue.TryEnqueue(Frame(1)));
        Assert.False(queue.TryEnqueue(Frame(1)));
        Assert.True(queue.TryDequeue(out _) && queue.TryDequeue(out _) && queue.TryEnqueue(Frame(11)));
        Assert.False(queue.TryEnqueue(Frame(1)));

        static PositionFrame Frame(int fixes) => new(fixes) { Count = fixes };
    }

    [Fact(DisplayName = "A frame on its way from delivery to its shard allocates nothing")]
    public async Task Frames_allocate_nothing()
    {
        await using var runtime = Start(new LocalRuntimeOptions { Workers = 1 }, _ => new CountingShard());
        var frame = new PositionFrame(10) { Shard = 0, Count = 10 };
        Deliver(2000);
        var (_, before) = await runtime.OnShardAsync(0, on => ((CountingShard)on).Look());

        var senderBefore = GC.GetAllocatedBytesForCurrentThread();
        Deliver(2000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - senderBefore);

        var (frames, after) = await runtime.OnShardAsync(0, on => ((CountingShard)on).Look());
        Assert.InRange(frames, 2000, 4000);
        Assert.InRange(after - before, 0, 2048); // The two looks themselves.

        void Deliver(int times)
        {
            for (var i = 0; i < times; i++)
            {
                runtime.Deliver(frame);
            }
        }
    }

    private LocalRuntime Start(LocalRuntimeOptions? options = null, Func<int, IPositionShard>? shards = null)
    {
        var runtime = Create(options ?? new LocalRuntimeOptions(), shards);
        runtime.Start();
        return runtime;
    }

    private LocalRuntime Create(LocalRuntimeOptions options, Func<int, IPositionShard>? shards = null) => new(
        options, new ProbeFactory(), _journal, Probe.Catalog, new ProbeFeed(), shards ?? _shards.Create, _time, NullLogger.Instance);

    private sealed class OwnMeters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            _meters.Add(new Meter(options));
            return _meters[^1];
        }

        /// <summary>The sum over all workers.</summary>
        public long Observe(string instrument)
        {
            var sum = 0L;
            using var listener = new MeterListener();
            listener.InstrumentPublished = (published, on) =>
            {
                if (published.Meter.Scope == this && published.Name == instrument)
                {
                    on.EnableMeasurementEvents(published);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, value, _, _) => sum += value);
            listener.Start();
            listener.RecordObservableInstruments();
            return sum;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }

    private sealed class CountingShard : IPositionShard
    {
        private int _frames;

        public void Process(PositionFrame frame) => _frames++;

        public void Tick(DateTimeOffset now)
        {
        }

        public void Dispose()
        {
        }

        public (int Frames, long Allocated) Look() => (_frames, GC.GetAllocatedBytesForCurrentThread());
    }
}
