using System.Collections.Concurrent;
using System.Diagnostics;
using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Storage.Postgres;

namespace Vantage.Storage.Tests.Postgres;

/// <summary>Several logs on one database, as several processes have them.</summary>
public sealed class PostgresClusterTests(PostgresServers servers) : IDisposable
{
    private const string EndTails =
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() " +
        "AND (query LIKE 'LISTEN%' OR query LIKE '%OVER (ORDER BY frame.sequence)%')";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _database = servers.Shared.NewDatabase();
    private readonly List<Node> _nodes = [];

    public void Dispose() => _nodes.ForEach(node => node.Dispose());

    [Theory(DisplayName = "Nodes commit at once: every fix is read back once, by shard in its order, and the nodes together are given each frame once")]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nodes_commit_at_once(int count)
    {
        var nodes = Enumerable.Range(0, count).Select(_ => NewNode()).ToArray();
        NumberUnits(nodes[0].Log);
        foreach (var shard in Enumerable.Range(0, Shards.Count))
        {
            nodes[shard % count].Log.Follow(shard);
        }

        var sent = new ConcurrentBag<(int Unit, long TimeMs)>();
        await Task.WhenAll(Enumerable.Range(0, count * 4).Select(caller => Task.Run(() => SendAsync(nodes[caller % count].Log, caller, 100, sent))));

        var read = ReadAll(nodes[0].Log).ToArray();
        Assert.Equal(sent.Order(), read.Select(item => (item.Unit, item.TimeMs)).Order());
        Assert.All(nodes, node => Assert.Equal(read, ReadAll(node.Log)));
        Assert.All(read.GroupBy(item => item.Shard), shard => Assert.Equal(shard.OrderBy(item => item.Sequence), shard));
        Assert.All(read.GroupBy(item => item.Unit), unit => Assert.Equal(Shards.Of(nodes[0].Log.UnitOf(unit.Key)), unit.Select(item => item.Shard).Distinct().Single()));

        // Of one caller the later is never before the sooner.
        Assert.All(read.GroupBy(item => (item.Unit, item.TimeMs / 1000)), caller => Assert.Equal(caller.OrderBy(item => item.TimeMs), caller));
        await UntilAsync(() => nodes.Sum(node => node.Delivered.Count) >= read.Length);
        Assert.All(Enumerable.Range(0, count), node => Assert.Equal(
            read.Where(item => item.Shard % count == node).OrderBy(item => item.Sequence),
            nodes[node].Delivered));
    }

