using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Akka.Tests;

/// <summary>Two nodes over sockets. By the rules of the split-brain resolver the one of the lower address stays when they do not see each other.</summary>
public sealed class QuarantineTests : IAsyncLifetime
{
    private readonly MemoryJournal _journal = new();
    private readonly ProbeShards _shards = new();
    private readonly CountingMeters _meters = new();
    private readonly List<HostedRuntime> _running = [];
    private AkkaRuntime _lower = null!;
    private AkkaRuntime _higher = null!;

    public async ValueTask InitializeAsync()
    {
        var ports = new[] { FreePort.Next(), FreePort.Next() };
        Array.Sort(ports);
        (_lower, var host) = await OneNode.JoinAsync(Setup(), Probe.Messages, ports[0], ports[0]);
        _running.Add(host);
        (_higher, host) = await OneNode.JoinAsync(Setup(), Probe.Messages, ports[1], ports[0]);
        _running.Add(host);
        await Patience.UntilAsync(() => Task.FromResult(_lower.OwnShards.Count == 32 && _higher.OwnShards.Count == 32), "the nodes are one cluster");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_running))
        {
            await host.StopAsync();
        }

        _meters.Dispose();
    }

    [Fact(DisplayName = "A node that a member has removed ends when its connection is refused, though the split-brain resolver would let it go on as an island")]
    public async Task Refused_node_ends()
    {
        var removed = Cluster.Get(_lower.ActorSystem!).SelfUniqueAddress;

        ((IRemoteActorRefProvider)((ExtendedActorSystem)_higher.ActorSystem!).Provider).Quarantine(removed.Address, removed.Uid);

        await Patience.UntilAsync(() => Task.FromResult(_lower.ActorSystem!.WhenTerminated.IsCompleted), "the removed node has ended");
        Assert.Contains("removed this node", _lower.Failure, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A node goes on that is refused by one which is no member: that one may be an island")]
    public async Task Islands_remove_nobody()
    {
        var system = (ExtendedActorSystem)_lower.ActorSystem!;
        system.EventStream.Publish(new ThisActorSystemQuarantinedEvent(system.Provider.DefaultAddress, Address.Parse("akka.tcp://vantage@127.0.0.1:1")));

        Assert.Equal(new Seen([]), await _lower.AskAsync<Seen>(new ActorId(ActorKinds.Squad, "s1"), new Read(), Patience.Limit).Soon());
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Null(_lower.Failure);
        Assert.False(_lower.ActorSystem!.WhenTerminated.IsCompleted);
    }

    private RuntimeSetup Setup() => new(new ProbeFactory(), _journal, Probe.Catalog, new ProbeFeed(), _shards.Create, TimeProvider.System, _meters);
}
