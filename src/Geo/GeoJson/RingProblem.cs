namespace Vantage.Geo.GeoJson;

/// <summary>A closed ring as it was read, and whose it is.</summary>
internal readonly record struct RingSource(IReadOnlyList<LatLng> Positions, string Path, int Polygon, bool IsHole);

/// <summary>An edge by its ring and the position where it starts.</summary>
internal readonly record struct RingEdge(int Ring, int Position);

internal enum RingProblemKind
{
    Crossing,
    Overlap,
    HoleOutside,
    PartInside,
}

/// <summary>What is wrong with how rings lie, and where: near this place, at this edge, with that other one.</summary>
internal readonly record struct RingProblem(RingProblemKind Kind, double Longitude, double Latitude, RingEdge Edge, RingEdge Other);
