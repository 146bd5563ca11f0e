using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;

namespace Vantage.Host.Tests.Positions;

public sealed class PositionTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private HostUnderTest Host => shared.Host;

    [Fact(DisplayName = "A reported position is read back by the unit, the track and the list, once its watermark is waited for")]
    public async Task Round_trip()
    {
        using var admin = await Host.SignedInAsync();
        var answer = await admin.PostAsJsonAsync("/api/positions", new object[]
        {
            new { unit = "vehicle/沪A12345", time = "2026-03-02T01:20:30.000Z", lon = 121.42, lat = 31.22, speed = 5.5, heading = 90, accuracy = 8 },
            new { unit = "vehicle/沪A12345", time = "2026-03-02T01:20:40.000Z", lon = 121.421, lat = 31.22 },
            new { unit = "vehicle/沪A12345", time = "2026-03-02T01:20:40.000Z", lon = 1210, lat = 31.22 },
        });
        var body = await answer.JsonAsync();
        Assert.Equal(2, (int)body["accepted"]!);
        var rejected = Assert.Single(body["rejected"]!.AsArray())!;
        Assert.Equal((2, "lon"), ((int)rejected["index"]!, (string)rejected["field"]!));
        var mark = answer.Headers.GetValues("Vantage-Watermark").Single();

        var unit = await (await admin.GetAsync($"/api/units/vehicle/{Uri.EscapeDataString("沪A12345")}?after={mark}")).JsonAsync();
        Assert.Equal("vehicle/沪A12345", (string)unit["id"]!);
        Assert.Equal("2026-03-02T01:20:40.000Z", (string)unit["time"]!);
        Assert.Equal(121.421, (double)unit["lon"]!);
        Assert.Null(unit["speed"]);

        var track = await (await admin.GetAsync(Track("json"))).JsonAsync();
        Assert.Equal([1772414430000, 1772414440000], track["time"]!.AsArray().Select(time => (long)time!));
        Assert.Equal([121.42, 121.421], track["lon"]!.AsArray().Select(lon => (double)lon!));
        Assert.Equal([5.5, null], track["speed"]!.AsArray().Select(speed => (double?)speed));

        var near = await (await admin.GetAsync("/api/units/nearest?lon=121.42&lat=31.22&kind=vehicle")).JsonAsync();
        Assert.Equal("vehicle/沪A12345", (string)near["items"]![0]!["unit"]!["id"]!);
        Assert.InRange((double)near["items"]![0]!["distance"]!, 90, 100);
    }

    [Theory(DisplayName = "A track is given as a file of each format, under a Chinese name")]
    [InlineData("geojson", "application/geo+json", "\"MultiLineString\"")]
    [InlineData("gpx", "application/gpx+xml", "<trkpt lat=\"31.22\" lon=\"121.42\">")]
    [InlineData("csv", "text/csv", "2026-03-02T01:20:30.000Z,121.42,31.22,5.5,90,,8,0,")]
    public async Task Formats(string format, string type, string content)
    {
        using var admin = await Host.SignedInAsync();
        await Round_trip();

        var answer = await admin.GetAsync(Track(format));

        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("沪A12345", answer.Content.Headers.ContentDisposition?.FileNameStar ?? "", StringComparison.Ordinal);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.NotEqual(0xEF, bytes[0]);
        Assert.Contains(content, Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Positions in GCJ-02 come back in GCJ-02 where they were, and in WGS-84 some 400 m away")]
    public async Task Coordinate_systems()
    {
        using var admin = await Host.SignedInAsync();
        await admin.PostAsJsonAsync("/api/positions", new[] { new { unit = "officer/gcj", time = "2026-03-02T01:20:30Z", lon = 121.42, lat = 31.22, crs = "gcj02" } });
        await Task.Delay(0);

        var gcj = await UntilSeenAsync(admin, "/api/units/officer/gcj?crs=gcj02");
        var wgs = await UntilSeenAsync(admin, "/api/units/officer/gcj");

        Assert.Equal(121.42, (double)gcj["lon"]!, 1e-6);
        Assert.Equal(31.22, (double)gcj["lat"]!, 1e-6);
        Assert.InRange(Math.Abs((double)wgs["lon"]! - 121.42), 0.003, 0.006);

        // CGCS2000 is taken for WGS-84, both ways.
        await admin.PostAsJsonAsync("/api/positions", new[] { new { unit = "officer/survey", time = "2026-03-02T01:20:30Z", lon = 121.42, lat = 31.22, crs = "cgcs2000" } });
        Assert.Equal(121.42, (double)(await UntilSeenAsync(admin, "/api/units/officer/survey"))["lon"]!);
        Assert.Equal(121.42, (double)(await UntilSeenAsync(admin, "/api/units/officer/survey?crs=cgcs2000"))["lon"]!);
    }

    [Fact(DisplayName = "One JSON object a line is taken too, and a broken line is refused alone")]
    public async Task Lines()
    {
        using var admin = await Host.SignedInAsync();
        using var body = new StringContent(
            """
            {"unit":"officer/l1","time":"2026-03-02T01:20:30Z","lon":121.42,"lat":31.22}
            {"unit":"officer/l1","time":"2026-03-02T01:20:31Z","lon":121.42,
            {"unit":"officer/l1","time":"2026-03-02T01:20:32Z","lon":121.42,"lat":31.22}
            """,
            Encoding.UTF8,
            "application/x-ndjson");

        var answer = await (await admin.PostAsync("/api/positions", body)).JsonAsync();

        Assert.Equal(2, (int)answer["accepted"]!);
        Assert.Equal(1, (int)Assert.Single(answer["rejected"]!.AsArray())!["index"]!);
    }

    [Fact(DisplayName = "A phone is known by its key, in the query, a form, and JSON; an unknown one is 404")]
    public async Task Phones()
    {
        using var admin = await Host.SignedInAsync();
        (await admin.PutAsJsonAsync("/api/units/officer/phone", new { name = "Phone", devices = new[] { new { protocol = "osmand", key = "p1" } } })).EnsureSuccessStatusCode();
        using var phone = Host.Stranger();
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        Assert.Equal(HttpStatusCode.OK, (await phone.GetAsync($"/osmand?id=p1&lat=31.22&lon=121.42&timestamp={seconds}")).StatusCode);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["id"] = "p1",
            ["lat"] = "31.22",
            ["lon"] = "121.43",
            ["timestamp"] = (seconds + 1).ToString(CultureInfo.InvariantCulture),
        });
        Assert.Equal(HttpStatusCode.OK, (await phone.PostAsync("/osmand", form)).StatusCode);
        var json = new
        {
            device_id = "p1",
            location = new { timestamp = DateTimeOffset.FromUnixTimeSeconds(seconds + 2), coords = new { latitude = 31.22, longitude = 121.44, speed = 1.5 } },
        };
        Assert.Equal(HttpStatusCode.OK, (await phone.PostAsJsonAsync("/osmand", json)).StatusCode);
        await (await phone.GetAsync("/osmand?id=p2&lat=31.22&lon=121.42")).ProblemAsync(HttpStatusCode.NotFound);
        await (await phone.GetAsync("/osmand?lat=31.22&lon=121.42")).ProblemAsync(HttpStatusCode.BadRequest);

        var unit = await UntilSeenAsync(admin, "/api/units/officer/phone", unit => (double?)unit["lon"] == 121.44);
        Assert.Equal(1.5, (double)unit["speed"]!);
    }

    [Fact(DisplayName = "A device that is another unit's already is refused, and its owner named")]
    public async Task Device_taken()
    {
        using var admin = await Host.SignedInAsync();
        var device = new[] { new { protocol = "jt808", key = "013912345678" } };
        (await admin.PutAsJsonAsync("/api/units/vehicle/one", new { name = "One", devices = device })).EnsureSuccessStatusCode();
        (await admin.PutAsJsonAsync("/api/units/vehicle/one", new { name = "One", devices = device })).EnsureSuccessStatusCode();

        var problem = await (await admin.PutAsJsonAsync("/api/units/vehicle/two", new { name = "Two", devices = new[] { new { protocol = "jt808", key = "13912345678" } } }))
            .ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Contains("vehicle/one", (string)problem["errors"]!["devices"]![0]!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Registration closed: a unit nobody registered is refused, a registered one is taken")]
    public async Task Registration_closed()
    {
        await using var host = await HostUnderTest.StartAsync(settings => settings with { RegistrationIsOpen = false });
        using var admin = await host.SignedInAsync();
        await admin.PutAsJsonAsync("/api/units/officer/known", new { name = "Known" });

        var answer = await (await admin.PostAsJsonAsync("/api/positions", new[]
        {
            new { unit = "officer/known", time = "2026-03-02T01:20:30Z", lon = 121.42, lat = 31.22 },
            new { unit = "officer/unknown", time = "2026-03-02T01:20:30Z", lon = 121.42, lat = 31.22 },
        })).JsonAsync();

        Assert.Equal(1, (int)answer["accepted"]!);
        Assert.Equal("unit", (string)answer["rejected"]![0]!["field"]!);
    }

    [Fact(DisplayName = "All is still there after a restart")]
    public async Task Restart()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-host-").FullName;
        await using (var host = await HostUnderTest.StartAsync(folder: folder))
        {
            using var admin = await host.SignedInAsync();
            await admin.PutAsJsonAsync("/api/units/officer/1", new { name = "张伟" });
            (await admin.PostAsJsonAsync("/api/positions", new[] { new { unit = "officer/1", time = "2026-03-02T01:20:30Z", lon = 121.42, lat = 31.22 } })).EnsureSuccessStatusCode();
        }

        await using (var host = await HostUnderTest.StartAsync(folder: folder))
        {
            using var admin = await host.SignedInAsync();
            var unit = await UntilSeenAsync(admin, "/api/units/officer/1");
            Assert.Equal("张伟", (string)unit["name"]!);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> UntilSeenAsync(
        HttpClient client, string path, Func<System.Text.Json.Nodes.JsonNode, bool>? which = null)
    {
        which ??= unit => unit["lon"] is not null;
        for (var attempt = 0; ; attempt++)
        {
            var unit = await (await client.GetAsync(path)).JsonAsync();
            if (which(unit) || attempt == 200)
            {
                return unit;
            }

            await Task.Delay(50);
        }
    }

    private static string Track(string format)
        => $"/api/units/vehicle/{Uri.EscapeDataString("沪A12345")}/track?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z&format={format}";
}
