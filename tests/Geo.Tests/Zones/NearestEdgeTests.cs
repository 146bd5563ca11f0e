using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.Zones;
using Vantage.Support;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.Zones;

public sealed class NearestEdgeTests
{
    public static TheoryData<string> Worlds => ["district", "tiles", "nested", "stacked", "antimeridian", "poles", "globe", "one", "two"];

    [Theory(DisplayName = "The nearest edge is that of all entries, to the bit, from inside, outside and far away")]
    [MemberData(nameof(Worlds))]
    public void As_by_asking_every_shape(string world)
    {
        var random = new Random(1);
        var entries = World(world, random);
        var index = ZoneIndex.Build(entries);
        foreach (var p in Probes(entries, random, 200))
        {
            AssertNearest(entries, index, p, double.PositiveInfinity);
            AssertNearest(entries, index, p, Math.Pow(10, 7 * random.NextDouble()));
            var least = entries.Min(entry => entry.Shape.DistanceMetres(p));
            AssertNearest(entries, index, p, least);
            AssertNearest(entries, index, p, Math.BitDecrement(least));
        }
    }

    [Theory(DisplayName = "The nearest edge is no farther than any point along any edge, and the point that is told is on one")]
    [MemberData(nameof(Worlds))]
    public void As_by_walking_every_edge(string world)
    {
        var random = new Random(2);
        var entries = World(world, random);
        var index = ZoneIndex.Build(entries);
        foreach (var p in Probes(entries, random, 40).Where(p => Math.Abs(p.Latitude) < 70))
        {
            Assert.True(index.TryNearestEdge(p, double.PositiveInfinity, out var nearest));
            var walked = entries.Where(entry => entry.Shape is PolygonShape).SelectMany(entry => Walk((PolygonShape)entry.Shape))
                .Select(at => GreatCircle.DistanceMetres(p, at)).DefaultIfEmpty(double.PositiveInfinity).Min();
            if (nearest.Metres < 100_000)
            {
                Assert.InRange(nearest.Metres, 0, walked + (1e-3 * walked) + 1e-6);
            }

            var shape = entries.First(entry => entry.Id == nearest.Id).Shape;
            Assert.Equal(nearest.Metres, GreatCircle.DistanceMetres(p, nearest.Point), 1e-4);
            Assert.Equal(0, shape.DistanceMetres(nearest.Point), 1e-2);
        }
    }

    [Theory(DisplayName = "An index that was changed tells the nearest of what is in it now")]
    [MemberData(nameof(Worlds))]
    public void Changed(string world)
    {
        var random = new Random(3);
        var all = World(world, random);
        var entries = all.Take((all.Length / 2) + 1).ToList();
        var index = ZoneIndex.Build(entries);
        for (var change = 0; change < 6; change++)
        {
            var gone = entries.Where(_ => random.Next(4) == 0).Select(entry => entry.Id).ToHashSet();
            var added = all.Where(entry => entries.TrueForAll(old => old.Id != entry.Id) && random.Next(3) == 0).ToArray();
            entries.RemoveAll(entry => gone.Contains(entry.Id));
            entries.AddRange(added);
            var before = index;
            index = index.With(gone, added);
            foreach (var p in Probes(all, random, 20))
            {
                AssertNearest([.. entries], index, p, double.PositiveInfinity);
                before.TryNearestEdge(p, 1_000, out _);
            }
        }
    }

    [Theory(DisplayName = "Few shapes are asked, near and far: about as many as overlap")]
    [InlineData("district", 30)] // Of 300; some dozen boxes hold the position itself.
    [InlineData("tiles", 12)] // Of 900.
    [InlineData("globe", 16)] // Of 500, some of them wide.
    public void Looks(string world, int most)
    {
        var random = new Random(4);
        var entries = World(world, random);
        var index = ZoneIndex.Build(entries);
        var probes = Probes(entries, random, 2_000).ToArray();
        var sum = 0L;
        foreach (var p in probes)
        {
            index.TryNearestEdge(p, double.PositiveInfinity, out _, out var looks);
            sum += looks;
        }

        Assert.InRange((double)sum / probes.Length, 1, most);
    }

    [Fact(DisplayName = "From the middle of a ring of zones that are all equally far no shape is asked twice")]
    public void Looks_at_equals()
    {
        var entries = Enumerable.Range(0, 1_000)
            .Select(i => new ZoneEntry(i, ZoneShape.OfCircle(GreatCircle.Destination(At(121, 31), 0.36 * i, 50_000), 100))).ToArray();
        var index = ZoneIndex.Build(entries);
        Assert.True(index.TryNearestEdge(At(121, 31), double.PositiveInfinity, out var nearest, out var looks));
        Assert.Equal(49_900, nearest.Metres, 1e-3);
        Assert.InRange(looks, 1, 1_000);
    }

