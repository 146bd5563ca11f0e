using System.IO.Compression;
using System.Net;
using System.Text;
using Vantage.Geo.Crs;
using Vantage.Host.Basemaps;
using Vantage.Host.Settings;
using Vantage.Host.Startup;
using Vantage.Support;
using Vantage.Support.Maps;

namespace Vantage.Host.Tests.Basemaps;

public sealed class BasemapFileTests : IDisposable
{
    private const string OpenMapTiles = """{"attribution":"<a href=\"https://www.openstreetmap.org/copyright\" target=\"_blank\">&copy; OpenStreetMap contributors</a>","vector_layers":[{"id":"water"},{"id":"transportation"}]}""";

    private static readonly byte[] Picture = Png.Of(8, (_, _) => 0x3366AA);

    private readonly TempFolder _folder = new();

    private string MapFile => _folder["map.pmtiles"];

    [Theory(DisplayName = "[BASE-1] a PMTiles file is served tile by tile, however it is packed and divided")]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(2, 2, 3)]
    [InlineData(3, 3, 1)]
    public async Task Tiles(byte packing, byte tilePacking, int leafSize)
    {
        var tiles = Enumerable.Range(0, 40).ToDictionary(i => (13, 6855 + (i % 8), 3348 + (i / 8)), i => Encoding.UTF8.GetBytes($"tile {i}"));
        await File.WriteAllBytesAsync(MapFile, new PmtilesWriter { TileType = 1, Packing = packing, TilePacking = tilePacking, LeafSize = leafSize, Metadata = OpenMapTiles }.Write(tiles));
        await using var host = await StartAsync();
        using var admin = await host.SignedInAsync();

        var map = await (await admin.GetAsync("/api/basemap")).JsonAsync();
        Assert.Equal(
            ("vector", "openmaptiles", "wgs84", 13, 13, "© OpenStreetMap contributors", null),
            ((string)map["kind"]!, (string)map["schema"]!, (string)map["crs"]!, (int)map["minZoom"]!, (int)map["maxZoom"]!, (string)map["attribution"]!, (string?)map["since"]));
        Assert.Equal(121.3, (double)map["bounds"]!["west"]!);
        foreach (var ((z, x, y), bytes) in tiles)
        {
            var answer = await admin.GetAsync($"/api/basemap/tiles/{z}/{x}/{y}");
            Assert.Equal("application/vnd.mapbox-vector-tile", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        }

        Assert.Equal(HttpStatusCode.NoContent, (await admin.GetAsync("/api/basemap/tiles/13/0/0")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.GetAsync("/api/basemap/tiles/12/3427/1674")).StatusCode);
        foreach (var wrong in new[] { "13/8192/0", "13/-1/0", "23/0/0", "13/1/x" })
        {
            await (await admin.GetAsync($"/api/basemap/tiles/{wrong}")).ProblemAsync(HttpStatusCode.NotFound);
        }

        Assert.Contains("vantage_basemap_tiles_total{outcome=\"served\"} 40", await admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "[BASE-1] tiles packed by gzip go to browsers as they are")]
    public async Task Gzip()
    {
        await File.WriteAllBytesAsync(MapFile, new PmtilesWriter { TileType = 1, TilePacking = 2, Metadata = OpenMapTiles }.Write(new Dictionary<(int, int, int), byte[]> { [(0, 0, 0)] = [1, 2, 3] }));
        await using var host = await StartAsync();
        using var admin = await host.SignedInAsync();
        admin.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip, deflate, br");

        var answer = await admin.GetAsync("/api/basemap/tiles/0/0/0");

        Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        await using var unpacked = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        await unpacked.CopyToAsync(bytes);
        Assert.Equal([1, 2, 3], bytes.ToArray());
    }

    [Fact(DisplayName = "[BASE-1] whoever may not see the live map gets neither the base map nor a tile; without one the answer is none")]
    public async Task Rights()
    {
        await using var host = await HostUnderTest.StartAsync();
        using var technical = await host.AtPostAsync("technical");
        await (await technical.GetAsync("/api/basemap")).ProblemAsync(HttpStatusCode.Forbidden);
        await (await technical.GetAsync("/api/basemap/tiles/0/0/0")).ProblemAsync(HttpStatusCode.Forbidden);
        using var admin = await host.SignedInAsync();
        Assert.Equal("none", (string)(await (await admin.GetAsync("/api/basemap")).JsonAsync())["kind"]!);
        await (await admin.GetAsync("/api/basemap/tiles/0/0/0")).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Null((await (await admin.GetAsync("/api/equipment")).JsonAsync())["basemap"]);
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { "text", "it is no PMTiles file" },
        { "empty", "it is no PMTiles file" },
        { "header alone", "it was not copied whole" },
        { "cut in its tiles", "it was not copied whole" },
        { "version 2", "it is of PMTiles version 2" },
        { "packed by zstd", "packed by method 4" },
        { "tiles of type 6", "its tiles are of type 6" },
        { "layers of another schema", "(strassen, wasser) are neither those of OpenMapTiles nor of the Protomaps basemap" },
        { "vectors in gcj02", "its tiles are vectors" },
        { "damaged root", "cannot be shown" },
    };

    [Theory(DisplayName = "[BASE-2] a file that cannot be shown stops the start, with one line that names it and says why")]
    [MemberData(nameof(Unusable))]
    public async Task Refused(string what, string why)
    {
        var good = Archive();
        var vectors = new PmtilesWriter { TileType = 1, Metadata = what == "layers of another schema" ? """{"vector_layers":[{"id":"strassen"},{"id":"wasser"}]}""" : OpenMapTiles }
            .Write(new Dictionary<(int, int, int), byte[]> { [(0, 0, 0)] = [1] });
        await File.WriteAllBytesAsync(MapFile, what switch
        {
            "text" => Encoding.UTF8.GetBytes(new string('x', 500)),
            "empty" => [],
            "header alone" => good[..127],
            "cut in its tiles" => good[..^10],
            "version 2" => [.. good[..7], 2, .. good[8..]],
            "packed by zstd" => [.. good[..97], 4, .. good[98..]],
            "tiles of type 6" => [.. good[..99], 6, .. good[100..]],
            "damaged root" => [.. good[..130], 0xFF, 0xFF, 0xFF, 0xFF, .. good[134..]],
            _ => vectors,
        });

        var (code, error) = await RunAsync("--basemap", MapFile, "--basemap-crs", what == "vectors in gcj02" ? "gcj02" : "wgs84");

        Assert.NotEqual(0, code);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"The base map {MapFile} cannot be shown: ", line, StringComparison.Ordinal);
        Assert.Contains(why, line, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "[BASE-2] a file that is not there, an address that is none and Baidu's scheme are refused by the name of the setting")]
    [InlineData("/nowhere/map.pmtiles", "wgs84", "--basemap: '/nowhere/map.pmtiles' is not a file that is there.")]
    [InlineData("http://maps.lan/{z}/{x}.png", "wgs84", "--basemap: an address of tiles has {y}, {-y} or {TileRow}.")]
    [InlineData("http://maps.lan/{s}/{z}/{x}/{y}.png", "wgs84", "--basemap: {s} is not known")]
    [InlineData("http://{z}.lan/{x}/{y}.png", "wgs84", "--basemap: an address of tiles begins with http:// or https:// and one server.")]
    [InlineData("ftp://maps.lan/{z}/{x}/{y}.png", "wgs84", "--basemap: an address of tiles begins with http:// or https:// and one server.")]
    [InlineData("http://maps.lan/{z}/{x}/{y}.pbf", "wgs84", "--basemap: vector tiles are taken from a PMTiles file")]
    [InlineData("http://maps.lan/{z}/{x}/{y}.png", "bd09", "--basemap-crs: Baidu's tiles are cut by a scheme of its own")]
    [InlineData("http://maps.lan/{z}/{x}/{y}.png", "epsg4490", "--basemap-crs: 'epsg4490' is not")]
    public async Task Wrong_settings(string basemap, string crs, string expected)
    {
        var (code, error) = await RunAsync("--basemap", basemap, "--basemap-crs", crs);

        Assert.Equal(HostCommand.Refused, code);
        Assert.StartsWith(expected, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "[BASE-5] a file that is taken away is missed and said so, and is there again when it is brought back; another file is another map")]
    public async Task Away_and_back()
    {
        await File.WriteAllBytesAsync(MapFile, Archive());
        await using var host = await StartAsync();
        using var admin = await host.SignedInAsync();
        var revision = (string)(await (await admin.GetAsync("/api/basemap")).JsonAsync())["revision"]!;

        File.Move(MapFile, _folder["elsewhere"]);
        await Patience.UntilAsync(async () => (await (await admin.GetAsync("/api/basemap")).JsonAsync())["since"] is not null, "the file was missed");
        var missing = await admin.GetAsync("/api/basemap/tiles/10/856/418");
        await missing.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.True(missing.Headers.CacheControl?.NoStore);
        Assert.NotNull((await (await admin.GetAsync("/api/equipment")).JsonAsync())["basemap"]!["since"]);
        Assert.Contains("vantage_basemap_available 0", await admin.GetStringAsync("/metrics"), StringComparison.Ordinal);

        await File.WriteAllTextAsync(MapFile, "half of it"); // As while it is copied.
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        await (await admin.GetAsync("/api/basemap/tiles/10/856/418")).ProblemAsync(HttpStatusCode.ServiceUnavailable);

        await File.WriteAllBytesAsync(MapFile, new PmtilesWriter { Metadata = """{"name":"another"}""" }.Write(new Dictionary<(int, int, int), byte[]> { [(10, 856, 418)] = Picture }));
        await Patience.UntilAsync(async () => (await admin.GetAsync("/api/basemap/tiles/10/856/418")).StatusCode == HttpStatusCode.OK, "the file was seen again");
        var back = await (await admin.GetAsync("/api/basemap")).JsonAsync();
        Assert.Null(back["since"]);
        Assert.NotEqual(revision, (string)back["revision"]!);
    }

    [Fact(DisplayName = "[BASE-2] of a damaged file a tile comes, or a reason; never another failure")]
    public void Damaged()
    {
        var tiles = Enumerable.Range(0, 60).ToDictionary(i => (9, 400 + i, 200), i => Encoding.UTF8.GetBytes($"tile {i}"));
        var good = new PmtilesWriter { TileType = 1, TilePacking = 2, LeafSize = 7, Metadata = OpenMapTiles }.Write(tiles);
        var plain = new PmtilesWriter { TileType = 1, Packing = 1, LeafSize = 7, Metadata = OpenMapTiles }.Write(tiles);
        var random = new Random(7);
        var (opened, refused) = (0, 0);
        for (var i = 0; i < 1500; i++)
        {
            var bytes = (byte[])(i % 2 == 0 ? good : plain).Clone();
            for (var j = random.Next(1, 4); j > 0; j--)
            {
                bytes[random.Next(i % 3 == 0 ? 127 : bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(MapFile, random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                using var archive = PmtilesArchive.Open(MapFile, "");
                opened++;
                foreach (var (z, x, y) in tiles.Keys)
                {
                    archive.Read(new TileId(z, x, y));
                }
            }
            catch (Exception reason) when (reason is InvalidDataException or IOException)
            {
                refused++;
            }
        }

        Assert.InRange(opened, 100, 1500);
        Assert.InRange(refused, 100, 1500);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Archive() => new PmtilesWriter().Write(new Dictionary<(int, int, int), byte[]> { [(10, 856, 418)] = Picture });

    private Task<HostUnderTest> StartAsync() => HostUnderTest.StartAsync(settings => settings with { Basemap = new BasemapSettings { File = MapFile, Crs = CoordinateSystem.Wgs84 } });

    private async Task<(int Code, string Error)> RunAsync(params string[] more)
    {
        using var error = new StringWriter();
        string[] args = ["--data", _folder["data"], "--urls", "http://127.0.0.1:0", "--jt808-port", "0", .. more];
        return (await HostCommand.RunAsync(args, TextWriter.Null, error, new LocalModule()).Soon(), error.ToString());
    }
}
