using FsCheck;
using FsCheck.Fluent;
using Vantage.Support;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests;

public sealed class GeodesicTests
{
    // Measured: 12 nm against the reference, whose own error is as large; 13 nm there and back.
    private const double ToleranceMetres = 2e-8;

    private static readonly Config Thousands = Config.QuickThrowOnFailure.WithMaxTest(5_000);

    private static readonly Arbitrary<LatLng> Places =
        Gen.Choose(-1_800_000, 1_800_000).Two().Select(p => At(p.Item1 / 1e4, p.Item2 / 2e4)).ToArbitrary();

    [Theory(DisplayName = "Distances and courses are those of the reference implementation, and either course with the distance leads to the other place")]
    [InlineData("anywhere")]
    [InlineData("near")]
    [InlineData("antipodal")]
    [InlineData("equatorial")]
    [InlineData("meridional")]
    [InlineData("polar")]
    [InlineData("parallel")]
    public void Reference(string kind)
    {
        foreach (var pair in GeodesicReference.Pairs(kind, seed: 1, count: 50_000))
        {
            var leg = Geodesic.Between(pair.From, pair.To);
            Assert.True(Math.Abs(leg.Metres - pair.Metres) < ToleranceMetres, $"{pair.From} to {pair.To}: {leg.Metres:R}, not {pair.Metres:R}.");
            Assert.True(Geodesic.DistanceMetres(Geodesic.Destination(pair.From, leg.InitialBearingDegrees, leg.Metres), pair.To) < ToleranceMetres, $"{pair.From} onwards to {pair.To}");
            Assert.True(Geodesic.DistanceMetres(Geodesic.Destination(pair.To, leg.FinalBearingDegrees, -leg.Metres), pair.From) < ToleranceMetres, $"{pair.To} back to {pair.From}");
            if (pair.Metres is > 0.001 and < 19_000_000)
            {
                // Metres to the side, at most 100 km away: what a course is good for.
                var aside = double.DegreesToRadians(Math.Min(pair.Metres, 100_000));
                Assert.InRange(Turn(leg.InitialBearingDegrees, pair.InitialAzimuth) * aside, 0, ToleranceMetres);
                Assert.InRange(Turn(leg.FinalBearingDegrees, pair.FinalAzimuth) * aside, 0, ToleranceMetres);
            }
        }
    }

    [Theory(DisplayName = "Distances agree with the published values")]
    [InlineData(0, 0, 0, 1, 111_319.490793273572)] // A degree of the equator: π a / 180.
    [InlineData(0, 0, 90, 0, 10_001_965.729312732)] // The quarter of a meridian.
    [InlineData(0, 0, 0, 180, 20_003_931.458625447)] // Antipodes on the equator: over a pole.
    [InlineData(90, 20, -90, -70, 20_003_931.458625447)]
    [InlineData(0, 0, 0.5, 179.5, 19_936_288.578965)] // Where Vincenty's iteration does not converge.
    [InlineData(0, 0, 0.5, 179.7, 19_944_127.421)]
    [InlineData(-30, 0, 29.9, 179.8, 19_989_832.82761)] // Karney 2013, table 4.
    public void Distance(double lat1, double lng1, double lat2, double lng2, double expected)
        => Assert.Equal(expected, Geodesic.DistanceMetres(At(lng1, lat1), At(lng2, lat2)), tolerance: 1e-3);

    [Theory(DisplayName = "The same place is no distance away, on no course, by whatever name")]
    [InlineData(31.2, 121.4, 31.2, 121.4)]
    [InlineData(0, 180, 0, -180)]
    [InlineData(90, 20, 90, -100)]
    [InlineData(-90, 0, -90, 180)]
    [InlineData(0, 0, -0.0, -0.0)]
    public void Same_place(double lat1, double lng1, double lat2, double lng2)
        => Assert.Equal(default, Geodesic.Between(At(lng1, lat1), At(lng2, lat2)));

