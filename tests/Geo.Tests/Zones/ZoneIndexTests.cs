using Vantage.Geo.Zones;
using Vantage.Support;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.Zones;

public sealed class ZoneIndexTests
{
    public static TheoryData<string> Worlds => ["district", "coarse grid", "nested", "huge and tiny", "stacked", "world", "border"];

    [Theory(DisplayName = "Points are answered as by asking every shape")]
    [MemberData(nameof(Worlds))]
    public void Points(string world)
    {
        var random = new Random(1);
        var entries = World(world, random);
        var index = ZoneIndex.Build(entries);
        var hits = new ZoneHits();
        foreach (var p in Probes(entries, random, 4_000))
        {
            var count = index.Query(p, hits);
            Assert.Equal(Ids(entries, shape => shape.Contains(p)), hits.Ids.ToArray());
            Assert.Equal(hits.Count, count);

            var leaf = index.LeafOf(p);
            Assert.Subset(hits.Ids.ToArray().ToHashSet(), index.WhollyInside(leaf).ToArray().ToHashSet());
            Assert.True(index.HasEdges(leaf) || index.WhollyInside(leaf).SequenceEqual(hits.Ids));
        }
    }

    [Theory(DisplayName = "Many positions at once are answered as one by one")]
    [MemberData(nameof(Worlds))]
    public void Many_at_once(string world)
    {
        var random = new Random(8);
        var entries = World(world, random);
        var index = ZoneIndex.Build(entries);
        var (hits, lists) = (new ZoneHits(), new ZoneHitLists());
        var probes = Probes(entries, random, 1_000).ToArray();
        foreach (var size in new[] { 0, 1, 31, 32, 33, 1_000 })
        {
            var sum = index.Query(probes.AsSpan(0, size), lists);
            Assert.Equal(size, lists.Count);
            Assert.Equal(sum, lists.All.Length);
            for (var i = 0; i < size; i++)
            {
                index.Query(probes[i], hits);
                Assert.Equal(hits.Ids.ToArray(), lists[i].ToArray());
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => lists[1_000].Length);
    }

    [Theory(DisplayName = "An index that was changed answers as one that is built anew")]
    [MemberData(nameof(Worlds))]
    public void Changed(string world)
    {
        var random = new Random(9);
        var all = World(world, random);
        var entries = all[..(all.Length / 2)].ToList();
        var index = ZoneIndex.Build(entries);
        var (hits, expected) = (new ZoneHits(), new ZoneHits());
        for (var change = 0; change < 20; change++)
        {
            var gone = entries.Where(_ => random.Next(entries.Count) < 3).Select(entry => entry.Id).ToHashSet();
            entries.RemoveAll(entry => gone.Contains(entry.Id));
            ZoneEntry[] added = [.. Enumerable.Range(0, random.Next(4)).Select(_ => all[random.Next(all.Length)]).Where(entry => entries.TrueForAll(one => one.Id != entry.Id)).DistinctBy(entry => entry.Id)];
            entries.AddRange(added);
            index = index.With(gone, added);
            var anew = ZoneIndex.Build(entries);
            Assert.Equal(entries.Count, index.Count);
            foreach (var p in Probes(all, random, 200))
            {
                index.Query(p, hits);
                anew.Query(p, expected);
                Assert.Equal(expected.Ids.ToArray(), hits.Ids.ToArray());
                var q = Near(p, random, 0.01);
                index.QuerySegment(p, q, hits);
                anew.QuerySegment(p, q, expected);
                Assert.Equal(expected.Ids.ToArray(), hits.Ids.ToArray());
            }
        }
    }

    [Fact(DisplayName = "A change builds only what it concerns: an index before it is as it was, and answers as before")]
    public void Change_leaves_the_old_one()
    {
        var random = new Random(10);
        var entries = World("district", random);
        var index = ZoneIndex.Build(entries);
        var probes = Probes(entries, random, 500).ToArray();
        var hits = new ZoneHits();
        var before = Array.ConvertAll(probes, p => Answer(index, p));
        var changed = index.With([.. entries.Select(entry => entry.Id)], []);
        Assert.Equal(0, changed.Count);
        Assert.All(probes, p => Assert.Equal(0, changed.Query(p, hits)));
        Assert.Equal(before, Array.ConvertAll(probes, p => Answer(index, p)));

        int[] Answer(ZoneIndex asked, LatLng p)
        {
            asked.Query(p, hits);
            return hits.Ids.ToArray();
        }
    }

    [Theory(DisplayName = "Segments, short and long, are answered as by asking every shape")]
    [MemberData(nameof(Worlds))]
    public void Segments(string world)
    {
        var random = new Random(2);
        var entries = World(world, random);
        var index = ZoneIndex.Build(entries);
        var hits = new ZoneHits();
        var probes = Probes(entries, random, 2_000).ToArray();
        for (var i = 0; i < probes.Length; i++)
        {
            var a = probes[i];
            var b = (i % 4) switch
            {
                0 => probes[random.Next(probes.Length)],
                1 => Near(a, random, 1e-3),
                2 => Near(a, random, 1e-4),
                _ => a,
            };
            index.QuerySegment(a, b, hits);
            Assert.Equal(Ids(entries, shape => shape.Touches(a, b)), hits.Ids.ToArray());

            var box = GeoBox.Around(a, b);
            var touching = hits.Ids.ToArray();
            index.Candidates(box, hits);
            Assert.Subset(hits.Ids.ToArray().ToHashSet(), touching.ToHashSet());
            Assert.Subset(Ids(entries, shape => shape.Bounds.Intersects(box)).ToHashSet(), hits.Ids.ToArray().ToHashSet());
        }
    }

    [Theory(DisplayName = "Where both ends share a leaf without edges, every shape holds both or neither, and all between")]
    [MemberData(nameof(Worlds))]
    public void Same_leaf(string world)
    {
        var random = new Random(3);
        var entries = World(world, random);
        var index = ZoneIndex.Build(entries);
        foreach (var a in Probes(entries, random, 2_000))
        {
            var b = Near(a, random, 1e-4);
            if (index.SameLeafNoEdges(a, b, out var leaf))
            {
                Assert.Equal(Ids(entries, shape => shape.Touches(a, b)), index.WhollyInside(leaf).ToArray());
                Assert.Equal(Ids(entries, shape => shape.Contains(b)), index.WhollyInside(leaf).ToArray());
            }
        }
    }

    [Fact(DisplayName = "Most of a district lies in leaves without edges")]
    public void Leaves_are_fine()
    {
        var random = new Random(4);
        var index = ZoneIndex.Build(World("district", random));
        var free = Enumerable.Range(0, 20_000)
            .Count(_ => !index.HasEdges(index.LeafOf(At(121.3 + 0.3 * random.NextDouble(), 31.1 + 0.25 * random.NextDouble()))));
        Assert.InRange(free, 14_000, 20_000);
    }

    [Fact(DisplayName = "An empty index finds nothing anywhere")]
    public void Empty()
    {
        var hits = new ZoneHits();
        foreach (var (lng, lat) in new[] { (0d, 0d), (121.4, 31.2), (180d, 90d), (-180d, -90d) })
        {
            Assert.Equal(0, ZoneIndex.Empty.Query(At(lng, lat), hits));
            Assert.Equal(0, ZoneIndex.Empty.QuerySegment(At(lng, lat), At(-1e-7, 1e-7), hits));
        }
    }

    [Fact(DisplayName = "Entries that share an id are found as one")]
    public void Shared_id()
    {
        var index = ZoneIndex.Build([new(7, Square(0, 0, 1)), new(7, Square(0.5, 0, 1)), new(3, Square(0.5, 0.5, 1))]);
        var hits = new ZoneHits();
        index.Query(At(0.75, 0.75), hits);
        Assert.Equal([3, 7], hits.Ids.ToArray());
        Assert.True(hits.Contains(7));
        Assert.False(hits.Contains(4));
    }

    [Fact(DisplayName = "Any number of zones on one spot is found, and none is lost for a small buffer")]
    public void Many_on_one_spot()
    {
        var entries = Enumerable.Range(0, 1_000).Select(i => new ZoneEntry(i, Square(121.4 - i * 1e-6, 31.2 - i * 1e-6, 0.001 + 2e-6 * i))).ToArray();
        var index = ZoneIndex.Build(entries);
        var hits = new ZoneHits();
        Assert.Equal(1_000, index.Query(At(121.4005, 31.2005), hits));
        Assert.Equal(1_000, index.QuerySegment(At(121.4001, 31.2001), At(121.4009, 31.2009), hits));
        Assert.Equal(Enumerable.Range(0, 1_000), hits.Ids.ToArray());
        Assert.Equal(500, index.Query(At(121.4 - 499.5e-6, 31.2), hits));
    }

    [Fact(DisplayName = "Asking allocates nothing once the buffer has grown")]
    public void Allocates_nothing()
    {
        var random = new Random(5);
        var entries = World("district", random);
        var index = ZoneIndex.Build(entries);
        var probes = Probes(entries, random, 2_000).ToArray();
        var hits = new ZoneHits();
        Assert.Equal(0, Allocation.Of(Ask));

        void Ask()
        {
            for (var i = 1; i < probes.Length; i++)
            {
                index.Query(probes[i], hits);
                index.QuerySegment(probes[i - 1], probes[i], hits);
                index.QuerySegment(probes[i], At(probes[i].Longitude + 1e-4, probes[i].Latitude + 1e-5), hits);
                index.Candidates(GeoBox.Around(probes[i - 1], probes[i]), hits);
                index.SameLeafNoEdges(probes[i - 1], probes[i], out _);
            }
        }
    }

    [Fact(DisplayName = "Tens of thousands of zones build within bounds and answer right")]
    public void Many_zones()
    {
        var random = new Random(6);
        var entries = Enumerable.Range(0, 30_000).Select(i => new ZoneEntry(
            i, ZoneShape.OfRings(Star(random, At(115 + 7 * random.NextDouble(), 28 + 5 * random.NextDouble()), 0.001 + 0.003 * random.NextDouble(), 12))))
            .ToArray();
        var index = ZoneIndex.Build(entries);
        Assert.InRange(index.LeafCount, 100_000, 5_000_000);
        var hits = new ZoneHits();
        foreach (var p in Probes(entries, random, 200))
        {
            index.Query(p, hits);
            Assert.Equal(Ids(entries, shape => shape.Contains(p)), hits.Ids.ToArray());
        }
    }

    [Fact(DisplayName = "The same entries in another order give the same answers and the same leaves")]
    public void Deterministic()
    {
        var random = new Random(7);
        var entries = World("district", random);
        var index = ZoneIndex.Build(entries);
        var shuffled = entries.ToArray();
        random.Shuffle(shuffled);
        var other = ZoneIndex.Build(shuffled);
        Assert.Equal(index.LeafCount, other.LeafCount);
        foreach (var p in Probes(entries, random, 1_000))
        {
            Assert.Equal(index.LeafOf(p), other.LeafOf(p));
            Assert.Equal(index.WhollyInside(index.LeafOf(p)).ToArray(), other.WhollyInside(other.LeafOf(p)).ToArray());
        }
    }

    private static int[] Ids(IReadOnlyList<ZoneEntry> entries, Func<ZoneShape, bool> isHit)
        => [.. entries.Where(entry => isHit(entry.Shape)).Select(entry => entry.Id).Distinct().Order()];

    private static ZoneEntry[] World(string name, Random random)
    {
        IEnumerable<ZoneShape> shapes = name switch
        {
            "district" => Enumerable.Range(0, 300).Select(i => RandomZone(random, 0.001 + 0.004 * random.NextDouble())),
            "coarse grid" => Enumerable.Range(0, 150).Select(_ => (ZoneShape)Square(
                121.3 + random.Next(0, 30) * 0.01, 31.1 + random.Next(0, 25) * 0.01, random.Next(1, 6) * 0.01)),
            "nested" => Enumerable.Range(1, 100).Select(i => (ZoneShape)Square(121.45 - i * 0.001, 31.2 - i * 0.001, i * 0.002)),
            "huge and tiny" => [
                Square(100, 20, 30), ZoneShape.OfCircle(At(121.4, 31.2), 900_000), ZoneShape.OfRings(Star(random, At(120, 30), 5, 3_000)),
                .. Enumerable.Range(0, 100).Select(i => (ZoneShape)ZoneShape.OfCircle(
                    At(121.3 + 0.3 * random.NextDouble(), 31.1 + 0.25 * random.NextDouble()), Math.Pow(10, random.NextDouble() * 4 - 2)))],
            "stacked" => Enumerable.Repeat((ZoneShape)Square(121.4, 31.2, 0.01), 150),
            "world" => [
                Square(-180, -90, 180), Square(0, -90, 180), ZoneShape.OfCircle(At(180, 0), 500_000), ZoneShape.OfCircle(At(0, 90), 800_000),
                ZoneShape.OfCircle(At(-179.9, 60), 900_000), ZoneShape.OfCircle(At(10, -89.9), 100_000), Square(179, 10, 1), Square(-180, 10, 1)],
            _ => Neighbours(random),
        };
        return [.. shapes.Select((shape, i) => new ZoneEntry(3 * i + 1, shape))];
    }

    private static ZoneShape RandomZone(Random random, double size)
    {
        var centre = At(121.3 + 0.3 * random.NextDouble(), 31.1 + 0.25 * random.NextDouble());
        return random.Next(3) switch
        {
            0 => ZoneShape.OfCircle(centre, size * 111_000),
            1 => ZoneShape.OfRings(Star(random, centre, size, random.Next(3, 60)), Star(random, centre, size / 3, random.Next(3, 10))),
            _ => ZoneShape.OfRings(Star(random, centre, size, random.Next(3, 60))),
        };
    }

    // Tiles with ragged common borders.
    private static IEnumerable<ZoneShape> Neighbours(Random random)
    {
        const int Tiles = 12;
        var corners = new (double Lng, double Lat)[Tiles + 1, Tiles + 1];
        for (var x = 0; x <= Tiles; x++)
        {
            for (var y = 0; y <= Tiles; y++)
            {
                corners[x, y] = (
                    Snap(121.3 + 0.3 * (x + 0.6 * random.NextDouble()) / Tiles, 1e-7), Snap(31.1 + 0.25 * (y + 0.6 * random.NextDouble()) / Tiles, 1e-7));
            }
        }

        for (var x = 0; x < Tiles; x++)
        {
            for (var y = 0; y < Tiles; y++)
            {
                yield return ZoneShape.OfRings(Ring(corners[x, y], corners[x + 1, y], corners[x + 1, y + 1], corners[x, y + 1]));
            }
        }
    }

    private static IEnumerable<LatLng> Probes(ZoneEntry[] entries, Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var shape = entries[random.Next(entries.Length)].Shape;
            yield return random.Next(5) switch
            {
                0 => At(random.NextDouble() * 360 - 180, random.NextDouble() * 180 - 90),
                1 => At(121.3 + 0.3 * random.NextDouble(), 31.1 + 0.25 * random.NextDouble()),
                2 when shape is PolygonShape polygon => At(polygon.Longitudes(0)[1], polygon.Latitudes(0)[1]),
                _ => At(
                    shape.Bounds.West + (shape.Bounds.East - shape.Bounds.West) * random.NextDouble(),
                    shape.Bounds.South + (shape.Bounds.North - shape.Bounds.South) * random.NextDouble()),
            };
        }
    }

    private static LatLng Near(LatLng p, Random random, double degrees) => At(
        Math.Clamp(p.Longitude + degrees * (random.NextDouble() * 2 - 1), -180, 180),
        Math.Clamp(p.Latitude + degrees * (random.NextDouble() * 2 - 1), -90, 90));
}
