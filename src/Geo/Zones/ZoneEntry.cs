namespace Vantage.Geo.Zones;

/// <summary>One shape in an index, under a number of the caller's own. Versions of one zone are entries of their own.</summary>
public readonly record struct ZoneEntry(int Id, ZoneShape Shape);
