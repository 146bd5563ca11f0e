using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Runtime.Contract;

namespace Vantage.Actors.Orleans.Tests;

public sealed class OrleansMessaging : MessagingContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneSilo.StartAsync(setup);
}

public sealed class OrleansDurability : DurabilityContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneSilo.StartAsync(setup);
}

public sealed class OrleansTimers : TimerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneSilo.StartAsync(setup);
}

public sealed class OrleansPassivation : PassivationContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneSilo.StartAsync(setup);
}

public sealed class OrleansBackPressure : BackPressureContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneSilo.StartAsync(setup);
}

public sealed class OrleansPositions : PositionContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneSilo.StartAsync(setup);
}

public sealed class OrleansHammer : HammerContract
{
    protected override ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup) => OneSilo.StartAsync(setup);
}

/// <summary>A silo that is a cluster by itself, in this process.</summary>
internal static class OneSilo
{
    public static async ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup)
    {
        var options = new OrleansRuntimeOptions
        {
            ShardLoops = 3,
            MailboxCapacity = setup.MailboxCapacity,
            FrameCapacity = setup.FrameCapacity,
            IdleAfter = setup.IdleAfter,
        };
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: "vantage", clusterId: Guid.NewGuid().ToString("N"))
            .AddActors(services => new OrleansRuntime(
                options,
                services.GetRequiredService<IGrainFactory>(),
                setup.Behaviours,
                setup.Journal,
                setup.Catalog,
                setup.Feed,
                setup.Shards,
                setup.Time,
                NullLogger.Instance,
                setup.Meters)));
        var host = builder.Build();
        await host.StartAsync();
        var runtime = host.Services.GetRequiredService<OrleansRuntime>();
        return new HostedRuntime(runtime, async () =>
        {
            await runtime.StopAsync(TimeSpan.Zero);
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        });
    }

    /// <summary>A port of this machine that is free now. The silo listens on it though nobody calls: it is alone.</summary>
    private static int FreePort()
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
