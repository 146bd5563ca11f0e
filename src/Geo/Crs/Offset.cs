namespace Vantage.Geo.Crs;

/// <summary>What the two Chinese systems share: the box in which they apply, and the way back through a forward formula.</summary>
internal static class Offset
{
    private const double South = 0.8293;
    private const double West = 72.004;
    private const double North = 55.8271;
    private const double East = 137.8347;
    private const double ToleranceDegrees = 1e-10;

    // Five are enough in the whole box; the rest is room for a formula at its worst.
    private const int MostSteps = 20;

    // A little wider than the box: what the offset can carry out of it, in degrees.
    private const double WidestOffsetDegrees = 0.03;

    public static bool Applies(double latitude, double longitude)
        => longitude is >= West and <= East && latitude is >= South and <= North;

    /// <summary>The position that a forward formula carries to <paramref name="target"/>.</summary>
    /// <remarks>
    /// The offset changes slowly, so taking the error of a guess off the guess gains three digits a step. The published
    /// one-step inverses err by up to 5 m.
    /// </remarks>
    public static LatLng Invert(LatLng target, Func<double, double, (double Latitude, double Longitude)> forward)
    {
        if (!MayComeFromInside(target))
        {
            return target;
        }

        var (guessLatitude, guessLongitude) = (target.Latitude, target.Longitude);
        for (var step = 0; step < MostSteps; step++)
        {
            var (reachedLatitude, reachedLongitude) = forward(guessLatitude, guessLongitude);
            var (errorLatitude, errorLongitude) = (reachedLatitude - target.Latitude, reachedLongitude - target.Longitude);
            guessLatitude -= errorLatitude;
            guessLongitude -= errorLongitude;
            if (Math.Abs(errorLatitude) < ToleranceDegrees && Math.Abs(errorLongitude) < ToleranceDegrees)
            {
                break;
            }
        }

        return Applies(guessLatitude, guessLongitude) ? LatLng.Trusted(guessLatitude, guessLongitude) : target;
    }

    private static bool MayComeFromInside(LatLng p)
        => p.Longitude is > West - WidestOffsetDegrees and < East + WidestOffsetDegrees
            && p.Latitude is > South - WidestOffsetDegrees and < North + WidestOffsetDegrees;
}
