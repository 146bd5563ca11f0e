namespace Vantage.Geo.Crs;

/// <summary>BD-09 upon GCJ-02: degrees taken as polar coordinates, rippled, and moved by a constant.</summary>
internal static class Bd09
{
    private const double Frequency = Math.PI * 3000 / 180;

    private static readonly Func<double, double, (double Latitude, double Longitude)> Forward = Shift;

    public static LatLng FromGcj02(LatLng p)
    {
        if (!Offset.Applies(p.Latitude, p.Longitude))
        {
            return p;
        }

        var (latitude, longitude) = Shift(p.Latitude, p.Longitude);
        return LatLng.Trusted(latitude, longitude);
    }

    public static LatLng ToGcj02(LatLng p) => Offset.Invert(p, Forward);

    private static (double Latitude, double Longitude) Shift(double latitude, double longitude)
    {
        var length = Math.Sqrt(longitude * longitude + latitude * latitude) + 2e-5 * Math.Sin(latitude * Frequency);
        var angle = Math.Atan2(latitude, longitude) + 3e-6 * Math.Cos(longitude * Frequency);
        return (length * Math.Sin(angle) + 0.006, length * Math.Cos(angle) + 0.0065);
    }
}
