namespace Vantage.Geo;

/// <summary>Distances and courses on a sphere. Against the WGS-84 ellipsoid a distance errs by less than 0.6 %.</summary>
public static class GreatCircle
{
    /// <summary>The IUGG mean Earth radius R₁, in metres.</summary>
    public const double EarthRadiusMetres = 6_371_008.8;

    /// <summary>The length of a degree of latitude, in metres.</summary>
    public const double MetresPerDegree = EarthRadiusMetres * Math.PI / 180;

    /// <summary>The haversine distance in metres; exact to about 1e-9 m for near points, to 0.1 m at the antipodes.</summary>
    public static double DistanceMetres(LatLng from, LatLng to)
    {
        var fromLatitude = double.DegreesToRadians(from.Latitude);
        var toLatitude = double.DegreesToRadians(to.Latitude);
        return Metres(Haversine(
            double.DegreesToRadians(to.Latitude - from.Latitude),
            double.DegreesToRadians(to.Longitude - from.Longitude),
            Math.Cos(fromLatitude) * Math.Cos(toLatitude)));
    }

    /// <summary>Writes the distance from <paramref name="origin"/> to each target. Allocates nothing.</summary>
    /// <param name="origin">Where from.</param>
    /// <param name="targets">Where to; may be empty.</param>
    /// <param name="metres">Takes one distance per target, in the same order; may be longer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="metres"/> is too short.</exception>
    public static void DistancesMetres(LatLng origin, ReadOnlySpan<LatLng> targets, Span<double> metres)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(metres.Length, targets.Length, nameof(metres));
        metres = metres[..targets.Length]; // One length for both spans lets the JIT drop the bounds checks.

        var cosOriginLatitude = Math.Cos(double.DegreesToRadians(origin.Latitude));
        for (var i = 0; i < metres.Length; i++)
        {
            var target = targets[i];
            metres[i] = Metres(Haversine(
                double.DegreesToRadians(target.Latitude - origin.Latitude),
                double.DegreesToRadians(target.Longitude - origin.Longitude),
                cosOriginLatitude * Math.Cos(double.DegreesToRadians(target.Latitude))));
        }
    }

    /// <summary>The course at <paramref name="from"/>, in degrees clockwise from true north, in [0, 360).</summary>
    /// <returns>0 where there is no course: the same place, or its antipode.</returns>
    public static double InitialBearingDegrees(LatLng from, LatLng to)
    {
        var fromLatitude = double.DegreesToRadians(from.Latitude);
        var toLatitude = double.DegreesToRadians(to.Latitude);
        var (sinDelta, cosDelta) = Math.SinCos(double.DegreesToRadians(to.Longitude - from.Longitude));
        var east = sinDelta * Math.Cos(toLatitude);
        // cos φ₁ sin φ₂ − sin φ₁ cos φ₂ cos Δλ, written so that near points do not cancel.
        var north = Math.Sin(toLatitude - fromLatitude) + Math.Sin(fromLatitude) * Math.Cos(toLatitude) * (1 - cosDelta);
        var degrees = double.RadiansToDegrees(Math.Atan2(east, north));
        return degrees < 0 ? Math.Min(degrees + 360, Math.BitDecrement(360d)) : degrees + 0d; // + 0 turns −0 into 0.
    }

    /// <summary>The place reached after <paramref name="metres"/> on the great circle that starts on a course.</summary>
    /// <param name="from">Where from.</param>
    /// <param name="bearingDegrees">Clockwise from true north; any finite value.</param>
    /// <param name="metres">Any finite value; negative goes backwards.</param>
    /// <exception cref="ArgumentOutOfRangeException">The course or the length is not finite.</exception>
    public static LatLng Destination(LatLng from, double bearingDegrees, double metres)
    {
        if (!double.IsFinite(bearingDegrees))
        {
            throw new ArgumentOutOfRangeException(nameof(bearingDegrees), bearingDegrees, "A course is finite.");
        }

        if (!double.IsFinite(metres))
        {
            throw new ArgumentOutOfRangeException(nameof(metres), metres, "A length is finite.");
        }

        var (sinAngle, cosAngle) = Math.SinCos(metres / EarthRadiusMetres);
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(from.Latitude));
        var (sinBearing, cosBearing) = Math.SinCos(double.DegreesToRadians(bearingDegrees % 360)); // 1e308 degrees would be no finite radians.

        var up = sinLatitude * cosAngle + cosLatitude * sinAngle * cosBearing;
        var north = cosLatitude * cosAngle - sinLatitude * sinAngle * cosBearing;
        var east = sinBearing * sinAngle;
        // From the vector by atan2: asin of the height alone would lose centimetres near the poles.
        return FromRadians(Math.Atan2(up, Math.Sqrt(north * north + east * east)), from.Longitude, Math.Atan2(east, north));
    }

    /// <summary>The place at a fraction of the great circle from one position to another.</summary>
    /// <param name="from">The place at 0.</param>
    /// <param name="to">The place at 1.</param>
    /// <param name="fraction">From −1e300 to 1e300; 0 and 1 give the ends bit by bit.</param>
    /// <remarks>Between antipodes the way is not defined; some great circle is taken, always the same.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is out of range, or NaN.</exception>
    public static LatLng Interpolate(LatLng from, LatLng to, double fraction)
    {
        if (!(Math.Abs(fraction) <= 1e300))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A fraction is from -1e300 to 1e300, so that the way to it is finite.");
        }

        if (fraction == 0 || from == to)
        {
            return from;
        }

        return fraction == 1
            ? to
            : Destination(from, InitialBearingDegrees(from, to), fraction * DistanceMetres(from, to));
    }

    /// <summary>hav d = hav Δφ + cos φ₁ cos φ₂ hav Δλ: sin² of half the central angle.</summary>
    // The haversine form, not the shorter acos one: acos rounds everything under about 10 cm to zero.
    internal static double Haversine(double deltaLatitude, double deltaLongitude, double cosProduct)
        => Square(Math.Sin(deltaLatitude / 2)) + cosProduct * Square(Math.Sin(deltaLongitude / 2));

    // Rounding can lift antipodes just past 1.
    private static double Metres(double haversine) => 2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(haversine)));

    private static double Square(double x) => x * x;

    private static LatLng FromRadians(double latitude, double originDegrees, double deltaLongitude)
    {
        var longitude = originDegrees + double.RadiansToDegrees(deltaLongitude);
        longitude = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
        return LatLng.Trusted(Math.Clamp(double.RadiansToDegrees(latitude), -90, 90), Math.Clamp(longitude, -180, 180));
    }
}
