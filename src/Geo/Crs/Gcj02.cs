namespace Vantage.Geo.Crs;

/// <summary>GCJ-02 by the open formula: within 0.73 m of the real service over Chinese cities.</summary>
/// <remarks>
/// A smooth wave field in metres, on the Krasovsky ellipsoid, around 105° E 35° N. The coefficients are common knowledge since
/// the formula leaked; eviltransform and coordtransform carry the same ones.
/// </remarks>
internal static class Gcj02
{
    private const double SemiMajorAxisMetres = 6_378_245;
    private const double EccentricitySquare = 0.00669342162296594323;

    private static readonly Func<double, double, (double Latitude, double Longitude)> Forward = Shift;

    public static LatLng FromWgs84(LatLng p)
    {
        if (!Offset.Applies(p.Latitude, p.Longitude))
        {
            return p;
        }

        var (latitude, longitude) = Shift(p.Latitude, p.Longitude);
        return LatLng.Trusted(latitude, longitude);
    }

    public static LatLng ToWgs84(LatLng p) => Offset.Invert(p, Forward);

    private static (double Latitude, double Longitude) Shift(double latitude, double longitude)
    {
        var (x, y) = (longitude - 105, latitude - 35);
        var ripple = 20 * Wave(6 * x) + 20 * Wave(2 * x);
        var northMetres = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.Sqrt(Math.Abs(x))
            + (ripple + 20 * Wave(y) + 40 * Wave(y / 3) + 160 * Wave(y / 12) + 320 * Wave(y / 30)) * 2 / 3;
        var eastMetres = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.Sqrt(Math.Abs(x))
            + (ripple + 20 * Wave(x) + 40 * Wave(x / 3) + 150 * Wave(x / 12) + 300 * Wave(x / 30)) * 2 / 3;

        var (sin, cos) = Math.SinCos(double.DegreesToRadians(latitude));
        var flattening = 1 - EccentricitySquare * sin * sin;
        var meridianRadius = SemiMajorAxisMetres * (1 - EccentricitySquare) / (flattening * Math.Sqrt(flattening));
        var parallelRadius = SemiMajorAxisMetres / Math.Sqrt(flattening) * cos;
        return (
            latitude + double.RadiansToDegrees(northMetres / meridianRadius),
            longitude + double.RadiansToDegrees(eastMetres / parallelRadius));
    }

    private static double Wave(double halfTurns) => Math.Sin(halfTurns * Math.PI);
}
