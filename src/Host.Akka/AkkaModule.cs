using System.Globalization;
using Akka.Actor;
using Akka.Hosting;
using Vantage.Actors;
using Vantage.Actors.Akka;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;
using Vantage.Host.Startup;

namespace Vantage.Host.Akka;

/// <summary>The host on Akka.NET: one node of a cluster, or a cluster of one.</summary>
internal sealed class AkkaModule : IRuntimeModule
{
    private const string NodeHost = "node-host";
    private const string NodePublicHost = "node-public-host";
    private const string NodePort = "node-port";
    private const string NodeRole = "node-role";
    private const string Seeds = "seeds";
    private const string Hocon = "hocon";

    public IReadOnlyList<RuntimeOption> Options { get; } =
    [
        new(NodeHost, "address", "The address that this node listens on for other nodes (default: 127.0.0.1)."),
        new(NodePublicHost, "name | address", "The name by which other nodes know this one (default: the address it listens on)."),
        new(NodePort, "port", "The TCP port for other nodes (default: 4053)."),
        new(NodeRole, "engine | front", "What this node is for: engine, where actors live (default), or front, which only takes devices, people and screens."),
        new(Seeds, "host:port, …", "Nodes to join, separated by commas, this one among them on those that may found the cluster. Without any: a cluster of one."),
        new(Hocon, "file", "A HOCON file whose settings go before the runtime's own."),
    ];

    public bool HasSeveralProcesses => true;

    public void AddRuntime(IServiceCollection services, RuntimeSettings settings)
    {
        var options = OptionsOf(settings);
        if (settings.Database is null && options.SeedNodes.Count > 0)
        {
            throw new StartRefusedException($"--{Seeds} needs a database that all nodes share: give its connection string with --data.");
        }

        if (options is { Role: AkkaRuntimeOptions.Front, SeedNodes: [] })
        {
            throw new StartRefusedException($"--{NodeRole} {AkkaRuntimeOptions.Front} needs engines to speak for: name them with --{Seeds}.");
        }

        services.AddSingleton(provider => RuntimeOf(provider, options));
        services.AddSingleton<IHostedRuntime>(provider => provider.GetRequiredService<AkkaRuntime>());
        services.AddSingleton<IEventFeed>(provider => new PersistenceFeed(() => provider.GetRequiredService<ActorSystem>()));
        services.AddAkka(AkkaRuntimeOptions.SystemName, (builder, provider) => builder
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
                loggers.LogLevel = global::Akka.Event.LogLevel.WarningLevel;
            })
            .WithVantage(provider.GetRequiredService<AkkaRuntime>())
            .WithJournalOf(settings));
    }

    private static AkkaRuntime RuntimeOf(IServiceProvider provider, AkkaRuntimeOptions options)
    {
        var engine = provider.GetRequiredService<SituationEngine>();
        return new AkkaRuntime(
            options,
            engine,
            SituationEngine.Events,
            SituationEngine.Messages,
            engine,
            engine.CreateShard,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AkkaRuntime>>(),
            provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>())
        {
            Lost = provider.GetRequiredService<IHostApplicationLifetime>().StopApplication,
        };
    }

    private static AkkaRuntimeOptions OptionsOf(RuntimeSettings settings)
    {
        var defaults = new AkkaRuntimeOptions();
        return new AkkaRuntimeOptions
        {
            Host = settings.Find(NodeHost) ?? defaults.Host,
            PublicHost = settings.Find(NodePublicHost),
            Port = settings.Find(NodePort) is { } port ? PortOf(NodePort, port) : defaults.Port,
            Role = settings.Find(NodeRole) is { } role ? RoleOf(role) : defaults.Role,
            SeedNodes = [.. (settings.Find(Seeds) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(SeedOf)],
            Hocon = settings.Find(Hocon) is { } file ? Read(file) : "",
        };
    }

    private static string RoleOf(string text) => text is AkkaRuntimeOptions.Engine or AkkaRuntimeOptions.Front
        ? text : throw new StartRefusedException($"--{NodeRole}: '{text}' is not a role; there are {AkkaRuntimeOptions.Engine} and {AkkaRuntimeOptions.Front}.");

    private static string SeedOf(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
            ? $"akka.tcp://{AkkaRuntimeOptions.SystemName}@{text[..colon]}:{PortOf(Seeds, text[(colon + 1)..])}"
            : throw new StartRefusedException($"--{Seeds}: '{text}' is not a node such as 10.0.0.1:4053.");
    }

    private static int PortOf(string option, string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535
            ? port
            : throw new StartRefusedException($"--{option}: '{text}' is not a port, 1 to 65535.");

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"--{Hocon}: {unreadable.Message}");
        }
    }
}
