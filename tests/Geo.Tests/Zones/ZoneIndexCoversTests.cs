using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using Vantage.Geo.Zones;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.Zones;

/// <summary>The index beside NetTopologySuite's Covers. Where the two differ, whole numbers say who is right: it has to be the index.</summary>
public sealed class ZoneIndexCoversTests
{
    private const int PointsPerWorld = 5_000;

    public static TheoryData<string> Worlds => [.. AdversarialZones.Worlds];

    [Theory(DisplayName = "Hard points in hard polygons are judged as by Covers: one by one, many at once, and after changes")]
    [MemberData(nameof(Worlds))]
    public void Same_as_covers(string name)
    {
        var left = Inputs.Of(120_000) / AdversarialZones.Worlds.Count;
        var (hits, wrongOfNts) = (new Tally(), 0);
        for (var seed = 0; left > 0; seed++)
        {
            var random = new Random(seed);
            var world = new HardWorld(AdversarialZones.World(name, random), random);
            var points = name == "giant" ? left : Math.Min(left, PointsPerWorld); // Takes long to build.
            for (var done = 0; done < points; done += PointsPerWorld)
            {
                wrongOfNts += world.Compare(Math.Min(points - done, PointsPerWorld), hits);
            }

            left -= points;
        }

        Assert.True(hits.Inside > hits.Points / 10, $"{hits.Inside} of {hits.Points}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{hits.Points} points, {hits.Inside} hits, {wrongOfNts} times the reference, with its filter by envelopes, was wrong.");
    }

    [Fact(DisplayName = "Zones that fill a square leave no gap between them: each point is in one, a point of a border in all that share it")]
    public void No_gap()
    {
        var (lists, found) = (new ZoneHitLists(), 0);
        for (var (left, seed) = (Math.Min(Inputs.Of(20_000), 1_000_000), 0); left > 0; left -= PointsPerWorld, seed++)
        {
            var random = new Random(seed);
            var tiles = AdversarialZones.Tiles(random, 8);
            var index = ZoneIndex.Build([.. tiles.Select((tile, id) => new ZoneEntry(id, tile))]);
            var all = tiles.Aggregate(tiles[0].Bounds, (box, tile) => box.Union(tile.Bounds));
            LatLng[] points = [.. Enumerable.Range(0, PointsPerWorld).Select(_ => AdversarialZones.Probe(tiles, all, random)).Where(all.Contains)];
            index.Query(points, lists);
            for (var i = 0; i < points.Length; i++)
            {
                Assert.True(lists[i].Length > 0, $"World {seed}: {points[i]} is in no tile.");
                found += lists[i].Length - 1;
            }

            foreach (var tile in tiles)
            {
                for (var i = 0; i < tile.VertexCount; i++)
                {
                    var vertex = At(tile.Longitudes(0)[i], tile.Latitudes(0)[i]);
                    index.Query([vertex], lists);
                    Assert.Equal(Enumerable.Range(0, tiles.Length).Where(id => ExactPolygon.Contains(tiles[id], vertex)), lists[0].ToArray());
                }
            }
        }

        Assert.True(found > 1_000, "Some points are on borders.");
    }

    [Theory(DisplayName = "Valid polygons are judged as by the matrix of relations, point by point")]
    [InlineData("combs")]
    [InlineData("tiles")]
    [InlineData("cell borders")]
    [InlineData("holes")]
    [InlineData("parts")]
    [InlineData("antimeridian")]
    [InlineData("poles")]
    public void Same_as_relations(string name)
    {
        var hits = new ZoneHits();
        for (var (left, seed) = (Math.Min(Inputs.Of(14_000), 200_000) / 7, 0); left > 0; left -= 500, seed++)
        {
            var random = new Random(seed);
            var shapes = Array.FindAll(AdversarialZones.World(name, random), shape => ToNts(shape).IsValid);
            var index = ZoneIndex.Build([.. shapes.Select((shape, id) => new ZoneEntry(id, shape))]);
            var geometries = Array.ConvertAll(shapes, ToNts);
            var prepared = Array.ConvertAll(geometries, PreparedGeometryFactory.Prepare);
            for (var i = 0; i < Math.Min(left, 500); i++)
            {
                var p = AdversarialZones.Probe(shapes, shapes[0].Bounds, random);
                index.Query(p, hits);
                for (var id = 0; id < shapes.Length; id++)
                {
                    var expected = ExactPolygon.Contains(shapes[id], p);
                    Assert.True(expected == hits.Contains(id), $"World {seed}, zone {id}, {p}.");
                    Assert.True(expected == prepared[id].Covers(ToNts(p)), $"Prepared, world {seed}, zone {id}, {p}.");
                    if (geometries[id].EnvelopeInternal.Covers(p.Longitude, p.Latitude))
                    {
                        Assert.True(expected == geometries[id].Covers(ToNts(p)), $"Relations, world {seed}, zone {id}, {p}.");
                    }
                }
            }
        }
    }

