using Vantage.Geo.Statistics;

namespace Vantage.Geo.Tests.Statistics;

public class NormalTailTests
{
    [Theory(DisplayName = "[HEAT-9] the two-sided tail is right to twelve digits, however small")]
    // Computed with 40 digits (mpmath, erfc(z / √2)).
    [InlineData(0, 1)]
    [InlineData(0.5, 0.61707507745197379272)]
    [InlineData(1, 0.31731050786291410283)]
    [InlineData(1.96, 0.049995790296440872426)]
    [InlineData(2.5758293035489004, 0.010000000000000010897)]
    [InlineData(2.82, 0.0048023649483785054687)] // On both sides of where another formula takes over is 2.12.
    [InlineData(3, 0.0026997960632601890533)]
    [InlineData(5, 5.7330314375838782335e-7)]
    [InlineData(8, 1.2441921148543568247e-15)]
    [InlineData(10, 1.5239706048321052132e-23)]
    [InlineData(20, 5.5072482372124673902e-89)]
    [InlineData(37, 1.1451142445049153645e-299)]
    public void Known_values(double z, double expected)
    {
        Assert.Equal(1, NormalTail.TwoSided(z) / expected, 1e-12);
        Assert.Equal(NormalTail.TwoSided(z), NormalTail.TwoSided(-z));
    }

    [Fact(DisplayName = "[HEAT-9] the tail falls from 1 to 0 without a step, where its formulas meet too")]
    public void Falls()
    {
        var before = 1.0;
        for (var i = 1; i <= 4_000; i++)
        {
            var tail = NormalTail.TwoSided(i / 100.0);
            Assert.True(tail < before || tail < 1e-320, $"{i / 100.0}: {tail} after {before}");
            before = tail;
        }

        var join = 1.5 * Math.Sqrt(2);
        Assert.Equal(1, NormalTail.TwoSided(Math.BitDecrement(join)) / NormalTail.TwoSided(Math.BitIncrement(join)), 1e-14);
        Assert.Equal((0, 0, 0), (NormalTail.TwoSided(39), NormalTail.TwoSided(1e200), NormalTail.TwoSided(double.NegativeInfinity)));
        Assert.True(double.IsNaN(NormalTail.TwoSided(double.NaN)));
    }
}
