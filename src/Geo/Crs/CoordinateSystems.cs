namespace Vantage.Geo.Crs;

public static class CoordinateSystems
{
    public static (double Longitude, double Latitude) ToWgs84(CoordinateSystem crs, double longitude, double latitude)
        => crs == CoordinateSystem.Wgs84 ? (longitude, latitude) : throw new ArgumentOutOfRangeException(nameof(crs));
}