    [Fact(DisplayName = "Of several at the same distance the least id is told, whatever the order they came in")]
    public void Ties()
    {
        ZoneEntry[] entries = [.. Enumerable.Range(0, 100).Select(i => new ZoneEntry(99 - i, Square(121, 31, 0.01)))];
        Assert.True(ZoneIndex.Build(entries).TryNearestEdge(At(120, 31), 1e6, out var nearest));
        Assert.Equal(0, nearest.Id);
    }

    [Fact(DisplayName = "On a vertex, and on a side along a parallel or meridian, the distance is nothing and a radius of nothing finds it")]
    public void On_the_boundary()
    {
        var index = ZoneIndex.Build([new(7, Square(0, 0, 1)), new(8, Square(-180, -90, 0.5))]);
        foreach (var p in new[] { At(0, 0), At(1, 1), At(0.25, 0), At(0, 0.25), At(-180, -90), At(-180, -89.75) })
        {
            Assert.True(index.TryNearestEdge(p, 0, out var nearest));
            Assert.Equal(0, nearest.Metres);
            Assert.Equal(0, GreatCircle.DistanceMetres(p, nearest.Point));
        }

        Assert.False(index.TryNearestEdge(At(0.5, 0.5), 0, out _));
    }

    [Fact(DisplayName = "The boundary beyond the antimeridian is as near as it is")]
    public void Over_the_antimeridian()
    {
        var index = ZoneIndex.Build([new(1, Square(-179, 0, 1)), new(2, Square(170, 0, 1))]);
        Assert.True(index.TryNearestEdge(At(179, 0.5), 1e6, out var nearest));
        Assert.Equal(1, nearest.Id);
        Assert.Equal(GreatCircle.DistanceMetres(At(179, 0.5), At(-179, 0.5)), nearest.Metres, tolerance: 20.0);
        Assert.Equal(-179, nearest.Point.Longitude, 9);
    }

    [Fact(DisplayName = "An empty index has no edge, and a distance that is none is refused")]
    public void Nothing()
    {
        Assert.False(ZoneIndex.Empty.TryNearestEdge(At(0, 0), double.PositiveInfinity, out _));
        Assert.False(ZoneIndex.Build([new(1, Square(0, 0, 1))]).With([1], []).TryNearestEdge(At(0, 0), double.PositiveInfinity, out _));
        Assert.Throws<ArgumentOutOfRangeException>("withinMetres", () => ZoneIndex.Empty.TryNearestEdge(At(0, 0), double.NaN, out _));
        Assert.Throws<ArgumentOutOfRangeException>("withinMetres", () => ZoneIndex.Empty.TryNearestEdge(At(0, 0), -double.Epsilon, out _));
    }

    [Fact(DisplayName = "Asking for the nearest edge allocates nothing")]
    public void Allocates_nothing()
    {
        var random = new Random(5);
        var entries = World("district", random);
        var index = ZoneIndex.Build(entries);
        var probes = Probes(entries, random, 500).ToArray();
        Assert.Equal(0, Allocation.Of(Ask));

        void Ask()
        {
            foreach (var p in probes)
            {
                index.TryNearestEdge(p, 500, out _);
                index.TryNearestEdge(p, double.PositiveInfinity, out _);
            }
        }
    }

