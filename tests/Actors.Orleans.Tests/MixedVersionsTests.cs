using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>A rolling update: for a while silos of two versions are one cluster, over sockets.</summary>
public sealed class MixedVersionsTests : IAsyncDisposable
{
    private readonly MemoryJournal _journal = new();
    private readonly ProbeShards _shards = new();
    private readonly CountingMeters _meters = new();
    private readonly List<OrleansRuntime> _running = [];

    /// <summary>In the newer version, keeping is another message, though it has the same name.</summary>
    private static WireCatalog Newer { get; } = new WireCatalog()
        .Add<Keep>("keep", version: 2)
        .Add<Read>("read")
        .Add<Seen>("seen")
        .Add<int>("int");

    public async ValueTask DisposeAsync()
    {
        foreach (var runtime in Enumerable.Reverse(_running))
        {
            await runtime.StopAsync(TimeSpan.Zero);
        }

        _meters.Dispose();
    }

    [Fact(DisplayName = "A message that a silo knows in another version is never acted on: its asker is told so and a log line says it, both with both versions; all others are answered")]
    public async Task Other_versions_are_refused()
    {
        var port = FreePort.Next();
        var (saidByOlder, saidByNewer) = (new FakeLogCollector(), new FakeLogCollector());
        using var olderLog = new LoggerFactory([new FakeLoggerProvider(saidByOlder)]);
        using var newerLog = new LoggerFactory([new FakeLoggerProvider(saidByNewer)]);
        var older = await Silo.StartAsync(Setup(), port, messages: Probe.Messages, loggers: olderLog);
        _running.Add(older);
        var newer = await Silo.StartAsync(Setup(), FreePort.Next(), port, messages: Newer, loggers: newerLog);
        _running.Add(newer);
        await Patience.UntilAsync(() => Task.FromResult(older.OwnShards.Count == 32 && newer.OwnShards.Count == 32), "the silos are one cluster");

        foreach (var (asker, value) in new[] { (older, 1), (newer, 2) })
        {
            await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
            {
                var actor = new ActorId(ActorKinds.Squad, $"s{i}");
                var before = await asker.AskAsync<Seen>(actor, new Read(), Patience.Limit).Soon();
                try
                {
                    await asker.AskAsync<int>(actor, new Keep(value), Patience.Limit).Soon();
                    Assert.Equal(new Seen([.. before.Values, value]), await asker.AskAsync<Seen>(actor, new Read(), Patience.Limit).Soon());
                }
                catch (ActorFailedException refused)
                {
                    Assert.Contains("keep:1", refused.Reason, StringComparison.Ordinal);
                    Assert.Contains("keep:2", refused.Reason, StringComparison.Ordinal);
                    Assert.Equal(before, await asker.AskAsync<Seen>(actor, new Read(), Patience.Limit).Soon());
                }
            }));
        }

        // An actor that nobody had asked before lives with its first asker: those of both are needed to see both sides.
        var kept = Enumerable.Range(0, 30).Select(i => _journal.EventsOf($"squad/s{i}").Length).ToArray();
        Assert.All(kept, events => Assert.Equal(1, events));
        Assert.Contains(saidByOlder.GetSnapshot().Concat(saidByNewer.GetSnapshot()), NamesBothVersions);
    }

    private static bool NamesBothVersions(FakeLogRecord line)
    {
        var text = $"{line.Message} {line.Exception}";
        return line.Level >= LogLevel.Warning && text.Contains("keep:1", StringComparison.Ordinal) && text.Contains("keep:2", StringComparison.Ordinal);
    }

    private RuntimeSetup Setup() => new(new ProbeFactory(), _journal, Probe.Catalog, new ProbeFeed(), _shards.Create, TimeProvider.System, _meters);
}