    private sealed class Tally
    {
        public int Points { get; set; }

        public int Inside { get; set; }
    }

    private sealed class HardWorld
    {
        private readonly PolygonShape[] _shapes;
        private readonly Random _random;
        private readonly GeoBox _bounds;
        private readonly ZoneIndex _index;
        private readonly ZoneIndex _changed;
        private readonly (Envelope Box, IndexedPointInAreaLocator Inside)[] _reference;
        private readonly ZoneHits _one = new();
        private readonly ZoneHitLists _lists = new();
        private readonly ZoneHitLists _changedLists = new();

        public HardWorld(PolygonShape[] shapes, Random random)
        {
            (_shapes, _random) = (shapes, random);
            _bounds = shapes.Aggregate(shapes[0].Bounds, (box, shape) => box.Union(shape.Bounds));
            ZoneEntry[] entries = [.. shapes.Select((shape, id) => new ZoneEntry(id, shape))];
            _index = ZoneIndex.Build(entries);
            _changed = InSteps(entries);
            _reference = Array.ConvertAll(Array.ConvertAll(shapes, ToNts), geometry => (geometry.EnvelopeInternal, new IndexedPointInAreaLocator(geometry)));
        }

        /// <returns>How many times NetTopologySuite, behind the filter by envelopes here, was wrong.</returns>
        public int Compare(int count, Tally hits)
        {
            var wrongOfNts = 0;
            LatLng[] points = [.. Enumerable.Range(0, count).Select(_ => AdversarialZones.Probe(_shapes, _bounds, _random))];
            _index.Query(points, _lists);
            _changed.Query(points, _changedLists);
            for (var i = 0; i < count; i++)
            {
                _index.Query(points[i], _one);
                Assert.True(_one.Ids.SequenceEqual(_lists[i]), $"{points[i]}: many at once are answered otherwise.");
                Assert.True(_one.Ids.SequenceEqual(_changedLists[i]), $"{points[i]}: the changed index answers otherwise.");
                hits.Points++;
                hits.Inside += _one.Count > 0 ? 1 : 0;
                wrongOfNts += WrongOfNts(points[i], isChecked: i % 256 == 0);
            }

            return wrongOfNts;
        }

        private int WrongOfNts(LatLng p, bool isChecked)
        {
            var wrong = 0;
            var coordinate = new Coordinate(p.Longitude, p.Latitude);
            for (var id = 0; id < _shapes.Length; id++)
            {
                var isHit = _one.Contains(id);
                var expected = _reference[id].Box.Covers(coordinate) && _reference[id].Inside.Locate(coordinate) != Location.Exterior;
                if (isHit != expected || (isChecked && _reference[id].Box.Covers(coordinate)))
                {
                    if (isHit != ExactPolygon.Contains(_shapes[id], p))
                    {
                        Assert.Fail($"{p} in {ToNts(_shapes[id])}: NetTopologySuite says {expected}.");
                    }

                    wrong += isHit != expected ? 1 : 0;
                }
            }

            return wrong;
        }

        // From half of the zones and some that go again, by four changes.
        private ZoneIndex InSteps(ZoneEntry[] entries)
        {
            const int Guest = 1_000_000;
            var half = entries.Length / 2;
            var frame = new ZoneEntry(Guest, ZoneShape.OfRings(Ring((_bounds.West, _bounds.South), (_bounds.East, _bounds.South), (_bounds.East, _bounds.North), (_bounds.West, _bounds.North))));
            var index = ZoneIndex.Build([frame, .. entries[..half], .. entries[half..].Take(3).Select(entry => new ZoneEntry(Guest + 1, entry.Shape))]);
            index = index.With([entries[0].Id], entries[half..]);
            index = index.With([Guest + 1], [entries[0]]);
            index = index.With([entries[^1].Id, entries[half].Id], [new(Guest + 2, entries[0].Shape)]);
            return index.With([Guest, Guest + 2], [entries[^1], .. half < entries.Length - 1 ? entries[half..(half + 1)] : []]);
        }
    }
}
