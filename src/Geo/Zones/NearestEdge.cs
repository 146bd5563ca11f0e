namespace Vantage.Geo.Zones;

/// <summary>The boundary that is nearest to a position.</summary>
/// <param name="Id">The entry's; of several at the same distance the least.</param>
/// <param name="Metres">From the position, as <see cref="ZoneShape.DistanceMetres"/> tells it.</param>
/// <param name="Point">Where on the boundary.</param>
public readonly record struct NearestEdge(int Id, double Metres, LatLng Point);
