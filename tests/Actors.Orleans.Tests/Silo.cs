using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Vantage.Actors.Wire;
using Vantage.Runtime.Contract;
using Vantage.Support;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>Silos in this process, on loopback.</summary>
internal static class Silo
{
    /// <summary>How often reminders tick: on the system's time, like all of Orleans.</summary>
    private static readonly TimeSpan RemindEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>One that is a cluster by itself, and how to stop it at once.</summary>
    public static async ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup)
    {
        var runtime = await StartAsync(setup, FreePort.Next());
        await Patience.UntilAsync(() => Task.FromResult(runtime.OwnShards.Count == Shards.Count), "all position shards live here");
        return new HostedRuntime(runtime, async () => await runtime.StopAsync(TimeSpan.Zero));
    }

    /// <param name="primary">The silo to join; itself when null.</param>
    /// <param name="messages">What it can send and read; all of the probes when null.</param>
    /// <param name="loggers">Who hears what it has to say; nobody when null.</param>
    /// <param name="reminders">Where probes have reminders, which then tick as often as a test can wait for; without it they are not remembered.</param>
    public static async Task<OrleansRuntime> StartAsync(
        RuntimeSetup setup, int port, int? primary = null, Action? lost = null, WireCatalog? messages = null, ILoggerFactory? loggers = null,
        IReminderTable? reminders = null)
    {
        var options = new OrleansRuntimeOptions
        {
            ShardThreads = 3,
            MailboxCapacity = setup.MailboxCapacity,
            FrameCapacity = setup.FrameCapacity,
            IdleAfter = setup.IdleAfter,
            WakeInterval = TimeSpan.FromMilliseconds(50),
            MoveAfter = TimeSpan.FromMilliseconds(200),
            Remembered = reminders is null ? ActorKinds.WithTimers : [ActorKinds.Squad],
            RemindEvery = RemindEvery,
        };
        var runtime = new OrleansRuntime(
            options,
            silo =>
            {
                silo.UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, primary ?? port))
                    .Configure<ClusterMembershipOptions>(membership => membership.TableRefreshTimeout = TimeSpan.FromSeconds(1))
                    .Configure<SiloMessagingOptions>(messaging => messaging.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.FromMilliseconds(100));
                if (reminders is not null)
                {
                    silo.AddReminders().Services.AddSingleton(reminders);
                    silo.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = options.RefreshReminderListPeriod = RemindEvery);
                }
            },
            setup.Behaviours,
            setup.Journal,
            setup.Catalog,
            messages ?? Probe.Messages.With(ShardProbe.Messages),
            setup.Feed,
            setup.Shards,
            setup.Time,
            loggers ?? NullLoggerFactory.Instance,
            setup.Meters)
        {
            Lost = lost ?? (() => { }),
        };
        await runtime.StartAsync();
        return runtime;
    }
}