    [Theory(DisplayName = "Courses along the compass are exact, at a pole by its meridian")]
    [InlineData(0, 0, 1, 0, 0, 0)]
    [InlineData(0, 0, 0, 1, 90, 90)]
    [InlineData(0, 0, -1, 0, 180, 180)]
    [InlineData(0, 179, 0, -179, 90, 90)]
    [InlineData(0, 0, 0, -1, 270, 270)]
    [InlineData(90, 0, 0, 30, 150, 180)]
    [InlineData(-90, 0, 0, 30, 30, 0)]
    [InlineData(-90, 0, 90, 30, 30, 0)]
    public void Bearing(double lat1, double lng1, double lat2, double lng2, double initial, double final)
    {
        var leg = Geodesic.Between(At(lng1, lat1), At(lng2, lat2));
        Assert.Equal(initial, leg.InitialBearingDegrees, 1e-13);
        Assert.Equal(final, leg.FinalBearingDegrees, 1e-13);
    }

    [Fact(DisplayName = "Distance is symmetric and keeps the triangle's rule")]
    public void Metric() => Prop.ForAll(Places, Places, Places, (a, b, c) =>
        Math.Abs(Geodesic.DistanceMetres(a, b) - Geodesic.DistanceMetres(b, a)) < ToleranceMetres
        && Geodesic.DistanceMetres(a, c) <= Geodesic.DistanceMetres(a, b) + Geodesic.DistanceMetres(b, c) + ToleranceMetres)
        .Check(Thousands);

    [Fact(DisplayName = "A destination is as far away as was asked for, on the course that was asked for; backwards it is the start")]
    public void Destination() => Prop.ForAll(Places, Gen.Choose(-7_200, 7_200).ToArbitrary(), Gen.Choose(1, 19_900_000).ToArbitrary(), (from, tenths, metres) =>
    {
        var to = Geodesic.Destination(from, tenths / 10d, metres);
        var leg = Geodesic.Between(from, to);
        return Math.Abs(leg.Metres - metres) < ToleranceMetres
            && Geodesic.DistanceMetres(Geodesic.Destination(from, leg.InitialBearingDegrees, metres), to) < ToleranceMetres
            && Geodesic.DistanceMetres(Geodesic.Destination(to, leg.FinalBearingDegrees, -metres), from) < ToleranceMetres;
    }).Check(Thousands);

    [Fact(DisplayName = "A place at a fraction of the way has that fraction behind it and the rest before it; the ends are the ends, bit by bit")]
    public void Interpolation() => Prop.ForAll(Places, Places, Gen.Choose(0, 1_000).ToArbitrary(), (from, to, thousandths) =>
    {
        var (metres, fraction) = (Geodesic.DistanceMetres(from, to), thousandths / 1e3);
        var place = Geodesic.Interpolate(from, to, fraction);
        return Math.Abs(Geodesic.DistanceMetres(from, place) - (fraction * metres)) < 2 * ToleranceMetres
            && Math.Abs(Geodesic.DistanceMetres(place, to) - ((1 - fraction) * metres)) < 2 * ToleranceMetres
            && Geodesic.Interpolate(from, to, 0) == from && Geodesic.Interpolate(from, to, 1) == to && Geodesic.Interpolate(from, from, fraction) == from;
    }).Check(Thousands);

    [Fact(DisplayName = "Beyond the ends the geodesic goes on: twice the way over a degree of the equator is two degrees")]
    public void Extrapolation()
    {
        Assert.InRange(Geodesic.DistanceMetres(At(123, 0), Geodesic.Interpolate(At(121, 0), At(122, 0), 2)), 0, ToleranceMetres);
        Assert.InRange(Geodesic.DistanceMetres(At(120, 0), Geodesic.Interpolate(At(121, 0), At(122, 0), -1)), 0, ToleranceMetres);
    }

