using FsCheck;
using FsCheck.Fluent;
using Vantage.Support;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests;

public sealed class GreatCircleTests
{
    private static readonly Arbitrary<LatLng> Places =
        Gen.Choose(-1_800_000, 1_800_000).Two().Select(p => At(p.Item1 / 1e4, p.Item2 / 2e4)).ToArbitrary();

    [Theory(DisplayName = "Distances agree with the reference values")]
    [InlineData(0, 0, 0, 0, 0)] // Same place.
    [InlineData(0, 0, 0, 1, 111_195.08)] // One degree of the equator.
    [InlineData(0, 179.5, 0, -179.5, 111_195.08)] // The short way over the antimeridian.
    [InlineData(90, 0, 90, 120, 0)] // All longitudes meet at a pole.
    [InlineData(0, 0, 0, 180, 20_015_114.44)] // Antipodes.
    [InlineData(31.22, 121.42, 31.22, 121.4200001, 0.00951)] // A centimetre.
    public void Distance(double lat1, double lng1, double lat2, double lng2, double expected)
    {
        Assert.Equal(expected, GreatCircle.DistanceMetres(At(lng1, lat1), At(lng2, lat2)), tolerance: expected < 1 ? 1e-5 : 0.01);
        Span<double> metres = stackalloc double[2];
        metres[1] = -1;
        GreatCircle.DistancesMetres(At(lng1, lat1), [At(lng2, lat2)], metres);
        Assert.Equal(GreatCircle.DistanceMetres(At(lng1, lat1), At(lng2, lat2)), metres[0]);
        Assert.Equal(-1, metres[1]);
    }

    [Fact(DisplayName = "A span that is too short for the answers is refused")]
    public void Short_span()
        => Assert.Throws<ArgumentOutOfRangeException>(() => GreatCircle.DistancesMetres(default, new LatLng[2], new double[1]));

    [Theory(DisplayName = "Bearings of the compass, and none for the same place")]
    [InlineData(0, 0, 1, 0, 0)]
    [InlineData(0, 0, 0, 1, 90)]
    [InlineData(0, 0, -1, 0, 180)]
    [InlineData(0, 0, 0, -1, 270)]
    [InlineData(0, 179.5, 0, -179.5, 90)]
    [InlineData(31, 121, 31, 121, 0)]
    [InlineData(90, 0, 0, 0, 180)]
    public void Bearing(double lat1, double lng1, double lat2, double lng2, double expected)
        => Assert.Equal(expected, GreatCircle.InitialBearingDegrees(At(lng1, lat1), At(lng2, lat2)), 1e-9);

    [Fact(DisplayName = "Distance is symmetric and keeps the triangle's rule")]
    public void Metric() => Prop.ForAll(Places, Places, Places, (a, b, c) =>
        Math.Abs(GreatCircle.DistanceMetres(a, b) - GreatCircle.DistanceMetres(b, a)) < 1e-6
        && GreatCircle.DistanceMetres(a, c) <= GreatCircle.DistanceMetres(a, b) + GreatCircle.DistanceMetres(b, c) + 0.2)
        .QuickCheckThrowOnFailure();

    [Fact(DisplayName = "A destination is as far away as was asked for, and lies on the course that was asked for")]
    public void Destination() => Prop.ForAll(Places, Gen.Choose(0, 359).ToArbitrary(), Gen.Choose(1, 15_000_000).ToArbitrary(), (from, bearing, metres) =>
    {
        var to = GreatCircle.Destination(from, bearing, metres);
        var turn = Math.Abs(Math.IEEERemainder(GreatCircle.InitialBearingDegrees(from, to) - bearing, 360));
        // At a pole every course is a meridian; near it degrees of course mean little.
        return Math.Abs(GreatCircle.DistanceMetres(from, to) - metres) < 1e-3 && (turn < 1e-5 || Math.Abs(from.Latitude) > 89.99);
    }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "Interpolation starts and ends bit by bit, and divides the way")]
    public void Interpolate() => Prop.ForAll(Places, Places, Gen.Choose(0, 100).ToArbitrary(), (a, b, percent) =>
    {
        var length = GreatCircle.DistanceMetres(a, b);
        var p = GreatCircle.Interpolate(a, b, percent / 100d);
        return GreatCircle.Interpolate(a, b, 0) == a && GreatCircle.Interpolate(a, b, 1) == b
            && Math.Abs(GreatCircle.DistanceMetres(a, p) - length * percent / 100) < 0.2
            && Math.Abs(GreatCircle.DistanceMetres(p, b) - length * (100 - percent) / 100) < 0.2;
    }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "A course of just under a whole turn stays below 360")]
    public void Bearing_range()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var from = At(random.NextDouble() * 360 - 180, random.NextDouble() * 180 - 90);
            var to = GreatCircle.Destination(from, -1e-12 * random.NextDouble(), 1000);
            Assert.InRange(GreatCircle.InitialBearingDegrees(from, to), 0, Math.BitDecrement(360d));
        }
    }

    [Fact(DisplayName = "Many distances allocate nothing")]
    public void Allocates_nothing()
    {
        var targets = Enumerable.Repeat(At(24.9, 60.2), 1_000).ToArray();
        var metres = new double[targets.Length];
        Assert.Equal(0, Allocation.Of(() => GreatCircle.DistancesMetres(targets[0], targets, metres)));
    }
}
