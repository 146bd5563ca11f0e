namespace Vantage.Geo.Ellipsoid;

/// <summary>A great circle of the auxiliary sphere, from the reduced latitude β₁ to β₂, over ω of longitude. Near ends do not cancel.</summary>
internal readonly struct SphereLine
{
    // Of the arc, some 60 m: of a longer line a nanometre would be missing.
    private const double LongestShort = 1e-5;

    private readonly Angle _beta1;
    private readonly Angle _beta2;
    private readonly Angle _omega;

    public SphereLine(Angle beta1, Angle beta2, Angle omega) => (_beta1, _beta2, _omega) = (beta1, beta2, omega);

    /// <summary>The azimuth at its start, which exists.</summary>
    public Angle Alpha1 => Angle.Of(Math.Max(_beta2.Cosine * _omega.Sine, Angle.Tiny), North1);

    // cos β₁ sin β₂ − sin β₁ cos β₂ cos ω.
    private double North1 => _omega.Cosine > 0
        ? _beta2.Minus(_beta1).Sine + (_beta1.Sine * _beta2.Cosine * Rest)
        : _beta2.Plus(_beta1).Sine - (_beta1.Sine * _beta2.Cosine * Rest);

    // cos β₁ sin β₂ cos ω − sin β₁ cos β₂.
    private double North2 => _omega.Cosine > 0
        ? _beta2.Minus(_beta1).Sine - (_beta1.Cosine * _beta2.Sine * Rest)
        : (_beta1.Cosine * _beta2.Sine * Rest) - _beta2.Plus(_beta1).Sine;

    // 1 − |cos ω|.
    private double Rest => _omega.Sine * _omega.Sine / (1 + Math.Abs(_omega.Cosine));

    /// <summary>The whole answer for a line so short that the ellipsoid is a sphere under it, with the radius a w̄ (Karney 2013, equations 48–50).</summary>
    public static bool TryShort(Angle beta1, Angle beta2, Angle lambda, out GeodesicPath path)
    {
        path = default;
        var isNear = Math.Abs(beta2.Minus(beta1).Sine) < LongestShort && beta1.Cosine * lambda.Sine < LongestShort
            && (beta1.Cosine * beta2.Cosine * lambda.Cosine) + (beta1.Sine * beta2.Sine) > 0;
        if (!isNear)
        {
            return false;
        }

        var radius = MeanRadius(beta1, beta2);
        var line = new SphereLine(beta1, beta2, Angle.OfRadians(lambda.Radians / radius));
        var (east, north) = (beta2.Cosine * line._omega.Sine, line.North1);
        var arc = Math.Asin(Math.Sqrt((east * east) + (north * north)));
        path = arc == 0 ? default : new(Wgs84.SemiMajorAxisMetres * radius * arc, new(east, north), new(beta1.Cosine * line._omega.Sine, line.North2));
        return true;
    }

    /// <summary>The start of a search: of shorter lines with the longitude of the ellipsoid's, of longer ones as on the sphere.</summary>
    public static Angle Guess(Angle beta1, Angle beta2, Angle lambda)
        => new SphereLine(beta1, beta2, lambda.Cosine > 0.5 ? Angle.OfRadians(lambda.Radians / MeanRadius(beta1, beta2)) : lambda).Alpha1;

    /// <summary>w̄, in semi-major axes.</summary>
    private static double MeanRadius(Angle beta1, Angle beta2)
    {
        var cosine = (beta1.Cosine + beta2.Cosine) / 2;
        return Math.Sqrt(1 - (Wgs84.EccentricitySquare * cosine * cosine));
    }
}
