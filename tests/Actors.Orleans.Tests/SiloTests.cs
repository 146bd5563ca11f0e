using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>Silos that are a cluster: over sockets, though in one process.</summary>
public sealed class SiloTests : IAsyncDisposable
{
    private static readonly TimeSpan Patiently = TimeSpan.FromMinutes(1);

    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MemoryJournal _journal = new();
    private readonly ProbeShards _shards = new();
    private readonly List<OrleansRuntime> _running = [];
    private readonly int _primary = FreePort.Next();
    private readonly RuntimeSetup _setup;

    public SiloTests() => _setup = new RuntimeSetup(
        new ProbeFactory(),
        _journal,
        Probe.Catalog,
        new ProbeFeed(),
        _shards.Create,
        TimeProvider.System,
        _metrics.GetRequiredService<IMeterFactory>());

    public async ValueTask DisposeAsync()
    {
        foreach (var runtime in Enumerable.Reverse(_running))
        {
            await runtime.StopAsync(TimeSpan.Zero);
        }

        await _metrics.DisposeAsync();
    }

    [Fact(DisplayName = "Actors are asked from either silo wherever they live: each message once, answers and failures come back")]
    public async Task Actors_are_found()
    {
        var (first, second) = (await StartAsync(), await StartAsync());
        for (var i = 0; i < 20; i++)
        {
            var actor = new ActorId(ActorKinds.Squad, $"s{i}");

            Assert.Equal(1, await first.AskAsync<int>(actor, new Keep(1), Patiently).Soon());
            Assert.Equal(2, await second.AskAsync<int>(actor, new Keep(2), Patiently).Soon());
            Assert.Equal(new Seen([1, 2]), await first.AskAsync<Seen>(actor, new Read(), Patiently).Soon());
            foreach (var asker in _running)
            {
                var failure = await Assert.ThrowsAsync<ActorFailedException>(() => asker.AskAsync<int>(actor, new Throw(), Patiently).Soon());
                Assert.Equal((actor, "Throw threw InvalidOperationException"), (failure.Actor, failure.Reason));
            }
        }
    }

    [Fact(DisplayName = "A storage that refuses is seen as such from the other silo, too")]
    public async Task Refusals_come_back()
    {
        var (first, second) = (await StartAsync(), await StartAsync());
        _journal.Refuses = _ => true;
        for (var i = 0; i < 5; i++)
        {
            foreach (var asker in new[] { first, second })
            {
                var failure = await Assert.ThrowsAsync<ActorFailedException>(
                    () => asker.AskAsync<int>(new ActorId(ActorKinds.Squad, $"s{i}"), new Keep(1), Patiently).Soon());
                Assert.IsType<IOException>(failure.InnerException);
            }
        }
    }

    [Fact(DisplayName = "A message that is in no catalog fails where it would leave the silo, and says so; others behind it are taken")]
    public async Task Strangers_are_refused()
    {
        var (first, second) = (await StartAsync(), await StartAsync());
        var failures = new ConcurrentBag<string>();
        for (var i = 0; i < 20; i++)
        {
            var actor = new ActorId(ActorKinds.Squad, $"s{i}");
            foreach (var asker in new[] { first, second })
            {
                var stranger = asker.AskAsync<int>(actor, new Unknown(), Patiently);
                Assert.IsType<Seen>(await asker.AskAsync<Seen>(actor, new Read(), Patiently).Soon());
                failures.Add((await Assert.ThrowsAsync<ActorFailedException>(() => stranger)).Reason);
            }
        }

        Assert.Equal(
            ["Unknown is not in the wire catalog: it cannot leave the process.", "Unknown threw UnreachableException"],
            failures.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "Position shards spread over silos that join, each on one, and come back when a silo leaves")]
    public async Task Shards_spread()
    {
        var first = await StartAsync();
        await OwnedAsync();
        var second = await StartAsync();
        await OwnedAsync();
        var third = await StartAsync();
        await OwnedAsync();

        await second.StopAsync(TimeSpan.FromSeconds(30)).Soon();
        _running.Remove(second);
        await OwnedAsync();
        await third.StopAsync(TimeSpan.FromSeconds(30)).Soon();
        _running.Remove(third);
        await OwnedAsync();
        Assert.Null(first.Failure);
    }

    [Fact(DisplayName = "A question to a shard finds it on whichever silo it lives; an answer that does not travel is refused")]
    public async Task Shards_are_asked()
    {
        var (first, second) = (await StartAsync(), await StartAsync());
        await OwnedAsync();
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            var frame = _shards.Logged(shard, 1);
            (first.OwnShards.Contains(shard) ? first : second).Deliver(frame);

            Assert.Equal(new FrameCount(1), await CountedAsync(first, shard));
            Assert.Equal(new FrameCount(1), await CountedAsync(second, shard));
        }

