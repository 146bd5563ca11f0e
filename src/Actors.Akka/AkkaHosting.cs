using System.Text;
using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Vantage.Actors.Wire;

namespace Vantage.Actors.Akka;

/// <summary>Registers the runtime with Akka.Hosting.</summary>
public static class AkkaHosting
{
    /// <summary>Adds what the runtime needs of its actor system: settings, remoting, the cluster, the serializer, and its own actors.</summary>
    /// <remarks>
    /// Where events are kept is the caller's to add, <c>WithSqlPersistence</c>. The node does not join by itself: see <see cref="AkkaRuntime.StartAsync(CancellationToken)"/>.
    /// </remarks>
    public static AkkaConfigurationBuilder WithVantage(this AkkaConfigurationBuilder builder, AkkaRuntime runtime)
    {
        var options = runtime.Options;
        return builder
            .AddHocon(options.Hocon, HoconAddMode.Prepend)
            .WithWire(runtime.Messages)
            .WithRemoting(new RemoteOptions { HostName = options.Host, Port = options.Port, PublicHostName = options.PublicHost ?? options.Host })
            .WithClustering(new ClusterOptions { Roles = [options.Role], SplitBrainResolver = new KeepMajorityOption { Role = AkkaRuntimeOptions.Engine } })
            .WithActors(async (system, _, _) => await runtime.AttachAsync(system).ConfigureAwait(false));
    }

    /// <summary>The runtime's settings, and with them the serializer of what leaves a node and of what is kept.</summary>
    internal static AkkaConfigurationBuilder WithWire(this AkkaConfigurationBuilder builder, WireCatalog messages)
    {
        builder.Setups.Add(new WireSetup(messages));
        return builder.AddHocon(Resource("runtime.conf"), HoconAddMode.Append);
    }

    private static string Resource(string name)
    {
        using var resource = typeof(AkkaHosting).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
