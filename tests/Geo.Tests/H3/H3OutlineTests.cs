using System.Text.Json;
using Vantage.Geo.H3;
using Vantage.Geo.Zones;

namespace Vantage.Geo.Tests.H3;

public sealed class H3OutlineTests
{
    [Fact(DisplayName = "sets of cells have the same polygons and rings as in h3-js: with holes, apart, about pentagons, poles and the antimeridian")]
    public void Same_as_h3_js()
    {
        var count = Math.Min(Inputs.Of(1_000), 100_000);
        var (compared, holes, apart) = (0, 0, 0);
        foreach (var line in H3Js.Lines("outlines", 20_260_803, count))
        {
            H3Cell[] cells = [.. line[0].EnumerateArray().Select(name => H3Assert.Cell(name.GetString()!))];
            var actual = H3Polygon.Outlines(cells);
            var expected = line[1].EnumerateArray().Select(polygon => polygon.EnumerateArray().Select(Ring).ToArray()).ToList();

            Assert.Equal(expected.Count, actual.Count);
            foreach (var polygon in expected)
            {
                var same = actual.Find(other => IsSame(polygon[0], other[0]));
                Assert.True(same is not null, $"No outer ring is {string.Join(' ', polygon[0])} in {line[0].GetRawText()}");
                Assert.Equal(polygon.Length, same.Length);
                Assert.All(polygon[1..], hole => Assert.Contains(same[1..], other => IsSame(hole, other)));
                holes += polygon.Length - 1;
            }

            apart += expected.Count - 1;
            compared++;
        }

        Assert.Equal(count, compared);
        Assert.True(holes > compared / 2 && apart > compared / 2, $"{holes} {apart}");
    }

    [Fact(DisplayName = "a disk has one ring, closed and counter-clockwise, of six corners a cell less those within")]
    public void Disk()
    {
        for (var k = 0; k <= 12; k++)
        {
            var ring = Assert.Single(Assert.Single(H3Polygon.Outlines(H3Assert.Disk(H3Cell.Of(31.2, 121.5, 9), k))));

            Assert.Equal((12 * k) + 6 + 1, ring.Length);
            Assert.Equal(ring[0], ring[^1]);
            Assert.Equal(ring.Length - 1, ring.Distinct().Count());
            Assert.True(ring.Zip(ring.Skip(1)).Sum(side => ((side.First.Longitude - ring[0].Longitude) * (side.Second.Latitude - ring[0].Latitude)) - ((side.Second.Longitude - ring[0].Longitude) * (side.First.Latitude - ring[0].Latitude))) > 0);
        }
    }

    [Fact(DisplayName = "disks about all pentagons, of all resolutions, have one ring, and without their centre a hole of its vertices")]
    public void Pentagons()
    {
        Span<LatLng> vertices = stackalloc LatLng[H3Cell.MaxBoundary];
        for (var baseCell = 0; baseCell < 122; baseCell++)
        {
            for (var resolution = 0; resolution <= H3Cell.MaxResolution; resolution++)
            {
                var pentagon = new H3Cell((1UL << 59) | ((ulong)baseCell << 45) | ((1UL << 45) - 1)).CenterChild(resolution);
                if (!pentagon.IsPentagon)
                {
                    continue;
                }

                var boundary = vertices[..pentagon.Boundary(vertices)].ToArray();
                var disk = H3Assert.Disk(pentagon, 2);
                Assert.Single(Assert.Single(H3Polygon.Outlines(disk)));
                var polygon = Assert.Single(H3Polygon.Outlines([.. disk.Where(cell => cell != pentagon)]));
                Assert.Equal(2, polygon.Length);
                Assert.True(IsSame([.. boundary.Reverse()], polygon[1]), $"{pentagon}");
            }
        }
    }

