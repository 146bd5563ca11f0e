using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Vantage.Runtime.Contract;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>Silos in this process, on loopback.</summary>
internal static class Silo
{
    /// <summary>One that is a cluster by itself, and how to stop it at once.</summary>
    public static async ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup)
    {
        var runtime = await StartAsync(setup, FreePort());
        await Patience.UntilAsync(() => Task.FromResult(runtime.OwnShards.Count == Shards.Count), "all position shards live here");
        return new HostedRuntime(runtime, async () => await runtime.StopAsync(TimeSpan.Zero));
    }

    /// <param name="primary">The silo to join; itself when null.</param>
    public static async Task<OrleansRuntime> StartAsync(RuntimeSetup setup, int port, int? primary = null, Action? lost = null)
    {
        var options = new OrleansRuntimeOptions
        {
            ShardThreads = 3,
            MailboxCapacity = setup.MailboxCapacity,
            FrameCapacity = setup.FrameCapacity,
            IdleAfter = setup.IdleAfter,
            WakeInterval = TimeSpan.FromMilliseconds(50),
            MoveAfter = TimeSpan.FromMilliseconds(200),
        };
        var runtime = new OrleansRuntime(
            options,
            silo => silo
                .UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, primary ?? port))
                .Configure<ClusterMembershipOptions>(membership => membership.TableRefreshTimeout = TimeSpan.FromSeconds(1))
                .Configure<SiloMessagingOptions>(messaging => messaging.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.FromMilliseconds(100)),
            setup.Behaviours,
            setup.Journal,
            setup.Catalog,
            Probe.Messages.With(ShardProbe.Messages),
            setup.Feed,
            setup.Shards,
            setup.Time,
            NullLoggerFactory.Instance,
            setup.Meters)
        {
            Lost = lost ?? (() => { }),
        };
        await runtime.StartAsync();
        return runtime;
    }

    /// <summary>A port of this machine that is free now.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 30_000);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another.
            }
        }
    }
}
