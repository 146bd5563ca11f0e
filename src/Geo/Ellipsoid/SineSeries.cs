namespace Vantage.Geo.Ellipsoid;

/// <summary>c₁ sin 2σ + c₂ sin 4σ + … + c₅ sin 10σ.</summary>
internal readonly record struct SineSeries(double C1, double C2, double C3, double C4, double C5)
{
    /// <summary>The sum, by Clenshaw's recurrence.</summary>
    public double At(Angle sigma)
    {
        var twice = 2 * (sigma.Cosine - sigma.Sine) * (sigma.Cosine + sigma.Sine);
        var b4 = C4 + (twice * C5);
        var b3 = C3 + (twice * b4) - C5;
        var b2 = C2 + (twice * b3) - b4;
        var b1 = C1 + (twice * b2) - b3;
        return 2 * sigma.Sine * sigma.Cosine * b1;
    }
}
