using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Akka.Tests;

/// <summary>A rolling update: for a while nodes of two versions are one cluster, over sockets.</summary>
public sealed class MixedVersionsTests : IAsyncDisposable
{
    private static readonly TimeSpan Briefly = TimeSpan.FromSeconds(5);

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

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_running))
        {
            await host.StopAsync();
        }

        _meters.Dispose();
    }

    [Fact(DisplayName = "A message that a node knows in another version is never acted on: a log line names both versions, its asker is not answered, all others are")]
    public async Task Other_versions_are_refused()
    {
        var port = FreePort.Next();
        var (saidByOlder, saidByNewer) = (new FakeLogCollector(), new FakeLogCollector());
        using var olderLog = new LoggerFactory([new FakeLoggerProvider(saidByOlder)]);
        using var newerLog = new LoggerFactory([new FakeLoggerProvider(saidByNewer)]);
        var (older, host) = await OneNode.JoinAsync(Setup(), Probe.Messages, port, port, olderLog);
        _running.Add(host);
        (var newer, host) = await OneNode.JoinAsync(Setup(), Newer, FreePort.Next(), port, newerLog);
        _running.Add(host);
        await Patience.UntilAsync(() => Task.FromResult(older.OwnShards.Count == 32 && newer.OwnShards.Count == 32), "the nodes are one cluster");

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
                catch (Exception refused) when (refused is TimeoutException or ActorFailedException)
                {
                    Assert.Equal(before, await asker.AskAsync<Seen>(actor, new Read(), Patience.Limit).Soon());
                }
            }));
        }

        var kept = Enumerable.Range(0, 30).Select(i => _journal.EventsOf($"squad/s{i}").Length).ToArray();
        Assert.Equal(30, kept.Sum()); // Each actor lives on one of the nodes, and has heard the one that speaks its version.
        Assert.All(kept, events => Assert.Equal(1, events));
        Assert.All([saidByOlder, saidByNewer], said => Assert.Contains(said.GetSnapshot(), NamesBothVersions));
    }

    private static bool NamesBothVersions(FakeLogRecord line)
    {
        var text = $"{line.Message} {line.Exception}";
        return line.Level >= LogLevel.Warning && text.Contains("keep:1", StringComparison.Ordinal) && text.Contains("keep:2", StringComparison.Ordinal);
    }

    private RuntimeSetup Setup() => new(new ProbeFactory(), _journal, Probe.Catalog, new ProbeFeed(), _shards.Create, TimeProvider.System, _meters);
}
