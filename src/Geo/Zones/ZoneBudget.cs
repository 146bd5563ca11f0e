namespace Vantage.Geo.Zones;

/// <summary>What a degree of boundary may cost: enough that every zone of some hundred metres can be outlined in small cells, and bounded for the rest.</summary>
/// <param name="NodesPerDegree">Nodes of a tree.</param>
/// <param name="NumbersPerDegree">Numbers that leaves say.</param>
internal readonly record struct ZoneBudget(double NodesPerDegree, double NumbersPerDegree)
{
    public static ZoneBudget For(IReadOnlyCollection<ZoneEntry> entries, double degrees)
    {
        var vertices = entries.Sum(entry => (long)entry.Shape.VertexCount);
        return new(
            Math.Clamp((400L * entries.Count) + (8 * vertices), 1 << 14, 6_000_000) / Math.Max(degrees, double.Epsilon),
            Math.Clamp((1000L * entries.Count) + (8 * vertices), 1 << 18, 40_000_000) / Math.Max(degrees, double.Epsilon));
    }
}