    [Fact(DisplayName = "No place of a box is nearer than its bound, and some place is as near")]
    public void Bound()
    {
        var latitudes = Gen.OneOf(Gen.Choose(-900, 900).Select(n => n / 10.0), Gen.Elements(-90.0, 0, 90), Gen.Choose(31_000, 31_010).Select(n => n / 1e3));
        var longitudes = Gen.OneOf(Gen.Choose(-1800, 1800).Select(n => n / 10.0), Gen.Elements(-180.0, 0, 180), Gen.Choose(121_000, 121_010).Select(n => n / 1e3));
        var cases =
            from p in Gen.Zip(latitudes, longitudes)
            from a in Gen.Zip(latitudes, longitudes)
            from b in Gen.Zip(latitudes, longitudes)
            select (P: At(p.Item2, p.Item1), A: At(a.Item2, a.Item1), B: At(b.Item2, b.Item1));
        Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            const int Steps = 32;
            var box = GeoBox.Around(sample.A, sample.B);
            var origin = new SphereBox.Origin(sample.P);
            var bound = new SphereBox(box).GreatestCos(in origin);
            var greatest = box.Contains(sample.P) ? 1 : -1.0;
            for (var i = 0; i <= Steps; i++)
            {
                foreach (var longitude in new[] { Between(box.West, box.East, i), Math.Clamp(sample.P.Longitude, box.West, box.East) })
                {
                    for (var j = 0; j <= Steps; j++)
                    {
                        var place = At(longitude, Between(box.South, box.North, j));
                        greatest = Math.Max(greatest, Math.Cos(GreatCircle.DistanceMetres(sample.P, place) / GreatCircle.EarthRadiusMetres));
                    }
                }
            }

            // Where the crest lies between two samples, they are at most half a step off it.
            var step = double.DegreesToRadians((box.North - box.South) / Steps);
            Assert.InRange(greatest, -1, bound + SphereBox.Margin);
            Assert.InRange(bound, -1 - SphereBox.Margin, greatest + (step * step) + 1e-12);

            static double Between(double from, double to, int i) => i == Steps ? to : from + ((to - from) * i / Steps);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Inputs.Of(500)));
    }

    private static void AssertNearest(ZoneEntry[] entries, ZoneIndex index, LatLng p, double withinMetres)
    {
        var expected = entries.Select(entry => (Metres: entry.Shape.DistanceMetres(p), entry.Id)).Where(one => one.Metres <= withinMetres).Order().ToArray();
        var isFound = index.TryNearestEdge(p, withinMetres, out var nearest, out var looks);
        Assert.Equal(expected.Length > 0, isFound);
        Assert.InRange(looks, isFound ? 1 : 0, entries.Length);
        if (isFound)
        {
            Assert.Equal(expected[0], (nearest.Metres, nearest.Id));
        }
    }

    private static IEnumerable<LatLng> Walk(PolygonShape shape)
    {
        for (var ring = 0; ring < shape.RingCount; ring++)
        {
            for (var i = 0; i + 1 < shape.Longitudes(ring).Length; i++)
            {
                var (x, y) = (shape.Longitudes(ring)[i], shape.Latitudes(ring)[i]);
                var (dx, dy) = (shape.Longitudes(ring)[i + 1] - x, shape.Latitudes(ring)[i + 1] - y);
                for (var step = 0; step < 16; step++)
                {
                    yield return At(x + (dx * step / 16), y + (dy * step / 16));
                }
            }
        }
    }

    private static ZoneEntry[] World(string name, Random random)
    {
        IEnumerable<ZoneShape> shapes = name switch
        {
            "district" => Enumerable.Range(0, 300).Select(_ => Zone(random, 121.3, 31.1, 0.3, 0.25, 0.001 + (0.004 * random.NextDouble()))),
            "tiles" => Enumerable.Range(0, 900).Select(i => (ZoneShape)Square(121 + (i % 30 * 0.01), 31 + (i / 30 * 0.01), 0.01)),
            "nested" => Enumerable.Range(1, 60).Select(i => (ZoneShape)Square(121.45 - (i * 0.001), 31.2 - (i * 0.001), i * 0.002)),
            "stacked" => Enumerable.Repeat((ZoneShape)Square(121.4, 31.2, 0.01), 60),
            "antimeridian" => Enumerable.Range(0, 60).Select(i => Zone(random, i % 2 == 0 ? -179.9 : 179.4, -1, 0.5, 2, 0.05)).Append(ZoneShape.OfCircle(At(180, 0), 50_000)),
            "poles" => Enumerable.Range(0, 60).Select(i => Zone(random, -175, i % 2 == 0 ? -89.5 : 85, 350, 4, 0.4)).Append(ZoneShape.OfCircle(At(0, 90), 50_000)),
            "globe" => Enumerable.Range(0, 500).Select(_ => Zone(random, -170, -80, 340, 160, 0.01 + (4 * Math.Pow(random.NextDouble(), 4)))),
            "one" => [Square(121, 31, 0.1)],
            _ => [Square(121, 31, 0.1), ZoneShape.OfCircle(At(-70, -30), 200_000)],
        };
        return [.. shapes.Select((shape, i) => new ZoneEntry((3 * i) + 1, shape))];
    }

    private static ZoneShape Zone(Random random, double west, double south, double width, double height, double size)
    {
        var centre = At(west + (width * random.NextDouble()), south + (height * random.NextDouble()));
        return random.Next(3) switch
        {
            0 => ZoneShape.OfCircle(centre, size * 111_000),
            1 => ZoneShape.OfRings(Star(random, centre, size, random.Next(3, 60)), Star(random, centre, size / 3, random.Next(3, 10))),
            _ => ZoneShape.OfRings(Star(random, centre, size, random.Next(3, 60))),
        };
    }

    private static IEnumerable<LatLng> Probes(ZoneEntry[] entries, Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var shape = entries[random.Next(entries.Length)].Shape;
            var bounds = shape.Bounds;
            yield return random.Next(6) switch
            {
                0 => At((random.NextDouble() * 360) - 180, (random.NextDouble() * 180) - 90),
                1 => At(random.Next(-2, 3) * 90, random.Next(-2, 3) * 45),
                2 when shape is PolygonShape polygon => At(polygon.Longitudes(0)[1], polygon.Latitudes(0)[1]),
                3 => At(Math.Clamp(bounds.East + random.NextDouble(), -180, 180), Math.Clamp(bounds.South - random.NextDouble(), -90, 90)),
                _ => At(bounds.West + ((bounds.East - bounds.West) * random.NextDouble()), bounds.South + ((bounds.North - bounds.South) * random.NextDouble())),
            };
        }
    }
}
