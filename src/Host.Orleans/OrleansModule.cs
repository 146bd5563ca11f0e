using System.Globalization;
using System.Net;
using Vantage.Actors;
using Vantage.Actors.Journal;
using Vantage.Actors.Orleans;
using Vantage.Actors.Runtime;
using Vantage.Host.Startup;
using Vantage.Storage;

namespace Vantage.Host.Orleans;

/// <summary>The host on Orleans: one silo of a cluster, which all that share a database are, or alone on a folder.</summary>
internal sealed class OrleansModule : IRuntimeModule
{
    private const string NodeHost = "node-host";
    private const string NodePublicHost = "node-public-host";
    private const string NodePort = "node-port";
    private const int DefaultPort = 11_111;

    public IReadOnlyList<RuntimeOption> Options { get; } =
    [
        new(NodeHost, "address", "The address of this node, for other nodes (default: 127.0.0.1). Nodes find each other in the database."),
        new(NodePublicHost, "address", "The address by which other nodes know this one (default: the one it listens on)."),
        new(NodePort, "port", "The TCP port for other nodes (default: 11111)."),
    ];

    public bool HasSeveralProcesses => true;

    public void AddRuntime(IServiceCollection services, RuntimeSettings settings)
    {
        var node = NodeOf(settings);
        var known = settings.Find(NodePublicHost) is { } text ? AddressOf(NodePublicHost, text) : node.Address;
        services.AddLogging(logging => logging
            .AddFilter("Orleans", LogLevel.Warning)
            .AddFilter("Polly", LogLevel.Error) // Placements that Orleans tries again.
            .AddFilter("Vantage.Actors.Orleans.NodeService", LogLevel.Warning)); // Its place in a ring that it has no use for.
        services.AddSingleton<IEventFeed>(provider => provider.GetRequiredService<IStore>().Journal);
        services.AddSingleton(provider => RuntimeOf(provider, node, known, settings.Database));
        services.AddSingleton<IHostedRuntime>(provider => provider.GetRequiredService<OrleansRuntime>());
    }

    private static OrleansRuntime RuntimeOf(IServiceProvider provider, IPEndPoint node, IPAddress known, string? database)
    {
        var engine = provider.GetRequiredService<SituationEngine>();
        return new OrleansRuntime(
            new OrleansRuntimeOptions(),
            silo => silo.JoinAt(node, known, database),
            engine,
            provider.GetRequiredService<IStore>().Journal,
            SituationEngine.Events,
            SituationEngine.Messages,
            engine,
            engine.CreateShard,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>())
        {
            Lost = provider.GetRequiredService<IHostApplicationLifetime>().StopApplication,
        };
    }

    private static IPEndPoint NodeOf(RuntimeSettings settings)
    {
        var address = AddressOf(NodeHost, settings.Find(NodeHost) ?? "127.0.0.1");
        if (settings.Database is null && settings.Find(NodePublicHost) is not null)
        {
            throw new StartRefusedException($"--{NodePublicHost} needs a database that all nodes share: give its connection string with --data.");
        }

        if (settings.Database is null && !IPAddress.IsLoopback(address))
        {
            throw new StartRefusedException($"--{NodeHost} needs a database that all nodes share: give its connection string with --data.");
        }

        var port = settings.Find(NodePort);
        return port is null
            ? new IPEndPoint(address, DefaultPort)
            : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65_535
                ? new IPEndPoint(address, number)
                : throw new StartRefusedException($"--{NodePort}: '{port}' is not a port, 1 to 65535.");
    }

    private static IPAddress AddressOf(string option, string text)
        => IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address
            : throw new StartRefusedException($"--{option}: '{text}' is not the IP address of one machine, such as 10.0.0.1.");
}
