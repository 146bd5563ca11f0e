namespace Vantage.Cluster.Tests;

public sealed class OrleansClusterTests(ITestOutputHelper output) : ClusterContract(output)
{
    private protected override string Program => "Vantage.Host.Orleans.dll";

    /// <summary>Silos find each other in the database.</summary>
    private protected override IEnumerable<string> Join(Node node, IEnumerable<Node> all) => [];
}
