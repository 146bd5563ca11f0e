namespace Vantage.Geo.Ellipsoid;

/// <summary>A geodesic between two latitudes: its length and the azimuths at its ends.</summary>
internal readonly record struct GeodesicPath(double Metres, Angle Alpha1, Angle Alpha2);
