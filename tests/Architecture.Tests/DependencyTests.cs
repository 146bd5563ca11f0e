using System.Xml.Linq;
using Vantage.Support;

namespace Vantage.Architecture.Tests;

/// <summary>Arrows point one way: Geo ← Actors ← (Actors.*, Storage, Devices) ← Host.</summary>
public class DependencyTests
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Geo"] = [],
        ["Actors"] = ["Geo"],
        ["Actors.Local"] = ["Actors"],
        ["Actors.Akka"] = ["Actors"],
        ["Actors.Orleans"] = ["Actors"],
        ["Storage"] = ["Actors", "Geo"],
        ["Devices"] = ["Actors", "Geo"],
        ["Simulator"] = ["Devices"],
        ["Host.Akka"] = ["Host", "Actors.Akka"],
        ["Host.Orleans"] = ["Host", "Actors.Orleans"],
        ["Host"] = ["Geo", "Actors", "Actors.Local", "Storage", "Devices", "Simulator"],
    };

    public static TheoryData<string> Projects => [.. Directory
        .GetFiles(Path.Combine(TestData.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories)
        .Select(path => Path.GetFileNameWithoutExtension(path)["Vantage.".Length..])];

    [Theory(DisplayName = "A project references only what the house rules let it know")]
    [MemberData(nameof(Projects))]
    public void References_point_one_way(string project)
    {
        var file = Path.Combine(TestData.RepositoryRoot, "src", project, $"Vantage.{project}.csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)["Vantage.".Length..]);

        Assert.True(MayKnow.TryGetValue(project, out var allowed), $"{project} has no line in the table of this test.");
        Assert.Empty(references.Except(allowed));
    }

    [Theory(DisplayName = "Actors use no package, and Geo none but ProjNet")]
    [InlineData("Geo", "ProjNet")]
    [InlineData("Actors")]
    public void The_core_stays_pure(string project, params string[] packages) => Assert.Equal(packages, PackagesOf(project));

    [Theory(DisplayName = "No project but Geo knows ProjNet")]
    [MemberData(nameof(Projects))]
    public void Projections_stay_in_Geo(string project) => Assert.Equal(project == "Geo", PackagesOf(project).Contains("ProjNet", StringComparer.OrdinalIgnoreCase));

    private static IEnumerable<string> PackagesOf(string project)
        => XDocument.Load(Path.Combine(TestData.RepositoryRoot, "src", project, $"Vantage.{project}.csproj"))
            .Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!);
}
