using Vantage.Geo.Motion;

namespace Vantage.Geo.Tests.Motion;

public sealed class MotionLedgerTests
{
    private const long Start = Sketch.StartMs;

    [Fact(DisplayName = "[MOT-9] moving, idle and unknown time make up the interval to the millisecond: before the first fix, in a gap, after the last")]
    public void Time()
    {
        var sketch = new Sketch().Fix().Rest(600).Go(3000).By(0, 0, 1000).Fix().Rest(100);

        var sums = Recording.Ledger(sketch.Fixes, Start - 7, sketch.NowMs + 13).Sums.Single();

        Assert.Equal((300_000, 700_000, 1_000_020), (sums.MovingMs, sums.IdleMs, sums.NoDataMs));
        Assert.Equal((1, 1), (sums.Trips, sums.Stops));
    }

    [Fact(DisplayName = "[MOT-11] time over midnight is parted there, a leg is shared by time, and a trip or stop is of the day in which it began")]
    public void Midnight()
    {
        var sketch = new Sketch().Fix().Rest(600).By(1000, 0, 100).Fix().Rest(600);

        var days = Recording.Ledger(sketch.Fixes, Start, Start + 625_000, Start + 1_300_000).Sums;

        Assert.Equal((600_000, 25_000, 1, 1), (days[0].IdleMs, days[0].MovingMs, days[0].Stops, days[0].Trips));
        Assert.Equal((600_000, 75_000, 1, 0), (days[1].IdleMs, days[1].MovingMs, days[1].Stops, days[1].Trips));
        Assert.Equal(250, days[0].Centimetres / 100.0, 0.1);
        Assert.Equal(750, days[1].Centimetres / 100.0, 0.1);
    }

    [Fact(DisplayName = "What lies outside of the edges is left out, and cut where it crosses them")]
    public void Outside()
    {
        var sketch = new Sketch().Fix().Rest(600).By(1000, 0, 100).Fix().Rest(600);

        var inside = Recording.Ledger(sketch.Fixes, Start + 300_000, Start + 650_000).Sums.Single();
        var after = Recording.Ledger(sketch.Fixes, Start + 1_300_000, Start + 1_400_000).Sums.Single();

        Assert.Equal((300_000, 50_000, 0), (inside.IdleMs, inside.MovingMs, inside.NoDataMs));
        Assert.Equal((1, 0), (inside.Trips, inside.Stops));
        Assert.Equal((0, 0, 0, 100_000), (after.IdleMs, after.MovingMs, after.Centimetres, after.NoDataMs));
    }

    [Theory(DisplayName = "Edges that make no interval are refused")]
    [InlineData]
    [InlineData(1L)]
    [InlineData(1L, 1L)]
    [InlineData(1L, 3L, 2L)]
    public void Edges(params long[] edgesMs) => Assert.Throws<ArgumentException>(() => new MotionLedger(edgesMs));
}
