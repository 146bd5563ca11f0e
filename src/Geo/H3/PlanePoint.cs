namespace Vantage.Geo.H3;

/// <summary>A point of the plane of longitude (X) and latitude (Y), in degrees, where longitudes go on beyond ±180.</summary>
internal readonly record struct PlanePoint(double X, double Y);
