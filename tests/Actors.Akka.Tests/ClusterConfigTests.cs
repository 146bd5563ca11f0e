using System.Text.RegularExpressions;
using Akka.Configuration;
using Vantage.Support;

namespace Vantage.Actors.Akka.Tests;

/// <summary>The files of <c>cluster-config/akka</c> are read by people who must not guess.</summary>
public partial class ClusterConfigTests
{
    public static TheoryData<string> Files => [.. Directory
        .GetFiles(Path.Combine(TestData.RepositoryRoot, "cluster-config", "akka"), "*.conf")
        .Select(file => Path.GetFileName(file))];

    [Theory(DisplayName = "A file reads as HOCON, and every duration in it has its unit and a sentence that says why")]
    [MemberData(nameof(Files))]
    public void Durations_are_explained(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(TestData.RepositoryRoot, "cluster-config", "akka", file));

        Assert.False(ConfigurationFactory.ParseString(string.Join('\n', lines)).IsEmpty);
        Assert.DoesNotContain(lines, line => BareDuration().IsMatch(line));
        for (var i = 1; i < lines.Length; i++)
        {
            Assert.True(
                !Duration().IsMatch(lines[i]) || lines[i - 1].TrimStart().StartsWith('#'),
                $"{file} does not say why '{lines[i].Trim()}'.");
        }
    }

    [GeneratedRegex(@"^\s*[\w.-]*(timeout|interval|delay|backoff|pause|after|margin)[\w-]*\s*[=:]\s*\d+\s*$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex BareDuration();

    [GeneratedRegex(@"[=:]\s*\d+\s*(ms|s|m|h|d)\s*$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Duration();
}
