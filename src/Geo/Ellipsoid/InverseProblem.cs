namespace Vantage.Geo.Ellipsoid;

/// <summary>The shortest geodesic between two positions.</summary>
/// <remarks>
/// Karney 2013, sections 4 and 5, for an oblate ellipsoid. Of the positions the one farther from the equator is made the first, and
/// by reflection it lies south, and the other to the east of it. Then the longitude that is reached grows with the azimuth α₁ from 0
/// to π, and crosses the wanted one once. Newton's steps find it; a step that leaves the bracket is replaced by halving the bracket,
/// so that it is always found.
/// </remarks>
internal static class InverseProblem
{
    // One to three are usual, and six the most that a million pairs took, a fifth of them nearly antipodal.
    private const int MostSteps = 60;

    // Of longitude, in radians: a nanometre.
    private const double Tolerance = 2e-16;

    // From here on an error may be of rounding, and then no step makes it less.
    private const double Noise = 1e-14;

    public static GeodesicLeg Solve(LatLng from, LatLng to)
    {
        var eastDegrees = EastDegrees(from.Longitude, to.Longitude);
        var (isSwapped, isWest) = (Math.Abs(from.Latitude) < Math.Abs(to.Latitude), eastDegrees < 0);
        var (latitude1, latitude2) = isSwapped ? (to.Latitude, from.Latitude) : (from.Latitude, to.Latitude);
        var isNorth = latitude1 >= 0;
        var (beta1, beta2) = (Angle.ReducedLatitude(isNorth ? -latitude1 : latitude1), Angle.ReducedLatitude(isNorth ? -latitude2 : latitude2));
        eastDegrees = Math.Abs(eastDegrees);

        if (beta1.Sine == 0 && eastDegrees <= 180 * (1 - Wgs84.Flattening))
        {
            return Leg(Wgs84.SemiMajorAxisMetres * double.DegreesToRadians(eastDegrees), new(isWest ? -1 : 1, 0), new(isWest ? -1 : 1, 0));
        }

        var path = Shortest(beta1, beta2, Angle.OfDegrees(eastDegrees), isFromPole: latitude1 is 90 or -90);
        var (start, end) = isSwapped ? (path.Alpha2, path.Alpha1) : (path.Alpha1, path.Alpha2);
        var (east, north) = (isWest ? -1 : 1, isNorth == isSwapped ? 1 : -1);
        return Leg(path.Metres, new(east * start.Sine, north * start.Cosine), new(east * end.Sine, north * end.Cosine));
    }

    // At a pole, whose latitude is taken for a little less, what is left of nothing is not quite 0.
    private static GeodesicLeg Leg(double metres, Angle start, Angle end)
        => metres < 1e-100 ? default : new(metres, start.BearingDegrees, end.BearingDegrees);

    /// <summary>The short way from one longitude to another, in [-180, 180]; without rounding where they are near each other.</summary>
    private static double EastDegrees(double from, double to) => (to - from) switch
    {
        > 180 => to - 180 - (from + 180),
        < -180 => to + 180 - (from - 180),
        var east => east,
    };

    private static GeodesicPath Shortest(Angle beta1, Angle beta2, Angle lambda, bool isFromPole)
    {
        if (isFromPole || lambda.Sine == 0)
        {
            return TrialGeodesic.OfMeridian(beta1, beta2, lambda).Path;
        }

        return SphereLine.TryShort(beta1, beta2, lambda, out var path) ? path : Found(beta1, beta2, lambda).Path;
    }

    private static TrialGeodesic Found(Angle beta1, Angle beta2, Angle lambda)
    {
        var (low, high) = (new Angle(0, 1), new Angle(0, -1));
        var alpha1 = Astroid.TryGuess(beta1, beta2, lambda, out var guess) ? guess : SphereLine.Guess(beta1, beta2, lambda);
        var path = TrialGeodesic.At(beta1, beta2, alpha1);
        var lastError = double.MaxValue;
        for (var step = 0; step < MostSteps; step++)
        {
            var error = path.LongitudeError(lambda);
            var isNoise = Math.Abs(error) < Noise;
            if (Math.Abs(error) <= Tolerance || (isNoise && Math.Abs(error) > lastError / 2))
            {
                break;
            }

            lastError = Math.Abs(error);
            (low, high) = error > 0 ? (low, alpha1) : (alpha1, high);
            var turn = -error / path.LongitudeSlope;
            var next = Math.Abs(turn) < 1 ? alpha1.Plus(Angle.OfRadians(turn)) : high; // Not at all where the slope is 0.
            var isWithin = IsBefore(low, next) && IsBefore(next, high);
            if (isNoise && !isWithin)
            {
                break; // The step is less than an azimuth can tell.
            }

            alpha1 = isWithin ? Angle.Of(next.Sine, next.Cosine) : Between(low, high);
            path = TrialGeodesic.At(beta1, beta2, alpha1);
        }

        return path;
    }

    private static bool IsBefore(Angle one, Angle other) => other.Minus(one).Sine > 0;

    private static Angle Between(Angle low, Angle high)
        => low.Cosine == -high.Cosine && low.Sine == 0 ? new(1, 0) : Angle.Of(low.Sine + high.Sine, low.Cosine + high.Cosine);
}