    [Fact(DisplayName = "filling the outlines of a set of cells gives the set back, and full in them are the cells that only cells of the set are beside")]
    public void Filled_again()
    {
        var random = new Random(11);
        for (var n = 0; n < Math.Min(Inputs.Of(300), 100_000); n++)
        {
            var resolution = n % 16;
            // No pole is in reach: about one there would be no ring.
            var longitude = random.Next(3) == 0 ? 180 : (random.NextDouble() * 360) - 180;
            var centre = H3Cell.Of((random.NextDouble() * 100) - 50, longitude, resolution);
            H3Cell[] cells = [.. H3Assert.Disk(centre, resolution < 2 ? 1 : 5).Where(_ => random.Next(3) > 0)];
            random.Shuffle(cells);

            var outlines = H3Polygon.Outlines(cells);

            Assert.Equal(cells.Order(), outlines.SelectMany(rings => H3Polygon.Cells(rings, resolution, H3Containment.Center)).Order());
            if (resolution > 2)
            {
                var all = cells.ToHashSet();
                var within = cells.Where(cell => H3Assert.Disk(cell, 1).All(all.Contains)).Order();
                Assert.Equal(within, outlines.SelectMany(rings => H3Polygon.Cells(rings, resolution, H3Containment.Full)).Order());
            }
        }
    }

    [Fact(DisplayName = "a ring of cells about a pole has two rings, and the one about the equator, too; the globe has none")]
    public void About_the_globe()
    {
        H3Cell[] globe = [.. Enumerable.Range(0, 122).Select(baseCell => new H3Cell((1UL << 59) | ((ulong)baseCell << 45) | ((1UL << 45) - 1)))];
        var pole = H3Cell.Of(90, 0, 4);
        var aboutPole = Assert.Single(H3Polygon.Outlines([.. H3Assert.Disk(pole, 3).Where(cell => cell != pole)]));

        Assert.Equal(2, aboutPole.Length);
        Assert.True(aboutPole[0].Min(vertex => vertex.Latitude) < aboutPole[1].Min(vertex => vertex.Latitude));
        Assert.Equal(2, Assert.Single(H3Polygon.Outlines([.. globe.Where(cell => Math.Abs(cell.Center().Latitude) < 25)])).Length);
        Assert.Equal(7, Assert.Single(Assert.Single(H3Polygon.Outlines([.. globe.Where(cell => cell != globe[50])]))).Length);
        Assert.Empty(H3Polygon.Outlines(globe));
        Assert.Empty(H3Polygon.Outlines([]));
    }

    [Fact(DisplayName = "cells of two resolutions, a cell twice, and what is no cell are refused")]
    public void Refused()
    {
        var cell = H3Cell.Of(31.2, 121.5, 9);
        Assert.Throws<ArgumentException>("cells", () => H3Polygon.Outlines([cell, cell.Parent(8)]));
        Assert.Throws<ArgumentException>("cells", () => H3Polygon.Outlines([cell, H3Cell.Of(0, 0, 9), cell]));
        Assert.Throws<ArgumentException>("cells", () => H3Polygon.Outlines([cell, default]));
    }

    [Fact(DisplayName = "a set's outline is a zone that holds its cells' centres and no others")]
    public void As_a_zone()
    {
        var disk = H3Assert.Disk(H3Cell.Of(31.2, 121.5, 8), 4);
        H3Cell[] cells = [.. disk.Where((_, n) => n % 3 > 0)];
        var shape = ZoneShape.OfPolygons([.. H3Polygon.Outlines(cells)]);

        Assert.Equal(cells, disk.Where(cell => shape.Contains(cell.Center())));
    }

    /// <summary>The same vertices within 1e-9 degrees, whichever comes first; the second ring is closed.</summary>
    private static bool IsSame(LatLng[] expected, LatLng[] actual)
    {
        var count = expected.Length;
        var start = Array.FindIndex(actual, vertex => IsNear(vertex, expected[0]));
        return actual.Length == count + 1 && actual[0] == actual[^1] && start >= 0
            && Enumerable.Range(0, count).All(n => IsNear(expected[n], actual[(start + n) % count]));

        static bool IsNear(LatLng a, LatLng b)
        {
            // As in H3JsTests: near a pole the reference is less exact.
            var (fromPole, most) = (Math.Cos(a.Latitude * Math.PI / 180), 1e-9);
            most += Math.Min(2e-6, 5e-14 / fromPole);
            return Math.Abs(a.Latitude - b.Latitude) <= most && Math.Abs(Math.IEEERemainder(a.Longitude - b.Longitude, 360)) * fromPole <= most;
        }
    }

    private static LatLng[] Ring(JsonElement ring) => [.. ring.EnumerateArray().Select(at => LatLng.Trusted(at[0].GetDouble(), at[1].GetDouble()))];
}
