using System.Text.Json;
using Vantage.Geo.GeoJson;
using Vantage.Geo.H3;
using Vantage.Geo.Zones;

namespace Vantage.Geo.Tests.H3;

public sealed class H3ContainmentTests
{
    private static readonly H3Containment[] All = Enum.GetValues<H3Containment>();

    [Fact(DisplayName = "cells by all four containments are those of h3-js: with holes, slivers, across the antimeridian, smaller than a cell")]
    public void Same_as_h3_js()
    {
        var count = Math.Min(Inputs.Of(600), 50_000); // A million would take hours.
        var (compared, found, excused) = (0, 0, 0);
        foreach (var line in H3Js.Lines("containments", 20_260_802, count))
        {
            var resolution = line[0].GetInt32();
            LatLng[][] rings = [.. line[1].EnumerateArray().Select(ring => ring.EnumerateArray().Select(Position).ToArray())];
            foreach (var containment in All)
            {
                var actual = H3Polygon.Cells(rings, resolution, containment);
                Assert.Equal(actual.Distinct().Order(), actual);
                if (resolution == 0 && containment == H3Containment.OverlappingBounds)
                {
                    continue; // The reference has a table of other boxes there.
                }

                var expected = line[3][(int)containment].EnumerateArray().Select(name => H3Assert.Cell(name.GetString()!)).ToHashSet();
                var differing = actual.ToHashSet();
                differing.SymmetricExceptWith(expected);
                foreach (var cell in differing)
                {
                    var isExcused = IsPolar(cell, containment)
                        || (expected.Contains(cell) && containment >= H3Containment.Overlapping && cell.ToString() == line[2].GetString())
                        || (actual.Contains(cell) && containment == H3Containment.Overlapping && rings.Skip(1).Any(hole => IsIn(cell, hole)))
                        || (actual.Contains(cell) && containment == H3Containment.OverlappingBounds && resolution == 1) // Its table's boxes cut some off.
                        || AreClose(cell, rings);
                    Assert.True(isExcused, $"{cell} is {(expected.Contains(cell) ? "not" : "only")} ours by {containment} in polygon {compared}: {line[1].GetRawText()}");
                    excused++;
                }

                found += actual.Count;
            }

            compared++;
        }

        Assert.Equal(count, compared);
        Assert.True(excused < compared / 50 && found > 100 * compared, $"{excused} of {found}");
    }

    /// <summary>The reference takes the outline of a cell about a pole, and a box that reaches one, to end at the antimeridian.</summary>
    private static bool IsPolar(H3Cell cell, H3Containment containment)
        => containment == H3Containment.OverlappingBounds
            ? Box(cell).West == -180
            : CellRings.Of(cell).Any(ring => ring.Any(vertex => Math.Abs(vertex.Latitude) == 90));

    /// <summary>The reference looks for centres and for crossings, and finds neither where a hole in the cell has the centre.</summary>
    private static bool IsIn(H3Cell cell, LatLng[] ring) => ShapeOf(cell) is var shape && ring.All(shape.Contains);

    /// <summary>Whether a side and the cell come within 1e-9 degrees, where the reference's rounding decides.</summary>
    private static bool AreClose(H3Cell cell, LatLng[][] rings)
    {
        var sides = rings.SelectMany(Sides).ToList();
        var outline = CellRings.Of(cell).SelectMany(Sides).ToList();
        return sides.Any(side => outline.Any(of => Distance(side.From, of) < 1e-9 || Distance(of.From, side) < 1e-9));

        static IEnumerable<(LatLng From, LatLng To)> Sides(LatLng[] ring) => ring.Zip(ring.Skip(1).Append(ring[0]));

        static double Distance(LatLng at, (LatLng From, LatLng To) side)
        {
            var (x, y) = (side.To.Longitude - side.From.Longitude, side.To.Latitude - side.From.Latitude);
            var (u, v) = (at.Longitude - side.From.Longitude, at.Latitude - side.From.Latitude);
            var part = Math.Clamp(((x * u) + (y * v)) / Math.Max((x * x) + (y * y), double.Epsilon), 0, 1);
            return Math.Max(Math.Abs(u - (part * x)), Math.Abs(v - (part * y)));
        }
    }

