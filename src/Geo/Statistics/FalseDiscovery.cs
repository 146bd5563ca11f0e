namespace Vantage.Geo.Statistics;

/// <summary>
/// Many tests at once: Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple Testing",
/// Journal of the Royal Statistical Society B 57 (1995), 289–300.
/// </summary>
public static class FalseDiscovery
{
    /// <summary>
    /// For each test the least false-discovery rate at which the procedure still rejects it: the least p·m/rank of itself and those with a greater p,
    /// at most 1. Rejecting all with a value up to 0.05 keeps the expected share of wrong rejections at 0.05.
    /// </summary>
    /// <param name="p">Probabilities, 0 to 1, in any order: all tests that were made, those without a finding too.</param>
    /// <returns>In the order of <paramref name="p"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">One is not in 0 to 1.</exception>
    public static double[] Adjust(ReadOnlySpan<double> p)
    {
        var order = new int[p.Length];
        for (var i = 0; i < order.Length; i++)
        {
            if (!(p[i] is >= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(p), p[i], "A probability is from 0 to 1.");
            }

            order[i] = i;
        }

        p.ToArray().AsSpan().Sort(order.AsSpan());
        var adjusted = new double[p.Length];
        var least = 1.0;
        for (var rank = order.Length; rank > 0; rank--)
        {
            var test = order[rank - 1];
            adjusted[test] = least = Math.Min(least, p[test] * order.Length / rank);
        }

        return adjusted;
    }
}
