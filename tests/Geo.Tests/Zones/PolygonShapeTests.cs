using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using Vantage.Geo.Exact;
using Vantage.Geo.Zones;
using Vantage.Support;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.Zones;

public sealed class PolygonShapeTests
{
    private static readonly PolygonShape Donut = ZoneShape.OfRings(
        Ring((121.40, 31.20), (121.44, 31.20), (121.44, 31.24), (121.40, 31.24)),
        Ring((121.41, 31.21), (121.41, 31.23), (121.43, 31.23), (121.43, 31.21)));

    [Theory(DisplayName = "Inside, the hole, and both boundaries with their vertices")]
    [InlineData(121.405, 31.205, true)]
    [InlineData(121.42, 31.22, false)] // In the hole.
    [InlineData(121.41, 31.22, true)] // On the hole's edge.
    [InlineData(121.43, 31.23, true)] // On the hole's vertex.
    [InlineData(121.40, 31.20, true)] // On a vertex.
    [InlineData(121.42, 31.20, true)] // On the southern edge.
    [InlineData(121.42, 31.24, true)] // On the northern edge.
    [InlineData(121.44, 31.22, true)]
    [InlineData(121.4400001, 31.22, false)]
    [InlineData(121.42, 31.1999999, false)]
    [InlineData(121.39, 31.21, false)] // The ray runs along the hole's edge.
    [InlineData(121.39, 31.24, false)] // The ray runs along the outer edge.
    public void Contains(double longitude, double latitude, bool expected)
        => Assert.Equal(expected, Donut.Contains(At(longitude, latitude)));

    [Theory(DisplayName = "A segment knows where it is first and last inside; a touch is one parameter")]
    [InlineData(121.38, 31.22, 121.46, 31.22, true, 0.25, 0.75)] // Through the donut and its hole.
    [InlineData(121.405, 31.22, 121.425, 31.22, true, 0, 0.25)] // Out into the hole.
    [InlineData(121.42, 31.22, 121.425, 31.225, false, 0, 0)] // Within the hole.
    [InlineData(121.402, 31.205, 121.408, 31.207, true, 0, 1)] // Within.
    [InlineData(121.39, 31.19, 121.39, 31.25, false, 0, 0)] // Past.
    [InlineData(121.39, 31.25, 121.41, 31.23, true, 0.5, 1)] // In through a vertex; ends on the hole's vertex.
    [InlineData(121.38, 31.20, 121.46, 31.20, true, 0.25, 0.75)] // Along an edge.
    [InlineData(121.42, 31.21, 121.42, 31.23, true, 0, 1)] // Across the hole from edge to edge.
    [InlineData(121.42, 31.22, 121.42, 31.22, false, 0, 0)] // No length, in the hole.
    [InlineData(121.41, 31.22, 121.41, 31.22, true, 0, 1)] // No length, on the edge.
    public void Crosses(double lng1, double lat1, double lng2, double lat2, bool expected, double entry, double exit)
    {
        Assert.Equal(expected, Donut.Crosses(At(lng1, lat1), At(lng2, lat2), out var actualEntry, out var actualExit));
        Assert.Equal(expected, Donut.Touches(At(lng1, lat1), At(lng2, lat2)));
        Assert.Equal(entry, actualEntry, 1e-9);
        Assert.Equal(exit, actualExit, 1e-9);
    }

