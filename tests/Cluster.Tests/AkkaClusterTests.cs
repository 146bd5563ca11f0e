namespace Vantage.Cluster.Tests;

public sealed class AkkaClusterTests(ITestOutputHelper output) : ClusterContract(output)
{
    private protected override string Program => "Vantage.Host.Akka.dll";

    private protected override TimeSpan RingsWithin => TimeSpan.FromSeconds(15);

    private protected override string CountEvents => "SELECT count(*) FROM vantage.journal WHERE persistence_id = '{0}'";

    private protected override IEnumerable<string> Join(Node node, IEnumerable<Node> all)
        => ["--seeds", string.Join(',', all.Select(one => $"{one.PublicHost}:{one.NodePort}"))];
}
