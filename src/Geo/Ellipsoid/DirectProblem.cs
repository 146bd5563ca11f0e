namespace Vantage.Geo.Ellipsoid;

/// <summary>The end of a geodesic of a given start, course and length. Karney 2013, section 3.</summary>
internal static class DirectProblem
{
    public static LatLng Solve(LatLng from, double bearingDegrees, double metres)
    {
        var alpha1 = Angle.OfDegrees(Math.IEEERemainder(bearingDegrees, 360));
        var beta1 = Angle.ReducedLatitude(from.Latitude);
        var sinAlpha0 = alpha1.Sine * beta1.Cosine;
        var cosAlpha0 = Math.Sqrt((alpha1.Cosine * alpha1.Cosine) + (alpha1.Sine * alpha1.Sine * beta1.Sine * beta1.Sine));
        // On the equator, along it, any point is as good a node as another.
        var sigma1 = beta1.Sine == 0 && alpha1.Cosine == 0 ? new(0, 1) : Angle.Of(beta1.Sine, alpha1.Cosine * beta1.Cosine);

        var series = new GeodesicSeries(cosAlpha0);
        var length = series.Length.At(sigma1);
        var tau = metres / (Wgs84.SemiMinorAxisMetres * series.LengthScale);
        var arc = tau + length + series.ArcOfLength.At(sigma1.Plus(Angle.OfRadians(tau + length)));
        var sigma2 = sigma1.Plus(Angle.OfRadians(arc));

        var omega1 = Angle.Of(sinAlpha0 * sigma1.Sine, sigma1.Cosine);
        // Exactly at a pole any longitude will do.
        var omega2 = sinAlpha0 == 0 && sigma2.Cosine == 0 ? omega1 : Angle.Of(sinAlpha0 * sigma2.Sine, sigma2.Cosine);
        var longitude = series.Longitude;
        var east = omega2.Minus(omega1).Radians
            - (Wgs84.Flattening * sinAlpha0 * series.LongitudeScale * (arc + (longitude.At(sigma2) - longitude.At(sigma1))));
        var north = cosAlpha0 * sigma2.Sine;
        var level = Math.Sqrt((sinAlpha0 * sinAlpha0) + (cosAlpha0 * cosAlpha0 * sigma2.Cosine * sigma2.Cosine));
        return LatLng.Trusted(
            double.RadiansToDegrees(Math.Atan2(north, (1 - Wgs84.Flattening) * level)),
            Math.IEEERemainder(from.Longitude + double.RadiansToDegrees(east), 360));
    }
}
