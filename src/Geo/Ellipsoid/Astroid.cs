namespace Vantage.Geo.Ellipsoid;

/// <summary>The azimuth α₁ to a position near the antipode, where great circles say nothing: they all meet there. Karney 2013, section 5.</summary>
internal static class Astroid
{
    // How far from the antipode, in radii of the astroid, the sphere is as good.
    private const double Reach = 10;

    // A guess needs no more: only beside the cusps of the astroid are there more to do.
    private const int MostSteps = 12;

    public static bool TryGuess(Angle beta1, Angle beta2, Angle lambda, out Angle alpha1)
    {
        alpha1 = default;
        var radius = Wgs84.Flattening * Math.PI * beta1.Cosine;
        if (lambda.Cosine > 0 || lambda.Sine > Reach * radius)
        {
            return false;
        }

        // The offset from the antipode: λ₁₂ − π and β₁ + β₂, neither of them positive.
        var (x, y) = (-lambda.Sine / radius, beta1.Plus(beta2).Sine / (radius * beta1.Cosine));
        if (y < -Reach)
        {
            return false;
        }

        alpha1 = Guess(x, y);
        return true;
    }

    /// <remarks>
    /// On the auxiliary sphere the offset of the end from the antipode lies along the great circle, and ω exceeds λ by
    /// f π sin α₁ cos β₁: x / sin α₁ + y / cos α₁ = −1. With sin α₁ = −x / (1 + κ) and cos α₁ = y / κ, the sum of their squares
    /// falls as κ > 0 grows, ever more slowly, and comes to 1 at one κ. Newton's steps from the left never pass it.
    /// </remarks>
    private static Angle Guess(double x, double y)
    {
        var kappa = Math.Max(-y, -x - 1);
        if (kappa <= 0)
        {
            return Angle.Of(-x, -Math.Sqrt(Math.Max(0, 1 - (x * x)))); // On the antipode's parallel, between the cusps.
        }

        for (var step = 0; step < MostSteps; step++)
        {
            var (sine, cosine) = (-x / (1 + kappa), y / kappa);
            var excess = (sine * sine) + (cosine * cosine) - 1;
            kappa += excess / (2 * ((sine * sine / (1 + kappa)) + (cosine * cosine / kappa)));
            if (excess < 1e-9)
            {
                break;
            }
        }

        return Angle.Of(-x / (1 + kappa), y / kappa);
    }
}
