namespace Vantage.Geo.Statistics;

/// <summary>Probabilities of the standard normal distribution far from its middle, where one minus the rest would leave no digit right.</summary>
public static class NormalTail
{
    /// <summary>Below this the series is shorter; above, 1 − erf would lose more than a digit.</summary>
    private const double SeriesTo = 1.5;

    /// <summary>The probability of being at least so far from the mean, on either side: erfc(|z| / √2).</summary>
    /// <param name="z">In standard deviations; any number, infinity too.</param>
    /// <returns>0 to 1, with a relative error below 1e-12 as long as it is no subnormal number; 0 above 38.6. NaN for NaN.</returns>
    public static double TwoSided(double z) => Erfc(Math.Abs(z) / Math.Sqrt(2));

    /// <summary>The complementary error function of a number that is not negative; a relative error below 1e-13 down to 1e-300.</summary>
    /// <remarks>
    /// Series 7.6.2 and continued fraction 7.9.2 of the NIST Digital Library of Mathematical Functions (https://dlmf.nist.gov/7). All terms of the
    /// series are positive, so that it loses nothing. exp(−x²) takes x² with what rounding cuts off it: at 26 that would be the 13th digit.
    /// </remarks>
    internal static double Erfc(double x)
    {
        if (x < SeriesTo)
        {
            var (term, sum) = (x, x);
            for (var n = 1; term > sum * 1e-17; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
        }

        var square = x * x;
        if (double.IsNaN(square) || square > 750)
        {
            return double.IsNaN(square) ? double.NaN : 0; // The smallest double is e^-745.
        }

        // From the tail: at 1.5, the worst, 60 levels leave less than a rounding error.
        var fraction = (2 * square) + 1 + (4 * 60);
        for (var n = 60; n > 0; n--)
        {
            fraction = (2 * square) + 1 + (4 * (n - 1)) - (((2 * n) - 1) * (2.0 * n) / fraction);
        }

        var cutOff = Math.FusedMultiplyAdd(x, x, -square);
        return Math.Exp(-square) * (1 - cutOff) * 2 * x / (Math.Sqrt(Math.PI) * fraction);
    }
}