    [Fact(DisplayName = "A shard moves from node to node while others write: with what each reads when it begins, none is lost and none is twice")]
    public async Task Shards_move()
    {
        var nodes = Enumerable.Range(0, 3).Select(_ => NewNode()).ToArray();
        var shard = Shards.Of(Unit(0));
        var unit = nodes[0].Log.NumberOf(Unit(0));
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; !stop.IsCancellationRequested; sent++)
            {
                await nodes[sent % 3].Log.CommitAsync(Batch((unit, sent)));
            }
        });

        List<Item> taken = [];
        var fromDelivery = 0;
        for (var move = 0; move < 12; move++)
        {
            var owner = nodes[move % 3];
            owner.Delivered.Clear();
            owner.Log.Follow(shard);
            var read = ReadAll(owner.Log, shard, taken.LastOrDefault().Sequence).ToArray();
            taken.AddRange(read);
            var until = taken.Count + 30;
            var last = 0L;
            while (taken.Count < until)
            {
                if (!owner.Delivered.TryDequeue(out var item))
                {
                    await Task.Delay(1);
                    continue;
                }

                Assert.True(item.Sequence > last);
                last = item.Sequence;
                if (item.Sequence > taken.LastOrDefault().Sequence) // Else it was read above.
                {
                    taken.Add(item);
                    fromDelivery++;
                }
            }

            owner.Log.Unfollow(shard);
        }

        await stop.CancelAsync();
        await sending;
        taken.AddRange(ReadAll(nodes[0].Log, shard, taken[^1].Sequence));
        Assert.Equal(Enumerable.Range(0, sent).Select(i => (long)i), taken.Select(item => item.TimeMs));
        Assert.True(fromDelivery >= 12 * 29, $"{fromDelivery} were delivered.");
        foreach (var node in nodes)
        {
            node.Delivered.Clear();
            await node.Log.CommitAsync(Batch((unit, sent)));
        }

        await Task.Delay(700); // Longer than the longest rest.
        Assert.All(nodes, node => Assert.Empty(node.Delivered));
    }

    [Fact(DisplayName = "Nodes that ask for the same numbers at once are given the same, without gaps, and many in one transaction")]
    public async Task Numbers_agree()
    {
        var (one, other) = (NewNode().Log, NewNode().Log);
        var startedAt = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(asker => Task.Factory.StartNew(
            () => Enumerable.Range(0, 2000).Where(i => i % 8 == asker / 2).Select(i => asker % 2 == 0 ? i : 1999 - i)
                .Select(i => (Unit: i, Number: (asker % 2 == 0 ? one : other).NumberOf(Unit(i)))).ToArray(),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Say($"2,000 numbers for 8 threads on each of 2 nodes: {Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds:0} ms");

        Assert.Equal(Enumerable.Range(0, 2000), answers.SelectMany(answer => answer).Distinct().Select(pair => pair.Number).Order());
        Assert.All([one, other], log => Assert.Equal(2000, log.UnitCount));

        startedAt = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(2000, 2000).Chunk(20).Select(chunk => Task.Factory.StartNew(
            () => Assert.All(chunk, i => one.NumberOf(Unit(i))), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Say($"2,000 numbers for 100 threads: {Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds:0} ms");
        Assert.Equal(Enumerable.Range(0, 4000).Select(Unit).ToHashSet(), Enumerable.Range(0, 4000).Select(other.UnitOf).ToHashSet());
    }

    [Fact(DisplayName = "A number that another node gave is known wherever it is used")]
    public async Task Numbers_are_shared()
    {
        var (one, other) = (NewNode(), NewNode());
        Assert.Equal(0, one.Log.NumberOf(Unit(0)));
        Assert.Equal(0, other.Log.UnitCount);
        await other.Log.CommitAsync(Batch((0, 1)));
        Assert.Equal(Unit(0), other.Log.UnitOf(0));

        one.Log.NumberOf(Unit(1));
        other.Log.Follow(Shards.Of(Unit(1)));
        Assert.Equal(2, other.Log.UnitCount);

        one.Log.NumberOf(Unit(2));
        other.Log.Follow(Shards.Of(Unit(2)));
        one.Log.NumberOf(Unit(3)); // Not known to the other when it began to follow.
        other.Log.Follow(Shards.Of(Unit(3)));
        var late = one.Log.NumberOf(new ActorId(ActorKinds.Vehicle, "late"));
        other.Log.Follow(Shards.Of(new ActorId(ActorKinds.Vehicle, "late")));
        await one.Log.CommitAsync(Batch((late, 2)));
        await UntilAsync(() => !other.Delivered.IsEmpty);
        Assert.True(other.Log.UnitCount > late);
        Assert.Equal(new ActorId(ActorKinds.Vehicle, "late"), other.Log.UnitOf(late));
    }

    [Fact(DisplayName = "A delivery that waits holds up no commit of any node; what came meanwhile is delivered after it")]
    public async Task Deliveries_hold_up_nobody()
    {
        using var gate = new ManualResetEventSlim();
        using var blocked = new ManualResetEventSlim();
        var slow = NewNode(_ =>
        {
            blocked.Set();
            gate.Wait();
        });
        var other = NewNode();
        var unit = slow.Log.NumberOf(Unit(0));
        FollowAll(slow);
        await slow.Log.CommitAsync(Batch((unit, 0)));
        blocked.Wait(Patience);

        var startedAt = Stopwatch.GetTimestamp();
        for (var i = 1; i <= 2000; i += 2)
        {
            await Task.WhenAll(slow.Log.CommitAsync(Batch((unit, i))).AsTask(), other.Log.CommitAsync(Batch((unit, i + 1))).AsTask());
        }

        Say($"2,000 commits beside a delivery that waits: {Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds:0} ms");
        Assert.Empty(slow.Delivered);
        var another = (Shards.Of(Unit(0)) + 1) % Shards.Count;
        slow.Log.Unfollow(another); // Neither does it hold up who begins or ends to follow.
        slow.Log.Follow(another);
        gate.Set();
        await UntilAsync(() => slow.Delivered.Count >= 2001);
        Assert.Equal(ReadAll(other.Log), slow.Delivered);
    }

    [Fact(DisplayName = "A follower whose connection is ended again and again is given everything once")]
    public async Task Tails_survive()
    {
        var (follower, writer) = (NewNode(), NewNode());
        NumberUnits(writer.Log);
        FollowAll(follower);
        var sent = new ConcurrentBag<(int Unit, long TimeMs)>();
        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(() => SendAsync(writer.Log, caller, 400, sent))));
        var ended = 0L;
        while (!sending.IsCompleted)
        {
            ended += (long)PostgresServer.Scalar(_database, $"SELECT count(*) FROM ({EndTails}) AS ended")!;
            await Task.Delay(50);
        }

        await sending;
        Assert.True(ended > 3, $"{ended} connections were ended.");
        await UntilAsync(() => follower.Delivered.Count >= sent.Count);
        Assert.Equal(ReadAll(writer.Log).OrderBy(item => item.Sequence), follower.Delivered);
        await UntilAsync(() => follower.Store.IsHealthy);
    }

    [Fact(DisplayName = "A frame that its owner trimmed is not delivered to a follower that was behind")]
    public async Task Trimmed_frames_are_skipped()
    {
        using var gate = new ManualResetEventSlim();
        using var blocked = new ManualResetEventSlim();
        var slow = NewNode(_ =>
        {
            blocked.Set();
            gate.Wait();
        });
        var owner = NewNode();
        var unit = owner.Log.NumberOf(Unit(0));
        var shard = Shards.Of(Unit(0));
        slow.Log.Follow(shard);
        await owner.Log.CommitAsync(Batch((unit, 0)));
        blocked.Wait(Patience);
        for (var i = 1; i < 10; i++)
        {
            await owner.Log.CommitAsync(Batch((unit, i)));
        }

        owner.Log.Trim(shard, ReadAll(owner.Log, shard, 0).ElementAt(7).Sequence);
        slow.Log.Trim(shard, ReadAll(owner.Log, shard, 0).First().Sequence - (2 * Shards.Count)); // Of one that thinks it is the owner: no way back.
        Assert.Equal([8L, 9L], ReadAll(owner.Log).Select(item => item.TimeMs));
        await UntilAsync(() => (long)PostgresServer.Scalar(_database, "SELECT count(*) FROM vantage.frames")! == 2);
        Assert.Equal([8L, 9L], ReadAll(slow.Log).Select(item => item.TimeMs));
        gate.Set();
        await UntilAsync(() => slow.Delivered.Count >= 3);
        Assert.Equal([0L, 8L, 9L], slow.Delivered.Select(item => item.TimeMs));
    }

    [Fact(DisplayName = "What one node commits is delivered on another at once")]
    public async Task Deliveries_are_prompt()
    {
        var arrivals = new ConcurrentDictionary<long, long>();
        var follower = NewNode(frame => arrivals[frame.Fixes[0].Fix.TimeMs] = Stopwatch.GetTimestamp());
        var writer = NewNode();
        var unit = writer.Log.NumberOf(Unit(0));
        FollowAll(follower);
        var commits = new long[100];
        for (var i = 0; i < commits.Length; i++)
        {
            await writer.Log.CommitAsync(Batch((unit, i)));
            commits[i] = Stopwatch.GetTimestamp();
            await Task.Delay(15);
        }

        await UntilAsync(() => arrivals.Count == commits.Length);
        var delays = commits.Select((at, i) => Math.Max(0, Stopwatch.GetElapsedTime(at, arrivals[i]).TotalMilliseconds)).Order().ToArray();
        Say($"From commit to delivery on another node: median {delays[50]:0.0} ms, 90% {delays[90]:0.0} ms, longest {delays[^1]:0.0} ms");
        Assert.True(delays[50] < 400, $"{delays[50]} ms: that is waiting, not waking.");
    }

    private static void FollowAll(Node node)
    {
        foreach (var shard in Enumerable.Range(0, Shards.Count))
        {
            node.Log.Follow(shard);
        }
    }

    private static void NumberUnits(ITrackLog log)
        => Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => log.NumberOf(Unit(i)));

    /// <summary>Batches of several units, with times that tell callers and their order.</summary>
    private static async Task SendAsync(ITrackLog log, int caller, int commits, ConcurrentBag<(int Unit, long TimeMs)> sent)
    {
        var random = new Random(caller);
        for (var i = 0; i < commits; i++)
        {
            var items = Enumerable.Range(0, random.Next(1, 10)).Select(_ => random.Next(200)).Distinct()
                .Select(unit => (Unit: log.NumberOf(Unit(unit)), TimeMs: (caller * 1000L) + i)).ToArray();
            await log.CommitAsync(Batch(items));
            Assert.True(log.LastSequence > 0);
            Array.ForEach(items, sent.Add);
        }
    }

    private static ActorId Unit(int i) => new(ActorKinds.Vehicle, $"沪A{i:00000}");

    private static PositionBatch Batch(params (int Unit, long TimeMs)[] items)
    {
        var batch = new PositionBatch();
        foreach (var (unit, timeMs) in items)
        {
            batch.Add(unit, new Fix { TimeMs = timeMs, LatitudeE7 = 312_000_000 });
        }

        return batch;
    }

    private static IEnumerable<Item> ReadAll(ITrackLog log) => Enumerable.Range(0, Shards.Count).SelectMany(shard => ReadAll(log, shard, 0));

    private static IEnumerable<Item> ReadAll(ITrackLog log, int shard, long after) => log.Read(shard, after).SelectMany(Item.Of);

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var startedAt = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(10))
        {
            Assert.True(Stopwatch.GetElapsedTime(startedAt) < Patience, "It did not come to that.");
        }
    }

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    private Node NewNode(Action<PositionFrame>? onDelivery = null)
    {
        _nodes.Add(new Node(_database, onDelivery));
        return _nodes[^1];
    }

    private readonly record struct Item(int Shard, long Sequence, int Unit, long TimeMs)
    {
        public static IEnumerable<Item> Of(PositionFrame frame)
            => frame.Fixes.ToArray().Select(item => new Item(frame.Shard, frame.Sequence, item.Unit, item.Fix.TimeMs));
    }

    private sealed class Node : IDisposable
    {
        public Node(string database, Action<PositionFrame>? onDelivery)
        {
            Store = PostgresStore.Open(database);
            Log.Start(frame =>
            {
                onDelivery?.Invoke(frame);
                foreach (var item in Item.Of(frame))
                {
                    Delivered.Enqueue(item);
                }

                frame.Release();
            });
        }

        public PostgresStore Store { get; }

        public ITrackLog Log => Store.TrackLog;

        public ConcurrentQueue<Item> Delivered { get; } = new();

        public void Dispose() => Store.Dispose();
    }
}
