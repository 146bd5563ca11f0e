using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Runtime.Contract;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>Silos in this process, on loopback.</summary>
internal static class Silo
{
    /// <summary>One that is a cluster by itself, and how to stop it at once.</summary>
    public static async ValueTask<HostedRuntime> StartAsync(RuntimeSetup setup)
    {
        var host = await StartHostAsync(setup, FreePort());
        var runtime = RuntimeOf(host);
        return new HostedRuntime(runtime, async () =>
        {
            await runtime.StopAsync(TimeSpan.Zero);
            await StopAsync(host);
        });
    }

    /// <param name="primary">The silo to join; itself when null.</param>
    public static async Task<IHost> StartHostAsync(RuntimeSetup setup, int port, int? primary = null)
    {
        var options = new OrleansRuntimeOptions
        {
            ShardThreads = 3,
            MailboxCapacity = setup.MailboxCapacity,
            FrameCapacity = setup.FrameCapacity,
            IdleAfter = setup.IdleAfter,
        };
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, primary ?? port))
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
        return host;
    }

    public static OrleansRuntime RuntimeOf(IHost host) => host.Services.GetRequiredService<OrleansRuntime>();

    public static async Task StopAsync(IHost host)
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
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
