using System.Globalization;
using System.Net;
using System.Text.Json;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Support;
using Vantage.Support.Maps;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class BasemapTests(WallFixture fixture)
{
    private const double UnitLongitude = 121.3905;
    private const double UnitLatitude = 31.2105;
    private const int TileSize = 256;

    /// <summary>The pixels of the map of a colour: how many, and where their middle is.</summary>
    private const string FindColour =
        """
        async ([picture, left, top, right, bottom]) => {
          const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + picture)).blob())
          const canvas = new OffscreenCanvas(image.width, image.height)
          const context = canvas.getContext('2d')
          context.drawImage(image, 0, 0)
          const is = (r, g, b) => COLOUR
          const [x0, y0] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))]
          const [width, height] = [Math.min(image.width, Math.ceil(right)) - x0, Math.min(image.height, Math.ceil(bottom)) - y0]
          const { data } = context.getImageData(x0, y0, width, height)
          let [count, sumX, sumY] = [0, 0, 0]
          for (let i = 0; i < data.length; i += 4) {
            if (is(data[i], data[i + 1], data[i + 2])) {
              count++
              sumX += (i / 4) % width + 0.5
              sumY += Math.floor(i / 4 / width) + 0.5
            }
          }
          return [count, x0 + sumX / count, y0 + sumY / count]
        }
        """;

    [Fact(DisplayName = "[BASE-1] a vector map from a file is drawn in the wall's own colours, with its licence in small letters, and nothing is asked of anybody but the host")]
    public async Task Vector()
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder["map.pmtiles"], VectorMap());
        await using var host = new HostProcess("--basemap", folder["map.pmtiles"]);
        await using var wall = await OpenAsync(host);

        await Expect(wall.Locator(".legend-sketch")).ToHaveTextAsync("底图");
        await Expect(wall.Locator(".map-attribution")).ToHaveTextAsync("© OpenStreetMap contributors");
        await Expect(wall.Locator(".basemap-gone")).ToHaveCountAsync(0);
        // Of a tile a fifth is water and a fifth park, and a motorway is in its middle. Tiles of vectors are twice as wide as those of pictures.
        var (x, y) = TileOf(12, UnitLongitude, UnitLatitude);
        var row = World(UnitLongitude, UnitLatitude).Y * (1 << 12) + 0.1;
        await UntilColourAsync(wall, LonLat(12, x + 0.05, row), "Math.abs(r - 11) < 6 && Math.abs(g - 34) < 6 && Math.abs(b - 51) < 6", "water");
        await UntilColourAsync(wall, LonLat(12, x - 0.1, row), "Math.abs(r - 16) < 6 && Math.abs(g - 33) < 6 && Math.abs(b - 28) < 6", "park");
        await UntilColourAsync(wall, LonLat(12, x + 0.45, y + 0.5), "Math.abs(r - 58) < 12 && Math.abs(g - 75) < 12 && Math.abs(b - 98) < 12", "motorway");
        await Task.Delay(1_000); // For names.
        await wall.ShootAsync("basemap-vector");
        await wall.Locator("button", "English").ClickAsync();
        await Expect(wall.Locator(".legend-sketch")).ToHaveTextAsync("Base map");
        Assert.Equal([host.Address.Authority], wall.Hosts);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "[BASE-6] [BASE-5] a GCJ-02 map lies right under the units, within two pixels; while its server is down the sketch stands in and says so; it comes back by itself")]
    public async Task Gcj02()
    {
        await using var server = new TileServer(RingAsync);
        await using var host = new HostProcess("--basemap", $"http://{server.Authority}/{{z}}/{{x}}/{{y}}.png?tk=secret", "--basemap-crs", "gcj02");
        (host.Variables["VANTAGE_BASEMAP_TONE"], host.Variables["VANTAGE_BASEMAP_LABEL"]) = ("dark", "内网地图");
        await using var wall = await OpenAsync(host);

        await Expect(wall.Locator(".legend-sketch")).ToHaveTextAsync("内网地图");
        await UntilRingAsync(wall);
        await wall.Locator(".unit-row").First.ClickAsync(); // Zooming keeps the chosen unit in its place.
        for (var i = 0; i < 3; i++)
        {
            var before = await ZoomAsync(wall);
            await wall.Locator(".map-tools button", "＋").ClickAsync();
            await UntilZoomAsync(wall, before + 1);
        }

        await UntilRingAsync(wall);
        await wall.ShootAsync("basemap-gcj02");

        server.Stop();
        await wall.Locator(".map-tools button", "＋").ClickAsync(); // To tiles that nobody has asked for yet.
        await Expect(wall.Locator(".basemap-gone")).ToHaveTextAsync("底图暂不可用");
        await Expect(wall.Locator(".legend-sketch")).ToHaveTextAsync("示意图");
        await Task.Delay(1_000);
        await wall.ShootAsync("basemap-gone");
        server.Start();
        await Expect(wall.Locator(".basemap-gone")).ToHaveCountAsync(0);
        await Expect(wall.Locator(".legend-sketch")).ToHaveTextAsync("内网地图");
        await wall.Locator("button", "回到全区").First.ClickAsync();
        await UntilRingAsync(wall);
        Assert.Equal([host.Address.Authority], wall.Hosts);
        Assert.DoesNotContain("secret", await wall.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", host.Log, StringComparison.Ordinal);
        wall.AssertNoErrors();
    }

    /// <summary>A wall of a host of its own, with one unit.</summary>
    private async Task<WallPage> OpenAsync(HostProcess host)
    {
        await host.StartAsync();
        using var admin = await WallApi.SignInAsync(host.Address, "admin", HostProcess.AdminPassword);
        await admin.PutAsync("/api/units/officer/1", new { name = "测绘员" });
        await admin.PostAsync("/api/positions", new[]
        {
            new { unit = "officer/1", time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), lon = UnitLongitude, lat = UnitLatitude, speed = 0.0 },
        });
        var wall = await fixture.OpenAtAsync(host.Address, sharp: true);
        await wall.SignInAsync("admin", HostProcess.AdminPassword);
        await wall.GoAsync();
        await wall.UntilLiveAsync();
        return wall;
    }

    private static async Task UntilColourAsync(WallPage wall, (double Lon, double Lat) at, string colour, string what)
        => await Patience.UntilAsync(
            async () =>
            {
                var place = await ProjectAsync(wall, at.Lon, at.Lat);
                var (count, _, _) = await FindAsync(wall, place, 3, colour);
                return count > 5;
            },
            $"{what} was drawn");

    /// <summary>Waits until all of the ring is drawn, and around the unit. Not moved, it would be 500 m away: 20 pixels at the least, and 150 when the map is close.</summary>
    private static async Task UntilRingAsync(WallPage wall)
    {
        var seen = "";
        try
        {
            await Patience.UntilAsync(
                async () =>
                {
                    var place = await ProjectAsync(wall, UnitLongitude, UnitLatitude);
                    var ring = await FindAsync(wall, place, 220, "r > g + 25 && b > g + 25");
                    // Units are blue or green, and their names are below them.
                    var unit = await FindAsync(wall, place, 14, "g > r + 40 && b > r + 40");
                    seen = $"The ring is {ring}, the unit {unit}.";
                    return ring.Count > 300 && unit.Count > 25 && Math.Abs(ring.X - unit.X) < 2 && Math.Abs(ring.Y - unit.Y) < 2;
                },
                "the ring is around the unit");
        }
        catch (Xunit.Sdk.TrueException never)
        {
            throw new InvalidOperationException(seen, never);
        }
    }

    private static async Task<(int Count, double X, double Y)> FindAsync(WallPage wall, (double X, double Y) at, double reach, string colour)
    {
        var picture = await wall.Locator(".map").ScreenshotAsync();
        var found = await wall.Page.EvaluateAsync<double?[]>(
            FindColour.Replace("COLOUR", colour, StringComparison.Ordinal), new object[] { Convert.ToBase64String(picture), at.X - reach, at.Y - reach, at.X + reach, at.Y + reach });
        return ((int)found[0]!, found[1] ?? double.NaN, found[2] ?? double.NaN);
    }

    private static async Task<(double X, double Y)> ProjectAsync(WallPage wall, double longitude, double latitude)
    {
        var box = (await wall.Locator(".map-canvas").BoundingBoxAsync())!;
        using var view = JsonDocument.Parse((await wall.Locator(".map-canvas").GetAttributeAsync("data-view"))!);
        var world = 512 * Math.Pow(2, view.RootElement.GetProperty("zoom").GetDouble());
        var (centreX, centreY) = World(view.RootElement.GetProperty("lng").GetDouble(), view.RootElement.GetProperty("lat").GetDouble());
        var (x, y) = World(longitude, latitude);
        return ((x - centreX) * world + (box.Width / 2), (y - centreY) * world + (box.Height / 2));
    }

    private static async Task<double> ZoomAsync(WallPage wall)
    {
        using var view = JsonDocument.Parse((await wall.Locator(".map-canvas").GetAttributeAsync("data-view"))!);
        return view.RootElement.GetProperty("zoom").GetDouble();
    }

    private static Task UntilZoomAsync(WallPage wall, double zoom)
        => Patience.UntilAsync(async () => Math.Abs(await ZoomAsync(wall) - zoom) < 1e-6, $"the map came to zoom {zoom}");


    /// <summary>A ring around where the unit is in GCJ-02, on dark ground.</summary>
    private static Task RingAsync(HttpListenerContext context, CancellationToken cancelled)
    {
        var parts = context.Request.Url!.AbsolutePath.Trim('/').Split('/', '.').Take(3).Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        Assert.True(LatLng.TryCreate(UnitLatitude, UnitLongitude, out var place));
        var gcj = CoordinateSystems.FromWgs84(place, CoordinateSystem.Gcj02);
        var (x, y) = World(gcj.Longitude, gcj.Latitude);
        var size = TileSize * Math.Pow(2, parts[0]);
        var (left, top) = (x * size - (parts[1] * TileSize), y * size - (parts[2] * TileSize));
        return TileServer.GiveAsync(context, Png.Of(TileSize, (column, row) => Math.Sqrt(Math.Pow(column + 0.5 - left, 2) + Math.Pow(row + 0.5 - top, 2)) switch
        {
            > 60 and < 72 => 0xFF00FF,
            _ => (column is 0 || row is 0) ? 0x404040 : 0x202830,
        }));
    }

    /// <summary>The same in every tile: water at its left, a park at its right, a motorway in its middle, and streets.</summary>
    private static byte[] VectorMap()
    {
        const int e = VectorTile.Extent;
        static Dictionary<string, string> Texts(params string[] pairs) => pairs.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        var tile = new VectorTile()
            .Layer("water", true, (Texts("class", "river"), [(0, 0), (e / 5, 0), (e / 5, e), (0, e)]))
            .Layer("landcover", true, (Texts("class", "grass"), [(e * 4 / 5, 0), (e, 0), (e, e), (e * 4 / 5, e)]))
            .Layer("building", true, (Texts(), [(1200, 2300), (1800, 2300), (1800, 2900), (1200, 2900)]), (Texts(), [(2300, 1200), (2800, 1200), (2800, 1700), (2300, 1700)]))
            .Layer(
                "transportation", false, (Texts("class", "motorway"), [(0, e / 2), (e, e / 2)]), (Texts("class", "primary"), [(e * 3 / 5, 0), (e * 3 / 5, e)]),
                (Texts("class", "secondary"), [(e * 2 / 5, 0), (e * 2 / 5, e)]), (Texts("class", "minor"), [(0, e / 4), (e, e / 4)]))
            .Layer(
                "transportation_name", false, (Texts("class", "motorway", "name", "延安高架路", "name:en", "Yan'an Elevated Road"), [(0, e / 2), (e, e / 2)]),
                (Texts("class", "primary", "name", "天山路"), [(e * 3 / 5, 0), (e * 3 / 5, e)]))
            .Bytes;
        var tiles = new Dictionary<(int, int, int), byte[]>();
        for (var z = 10; z <= 13; z++)
        {
            var (west, north) = TileOf(z, 121.2, 31.35);
            var (east, south) = TileOf(z, 121.6, 31.05);
            for (var x = west; x <= east; x++)
            {
                for (var y = north; y <= south; y++)
                {
                    tiles[(z, x, y)] = tile;
                }
            }
        }

        return new PmtilesWriter
        {
            TileType = 1,
            TilePacking = 2,
            LeafSize = 50,
            Bounds = (121.2, 31.05, 121.6, 31.35),
            Metadata = """{"attribution":"<a href=\"https://www.openstreetmap.org/copyright\">&copy; OpenStreetMap contributors</a>","vector_layers":[{"id":"transportation"}]}""",
        }.Write(tiles);
    }

    /// <summary>Web Mercator, the world being one.</summary>
    private static (double X, double Y) World(double longitude, double latitude)
        => ((longitude + 180) / 360, (1 - (Math.Asinh(Math.Tan(latitude * Math.PI / 180)) / Math.PI)) / 2);

    private static (int X, int Y) TileOf(int z, double longitude, double latitude)
    {
        var (x, y) = World(longitude, latitude);
        return ((int)(x * (1 << z)), (int)(y * (1 << z)));
    }

    private static (double Lon, double Lat) LonLat(int z, double x, double y)
        => ((x / (1 << z) * 360) - 180, Math.Atan(Math.Sinh(Math.PI * (1 - (2 * y / (1 << z))))) * 180 / Math.PI);
}
