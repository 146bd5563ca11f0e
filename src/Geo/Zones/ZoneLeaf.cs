namespace Vantage.Geo.Zones;

/// <summary>A place of one index about which it knows the same everywhere. A handle: good for that index only.</summary>
public readonly record struct ZoneLeaf
{
    internal ZoneLeaf(int branch, int start) => (Branch, Start) = (branch, start);

    internal int Branch { get; }

    internal int Start { get; }
}
