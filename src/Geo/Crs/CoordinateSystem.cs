namespace Vantage.Geo.Crs;

public enum CoordinateSystem
{
    Wgs84 = 0,
    Gcj02 = 1,
    Bd09 = 2,
}
