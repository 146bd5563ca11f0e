namespace Vantage.Geo.Crs;

/// <summary>From an ellipsoid of its own place and size to WGS-84, by seven parameters: OGC's TOWGS84, the position vector's turn (EPSG 9606).</summary>
/// <remarks>Heights are taken for 0, on either ellipsoid. Far from where it was fitted a shift is as wrong as anything.</remarks>
/// <param name="SemiMajorAxisMetres">Of the ellipsoid.</param>
/// <param name="EccentricitySquare">Of the ellipsoid.</param>
/// <param name="Metres">The shift.</param>
/// <param name="Radians">The turn, about the axes.</param>
/// <param name="Scale">One, or a few millionths more or less.</param>
internal sealed record DatumShift(
    double SemiMajorAxisMetres,
    double EccentricitySquare,
    (double X, double Y, double Z) Metres,
    (double X, double Y, double Z) Radians,
    double Scale)
{
    private const double ToleranceDegrees = 1e-13;

    // The shift hardly changes from a guess to the next: three are enough.
    private const int MostSteps = 8;

    private const double WgsAxisMetres = Ellipsoid.Wgs84.SemiMajorAxisMetres;
    private const double WgsEccentricitySquare = Ellipsoid.Wgs84.EccentricitySquare;

    /// <param name="latitude">On the ellipsoid, in degrees, in [-90, 90].</param>
    public (double Latitude, double Longitude) ToWgs84(double latitude, double longitude)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(latitude));
        var (sinLongitude, cosLongitude) = Math.SinCos(double.DegreesToRadians(longitude));
        var normal = SemiMajorAxisMetres / Math.Sqrt(1 - (EccentricitySquare * sinLatitude * sinLatitude));
        var (x, y, z) = (normal * cosLatitude * cosLongitude, normal * cosLatitude * sinLongitude, normal * (1 - EccentricitySquare) * sinLatitude);
        return OnWgs84(
            Metres.X + (Scale * (x - (Radians.Z * y) + (Radians.Y * z))),
            Metres.Y + (Scale * (y + (Radians.Z * x) - (Radians.X * z))),
            Metres.Z + (Scale * (z - (Radians.Y * x) + (Radians.X * y))));
    }

    /// <summary>What <see cref="ToWgs84"/> carries there.</summary>
    public (double Latitude, double Longitude) FromWgs84(double latitude, double longitude)
    {
        var (guessLatitude, guessLongitude) = (latitude, longitude);
        for (var step = 0; step < MostSteps; step++)
        {
            var (reachedLatitude, reachedLongitude) = ToWgs84(guessLatitude, guessLongitude);
            var (north, east) = (latitude - reachedLatitude, Math.IEEERemainder(longitude - reachedLongitude, 360));
            (guessLatitude, guessLongitude) = (guessLatitude + north, guessLongitude + east);
            if (Math.Abs(north) < ToleranceDegrees && Math.Abs(east) < ToleranceDegrees)
            {
                break;
            }
        }

        return (guessLatitude, guessLongitude);
    }

    /// <summary>Bowring's formula (1976), which near the ground is exact to 1e-11 degrees.</summary>
    private static (double Latitude, double Longitude) OnWgs84(double x, double y, double z)
    {
        const double MinorAxisMetres = Ellipsoid.Wgs84.SemiMinorAxisMetres;
        var fromAxis = Math.Sqrt((x * x) + (y * y));
        var (sine, cosine) = Math.SinCos(Math.Atan2(z * WgsAxisMetres, fromAxis * MinorAxisMetres));
        var latitude = Math.Atan2(
            z + (Ellipsoid.Wgs84.SecondEccentricitySquare * MinorAxisMetres * sine * sine * sine),
            fromAxis - (WgsEccentricitySquare * WgsAxisMetres * cosine * cosine * cosine));
        return (double.RadiansToDegrees(latitude), double.RadiansToDegrees(Math.Atan2(y, x)));
    }
}
