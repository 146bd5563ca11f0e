using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Vantage.Actors;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;
using Vantage.Support;

namespace Vantage.Runtime.Contract;

/// <summary>What runtimes of several processes keep: two nodes of one cluster, over sockets, though in one process.</summary>
public abstract class TwoNodesContract : IAsyncDisposable
{
    private readonly MemoryJournal _journal = new();
    private readonly ProbeShards _shards = new();
    private readonly CountingMeters _meters = new();
    private readonly List<HostedRuntime> _running = [];

    /// <summary>In the newer version, keeping is another message, though it has the same name.</summary>
    private static WireCatalog Newer { get; } = new WireCatalog()
        .Add<Keep>("keep", version: 2)
        .Add<Read>("read")
        .Add<Seen>("seen")
        .Add<int>("int");

    /// <summary>How long an asker waits whose question may not be answered.</summary>
    protected abstract TimeSpan Briefly { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_running))
        {
            await host.StopAsync();
        }

        _meters.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "A node hands its shards over while it goes on: they stay away, its actors and the shards are still asked; alone it keeps them")]
    public async Task Shards_are_handed_over()
    {
        var port = FreePort.Next();
        var first = await StartAsync(port, port, Probe.Messages, NullLoggerFactory.Instance);
        await Patience.UntilAsync(() => Task.FromResult(first.OwnShards.Count == Shards.Count), "all shards live on the first");
        await first.HandOverAsync(Patience.Limit).Soon();
        Assert.Equal(Shards.Count, first.OwnShards.Count);
        var second = await StartAsync(FreePort.Next(), port, Probe.Messages, NullLoggerFactory.Instance);
        await UntilSharedAsync(first, second);

        await first.HandOverAsync(Patience.Limit).Soon();

        Assert.Empty(first.OwnShards);
        await Patience.UntilAsync(() => Task.FromResult(second.OwnShards.Count == Shards.Count), "the other has all shards");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(new Seen([]), await first.AskAsync<Seen>(new ActorId(ActorKinds.Squad, $"s{i}"), new Read(), Patience.Limit).Soon());
            Assert.Equal(new FrameCount(0), await first.AskShardAsync(i, new CountFrames(), Patience.Limit).Soon());
        }

        await Task.Delay(TimeSpan.FromSeconds(3)); // Whatever looks after where shards live has looked.
        Assert.Empty(first.OwnShards);
    }

    [Fact(DisplayName = "A rolling update: a message that a node knows in another version is never acted on, and a log line names both versions; all others are answered")]
    public async Task Other_versions_are_refused()
    {
        var port = FreePort.Next();
        var (saidByOlder, saidByNewer) = (new FakeLogCollector(), new FakeLogCollector());
        using var olderLog = new LoggerFactory([new FakeLoggerProvider(saidByOlder)]);
        using var newerLog = new LoggerFactory([new FakeLoggerProvider(saidByNewer)]);
        var older = await StartAsync(port, port, Probe.Messages, olderLog);
        var newer = await StartAsync(FreePort.Next(), port, Newer, newerLog);
        await UntilSharedAsync(older, newer);

        foreach (var (asker, value) in new[] { (older, 1), (newer, 2) })
        {
            await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
            {
                var actor = new ActorId(ActorKinds.Squad, $"s{i}");
                var before = await asker.AskAsync<Seen>(actor, new Read(), Patience.Limit).Soon();
                try
                {
                    await asker.AskAsync<int>(actor, new Keep(value), Briefly).Soon();
                    Assert.Equal(new Seen([.. before.Values, value]), await asker.AskAsync<Seen>(actor, new Read(), Patience.Limit).Soon());
                }
                catch (Exception refusal) when (refusal is TimeoutException or ActorFailedException)
                {
                    AssertRefused(refusal);
                    Assert.Equal(before, await asker.AskAsync<Seen>(actor, new Read(), Patience.Limit).Soon());
                }
            }));
        }

        // Each actor lives on one of the nodes, and has heard the one that speaks its version.
        Assert.All(Enumerable.Range(0, 30), i => Assert.Single(_journal.EventsOf($"squad/s{i}")));
        Assert.All([saidByOlder, saidByNewer], said => Assert.Contains(said.GetSnapshot(), line => line.Level >= LogLevel.Warning && NamesBothVersions($"{line.Message} {line.Exception}")));
    }

    [Fact(DisplayName = "What another version of the program refuses takes no room in an actor's mailbox for good")]
    public async Task Refused_messages_give_their_room_back()
    {
        var port = FreePort.Next();
        var older = await StartAsync(port, port, Probe.Messages, NullLoggerFactory.Instance, mailboxCapacity: 4);
        var newer = await StartAsync(FreePort.Next(), port, Newer, NullLoggerFactory.Instance, mailboxCapacity: 4);
        await UntilSharedAsync(older, newer);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            var actor = new ActorId(ActorKinds.Squad, $"s{i}");
            for (var sent = 0; sent < 12; sent++)
            {
                await older.TellAsync(actor, new Keep(sent)).AsTask().Soon();
            }

            var seen = await older.AskAsync<Seen>(actor, new Read(), Patience.Limit).Soon();
            Assert.True(seen.Values.Count is 0 or 12, $"{actor} took {seen.Values.Count} of 12.");
        }));
        Assert.Contains(Enumerable.Range(0, 10), i => _journal.EventsOf($"squad/s{i}") is []);
    }

    protected static bool NamesBothVersions(string text)
        => text.Contains("keep:1", StringComparison.Ordinal) && text.Contains("keep:2", StringComparison.Ordinal);

    /// <summary>A node on a port of its own that founds the cluster, or joins that of the seed's port.</summary>
    protected abstract Task<HostedRuntime> JoinAsync(RuntimeSetup setup, int port, int seed, WireCatalog messages, ILoggerFactory loggers);

    /// <summary>What an asker is told whose message the other node does not know: a timeout, where nothing comes back.</summary>
    protected abstract void AssertRefused(Exception refusal);

    private static Task UntilSharedAsync(IHostedRuntime first, IHostedRuntime second) => Patience.UntilAsync(
        () => Task.FromResult(first.OwnShards.Count == Shards.Count / 2 && second.OwnShards.Count == Shards.Count / 2), "each node has half of the shards");

    private async Task<IHostedRuntime> StartAsync(int port, int seed, WireCatalog messages, ILoggerFactory loggers, int mailboxCapacity = 1024)
    {
        var setup = new RuntimeSetup(new ProbeFactory(), _journal, Probe.Catalog, new ProbeFeed(), _shards.Create, TimeProvider.System, _meters)
        {
            MailboxCapacity = mailboxCapacity,
        };
        var host = await JoinAsync(setup, port, seed, messages, loggers);
        _running.Add(host);
        return (IHostedRuntime)host.Actors;
    }
}
