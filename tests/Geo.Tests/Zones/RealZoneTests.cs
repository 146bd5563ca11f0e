using System.Text.Json;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using Vantage.Geo.GeoJson;
using Vantage.Geo.Zones;
using Vantage.Support;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.Zones;

public sealed class RealZoneTests
{
    [Theory(DisplayName = "Every real compound and street is taken, those that touch themselves too")]
    [InlineData("data/compounds_aoi_wgs84.geojson", 2905)]
    [InlineData("data/streets_osm_wgs84.geojson", 120)]
    public void All_are_read(string file, int count)
    {
        var readings = ReadAll(file);
        Assert.Equal(count, readings.Count);
        Assert.Empty(readings.SelectMany(reading => reading.Errors));
        Assert.All(readings, reading => Assert.True(reading.Shape!.Contains(reading.Shape.LabelPoint)));
    }

    [Theory(DisplayName = "Real zones are judged as NetTopologySuite judges them, points and segments")]
    [InlineData("data/compounds_aoi_wgs84.geojson")]
    [InlineData("data/streets_osm_wgs84.geojson")]
    public void Differential(string file)
    {
        var random = new Random(1);
        foreach (var shape in ReadAll(file).Select(reading => reading.Shape).OfType<PolygonShape>().Where(shape => ToNts(shape).IsValid))
        {
            var points = new IndexedPointInAreaLocator(ToNts(shape));
            var segments = PreparedGeometryFactory.Prepare(ToNts(shape));
            var previous = shape.Centroid;
            for (var i = 0; i < 40; i++)
            {
                var p = Probe(shape, random);
                Assert.Equal(points.Locate(new Coordinate(p.Longitude, p.Latitude)) != Location.Exterior, shape.Contains(p));
                if (i % 4 == 0)
                {
                    var touches = p == previous ? shape.Contains(p) : segments.Intersects(ToNts(previous, p));
                    Assert.Equal(touches, shape.Touches(previous, p));
                    Assert.Equal(touches, shape.Crosses(previous, p, out _, out _));
                }

                previous = p;
            }
        }
    }

    [Fact(DisplayName = "An index over all real compounds and streets answers as every shape in turn")]
    public void Index()
    {
        var random = new Random(2);
        var entries = ReadAll("data/compounds_aoi_wgs84.geojson").Concat(ReadAll("data/streets_osm_wgs84.geojson"))
            .Select(reading => reading.Shape).OfType<ZoneShape>().Select((shape, i) => new ZoneEntry(i, shape)).ToArray();
        var index = ZoneIndex.Build(entries);
        var hits = new ZoneHits();
        for (var i = 0; i < 3_000; i++)
        {
            var shape = (PolygonShape)entries[random.Next(entries.Length)].Shape;
            var (a, b) = (Probe(shape, random), Probe(shape, random));
            index.Query(a, hits);
            Assert.Equal(entries.Where(entry => entry.Shape.Contains(a)).Select(entry => entry.Id), hits.Ids.ToArray());
            index.QuerySegment(a, b, hits);
            Assert.Equal(entries.Where(entry => entry.Shape.Touches(a, b)).Select(entry => entry.Id), hits.Ids.ToArray());
        }
    }

    private static LatLng Probe(PolygonShape shape, Random random)
    {
        var xs = shape.Longitudes(0);
        var ys = shape.Latitudes(0);
        var i = random.Next(xs.Length - 1);
        return random.Next(4) switch
        {
            0 => At(xs[i], ys[i]),
            1 => At((xs[i] + xs[i + 1]) / 2, (ys[i] + ys[i + 1]) / 2),
            2 => At(Snap(shape.Bounds.West + (shape.Bounds.East - shape.Bounds.West) * random.NextDouble(), 1e-7), ys[i]),
            _ => At(
                Snap(shape.Bounds.West + (shape.Bounds.East - shape.Bounds.West) * random.NextDouble(), 1e-7),
                Snap(shape.Bounds.South + (shape.Bounds.North - shape.Bounds.South) * random.NextDouble(), 1e-7)),
        };
    }

    private static List<GeometryReading> ReadAll(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestData.Require(file)));
        return [.. document.RootElement.GetProperty("features").EnumerateArray().Select(feature => GeometryReader.Read(feature.GetProperty("geometry")))];
    }
}
