using Akka.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Actors.Wire;
using Vantage.Host.Akka;
using Vantage.Host.Startup;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Akka.Tests;

/// <summary>A cluster of one, on a port of its own, over a journal of the contract suite.</summary>
internal static class OneNode
{
    /// <summary>Nobody else is there to wait for; so what a cluster does once a second is done at once.</summary>
    private const string Alone = """
        akka {
          loglevel = WARNING
          stdout-loglevel = WARNING
          log-dead-letters = off
          cluster {
            gossip-interval = 50 ms
            leader-actions-interval = 50 ms
            periodic-tasks-initial-delay = 20 ms
            singleton.hand-over-retry-interval = 100 ms
            sharding.journal-plugin-id = "akka.persistence.journal.inmem"
            sharding.snapshot-plugin-id = "akka.persistence.no-snapshot-store"
          }
        }
        """;

    /// <summary>Events go to the journal of the contract suite, see <see cref="JournalSetup"/>.</summary>
    public const string Journal = Before + """
        akka.persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
        """;

    /// <remarks>
    /// What this journal has let through the one behind it must take, however long a busy machine needs for that: a write that is given up there would be missing,
    /// and every later one be refused here.
    /// </remarks>
    private const string Before = """
        akka.persistence.journal-plugin-fallback.circuit-breaker.call-timeout = 5 m
        akka.persistence.journal.plugin = "vantage.journal"
        vantage.journal {
          class = "Vantage.Actors.Akka.Tests.JournalPlugin, Vantage.Actors.Akka.Tests"
          recovery-event-timeout = 30 s
        }

        """;

    /// <param name="folder">Where the product's own journal is kept; without one that of the contract suite is all there is.</param>
    public static async ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup, string? folder = null)
    {
        var (runtime, host) = await JoinAsync(setup, Probe.Messages, FreePort.Next(), folder: folder);
        await Patience.UntilAsync(() => Task.FromResult(runtime.OwnShards.Count == Shards.Count), "all position shards live here");
        return host;
    }

    /// <summary>A node that founds a cluster, or joins that of a seed.</summary>
    /// <param name="seed">The port of a node to join; none when null.</param>
    /// <param name="loggers">Who hears what Akka has to say; nobody when null.</param>
    /// <param name="folder">See <see cref="StartAsync"/>.</param>
    public static async Task<(AkkaRuntime Runtime, HostedRuntime Host)> JoinAsync(
        RuntimeSetup setup, WireCatalog messages, int port, int? seed = null, ILoggerFactory? loggers = null, string? folder = null)
    {
        var options = new AkkaRuntimeOptions
        {
            Port = port,
            SeedNodes = seed is null ? [] : [$"akka.tcp://{AkkaRuntimeOptions.SystemName}@127.0.0.1:{seed}"],
            Hocon = Alone + "\n" + (folder is null ? Journal : Before),
            PositionThreads = 3,
            MailboxCapacity = setup.MailboxCapacity,
            FrameCapacity = setup.FrameCapacity,
            IdleAfter = setup.IdleAfter,
            CountCreditsEvery = TimeSpan.FromMilliseconds(500),
            WakeInterval = TimeSpan.FromMilliseconds(50),
        };
        var runtime = new AkkaRuntime(
            options, setup.Behaviours, setup.Catalog, messages, setup.Feed, setup.Shards, setup.Time, NullLogger.Instance, setup.Meters);
        var host = new HostBuilder().ConfigureServices(services => services.AddAkka(AkkaRuntimeOptions.SystemName, (builder, _) =>
        {
            if (folder is not null)
            {
                builder.WithJournalOf(new RuntimeSettings(folder, Database: null, _ => null));
            }

            builder.WithVantage(runtime);
            builder.Setups.Add(new JournalSetup(setup.Journal, folder is null ? null : "akka.persistence.journal.sql"));
            if (loggers is not null)
            {
                builder.ConfigureLoggers(akka =>
                {
                    akka.ClearLoggers();
                    akka.AddLoggerFactory(loggers);
                });
            }
        })).Build();
        await host.StartAsync();
        await runtime.StartAsync();
        return (runtime, new HostedRuntime(runtime, async () =>
        {
            await runtime.StopAsync(TimeSpan.Zero);
            host.Dispose();
        }));
    }
}
