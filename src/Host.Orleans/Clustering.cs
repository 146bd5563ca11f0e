using System.Net;
using System.Net.Sockets;
using Npgsql;
using Orleans.Configuration;
using Vantage.Host.Startup;

namespace Vantage.Host.Orleans;

/// <summary>With whom a silo is a cluster, and how soon the others notice that it is gone. The durations are explained in cluster-config/orleans.</summary>
internal static class Clustering
{
    private const string Name = "vantage";

    /// <param name="node">Where it listens for other silos.</param>
    /// <param name="known">By which address they know it; its port is the same.</param>
    public static void JoinAt(this ISiloBuilder silo, IPEndPoint node, IPAddress known, string? database)
    {
        MustBeFree(node);
        if (database is null)
        {
            silo.UseLocalhostClustering(node.Port, gatewayPort: 0, serviceId: Name, clusterId: Name);
            silo.UseInMemoryReminderService(); // They end with the process, and the next one wakes all whose timers run.
        }
        else
        {
            var text = new NpgsqlConnectionStringBuilder(database) { ApplicationName = "Vantage cluster", SearchPath = ClusterTables.Schema }.ConnectionString;
            ClusterTables.Make(text);
            silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = ("Npgsql", text));
            silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = ("Npgsql", text));
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (Name, Name));
            silo.Configure<EndpointOptions>(endpoint => (endpoint.AdvertisedIPAddress, endpoint.SiloPort, endpoint.GatewayPort, endpoint.SiloListeningEndpoint)
                = (known, node.Port, 0, node));
        }

        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = membership.MinProbeTimeout = membership.MaxProbeTimeout = TimeSpan.FromSeconds(1);
            membership.NumMissedProbesLimit = 3;
            membership.NumVotesForDeathDeclaration = 2;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(2);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        });
        silo.Configure<ReminderOptions>(reminders => reminders.RefreshReminderListPeriod = TimeSpan.FromSeconds(10));
        silo.Configure<SiloMessagingOptions>(messaging => messaging.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.FromMilliseconds(200));
    }

    /// <summary>Orleans would share the port with whoever has it, and each would get what is meant for the other.</summary>
    private static void MustBeFree(IPEndPoint node)
    {
        using var probe = new Socket(node.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(node);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new StartRefusedException($"Port {node.Port} is in use: choose another for other nodes with --node-port.");
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new StartRefusedException($"This machine does not have the address {node.Address}: choose another with --node-host.");
        }
    }
}
