using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Runtime.Contract;

namespace Vantage.Actors.Akka.Tests;

public sealed class AkkaMessaging : MessagingContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaDurability : DurabilityContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaTimers : TimerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaPassivation : PassivationContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaBackPressure : BackPressureContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaPositions : PositionContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

public sealed class AkkaHammer : HammerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneNode.StartAsync(setup);
}

/// <summary>A cluster of one, on a port of its own.</summary>
internal static class OneNode
{
    private const int FirstPort = 20_000;
    private const int Ports = 10_000;

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
          }
        }
        """;

    public static async ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup)
    {
        var options = new AkkaRuntimeOptions
        {
            Port = FreePort(),
            Hocon = Alone,
            PositionThreads = 3,
            MailboxCapacity = setup.MailboxCapacity,
            FrameCapacity = setup.FrameCapacity,
            IdleAfter = setup.IdleAfter,
        };
        var runtime = await AkkaRuntime.StartAsync(
            options, setup.Behaviours, setup.Journal, setup.Catalog, setup.Feed, setup.Shards, setup.Time, NullLogger.Instance, setup.Meters);
        return new HostedRuntime(runtime, () => new ValueTask(runtime.StopAsync(TimeSpan.Zero)));
    }

    private static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + Random.Shared.Next(Ports);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's: another one.
            }
        }
    }
}
