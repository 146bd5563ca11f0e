using System.Globalization;
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
            .SelectMany(name => IdsIn(name.Value))
            .Select(id => (id, Path.GetRelativePath(TestData.RepositoryRoot, path))))];

    [Theory(DisplayName = "The ids in a name are found in brackets, in parentheses, in lists and in ranges")]
    [InlineData("[A-1] [B-22] it is", "A-1 B-22")]
    [InlineData("it is (A-2, B-1..3), and so on (C-4)", "A-2 B-1 B-2 B-3 C-4")]
    [InlineData("[A-9..11] it is", "A-9 A-10 A-11")]
    [InlineData("UTF-8 and JT/T 808 (GB/T 28181) are no rules, nor are (H3-js) and [0, 1)", "")]
    public void Ids_in_names(string name, string ids) => Assert.Equal(ids, string.Join(' ', IdsIn(name)));

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

    private static IEnumerable<string> IdsIn(string name) => Enclosed().Matches(name)
        .SelectMany(enclosed => TestedIds().Matches(enclosed.Value))
        .SelectMany(ids =>
        {
            var first = int.Parse(ids.Groups["first"].ValueSpan, CultureInfo.InvariantCulture);
            var last = ids.Groups["last"].Success ? int.Parse(ids.Groups["last"].ValueSpan, CultureInfo.InvariantCulture) : first;
            return Enumerable.Range(first, last - first + 1).Select(number => $"{ids.Groups["rules"].Value}-{number}");
        });

    [GeneratedRegex(@"\[[^\]]*\]|\([^)]*\)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Enclosed();

    [GeneratedRegex(@"\b(?<rules>[A-Z]+)-(?<first>\d+)(?:\.\.(?<last>\d+))?\b", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TestedIds();
}
