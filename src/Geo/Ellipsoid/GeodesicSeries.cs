namespace Vantage.Geo.Ellipsoid;

/// <summary>The integrals along a geodesic, as series in ε, of the geodesic that crosses the equator at the azimuth α₀.</summary>
/// <remarks>
/// Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), equations 9 and 15–25; those of the reduced length 38–43. On this
/// ellipsoid ε is at most 0.0017: the terms that are left out come to less than a nanometre.
/// </remarks>
internal readonly struct GeodesicSeries
{
    private const double N = Wgs84.ThirdFlattening;

    private readonly double _epsilon;

    /// <param name="cosAlpha0">cos α₀, of the azimuth at the equator.</param>
    public GeodesicSeries(double cosAlpha0)
    {
        var square = Wgs84.SecondEccentricitySquare * cosAlpha0 * cosAlpha0;
        _epsilon = square / ((2 * (1 + Math.Sqrt(1 + square))) + square);
    }

    /// <summary>A₁: metres along the geodesic are b A₁ (σ + <see cref="Length"/>).</summary>
    public double LengthScale
    {
        get
        {
            var square = _epsilon * _epsilon;
            return (1 + (square * ((1.0 / 4) + (square / 64)))) / (1 - _epsilon);
        }
    }

    /// <summary>C₁.</summary>
    public SineSeries Length
    {
        get
        {
            var (e, e2) = (_epsilon, _epsilon * _epsilon);
            return new(
                e * ((-1.0 / 2) + (e2 * ((3.0 / 16) - (e2 / 32)))),
                e2 * ((-1.0 / 16) + (e2 / 32)),
                e * e2 * ((-1.0 / 48) + (e2 * 3 / 256)),
                e2 * e2 * -5 / 512,
                e * e2 * e2 * -7 / 1280);
        }
    }

    /// <summary>C₁′, the way back: σ = τ + this, where τ is metres / (b A₁).</summary>
    public SineSeries ArcOfLength
    {
        get
        {
            var (e, e2) = (_epsilon, _epsilon * _epsilon);
            return new(
                e * ((1.0 / 2) + (e2 * ((-9.0 / 32) + (e2 * 205 / 1536)))),
                e2 * ((5.0 / 16) - (e2 * 37 / 96)),
                e * e2 * ((29.0 / 96) - (e2 * 75 / 128)),
                e2 * e2 * 539 / 1536,
                e * e2 * e2 * 3467 / 7680);
        }
    }

    /// <summary>A₃: the longitude is ω − f sin α₀ A₃ (σ + <see cref="Longitude"/>).</summary>
    public double LongitudeScale
    {
        get
        {
            var e = _epsilon;
            return 1 - (e * ((1.0 / 2) - (N / 2) + (e * ((1.0 / 4) + (N / 8) - (3 * N * N / 8)
                + (e * ((1.0 / 16) + (3 * N / 16) + (N * N / 16) + (e * ((3.0 / 64) + (N / 32)))))))));
        }
    }

    /// <summary>C₃.</summary>
    public SineSeries Longitude
    {
        get
        {
            var (e, e2) = (_epsilon, _epsilon * _epsilon);
            return new(
                e * ((1.0 / 4) - (N / 4) + (e * ((1.0 / 8) - (N * N / 8) + (e * ((3.0 / 64) + (3 * N / 64) - (N * N / 64) + (e * ((5.0 / 128) + (N / 64)))))))),
                e2 * ((1.0 / 16) - (3 * N / 32) + (N * N / 32) + (e * ((3.0 / 64) - (N / 32) - (3 * N * N / 64) + (e * ((3.0 / 128) + (N / 128)))))),
                e * e2 * ((5.0 / 192) - (3 * N / 64) + (5 * N * N / 192) + (e * ((3.0 / 128) - (5 * N / 192)))),
                e2 * e2 * ((7.0 / 512) - (7 * N / 256)),
                0);
        }
    }

    /// <summary>How much J, of the reduced length, grows over an arc: A₁ − A₂ and A₁ C₁ − A₂ C₂, to ε³, which is enough for a slope.</summary>
    public double ReducedGrowth(double arc, Angle start, Angle end)
    {
        var (e, e2) = (_epsilon, _epsilon * _epsilon);
        var series = new SineSeries(-e * (1 + (e2 * 5 / 8)), e2 * ((-1.0 / 4) + (e / 8)), e * e2 * -1 / 8, 0, 0);
        return (arc * e * (2 + (e * (1 + (e * 3 / 2))))) + series.At(end) - series.At(start);
    }
}
