using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vantage.Geo.H3;
using Vantage.Support;

namespace Vantage.Geo.Tests.H3;

public sealed class H3ReferenceFileTests
{
    [Theory(DisplayName = "published positions lie in their published cells")]
    [InlineData("rand05centers.txt", 5_000)]
    [InlineData("rand09centers.txt", 5_000)]
    [InlineData("rand13centers.txt", 5_000)]
    public void Published_positions(string file, int lines)
    {
        var published = Published(file);
        Assert.Equal(lines, published.Count);
        Assert.All(published, line =>
        {
            var cell = H3Cell.Of(line.Position, line.Cell.Resolution);
            Assert.Equal(line.Cell, cell);
            Assert.Equal(cell, H3Cell.Of(cell.Center(), cell.Resolution));
        });
    }

    [Theory(DisplayName = "published cells have their published centres")]
    [InlineData("res00ic.txt", 122)]
    [InlineData("res01ic.txt", 842)]
    [InlineData("res02ic.txt", 5_882)]
    [InlineData("bc05r09centers.txt", 7)]
    [InlineData("bc14r09centers.txt", 6)]
    [InlineData("bc19r09centers.txt", 7)]
    public void Published_centres(string file, int lines)
    {
        var published = Published(file);
        Assert.Equal(lines, published.Count);
        Assert.All(published, line =>
        {
            Assert.Equal(line.Cell, H3Cell.Of(line.Position, line.Cell.Resolution));
            H3Assert.Near(line.Position, line.Cell.Center(), 1e-6, line.Cell.ToString());
        });
    }

    [Fact(DisplayName = "500 positions in Shanghai have the reference's cells at resolutions 5 to 12")]
    public void Shanghai_cells()
    {
        var compared = 0;
        foreach (var point in Shanghai().GetProperty("points").EnumerateArray())
        {
            foreach (var expected in point.GetProperty("cells").EnumerateObject())
            {
                var resolution = int.Parse(expected.Name, CultureInfo.InvariantCulture);
                var cell = H3Cell.Of(point.GetProperty("lat").GetDouble(), point.GetProperty("lng").GetDouble(), resolution);
                Assert.Equal(expected.Value.GetString(), cell.ToString());
                compared++;
            }
        }

        Assert.Equal(4_000, compared);
    }

    [Fact(DisplayName = "disks in Shanghai are the reference's")]
    public void Shanghai_disks()
    {
        foreach (var disk in Shanghai().GetProperty("gridDisk").EnumerateObject())
        {
            var (name, k) = (disk.Name[..15], int.Parse(disk.Name[16..], CultureInfo.InvariantCulture));
            var expected = disk.Value.EnumerateArray().Select(cell => cell.GetString()!).Order(StringComparer.Ordinal);

            Assert.Equal(expected, H3Assert.Disk(H3Assert.Cell(name), k).Select(cell => cell.ToString()));
        }
    }

    [Fact(DisplayName = "centres and vertices in Shanghai are the reference's, at all resolutions and in its order")]
    public void Shanghai_outlines()
    {
        foreach (var outline in Shanghai().GetProperty("boundaries").EnumerateObject())
        {
            // Centre, area in square metres, whether a pentagon, how many vertices, vertices.
            double[] numbers = [.. outline.Value.GetString()!.Split(' ').Select(Number)];
            var cell = H3Assert.Cell(outline.Name);
            var vertices = new LatLng[H3Cell.MaxBoundary];

            H3Assert.Near(LatLng.Trusted(numbers[0], numbers[1]), cell.Center(), 2e-9, outline.Name);
            Assert.Equal(numbers[3] != 0, cell.IsPentagon);
            Assert.Equal((int)numbers[4], cell.Boundary(vertices));
            for (var n = 0; n < (int)numbers[4]; n++)
            {
                H3Assert.Near(LatLng.Trusted(numbers[5 + (2 * n)], numbers[6 + (2 * n)]), vertices[n], 2e-9, outline.Name);
            }
        }
    }

    [Fact(DisplayName = "streets of Shanghai are covered by the reference's cells")]
    public void Shanghai_coverings()
    {
        var polygons = StreetPolygons();
        var compared = 0;
        foreach (var reference in Shanghai().GetProperty("polygons").EnumerateArray())
        {
            var name = reference.GetProperty("name").GetString()!.Split(' ')[^1];
            if (polygons.TryGetValue(name, out var rings))
            {
                var cells = H3Polygon.Cells(rings, reference.GetProperty("res").GetInt32(), H3Containment.Center);
                var text = string.Join('\n', cells.Select(cell => cell.ToString()));
                var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
                var expected = reference.GetProperty("modes").GetProperty("center");

                Assert.Equal(expected.GetProperty("count").GetInt32(), cells.Count);
                Assert.Equal(expected.GetProperty("sha256").GetString(), digest);
                compared++;
            }
        }

        Assert.Equal(15, compared); // Those of the districts are computed from polygons that are not among the files.
    }

    /// <summary>Lines of cell, latitude and longitude; the latter up to 360.</summary>
    private static List<(H3Cell Cell, LatLng Position)> Published(string file)
    {
        List<(H3Cell Cell, LatLng Position)> published = [];
        foreach (var line in File.ReadLines(TestData.Require("h3/" + file)).Where(line => line.Length > 0))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var (latitude, longitude) = (Number(fields[1]), Number(fields[2]));
            published.Add((H3Assert.Cell(fields[0]), LatLng.Trusted(latitude, longitude > 180 ? longitude - 360 : longitude)));
        }

        return published;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static JsonElement Shanghai() => H3Assert.Json(File.ReadAllText(TestData.Require("h3/shanghai_reference.json")));

    private static Dictionary<string, LatLng[][]> StreetPolygons()
        => H3Assert.Json(File.ReadAllText(TestData.Require("data/streets_osm_wgs84.geojson")))
            .GetProperty("features").EnumerateArray()
            .Where(street => street.GetProperty("geometry").GetProperty("type").GetString() == "Polygon")
            .ToDictionary(
                street => street.GetProperty("properties").GetProperty("name").GetString()!,
                street => street.GetProperty("geometry").GetProperty("coordinates").EnumerateArray().Select(Ring).ToArray());

    private static LatLng[] Ring(JsonElement ring)
        => [.. ring.EnumerateArray().Select(at => LatLng.Trusted(at[1].GetDouble(), at[0].GetDouble()))];
}
