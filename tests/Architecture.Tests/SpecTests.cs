using System.Text.RegularExpressions;
using Vantage.Support;

namespace Vantage.Architecture.Tests;

/// <summary>docs/spec.md and the tests speak of the same rules: none without a test, no test of none.</summary>
public partial class SpecTests
{
    private static readonly string[] InSpec = [.. RuleId().Matches(
        File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "docs", "spec.md"))).Select(match => match.Groups["id"].Value)];

    private static readonly (string Id, string Where)[] InTests = [.. Directory
        .GetFiles(Path.Combine(TestData.RepositoryRoot, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj"))
        .SelectMany(path => DisplayName().Matches(File.ReadAllText(path))
            .SelectMany(name => TestedId().Matches(name.Value))
            .Select(id => (id.Groups["id"].Value, Path.GetRelativePath(TestData.RepositoryRoot, path))))];

    [Fact(DisplayName = "Every rule of the spec has a number of its own")]
    public void Ids_are_unique()
    {
        Assert.NotEmpty(InSpec);
        Assert.Empty(InSpec.GroupBy(id => id).Where(id => id.Count() > 1).Select(id => id.Key));
    }

    [Fact(DisplayName = "Every rule of the spec has a test that carries its id")]
    public void Every_rule_has_a_test() => Assert.Empty(InSpec.Except(InTests.Select(test => test.Id)));

    [Fact(DisplayName = "Every id that a test carries is a rule of the spec")]
    public void Every_test_has_a_rule()
        => Assert.Empty(InTests.Where(test => !InSpec.Contains(test.Id)).Select(test => $"{test.Id} in {test.Where}").Distinct());

    [GeneratedRegex(@"\*\*(?<id>[A-Z]+-\d+)\*\*", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex RuleId();

    [GeneratedRegex("""DisplayName\s*=\s*"(?:[^"\\]|\\.)*""", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex DisplayName();

    [GeneratedRegex(@"\[(?<id>[A-Z]+-\d+)\]", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TestedId();
}
