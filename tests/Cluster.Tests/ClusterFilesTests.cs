using System.Text.RegularExpressions;
using Vantage.Host.Akka;
using Vantage.Support;
using YamlDotNet.RepresentationModel;

namespace Vantage.Cluster.Tests;

/// <summary>The files of <c>cluster-config</c> that no test can run: they read, and say nothing that the program does not know.</summary>
public partial class ClusterFilesTests
{
    private static readonly string[] HostOptions = ["data", "urls", "jt808-port", "admin-password", "time-zone"];

    private static string Folder => Path.Combine(TestData.RepositoryRoot, "cluster-config");

    public static TheoryData<string> Files => ["compose.yaml", Path.Combine("kubernetes", "vantage.yaml")];

    [Theory(DisplayName = "A file reads as YAML, and sets only what the host or its runtime knows")]
    [MemberData(nameof(Files))]
    public void Settings_are_known(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var known = HostOptions.Concat(new AkkaModule().Options.Select(option => option.Name))
            .Select(name => "VANTAGE_" + name.Replace('-', '_').ToUpperInvariant()).Append("VANTAGE_DB_PASSWORD"); // The last is the compose file's own.

        Assert.NotEmpty(yaml.Documents);
        Assert.Empty(Setting().Matches(text).Select(match => match.Value).Distinct().Except(known));
    }

    [Fact(DisplayName = "The compose file has three nodes, each a seed under the name that it is known by")]
    public void Compose_names_its_nodes()
    {
        var services = (YamlMappingNode)Root("compose.yaml")["services"];
        var nodes = services.Children.Keys.Select(name => (string)name!).Where(name => name.StartsWith("node-", StringComparison.Ordinal)).ToList();
        var text = File.ReadAllText(Path.Combine(Folder, "compose.yaml"));

        Assert.Equal(["node-1", "node-2", "node-3"], nodes);
        Assert.Contains("VANTAGE_SEEDS: " + string.Join(',', nodes.Select(node => $"{node}:4053")), text, StringComparison.Ordinal);
        Assert.All(nodes, node => Assert.Contains($"VANTAGE_NODE_PUBLIC_HOST: {node} ", text, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "The StatefulSet's seeds are the names of its pods; its probes ask what the host answers; a majority is kept while it is updated")]
    public void Manifests_fit_together()
    {
        var documents = Documents(Path.Combine("kubernetes", "vantage.yaml"));
        var set = documents.Single(document => Text(document, "kind") == "StatefulSet");
        var container = (YamlMappingNode)((YamlSequenceNode)At(set, "spec", "template", "spec", "containers")).Children.Single();
        var replicas = int.Parse(Text(set, "spec", "replicas"), System.Globalization.CultureInfo.InvariantCulture);
        var service = Text(set, "spec", "serviceName");
        var seeds = ((YamlSequenceNode)container["env"]).Children.Cast<YamlMappingNode>().Single(env => Text(env, "name") == "VANTAGE_SEEDS");

        Assert.Contains(documents, document => Text(document, "kind") == "Service" && Text(document, "metadata", "name") == service);
        Assert.Equal(string.Join(',', Enumerable.Range(0, replicas).Select(i => $"{Text(set, "metadata", "name")}-{i}.{service}:4053")), Text(seeds, "value"));
        Assert.Equal("/healthz", Text(container, "livenessProbe", "httpGet", "path"));
        Assert.Equal("/healthz", Text(container, "startupProbe", "httpGet", "path"));
        Assert.Equal("/readyz", Text(container, "readinessProbe", "httpGet", "path"));
        Assert.Equal("RollingUpdate", Text(set, "spec", "updateStrategy", "type"));
        var budget = documents.Single(document => Text(document, "kind") == "PodDisruptionBudget");
        Assert.Equal((replicas / 2) + 1, int.Parse(Text(budget, "spec", "minAvailable"), System.Globalization.CultureInfo.InvariantCulture));
    }

    private static List<YamlMappingNode> Documents(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Folder, file))));
        return [.. yaml.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    private static YamlMappingNode Root(string file) => Documents(file).Single();

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (at, name) => at[name]);

    private static string Text(YamlNode node, params string[] path) => (string)At(node, path)!;

    [GeneratedRegex("VANTAGE_[A-Z_]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Setting();
}
