using Vantage.Simulator.City;

namespace Vantage.Simulator.Scenes;

/// <summary>A squad (中队): one for each street and town of the district.</summary>
/// <param name="Key">As in <c>squad/tianshan</c>.</param>
/// <param name="Base">Where its room and its yard are: a node of the road graph.</param>
public sealed record Squad(string Key, string Name, string Street, int Base, Point At);

internal static class Squads
{
    private static readonly (string Key, string Street)[] Table =
    [
        ("huayang", "华阳路街道"), ("jiangsu", "江苏路街道"), ("xinhua", "新华路街道"), ("zhoujiaqiao", "周家桥街道"),
        ("tianshan", "天山路街道"), ("xianxia", "仙霞新村街道"), ("hongqiao", "虹桥街道"), ("chengjiaqiao", "程家桥街道"),
        ("beixinjing", "北新泾街道"), ("xinjing", "新泾镇"),
    ];

    public static Squad[] Of(Sketch sketch, RoadGraph graph) => [.. Table.Select(row =>
    {
        var place = sketch.Places.Single(place => place.Kind == "place" && place.Name == row.Street);
        var node = graph.NearestNode(place.At);
        var name = row.Street.Replace("街道", "", StringComparison.Ordinal).Replace("镇", "", StringComparison.Ordinal) + "中队";
        return new Squad(row.Key, name, row.Street, node, graph.Nodes[node]);
    })];
}