    [Fact(DisplayName = "Half a turn about the poles ends on the other side; a whole one where it began")]
    public void Around()
    {
        const double Whole = 4 * 10_001_965.729312732;
        for (var latitude = -90; latitude <= 90; latitude += 15)
        {
            var from = At(121, latitude);
            Assert.InRange(Geodesic.DistanceMetres(from, Geodesic.Destination(from, 0, Whole)), 0, 1e-7);
            Assert.InRange(Geodesic.DistanceMetres(At(-59, -latitude), Geodesic.Destination(from, 180, Whole / 2)), 0, 1e-7);
        }
    }

    [Fact(DisplayName = "The sphere errs by less than 0.6 %")]
    public void Sphere() => Prop.ForAll(Places, Places, (a, b) =>
        Math.Abs(GreatCircle.DistanceMetres(a, b) - Geodesic.DistanceMetres(a, b)) <= 0.006 * Geodesic.DistanceMetres(a, b))
        .Check(Thousands);

    [Fact(DisplayName = "There is a finite answer for numbers at every edge, down to the least")]
    public void Edges()
    {
        double[] small = [0, -0.0, double.Epsilon, 1e-300, 1e-160, 1e-100, 1e-20, 1e-19, 1e-15, 1e-10, 1e-6];
        double[] latitudes = [.. small, .. small.Select(x => -x), .. small.Select(x => 90 - x), .. small.Select(x => x - 90), 45];
        double[] longitudes = [.. small, .. small.Select(x => 180 - x), -180, 90];
        foreach (var (latitude, other) in latitudes.SelectMany(a => latitudes.Select(b => (a, b))))
        {
            foreach (var longitude in longitudes)
            {
                var (from, to) = (At(0, latitude), At(longitude, other));
                var leg = Geodesic.Between(from, to);
                Assert.InRange(leg.Metres, 0, 20_003_931.5);
                Assert.InRange(leg.InitialBearingDegrees, 0, Math.BitDecrement(360d));
                Assert.InRange(leg.FinalBearingDegrees, 0, Math.BitDecrement(360d));
                Assert.InRange(Geodesic.DistanceMetres(Geodesic.Destination(from, leg.InitialBearingDegrees, leg.Metres), to), 0, ToleranceMetres);
            }
        }
    }

    [Fact(DisplayName = "Many at once are the same as one by one, and a span that is too short for the answers is refused")]
    public void Many()
    {
        LatLng[] targets = [At(121.4, 31.2), At(-58.6, -31.2), At(0, 90)];
        var metres = new double[4];
        metres[3] = -1;
        Geodesic.DistancesMetres(targets[0], targets, metres);
        Assert.Equal([.. targets.Select(target => Geodesic.DistanceMetres(targets[0], target)), -1], metres);
        Assert.Throws<ArgumentOutOfRangeException>(() => Geodesic.DistancesMetres(default, new LatLng[2], new double[1]));
    }

    [Theory(DisplayName = "What is not finite is refused by its name")]
    [InlineData(double.NaN, 1, "bearingDegrees")]
    [InlineData(double.PositiveInfinity, 1, "bearingDegrees")]
    [InlineData(1, double.NaN, "metres")]
    [InlineData(1, double.NegativeInfinity, "metres")]
    public void Not_finite(double bearing, double metres, string name)
        => Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => Geodesic.Destination(default, bearing, metres)).ParamName);

    [Fact(DisplayName = "Nothing is allocated, neither near nor at the antipode")]
    public void Allocates_nothing()
    {
        LatLng[] targets = [At(121.4, 31.2), At(121.4001, 31.2), At(121.5, 31.3), At(-58.61, -31.2), At(-58.6, -31.2), At(0, 90)];
        var metres = new double[targets.Length];
        Assert.Equal(0, Allocation.Of(Run));

        void Run()
        {
            Geodesic.DistancesMetres(targets[0], targets, metres);
            metres[0] = Geodesic.Between(targets[0], targets[3]).FinalBearingDegrees + Geodesic.Destination(targets[0], 77, 1e6).Latitude
                + Geodesic.Interpolate(targets[0], targets[3], 0.3).Latitude;
        }
    }

    private static double Turn(double one, double other) => Math.Abs(Math.IEEERemainder(one - other, 360));
}
