using Vantage.Geo.H3;

namespace Vantage.Geo.Statistics;

/// <summary>A cell whose surroundings hold more, or less, than chance explains.</summary>
/// <param name="Z">Gi*, in standard deviations: above 0 is hot, below cold.</param>
/// <param name="P">How likely chance alone gives at least this, on either side.</param>
/// <param name="Q">The false-discovery rate at which it is just found.</param>
public readonly record struct HotSpot(H3Cell Cell, long Value, double Z, double P, double Q)
{
    public bool IsHot => Z > 0;
}

/// <summary>Finds the cells that are hot or cold: <see cref="GetisOrd"/>, tested two-sided, under <see cref="FalseDiscovery"/>.</summary>
public static class HotSpots
{
    /// <param name="rate">The false-discovery rate, above 0 and below 1: the expected share of cells found that are nothing but chance.</param>
    /// <returns>The hot and the cold cells, in the order of <paramref name="cells"/>; none when all values are equal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The ring or the rate is out of range.</exception>
    /// <inheritdoc cref="GetisOrd.Star"/>
    public static List<HotSpot> Find(IReadOnlyList<H3Cell> cells, IReadOnlyList<long> values, int ring, double rate)
    {
        if (!(rate is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A false-discovery rate is above 0 and below 1.");
        }

        var z = GetisOrd.Star(cells, values, ring);
        var p = Array.ConvertAll(z, NormalTail.TwoSided);
        var q = FalseDiscovery.Adjust(p);
        var found = new List<HotSpot>();
        for (var i = 0; i < z.Length; i++)
        {
            if (q[i] <= rate)
            {
                found.Add(new HotSpot(cells[i], values[i], z[i], p[i], q[i]));
            }
        }

        return found;
    }
}
