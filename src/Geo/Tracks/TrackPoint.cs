namespace Vantage.Geo.Tracks;

/// <summary>Where something was, and when.</summary>
/// <param name="TimeMs">Milliseconds since 1970-01-01 UTC.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="Latitude">Degrees north.</param>
public readonly record struct TrackPoint(long TimeMs, double Longitude, double Latitude);