        var foreign = second.OwnShards[0];
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => first.AskShardAsync(foreign, new AskForSecret(), Patiently).Soon());
        Assert.Contains("Secret is not in the wire catalog", refusal.Message, StringComparison.Ordinal);
        Assert.IsType<Secret>(await second.AskShardAsync(foreign, new AskForSecret(), Patiently).Soon());
    }

    [Fact(DisplayName = "What one silo says all others hear, and one that joins is noticed")]
    public async Task Silos_hear_each_other()
    {
        var first = await StartAsync();
        var joined = new TaskCompletionSource();
        first.Nodes!.Joined += joined.SetResult;
        var (second, third) = (await StartAsync(), await StartAsync());
        await joined.Task.Soon();
        var heard = new ConcurrentQueue<(int, object)>();
        first.Nodes.Heard += message => heard.Enqueue((1, message));
        second.Nodes!.Heard += message => heard.Enqueue((2, message));
        third.Nodes!.Heard += message => heard.Enqueue((3, message));

        await Patience.UntilAsync(
            () =>
            {
                second.Nodes.Say(new Keep(7));
                return Task.FromResult(heard.Contains((1, new Keep(7))) && heard.Contains((3, new Keep(7))));
            },
            "both others heard it");
        Assert.DoesNotContain((2, new Keep(7)), heard);
    }

    [Fact(DisplayName = "An actor whose stream somebody else wrote to fails its message, and goes on from what is there")]
    public async Task Second_activations_are_noticed()
    {
        var runtime = await StartAsync();
        var actor = new ActorId(ActorKinds.Squad, "s1");
        await runtime.AskAsync<int>(actor, new Keep(1), Patiently).Soon();
        var other = Probe.Catalog.Wrap("squad/s1", 2, new Kept(2), TimeProvider.System.GetUtcNow(), Origin.System);
        await _journal.AppendAsync("squad/s1", 1, [other], TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<ActorFailedException>(() => runtime.AskAsync<int>(actor, new Keep(3), Patiently).Soon());

        Assert.IsType<JournalConflictException>(failure.InnerException);
        Assert.Equal(new Seen([1, 2]), await runtime.AskAsync<Seen>(actor, new Read(), Patiently).Soon());
        Assert.Equal(3, await runtime.AskAsync<int>(actor, new Keep(3), Patiently).Soon());
    }

    [Fact(DisplayName = "A silo that is told it is dead says so, and what it acknowledged stays with the others")]
    public async Task Death_is_told()
    {
        var lost = new TaskCompletionSource();
        var (first, second) = (await StartAsync(), await StartAsync(lost.SetResult));
        await OwnedAsync();

        await first.Services.GetRequiredService<IClusterMembershipService>()
            .TryKill(second.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress).Soon();

        await lost.Task.Soon();
        Assert.StartsWith("This node can host no more.", second.Failure, StringComparison.Ordinal);
        await second.StopAsync(TimeSpan.FromSeconds(30)).Soon();
        _running.Remove(second);
        await OwnedAsync();
    }

    [Fact(DisplayName = "A silo that stops lets its actors finish what they have, and takes nothing new")]
    public async Task Stopping_drains()
    {
        var runtime = await StartAsync();
        var actor = new ActorId(ActorKinds.Squad, "s1");
        var held = _journal.Hold(actor.ToString());
        var asks = Enumerable.Range(1, 100).Select(i => runtime.AskAsync<int>(actor, new Keep(i), Patiently)).ToArray();
        await held.Arrived;

        var stopping = runtime.StopAsync(TimeSpan.FromSeconds(30));
        await Patience.UntilAsync(() => Task.FromResult(LateAskFails(runtime, actor)), "a late ask is refused");
        Assert.False(stopping.IsCompleted);
        held.Release();

        Assert.Equal(Enumerable.Range(1, 100), await Task.WhenAll(asks).Soon());
        await stopping.Soon();
        Assert.True(_journal.EventsOf(actor.ToString()).Length >= 100);
    }

    private static bool LateAskFails(OrleansRuntime runtime, ActorId actor)
        => runtime.AskAsync<Seen>(actor, new Read(), Patiently) is { IsFaulted: true };

    private async Task<OrleansRuntime> StartAsync(Action? lost = null)
    {
        var runtime = await Silo.StartAsync(_setup, _running.Count == 0 ? _primary : FreePort.Next(), _primary, lost);
        _running.Add(runtime);
        return runtime;
    }

    /// <summary>Waits until every shard is on one silo, and none has more than its share.</summary>
    private Task OwnedAsync()
    {
        var share = (Shards.Count + _running.Count - 1) / _running.Count;
        return Patience.UntilAsync(
            () => Task.FromResult(
                _running.TrueForAll(runtime => runtime.OwnShards.Count <= share)
                && _running.SelectMany(runtime => runtime.OwnShards).Order().SequenceEqual(Enumerable.Range(0, Shards.Count))),
            $"each of {_running.Count} silos has at most {share} shards, and together they have all");
    }

    /// <summary>Frames are delivered, not waited for.</summary>
    private static async Task<FrameCount> CountedAsync(OrleansRuntime asker, int shard)
    {
        var count = new FrameCount(0);
        await Patience.UntilAsync(
            async () => (count = await asker.AskShardAsync(shard, new CountFrames(), Patiently)).Frames > 0,
            $"shard {shard} has its frame");
        return count;
    }
}
