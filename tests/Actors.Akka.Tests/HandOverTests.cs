using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Akka.Tests;

/// <summary>Two nodes of one cluster, over sockets, of which one is about to stop.</summary>
public sealed class HandOverTests : IAsyncDisposable
{
    private readonly MemoryJournal _journal = new();
    private readonly ProbeShards _shards = new();
    private readonly CountingMeters _meters = new();
    private readonly List<HostedRuntime> _running = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_running))
        {
            await host.StopAsync();
        }

        _meters.Dispose();
    }

    [Fact(DisplayName = "A node hands its shards over while it goes on: they stay away, and its actors are still asked; alone it keeps them")]
    public async Task Shards_are_handed_over()
    {
        var port = FreePort.Next();
        var (first, firstHost) = await OneNode.JoinAsync(Setup(), Probe.Messages, port, port);
        _running.Add(firstHost);
        await Patience.UntilAsync(() => Task.FromResult(first.OwnShards.Count == Shards.Count), "all shards live on the first");
        await first.HandOverAsync(Patience.Limit).Soon();
        Assert.Equal(Shards.Count, first.OwnShards.Count);

        var (second, secondHost) = await OneNode.JoinAsync(Setup(), Probe.Messages, FreePort.Next(), port);
        _running.Add(secondHost);
        await Patience.UntilAsync(() => Task.FromResult(first.OwnShards.Count == 32 && second.OwnShards.Count == 32), "each has half");

        await first.HandOverAsync(Patience.Limit).Soon();

        Assert.Empty(first.OwnShards);
        await Patience.UntilAsync(() => Task.FromResult(second.OwnShards.Count == Shards.Count), "the other has all shards");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(new Seen([]), await first.AskAsync<Seen>(new ActorId(ActorKinds.Squad, $"s{i}"), new Read(), Patience.Limit).Soon());
        }

        await Task.Delay(TimeSpan.FromSeconds(3)); // A round of rebalancing has passed.
        Assert.Empty(first.OwnShards);
    }

    private RuntimeSetup Setup() => new(new ProbeFactory(), _journal, Probe.Catalog, new ProbeFeed(), _shards.Create, TimeProvider.System, _meters);
}