    [Fact(DisplayName = "full are among centered, those among overlapping, those among overlapping bounds; and each position of a polygon is in an overlapping cell: poles and antimeridian, too")]
    public void Nested()
    {
        var random = new Random(7);
        var (positions, boxes) = (0, 0);
        var around = new H3Cell[H3Cell.MaxDiskSize(3)];
        for (var n = 0; n < Math.Min(Inputs.Of(400), 20_000); n++)
        {
            var resolution = n % 16;
            var ring = Ring(random, resolution);
            var shape = ZoneShape.OfRings([[.. ring, ring[0]]]);
            var cells = Array.ConvertAll(All, containment => H3Polygon.Cells([ring], resolution, containment).ToHashSet());

            Assert.Subset(cells[1], cells[0]);
            Assert.Subset(cells[2], cells[1]);
            Assert.Subset(cells[3], cells[2]);
            Assert.All(cells[3].Take(100), cell => Assert.Equal(shape.Contains(cell.Center()), cells[1].Contains(cell)));
            Assert.All(cells[0].Take(100), cell => Assert.All(CellRings.Of(cell), outline => Assert.All(outline, vertex => Assert.True(shape.Contains(vertex)))));

            var (south, north, west, east) = (ring.Min(at => at.Latitude), ring.Max(at => at.Latitude), ring.Min(at => at.Longitude), ring.Max(at => at.Longitude));
            for (var sample = 0; sample < 8; sample++)
            {
                var position = LatLng.Trusted(south + (random.NextDouble() * (north - south)), west + (random.NextDouble() * (east - west)));
                if (!shape.Contains(position))
                {
                    continue;
                }

                positions++;
                var holding = around[..H3Cell.Of(position, resolution).Disk(1, around)].Where(cell => ShapeOf(cell).Contains(position)).ToList();
                Assert.NotEmpty(holding);
                Assert.All(holding, cell => Assert.Contains(cell, cells[2]));
                foreach (var cell in around.AsSpan(0, H3Cell.Of(position, resolution).Disk(3, around)))
                {
                    var isInBox = Box(cell).Contains(position);
                    Assert.True(!isInBox || cells[3].Contains(cell), $"The box of {cell} lacks, by {position}, in {string.Join(' ', ring)}");
                    boxes += isInBox ? 1 : 0;
                }
            }
        }

        Assert.True(positions > 1_000 && boxes > 3 * positions, $"{positions} {boxes}");
    }

    [Fact(DisplayName = "a side that touches a cell in one point crosses it")]
    public void Touching()
    {
        var cell = H3Cell.Of(31.2, 121.5, 9);
        Span<LatLng> vertices = stackalloc LatLng[H3Cell.MaxBoundary];
        var outline = vertices[..cell.Boundary(vertices)].ToArray();
        var corner = outline.MinBy(vertex => vertex.Longitude);
        var west = LatLng.Trusted(corner.Latitude, corner.Longitude - 1e-4);
        LatLng[] triangle = [corner, LatLng.Trusted(corner.Latitude + 1e-5, west.Longitude), LatLng.Trusted(corner.Latitude - 1e-5, west.Longitude)];
        LatLng[] off = [LatLng.Trusted(corner.Latitude, Math.BitDecrement(corner.Longitude)), .. triangle[1..]];

        Assert.Contains(cell, H3Polygon.Cells([triangle], 9, H3Containment.Overlapping));
        Assert.DoesNotContain(cell, H3Polygon.Cells([off], 9, H3Containment.Overlapping));
        Assert.Empty(H3Polygon.Cells([outline], 9, H3Containment.Full));
        Assert.Equal([cell], H3Polygon.Cells([outline], 9, H3Containment.Center));
        Assert.Equal(H3Assert.Disk(cell, 1), H3Polygon.Cells([outline], 9, H3Containment.Overlapping));
    }

    [Fact(DisplayName = "a hole within a cell takes it from full only, and a polygon within a cell adds it to overlapping")]
    public void Small()
    {
        var cell = H3Cell.Of(31.2, 121.5, 7);
        LatLng[] small = [Off(0, 0), Off(0, 1e-3), Off(1e-3, 0)];
        LatLng[] large = [Off(-0.1, -0.1), Off(-0.1, 0.1), Off(0.1, 0.1), Off(0.1, -0.1)];

        Assert.Equal([cell], H3Polygon.Cells([small], 7, H3Containment.Overlapping));
        Assert.Empty(H3Polygon.Cells([small], 7, H3Containment.Full));
        Assert.Equal([cell], H3Polygon.Cells([large], 7, H3Containment.Full).Except(H3Polygon.Cells([large, small], 7, H3Containment.Full)));
        Assert.Equal(H3Polygon.Cells([large], 7, H3Containment.Overlapping), H3Polygon.Cells([large, small], 7, H3Containment.Overlapping));

        LatLng Off(double latitude, double longitude)
            => LatLng.Trusted(cell.Center().Latitude + latitude - 2e-4, cell.Center().Longitude + longitude - 2e-4);
    }

    [Fact(DisplayName = "a line and a position overlap the cells that they run through and lie in")]
    public void Without_area()
    {
        var (from, to) = (LatLng.Trusted(31.2, 121.5), LatLng.Trusted(31.3, 121.6));
        var cells = H3Polygon.Cells([[from, to]], 9, H3Containment.Overlapping);

        Assert.Equal([H3Cell.Of(from, 9)], H3Polygon.Cells([[from]], 9, H3Containment.Overlapping));
        for (var n = 0; n <= 1_000; n++)
        {
            Assert.Contains(H3Cell.Of(from.Latitude + (n * 1e-4), from.Longitude + (n * 1e-4), 9), cells);
        }

        Assert.Empty(H3Polygon.Cells([[from, to]], 9, H3Containment.Center));
    }