    [Fact(DisplayName = "A touch at a vertex gives the very same entry and exit")]
    public void Touch_is_one_parameter()
    {
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            // On a binary grid the vertex is on the segment exactly.
            var (x, y) = (Math.Round(random.NextDouble() * 4096) / 4096, Math.Round(random.NextDouble() * 4096) / 4096);
            var (dx, dy) = (random.Next(1, 50) / 4096d, random.Next(1, 50) / 4096d);
            var zone = ZoneShape.OfRings(Ring((x, y), (x + 1, y + 0.01), (x + 1, y - 3)));
            // Up to the left: steeper than the edge, so the tip alone is touched.
            Assert.True(zone.Crosses(At(x + dx, y + dx * 2 + dy), At(x - 3 * dx, y - 6 * dx - 3 * dy), out var entry, out var exit));
            Assert.Equal(entry, exit);
            Assert.Equal(0.25, entry, 1e-12);
        }
    }

    [Theory(DisplayName = "Points, edges and vertices of random polygons with holes are judged as NetTopologySuite judges them")]
    [InlineData(1e-7)]
    [InlineData(1e-3)] // A grid as coarse as a hundredth of the shape: collinear, touching and shared everywhere.
    public void Differential_points(double grid)
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var shape = RandomDonut(random, grid);
            var oracle = new IndexedPointInAreaLocator(ToNts(shape));
            foreach (var p in Probes(random, shape, grid))
            {
                var expected = oracle.Locate(new Coordinate(p.Longitude, p.Latitude)) != Location.Exterior;
                Assert.True(expected == shape.Contains(p), $"Round {round}, point {p}: NTS says {expected}.");
            }
        }
    }

    [Theory(DisplayName = "Segments meet random polygons exactly where NetTopologySuite says they do")]
    [InlineData(1e-7)]
    [InlineData(1e-3)]
    public void Differential_segments(double grid)
    {
        var random = new Random(8);
        for (var round = 0; round < 60; round++)
        {
            var shape = RandomDonut(random, grid);
            var oracle = PreparedGeometryFactory.Prepare(ToNts(shape));
            var probes = Probes(random, shape, grid).ToArray();
            for (var i = 0; i < 300; i++)
            {
                var (a, b) = (probes[random.Next(probes.Length)], probes[random.Next(probes.Length)]);
                var expected = a == b ? shape.Contains(a) : oracle.Intersects(ToNts(a, b));
                Assert.True(expected == shape.Touches(a, b), $"Round {round}, {a} to {b}: NTS says {expected}.");
                Assert.Equal(expected, shape.Crosses(a, b, out var entry, out var exit));
                AssertParameters(shape, a, b, expected, entry, exit);
            }
        }
    }

    [Fact(DisplayName = "Points a rounding error off an edge are on the side that exact arithmetic says")]
    public void Near_degenerate()
    {
        var random = new Random(9);
        for (var i = 0; i < 20_000; i++)
        {
            var (ax, ay, bx, by) = (121 + random.NextDouble(), 31 + random.NextDouble(), 121 + random.NextDouble(), 31 + random.NextDouble());
            var t = random.NextDouble();
            var (px, py) = (ax + t * (bx - ax), ay + t * (by - ay));
            px = Nudge(px, random.Next(-2, 3));
            py = Nudge(py, random.Next(-2, 3));
            var expected = ExactTurn(ax, ay, bx, by, px, py);
            Assert.Equal(expected, Orientation.Sign(ax, ay, bx, by, px, py));
            Assert.Equal(expected, RobustTurn(ax, ay, bx, by, px, py));
        }
    }

    [Fact(DisplayName = "Tiny coordinates do not underflow into a wrong side")]
    public void No_underflow()
    {
        Assert.Equal(1, Orientation.Sign(0, 0, 1e-200, 0, 1e-200, 1e-200));
        Assert.Equal(-1, Orientation.Sign(0, 0, 1e-200, 0, 1e-200, -1e-200));
        Assert.Equal(1, Orientation.Sign(0, 0, 3e-180, 1e-180, 3e-180, Math.BitIncrement(1e-180)));
        Assert.Equal(0, Orientation.Sign(0, 0, 1e-200, 1e-200, 2e-200, 2e-200));
    }

    [Fact(DisplayName = "Two zones that share a border leave no gap, and every point of the border is in both")]
    public void Shared_border()
    {
        var random = new Random(10);
        var border = Enumerable.Range(0, 40).Select(i => (121.4 + random.NextDouble() * 0.003, 31.2 + i * 0.001)).ToArray();
        var west = ZoneShape.OfRings(Ring([.. border, (121.3, 31.239), (121.3, 31.2)]));
        var east = ZoneShape.OfRings(Ring([.. border.Reverse(), (121.5, 31.2), (121.5, 31.239)]));
        for (var i = 0; i < 20_000; i++)
        {
            var p = At(Snap(121.3 + random.NextDouble() * 0.2, 1e-7), Snap(31.2 + random.NextDouble() * 0.039, 1e-7));
            Assert.True(west.Contains(p) || east.Contains(p));
        }

        Assert.All(border, v => Assert.True(west.Contains(At(v.Item1, v.Item2)) && east.Contains(At(v.Item1, v.Item2))));
    }

    [Fact(DisplayName = "A polygon of 100,000 vertices is judged as by NetTopologySuite, and its slabs stay small")]
    public void Giant()
    {
        var random = new Random(11);
        var shape = ZoneShape.OfRings(Star(random, At(121.4, 31.2), 0.5, 100_000));
        var oracle = new IndexedPointInAreaLocator(ToNts(shape));
        Assert.Equal(100_000, shape.VertexCount);
        foreach (var p in Probes(random, shape, 1e-7).Take(5_000))
        {
            Assert.Equal(oracle.Locate(new Coordinate(p.Longitude, p.Latitude)) != Location.Exterior, shape.Contains(p));
        }
    }

    [Theory(DisplayName = "The distance to the boundary agrees with a search along every edge by haversine")]
    [InlineData(31.2, 0.005, 1e-3)] // Within a kilometre: a millimetre.
    [InlineData(31.2, 0.04, 0.1)]
    [InlineData(-70, 0.005, 1e-3)]
    [InlineData(70, 0.04, 1)] // Within ten kilometres: a metre.
    public void Distance(double latitude, double size, double tolerance)
    {
        var random = new Random(12);
        for (var round = 0; round < 15; round++)
        {
            var shape = ZoneShape.OfRings(Star(random, At(121.4, latitude), size, random.Next(4, 60)));
            for (var i = 0; i < 20; i++)
            {
                var p = At(121.4 + (random.NextDouble() - 0.5) * 3 * size, latitude + (random.NextDouble() - 0.5) * 3 * size);
                Assert.Equal(NearestByBruteForce(shape, p), shape.DistanceMetres(p), tolerance);
            }
        }
    }

    [Fact(DisplayName = "Whether the boundary is within so many metres is what the distance says, just below and just above it")]
    public void Boundary_within()
    {
        var random = new Random(15);
        for (var round = 0; round < 200; round++)
        {
            var shape = RandomDonut(random, 1e-7);
            for (var i = 0; i < 20; i++)
            {
                var p = At(121.3 + random.NextDouble() * 0.2, 31.1 + random.NextDouble() * 0.2);
                var distance = shape.DistanceMetres(p);
                Assert.True(shape.IsBoundaryWithin(p, distance + 1e-6));
                Assert.False(shape.IsBoundaryWithin(p, distance - 1e-6));
                Assert.False(shape.IsBoundaryWithin(p, distance * random.NextDouble() * 0.99));
                Assert.True(shape.IsBoundaryWithin(p, distance * (1 + random.NextDouble()) + 1e-6));
            }
        }

        Assert.True(Donut.IsBoundaryWithin(At(121.40, 31.20), 0));
        Assert.False(Donut.IsBoundaryWithin(At(121.42, 31.22), 50));
    }

    [Fact(DisplayName = "The distance is zero on the boundary and looks over the antimeridian")]
    public void Distance_special()
    {
        Assert.Equal(0, Donut.DistanceMetres(At(121.40, 31.22)), 1e-6);
        Assert.Equal(0, Donut.DistanceMetres(At(121.43, 31.23)), 1e-6);
        Assert.Equal(1113.2, Square(-180, 0, 1).DistanceMetres(At(179.99, 0.5)), 2.0);
        Assert.Equal(GreatCircle.DistanceMetres(At(121.42, 31.22), At(121.41, 31.22)), Donut.DistanceMetres(At(121.42, 31.22)), 1e-3);
    }

    [Fact(DisplayName = "Area: a degree of the equator, a courtyard taken out, and the orientation of a ring does not matter")]
    public void Area()
    {
        // Between two parallels: R² Δλ (sin φ₂ − sin φ₁).
        var radius = GreatCircle.EarthRadiusMetres;
        var expected = radius * radius * (Math.PI / 180) * Math.Sin(Math.PI / 180);
        Assert.Equal(expected, Square(10, 0, 1).AreaSquareMetres, expected * 1e-12);

        var outer = ZoneShape.OfRings(Ring((121.40, 31.20), (121.44, 31.20), (121.44, 31.24), (121.40, 31.24))).AreaSquareMetres;
        var hole = ZoneShape.OfRings(Ring((121.41, 31.21), (121.43, 31.21), (121.43, 31.23), (121.41, 31.23))).AreaSquareMetres;
        Assert.Equal(outer - hole, Donut.AreaSquareMetres, 1e-3);

        // A metre square keeps its digits.
        Assert.Equal(1.0575, Square(121.4, 31.2, 1e-5).AreaSquareMetres, 1e-3);
    }

    [Fact(DisplayName = "The centroid of a donut is in its hole; its label is not")]
    public void Label()
    {
        Assert.Equal(121.42, Donut.Centroid.Longitude, 1e-9);
        Assert.Equal(31.22, Donut.Centroid.Latitude, 1e-9);
        Assert.False(Donut.Contains(Donut.Centroid));
        Assert.True(Donut.Contains(Donut.LabelPoint));
        var random = new Random(13);
        for (var i = 0; i < 200; i++)
        {
            var shape = RandomDonut(random, 1e-7);
            Assert.True(shape.Contains(shape.LabelPoint));
        }
    }

    [Fact(DisplayName = "A zone split at the antimeridian is two parts; ±180 are two edges")]
    public void Antimeridian()
    {
        var split = ZoneShape.OfPolygons([
            [Ring((179, 0), (180, 0), (180, 1), (179, 1))], [Ring((-180, 0), (-179, 0), (-179, 1), (-180, 1))]]);
        Assert.True(split.Contains(At(180, 0.5)) && split.Contains(At(-180, 0.5)) && split.Contains(At(-179.5, 0.5)));
        Assert.False(split.Contains(At(0, 0.5)));
        Assert.Equal(2, split.PolygonCount);
    }

    [Fact(DisplayName = "A ring that is open or too short is refused by the constructor")]
    public void Malformed()
    {
        Assert.Throws<ArgumentException>(() => ZoneShape.OfRings([At(0, 0), At(1, 0), At(1, 1), At(0, 1)]));
        Assert.Throws<ArgumentException>(() => ZoneShape.OfRings([At(0, 0), At(1, 0), At(0, 0)]));
        Assert.Throws<ArgumentException>(() => ZoneShape.OfPolygons([]));
        Assert.Throws<ArgumentException>(() => ZoneShape.OfRings());
    }

    [Fact(DisplayName = "No question to a shape allocates")]
    public void Allocates_nothing()
    {
        var random = new Random(14);
        var shape = RandomDonut(random, 1e-7);
        var probes = Probes(random, shape, 1e-7).ToArray();
        Assert.Equal(0, Allocation.Of(() => Ask(shape, probes)));
    }

    private static void Ask(ZoneShape shape, LatLng[] probes)
    {
        for (var i = 1; i < probes.Length; i++)
        {
            shape.Contains(probes[i]);
            shape.Touches(probes[i - 1], probes[i]);
            shape.Crosses(probes[i - 1], probes[i], out _, out _);
            shape.DistanceMetres(probes[i]);
            shape.IsBoundaryWithin(probes[i], 50);
        }
    }

    private static void AssertParameters(PolygonShape shape, LatLng a, LatLng b, bool touches, double entry, double exit)
    {
        if (!touches)
        {
            Assert.Equal((0d, 0d), (entry, exit));
            return;
        }

        Assert.True(entry >= 0 && entry <= exit && exit <= 1, $"{entry} to {exit}");
        Assert.Equal(shape.Contains(a), entry == 0 && shape.Contains(a));
        Assert.Equal(shape.Contains(b), exit == 1 && shape.Contains(b));
        // Where it starts and where it ends there is boundary, to within rounding.
        foreach (var t in new[] { entry, exit }.Where(t => t is > 0 and < 1))
        {
            Assert.InRange(shape.DistanceMetres(Along(a, b, t)), 0, 1e-4);
        }

        // Before the entry and after the exit it is outside.
        foreach (var t in new[] { entry * 0.5, entry * 0.999, exit + (1 - exit) * 0.001, exit + (1 - exit) * 0.5 })
        {
            if (t < entry - 1e-6 || t > exit + 1e-6)
            {
                var p = Along(a, b, t);
                Assert.True(!shape.Contains(p) || shape.DistanceMetres(p) < 1e-4, $"{p} at {t} is inside, and {entry} to {exit} is not around it.");
            }
        }
    }

    private static LatLng Along(LatLng a, LatLng b, double t)
        => At(a.Longitude + t * (b.Longitude - a.Longitude), a.Latitude + t * (b.Latitude - a.Latitude));

    private static PolygonShape RandomDonut(Random random, double grid)
    {
        while (true)
        {
            var centre = At(121.4, 31.2);
            var outer = Star(random, centre, 0.04, random.Next(4, 60), grid);
            var hole = Star(random, centre, 0.02, random.Next(3, 20), grid);
            var shape = ZoneShape.OfRings(outer, hole);
            // Snapping to a coarse grid can spoil a shape; the oracle speaks of valid ones only.
            if (ToNts(shape).IsValid)
            {
                return shape;
            }
        }
    }

    private static IEnumerable<LatLng> Probes(Random random, PolygonShape shape, double grid)
    {
        for (var i = 0; i < 60; i++)
        {
            yield return At(Snap(121.355 + random.NextDouble() * 0.09, grid), Snap(31.155 + random.NextDouble() * 0.09, grid));
        }

        for (var ring = 0; ring < shape.RingCount; ring++)
        {
            var (xs, ys) = (shape.Longitudes(ring).ToArray(), shape.Latitudes(ring).ToArray());
            for (var i = 0; i + 1 < xs.Length; i++)
            {
                yield return At(xs[i], ys[i]);
                yield return At(Snap(121.355 + random.NextDouble() * 0.09, grid), ys[i]); // At a vertex's latitude.
                var t = random.NextDouble();
                var (x, y) = (xs[i] + t * (xs[i + 1] - xs[i]), ys[i] + t * (ys[i + 1] - ys[i]));
                yield return At(x, y); // A rounding error off the edge, or on it.
                yield return At(Nudge(x, random.Next(-3, 4)), y);
                yield return At((xs[i] + xs[i + 1]) / 2, (ys[i] + ys[i + 1]) / 2);
            }
        }
    }

    private static double NearestByBruteForce(PolygonShape shape, LatLng p)
    {
        var nearest = double.PositiveInfinity;
        for (var ring = 0; ring < shape.RingCount; ring++)
        {
            var (xs, ys) = (shape.Longitudes(ring).ToArray(), shape.Latitudes(ring).ToArray());
            for (var i = 0; i + 1 < xs.Length; i++)
            {
                var (a, b) = (At(xs[i], ys[i]), At(xs[i + 1], ys[i + 1]));
                var (from, to) = (0d, 1d);
                for (var third = 0; third < 60; third++)
                {
                    var (left, right) = (from + (to - from) / 3, to - (to - from) / 3);
                    var isLeft = GreatCircle.DistanceMetres(p, Along(a, b, left)) < GreatCircle.DistanceMetres(p, Along(a, b, right));
                    (from, to) = isLeft ? (from, right) : (left, to);
                }

                nearest = Math.Min(nearest, GreatCircle.DistanceMetres(p, Along(a, b, from)));
            }
        }

        return nearest;
    }

    private static double Nudge(double value, int ulps)
    {
        for (; ulps > 0; ulps--)
        {
            value = Math.BitIncrement(value);
        }

        for (; ulps < 0; ulps++)
        {
            value = Math.BitDecrement(value);
        }

        return value;
    }

    private static int ExactTurn(double ax, double ay, double bx, double by, double cx, double cy)
    {
        var (ux, uy, vx, vy) = (Whole(ax) - Whole(cx), Whole(ay) - Whole(cy), Whole(bx) - Whole(cx), Whole(by) - Whole(cy));
        return (ux * vy - uy * vx).Sign;
    }

    // Doubles above 1 are whole multiples of 2⁻⁵²: as integers they can be reckoned with exactly.
    private static System.Numerics.BigInteger Whole(double value) => new(Math.ScaleB(value, 52));

    private static int RobustTurn(double ax, double ay, double bx, double by, double px, double py)
        => (int)NetTopologySuite.Algorithm.Orientation.Index(new(ax, ay), new(bx, by), new(px, py));
}
