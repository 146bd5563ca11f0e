namespace Vantage.Cluster.Tests;

public sealed class OrleansClusterTests(ITestOutputHelper output) : ClusterContract(output)
{
    private protected override string Program => "Vantage.Host.Orleans.dll";

    /// <summary>Reminders tick once a minute, those of a node that is lost when the others have noticed.</summary>
    private protected override TimeSpan RingsWithin => TimeSpan.FromSeconds(70);

    private protected override string CountEvents => "SELECT count(*) FROM vantage.events WHERE stream = '{0}'";

    /// <summary>Silos find each other in the database.</summary>
    private protected override IEnumerable<string> Join(Node node, IEnumerable<Node> all) => [];
}