    [Fact(DisplayName = "cells over the antimeridian are full in a polygon that crosses it, and overlap one that ends there")]
    public void Antimeridian()
    {
        var cell = H3Cell.Of(-17, 180, 7);
        var outline = CellRings.Of(cell);
        LatLng[] across = [LatLng.Trusted(-18, 179), LatLng.Trusted(-18, -179), LatLng.Trusted(-16, -179), LatLng.Trusted(-16, 179)];
        LatLng[] before = [LatLng.Trusted(-18, 179), LatLng.Trusted(-18, 180), LatLng.Trusted(-16, 180), LatLng.Trusted(-16, 179)];
        LatLng[] after = [LatLng.Trusted(-18, -179), LatLng.Trusted(-18, -180), LatLng.Trusted(-16, -180), LatLng.Trusted(-16, -179)];

        Assert.Equal(2, outline.Count);
        Assert.Contains(cell, H3Polygon.Cells([across], 7, H3Containment.Full));
        Assert.All([before, after], ring => Assert.Contains(cell, H3Polygon.Cells([ring], 7, H3Containment.Overlapping)));
        Assert.All([before, after], ring => Assert.DoesNotContain(cell, H3Polygon.Cells([ring], 7, H3Containment.Full)));
    }

    [Fact(DisplayName = "a list is filled anew, and a containment that is none is refused")]
    public void Into_a_list()
    {
        var cells = new List<H3Cell> { default };
        LatLng[] ring = [LatLng.Trusted(31.2, 121.5), LatLng.Trusted(31.2, 121.6), LatLng.Trusted(31.3, 121.6)];
        H3Polygon.Cells([ring], 8, H3Containment.Overlapping, cells);
        Assert.Equal(H3Polygon.Cells([ring], 8, H3Containment.Overlapping), cells);
        H3Polygon.Cells([], 8, H3Containment.Overlapping, cells);
        Assert.Empty(cells);
        Assert.Throws<ArgumentOutOfRangeException>(() => H3Polygon.Cells([ring], 8, (H3Containment)4));
        Assert.Throws<ArgumentOutOfRangeException>(() => H3Polygon.Cells([ring], 8, (H3Containment)(-1)));
    }

    /// <summary>The documented box of a cell.</summary>
    private static GeoBox Box(H3Cell cell)
    {
        var side = 0.38196601125010500003 / Math.Sqrt(3) / Math.Pow(7, cell.Resolution / 2.0);
        var height = 1.4 * 2 * Math.Asin(side / (2 * Math.Sqrt(1 + (side * side)))) * 180 / Math.PI;
        var (latitude, longitude) = (cell.Center().Latitude, cell.Center().Longitude);
        var (south, north) = (Math.Max(latitude - height, -90), Math.Min(latitude + height, 90));
        var width = height / Math.Cos(latitude * Math.PI / 180);
        return south == -90 || north == 90
            ? new(south, -180, north, 180)
            : new(south, Math.Max(longitude - width, -179.9999999), north, Math.Min(longitude + width, 180));
    }

    private static ZoneShape ShapeOf(H3Cell cell) => ZoneShape.OfPolygons([.. CellRings.Of(cell).Select(ring => new[] { ring })]);

    /// <summary>A star of a few cells about a position that favours the poles and the antimeridian, cut at the edges of the map.</summary>
    private static LatLng[] Ring(Random random, int resolution)
    {
        var size = Math.Min(40, (0.2 + (4 * random.NextDouble())) * 25 / Math.Pow(7, resolution / 2.0));
        var latitude = random.Next(3) == 0 ? random.Next(-1, 2) * (90 - (random.NextDouble() * 2 * size)) : (random.NextDouble() * 180) - 90;
        var stretch = Math.Min(1 / Math.Cos(latitude * Math.PI / 180), random.Next(1, 10));
        var longitude = random.Next(4) == 0 ? random.Next(-1, 2) * 180 : (random.NextDouble() * 360) - 180;
        var count = random.Next(4, 12);
        return [.. Enumerable.Range(0, count).Select(n =>
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * (n + (0.8 * random.NextDouble())) / count);
            var reach = size * (0.3 + (0.7 * random.NextDouble()));
            var wide = Math.Min(reach * stretch, 85); // No side is longer than half a turn.
            return LatLng.Trusted(Math.Clamp(latitude + (reach * sine), -90, 90), Math.Clamp(longitude + (wide * cosine), -180, 180));
        })];
    }

    private static LatLng Position(JsonElement pair) => LatLng.Trusted(pair[0].GetDouble(), pair[1].GetDouble());
}
