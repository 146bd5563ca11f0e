namespace Vantage.Geo.Ellipsoid;

/// <summary>The geodesic that leaves the reduced latitude β₁ at the azimuth α₁, as far as it comes to β₂ northward.</summary>
/// <remarks>Karney 2013, section 4. β₁ is not north of the equator, and β₂ not farther from it than β₁.</remarks>
internal readonly struct TrialGeodesic
{
    private readonly Angle _beta1;
    private readonly Angle _beta2;
    private readonly Angle _sigma1;
    private readonly Angle _sigma2;
    private readonly Angle _alpha1;
    private readonly Angle _alpha2;
    private readonly double _arc;
    private readonly double _sinAlpha0;
    private readonly GeodesicSeries _series;

    private TrialGeodesic(Angle beta1, Angle beta2, Angle alpha1, Angle alpha2)
    {
        (_beta1, _beta2, _alpha1, _alpha2) = (beta1, beta2, alpha1, alpha2);
        _sinAlpha0 = alpha1.Sine * beta1.Cosine;
        _sigma1 = Angle.Of(beta1.Sine, alpha1.Cosine * beta1.Cosine);
        _sigma2 = Angle.Of(beta2.Sine, alpha2.Cosine * beta2.Cosine);
        _arc = ForwardTurn(_sigma1, _sigma2).Radians;
        var (cosine, sine) = (alpha1.Cosine, alpha1.Sine * beta1.Sine);
        _series = new(Math.Sqrt((cosine * cosine) + (sine * sine)));
    }

    public GeodesicPath Path
    {
        get
        {
            var length = _series.Length;
            var metres = Wgs84.SemiMinorAxisMetres * _series.LengthScale * (_arc + (length.At(_sigma2) - length.At(_sigma1)));
            return new(metres, _alpha1, _alpha2);
        }
    }

    /// <summary>∂λ₁₂ / ∂α₁.</summary>
    public double LongitudeSlope
    {
        get
        {
            if (_alpha2.Cosine == 0)
            {
                // Both ends are where the geodesic turns: a limit, of the same parallel.
                return -2 * Math.Sqrt(1 - (Wgs84.EccentricitySquare * _beta1.Cosine * _beta1.Cosine)) / _beta1.Sine;
            }

            var reduced = (Stretch(_beta2) * _sigma1.Cosine * _sigma2.Sine) - (Stretch(_beta1) * _sigma1.Sine * _sigma2.Cosine)
                - (_sigma1.Cosine * _sigma2.Cosine * _series.ReducedGrowth(_arc, _sigma1, _sigma2));
            return (1 - Wgs84.Flattening) * reduced / (_alpha2.Cosine * _beta2.Cosine);
        }
    }

    public static TrialGeodesic At(Angle beta1, Angle beta2, Angle alpha1)
    {
        if (beta1.Sine == 0 && alpha1.Cosine == 0)
        {
            alpha1 = alpha1 with { Cosine = -Angle.Tiny }; // Along the equator: by way of the south, if ever so little.
        }

        return new(beta1, beta2, alpha1, new(alpha1.Sine * (beta1.Cosine / beta2.Cosine), NorthAt(beta1, beta2, alpha1)));
    }

    /// <summary>Along a meridian, or from a pole.</summary>
    public static TrialGeodesic OfMeridian(Angle beta1, Angle beta2, Angle alpha1) => new(beta1, beta2, alpha1, new(0, 1));

    /// <summary>How far east of a longitude it ends, in radians.</summary>
    public double LongitudeError(Angle lambda)
    {
        var omega = ForwardTurn(Angle.Of(_sinAlpha0 * _sigma1.Sine, _sigma1.Cosine), Angle.Of(_sinAlpha0 * _sigma2.Sine, _sigma2.Cosine));
        var longitude = _series.Longitude;
        return omega.Minus(lambda).Radians
            - (Wgs84.Flattening * _sinAlpha0 * _series.LongitudeScale * (_arc + (longitude.At(_sigma2) - longitude.At(_sigma1))));
    }

    /// <summary>cos α₂.</summary>
    private static double NorthAt(Angle beta1, Angle beta2, Angle alpha1)
    {
        if (beta2.Cosine == beta1.Cosine && Math.Abs(beta2.Sine) == -beta1.Sine)
        {
            return Math.Abs(alpha1.Cosine);
        }

        // cos²β₂ − cos²β₁, by the form that cancels less.
        var gain = beta1.Cosine < -beta1.Sine
            ? (beta2.Cosine - beta1.Cosine) * (beta2.Cosine + beta1.Cosine)
            : (beta1.Sine - beta2.Sine) * (beta1.Sine + beta2.Sine);
        var north = alpha1.Cosine * beta1.Cosine;
        return Math.Sqrt(Math.Max(0, (north * north) + gain)) / beta2.Cosine;
    }

    /// <summary>√(1 + k² sin²σ).</summary>
    private static double Stretch(Angle beta) => Math.Sqrt(1 + (Wgs84.SecondEccentricitySquare * beta.Sine * beta.Sine));

    /// <summary>From one angle to another: half a turn at most, which rounding must not make a whole one.</summary>
    private static Angle ForwardTurn(Angle from, Angle to)
    {
        var turn = to.Minus(from);
        return turn with { Sine = Math.Max(0, turn.Sine) };
    }
}
