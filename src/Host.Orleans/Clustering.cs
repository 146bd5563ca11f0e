using System.Net;
using Npgsql;
using Orleans.Configuration;

namespace Vantage.Host.Orleans;

/// <summary>With whom a silo is a cluster, and how soon the others notice that it is gone. The durations are explained in cluster-config/orleans.</summary>
internal static class Clustering
{
    private const string Name = "vantage";

    public static void JoinAt(this ISiloBuilder silo, IPEndPoint node, string? database)
    {
        if (database is null)
        {
            silo.UseLocalhostClustering(node.Port, gatewayPort: 0, serviceId: Name, clusterId: Name);
        }
        else
        {
            var text = new NpgsqlConnectionStringBuilder(database) { ApplicationName = "Vantage cluster", SearchPath = MembershipTables.Schema }.ConnectionString;
            MembershipTables.Make(text);
            silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = ("Npgsql", text));
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (Name, Name));
            silo.Configure<EndpointOptions>(endpoint => (endpoint.AdvertisedIPAddress, endpoint.SiloPort, endpoint.GatewayPort, endpoint.SiloListeningEndpoint)
                = (node.Address, node.Port, 0, node));
        }

        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = membership.MinProbeTimeout = membership.MaxProbeTimeout = TimeSpan.FromSeconds(1);
            membership.NumMissedProbesLimit = 3;
            membership.NumVotesForDeathDeclaration = 2;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(2);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.FromMilliseconds(200));
    }
}
