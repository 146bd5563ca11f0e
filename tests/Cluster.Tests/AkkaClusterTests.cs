namespace Vantage.Cluster.Tests;

public sealed class AkkaClusterTests(ITestOutputHelper output) : ClusterContract(output)
{
    private protected override string Program => "Vantage.Host.Akka.dll";

    private protected override IEnumerable<string> Join(Node node, IEnumerable<Node> all) => Seeds(all);

    internal static IEnumerable<string> Seeds(IEnumerable<Node> all) => ["--seeds", string.Join(',', all.Select(one => $"{one.PublicHost}:{one.NodePort}"))];
}
