using System.Net;
using System.Net.Sockets;
using Akka.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Actors;
using Vantage.Actors.Akka;
using Vantage.Actors.Journal;
using Vantage.Actors.Local;
using Vantage.Actors.Orleans;
using Vantage.Actors.Runtime;

namespace Vantage.Bench.Cluster.Runtimes;

/// <summary>A runtime that takes part: its nodes, all in this process, which speak to each other over sockets of the loopback device.</summary>
internal sealed record Contender(IReadOnlyList<IHostedRuntime> Nodes, Func<Task> StopAsync) : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleWithin = TimeSpan.FromMinutes(1);

    public static Task<Contender> LocalAsync(Received received)
    {
        var runtime = new LocalRuntime(
            new LocalRuntimeOptions(), new EchoFactory(received), new NoJournal(), new EventCatalog(), new NoFeed(), _ => new CountingShard(received),
            TimeProvider.System, NullLogger.Instance);
        runtime.Start();
        return Task.FromResult(new Contender([runtime], () => runtime.StopAsync(StopWithin)));
    }

    public static async Task<Contender> AkkaAsync(Received received, int nodes)
    {
        // Events are none, and where sharding keeps its own is no part of what is measured.
        const string noStorage = """
            akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
            akka.persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
            akka.cluster.sharding.journal-plugin-id = "akka.persistence.journal.inmem"
            akka.cluster.sharding.snapshot-plugin-id = "akka.persistence.no-snapshot-store"
            akka.cluster.sharding.state-store-mode = ddata
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            """;
        int[] ports = [.. Enumerable.Range(0, nodes).Select(_ => FreePort())];
        List<AkkaRuntime> runtimes = [];
        List<IHost> hosts = [];
        foreach (var port in ports)
        {
            var options = new AkkaRuntimeOptions
            {
                Port = port,
                Hocon = noStorage,
                Remembered = [],
                SeedNodes = [.. ports.Take(1).Select(seed => $"akka.tcp://{AkkaRuntimeOptions.SystemName}@127.0.0.1:{seed}")],
            };
            var runtime = new AkkaRuntime(
                options, new EchoFactory(received), new EventCatalog(), Echo.Messages, new NoFeed(), _ => new CountingShard(received),
                TimeProvider.System, NullLogger.Instance);
            var host = new HostBuilder()
                .ConfigureServices(services => services.AddAkka(AkkaRuntimeOptions.SystemName, (builder, _) => builder.WithVantage(runtime)))
                .Build();
            await host.StartAsync();
            await runtime.StartAsync();
            runtimes.Add(runtime);
            hosts.Add(host);
        }

        await SettleAsync(runtimes);
        return new Contender(runtimes, async () =>
        {
            foreach (var (runtime, host) in runtimes.Zip(hosts))
            {
                await runtime.StopAsync(TimeSpan.Zero);
                host.Dispose();
            }
        });
    }

    public static async Task<Contender> OrleansAsync(Received received, int nodes)
    {
        int[] ports = [.. Enumerable.Range(0, nodes).Select(_ => FreePort())];
        List<OrleansRuntime> runtimes = [];
        foreach (var port in ports)
        {
            var runtime = new OrleansRuntime(
                new OrleansRuntimeOptions(),
                silo => silo.UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, ports[0])),
                new EchoFactory(received), new NoJournal(), new EventCatalog(), Echo.Messages, new NoFeed(), _ => new CountingShard(received),
                TimeProvider.System, NullLoggerFactory.Instance);
            await runtime.StartAsync();
            runtimes.Add(runtime);
        }

        await SettleAsync(runtimes);
        return new Contender(runtimes, async () =>
        {
            foreach (var runtime in Enumerable.Reverse(runtimes))
            {
                await runtime.StopAsync(TimeSpan.Zero);
            }
        });
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Every shard lives somewhere, and every node has some.</summary>
    private static async Task SettleAsync(IReadOnlyList<IHostedRuntime> nodes)
    {
        using var patience = new CancellationTokenSource(SettleWithin);
        while (nodes.Sum(node => node.OwnShards.Count) < Shards.Count || nodes.Any(node => node.OwnShards.Count < Shards.Count / nodes.Count / 2))
        {
            await Task.Delay(LookEvery, patience.Token);
        }
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
