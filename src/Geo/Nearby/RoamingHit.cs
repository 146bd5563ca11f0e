namespace Vantage.Geo.Nearby;

/// <summary>One thing that was found near a place.</summary>
/// <param name="Unit">Its number.</param>
/// <param name="Metres">How far it is, by <see cref="GreatCircle.DistanceMetres"/>.</param>
public readonly record struct RoamingHit(int Unit, double Metres);
