using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.Zones;
using Vantage.Support;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.Zones;

public sealed class CircleShapeTests
{
    [Fact(DisplayName = "A point is inside when its haversine distance is at most the radius")]
    public void Contains()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var centre = At(random.NextDouble() * 360 - 180, random.NextDouble() * 180 - 90);
            var radius = Math.Pow(10, random.NextDouble() * 6);
            var circle = ZoneShape.OfCircle(centre, radius);
            var p = GreatCircle.Destination(centre, random.NextDouble() * 360, radius * (0.5 + random.NextDouble()));
            var distance = GreatCircle.DistanceMetres(centre, p);
            if (Math.Abs(distance - radius) > 1e-6)
            {
                Assert.True(distance < radius == circle.Contains(p), $"{centre} {radius} m, {p} at {distance} m.");
            }

            Assert.Equal(Math.Abs(distance - radius), circle.DistanceMetres(p), 1e-6);
        }
    }

    [Theory(DisplayName = "Millimetres around the border: in, and out")]
    [InlineData(31.22, 121.42, 50)]
    [InlineData(31.22, 121.42, 100_000)]
    [InlineData(0, 180, 500)]
    [InlineData(89.999, 0, 500)] // Around the pole.
    [InlineData(-60, -179.9999, 300)]
    public void Ladder(double latitude, double longitude, double radius)
    {
        var centre = At(longitude, latitude);
        var circle = ZoneShape.OfCircle(centre, radius);
        for (var bearing = 0; bearing < 360; bearing += 15)
        {
            Assert.True(circle.Contains(GreatCircle.Destination(centre, bearing, radius - 0.001)));
            Assert.False(circle.Contains(GreatCircle.Destination(centre, bearing, radius + 0.001)));
            Assert.True(circle.IsBoundaryWithin(GreatCircle.Destination(centre, bearing, radius + 10), 10.001));
            Assert.False(circle.IsBoundaryWithin(GreatCircle.Destination(centre, bearing, radius + 10), 9.999));
        }
    }

    [Fact(DisplayName = "Where a segment enters and leaves agrees with a walk along it in small steps")]
    public void Crosses_against_brute_force()
    {
        const int Steps = 2_000;
        var random = new Random(2);
        var touched = 0;
        for (var i = 0; i < 1_500; i++)
        {
            var radius = 20 * Math.Pow(10, random.NextDouble() * 4);
            var centre = At(121 + random.NextDouble(), random.NextDouble() * 140 - 70);
            var circle = ZoneShape.OfCircle(centre, radius);
            var a = GreatCircle.Destination(centre, random.NextDouble() * 360, radius * 3 * random.NextDouble());
            var b = GreatCircle.Destination(centre, random.NextDouble() * 360, radius * 3 * random.NextDouble());
            var inside = Enumerable.Range(0, Steps + 1).Select(step => step / (double)Steps).Where(t => circle.Contains(Along(a, b, t))).ToArray();

            var crosses = circle.Crosses(a, b, out var entry, out var exit);
            Assert.Equal(crosses, circle.Touches(a, b));
            if (inside.Length > 0)
            {
                touched++;
                Assert.True(crosses);
                Assert.InRange(entry, inside[0] - 1.0 / Steps, inside[0] + 1e-12);
                Assert.InRange(exit, inside[^1] - 1e-12, inside[^1] + 1.0 / Steps);
            }
            else if (crosses)
            {
                Assert.True(exit - entry <= 1.0 / Steps, "A clip shorter than a step is all that the walk may miss.");
                Assert.InRange(circle.DistanceMetres(Along(a, b, entry)), 0, 1e-6);
            }

            if (crosses)
            {
                AssertBorder(circle, a, b, entry, exit);
            }
        }

        Assert.True(touched > 500);
    }

    [Fact(DisplayName = "A segment from one side of the world to the other still finds a small circle")]
    public void Long_segment()
    {
        var circle = ZoneShape.OfCircle(At(121.42, 10), 1_000);
        Assert.True(circle.Crosses(At(-180, 10), At(180, 10), out var entry, out var exit));
        Assert.Equal((121.42 + 180) / 360, (entry + exit) / 2, 1e-9);
        Assert.False(circle.Crosses(At(-180, 10.02), At(180, 10.02), out _, out _));
    }

    [Fact(DisplayName = "A tangent is met when it is a micrometre within the radius and not when it is one beyond")]
    public void Tangent()
    {
        var centre = At(121.42, 0);
        var north = GreatCircle.Destination(centre, 0, 100).Latitude;
        var (a, b) = (At(121.41, north), At(121.43, north));
        // A parallel near the equator is all but a great circle.
        Assert.True(ZoneShape.OfCircle(centre, 100.000001).Crosses(a, b, out var entry, out var exit));
        Assert.Equal(0.5, (entry + exit) / 2, 1e-6);
        Assert.False(ZoneShape.OfCircle(centre, 99.999999).Crosses(a, b, out _, out _));
    }

    [Fact(DisplayName = "A segment from inside starts at 0, to inside ends at 1, and without length is a point")]
    public void Ends()
    {
        var circle = ZoneShape.OfCircle(At(121.42, 31.22), 500);
        Assert.True(circle.Crosses(At(121.42, 31.22), At(121.43, 31.22), out var entry, out var exit));
        Assert.Equal(0, entry);
        Assert.InRange(exit, 0.5, 0.55);
        Assert.True(circle.Crosses(At(121.43, 31.22), At(121.42, 31.22), out entry, out exit));
        Assert.Equal(1, exit);
        Assert.True(circle.Crosses(At(121.42, 31.22), At(121.42, 31.22), out entry, out exit));
        Assert.Equal((0d, 1d), (entry, exit));
        Assert.False(circle.Crosses(At(121.43, 31.22), At(121.43, 31.22), out _, out _));
    }

    [Fact(DisplayName = "Turning a segment round mirrors entry and exit")]
    public void Mirrored()
    {
        var circle = ZoneShape.OfCircle(At(121.42, 31.22), 500);
        Prop.ForAll(Gen.Choose(-2_000, 2_000).Four().ToArbitrary(), p =>
        {
            var (a, b) = (At(121.42 + p.Item1 * 1e-5, 31.22 + p.Item2 * 1e-5), At(121.42 + p.Item3 * 1e-5, 31.22 + p.Item4 * 1e-5));
            var there = circle.Crosses(a, b, out var entry, out var exit);
            var back = circle.Crosses(b, a, out var backEntry, out var backExit);
            return there == back && (!there || a == b || (Math.Abs(entry - (1 - backExit)) < 1e-9 && Math.Abs(exit - (1 - backEntry)) < 1e-9));
        }).QuickCheckThrowOnFailure();
    }

    [Theory(DisplayName = "A radius that is no radius is refused")]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1_000_000.1)]
    [InlineData(double.PositiveInfinity)]
    public void Radius(double radius) => Assert.Throws<ArgumentOutOfRangeException>(() => ZoneShape.OfCircle(At(0, 0), radius));

    [Fact(DisplayName = "The bounds hold the circle, on the antimeridian and around a pole too")]
    public void Bounds()
    {
        var random = new Random(3);
        for (var i = 0; i < 2_000; i++)
        {
            var centre = At(random.NextDouble() * 360 - 180, random.NextDouble() * 180 - 90);
            var radius = Math.Pow(10, random.NextDouble() * 6);
            var circle = ZoneShape.OfCircle(centre, radius);
            for (var bearing = 0; bearing < 360; bearing += 5)
            {
                Assert.True(circle.Bounds.Contains(GreatCircle.Destination(centre, bearing, radius)), $"{centre} {radius} m at {bearing}°.");
            }
        }
    }

    [Fact(DisplayName = "Area is that of the spherical cap; nothing allocates")]
    public void Area_and_allocation()
    {
        var circle = ZoneShape.OfCircle(At(121.42, 31.22), 100);
        Assert.Equal(Math.PI * 100 * 100, circle.AreaSquareMetres, 1e-3);
        Assert.Equal(0, Allocation.Of(Ask));

        void Ask()
        {
            circle.Contains(At(121.42, 31.2201));
            circle.Crosses(At(121.41, 31.2201), At(121.43, 31.2203), out _, out _);
            circle.Touches(At(121.41, 31.2201), At(121.43, 31.2203));
            circle.DistanceMetres(At(121.41, 31.2201));
        }
    }

    private static void AssertBorder(CircleShape circle, LatLng a, LatLng b, double entry, double exit)
    {
        foreach (var t in new[] { entry, exit }.Where(t => t is > 0 and < 1))
        {
            Assert.InRange(circle.DistanceMetres(Along(a, b, t)), 0, 1e-5);
        }
    }

    private static LatLng Along(LatLng a, LatLng b, double t)
        => At(a.Longitude + t * (b.Longitude - a.Longitude), a.Latitude + t * (b.Latitude - a.Latitude));
}
