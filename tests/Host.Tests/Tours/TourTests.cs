using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Vantage.Support;

namespace Vantage.Host.Tests.Tours;

public sealed class TourTests : IAsyncLifetime
{
    private const string Park = """
        {"type":"Feature","properties":{"name":"公园"},"geometry":{"type":"Polygon","coordinates":[[[121.39,31.19],[121.41,31.19],[121.41,31.21],[121.39,31.21],[121.39,31.19]]]}}
        """;

    private static readonly object Roads = new { name = "重点道路", classes = new[] { "重点道路" }, dwell = 15, tiles = 9 };

    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync();
        _admin = await _host.SignedInAsync();
        await RegisterAsync("c1", 121.40, "公安", "online", "重点道路");
        await RegisterAsync("c2", 121.40, "网格", "offline", "中学(高考考点)");
        await RegisterAsync("c3", 121.50, "公安", null, "重点道路", "景观区域");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Fact(DisplayName = "[VID-7] a tour goes through the cameras that it names, in their order, or all of classes, of a source, inside a zone; without any of them through all that are not offline")]
    public async Task Groups()
    {
        using var zone = new StringContent(Park, Encoding.UTF8, "application/geo+json");
        (await _admin.PutAsync("/api/zones/park", zone)).EnsureSuccessStatusCode();
        Assert.Equal(["c3", "c1"], await ToursAsync("named", new { cameras = new[] { "c3", "c1" } }));
        Assert.Equal(["c1", "c3"], await ToursAsync("roads", new { classes = new[] { "重点道路" } }));
        Assert.Equal(["c2"], await ToursAsync("schools", new { classes = new[] { "中学（高考考点）" } }));
        Assert.Equal(["c1", "c3"], await ToursAsync("police", new { source = "公安" }));
        Assert.Equal(["c1", "c2"], await ToursAsync("park", new { zone = "park" }));
        Assert.Equal(["c1"], await ToursAsync("both", new { zone = "park", source = "公安", classes = new[] { "重点道路" } }));
        Assert.Equal(["c1", "c3"], await ToursAsync("all", new { }));
    }

    [Fact(DisplayName = "[VID-7] a tour is made, changed, listed and removed, and is there after a restart; watching it needs another right than laying it out")]
    public async Task Kept()
    {
        using var folder = new TempFolder();
        await using (var host = await HostUnderTest.StartAsync(folder: folder.Path))
        using (var admin = await host.SignedInAsync())
        {
            await MakeAsync(admin);
        }

        await using var again = await HostUnderTest.StartAsync(folder: folder.Path);
        using var watch = await again.AtPostAsync("watch");
        Assert.Equal(["roads"], (await watch.GetFromJsonAsync<JsonNode>("/api/tours"))!["items"]!.AsArray().Select(tour => (string)tour!["key"]!));
        Assert.Equal(9, (int)(await watch.GetFromJsonAsync<JsonNode>("/api/tours/roads"))!["tiles"]!);
        await (await watch.PutAsJsonAsync("/api/tours/roads", Roads)).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Theory(DisplayName = "What is wrong with a tour is named by its field")]
    [InlineData("x", """{"dwell":15,"tiles":9}""", "name")]
    [InlineData("x", """{"name":"x","dwell":4,"tiles":9}""", "dwell")]
    [InlineData("x", """{"name":"x","dwell":3601,"tiles":9}""", "dwell")]
    [InlineData("x", """{"name":"x","dwell":15,"tiles":5}""", "tiles")]
    [InlineData("x", """{"name":"x","dwell":15,"tiles":9,"cameras":["none"]}""", "cameras")]
    [InlineData("x", """{"name":"x","dwell":15,"tiles":9,"cameras":["c1"],"source":"公安"}""", "cameras")]
    [InlineData("x", """{"name":"x","dwell":15,"tiles":9,"zone":"none"}""", "zone")]
    [InlineData("x", """{"name":"x","dwell":15,"tiles":9,"colour":1}""", "colour")]
    [InlineData("log", """{"name":"x","dwell":15,"tiles":9}""", "key")]
    public async Task Wrong(string key, string body, string field)
    {
        using var json = new StringContent(body, Encoding.UTF8, "application/json");
        Assert.Equal([field], (await (await _admin.PutAsync($"/api/tours/{key}", json)).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
    }

    [Fact(DisplayName = "[VID-8] what was shown is told once, read newest first page by page, and taken away as a table")]
    public async Task Log()
    {
        await ToursAsync("roads", new { });
        var pages = Enumerable.Range(0, 3).Select(i => Page($"p{i}", i)).ToArray();
        Assert.Equal(HttpStatusCode.NoContent, (await _admin.PostAsJsonAsync("/api/tours/log", new { items = pages })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _admin.PostAsJsonAsync("/api/tours/log", new { items = pages[1..] })).StatusCode);
        var first = await _admin.GetFromJsonAsync<JsonNode>("/api/tours/log?limit=2&tour=roads&screen=right");
        Assert.Equal(["p2", "p1"], first!["items"]!.AsArray().Select(page => (string)page!["id"]!));
        var rest = await _admin.GetFromJsonAsync<JsonNode>($"/api/tours/log?limit=2&cursor={Uri.EscapeDataString((string)first["cursor"]!)}");
        Assert.Equal(("p0", null), ((string)Assert.Single(rest!["items"]!.AsArray())!["id"]!, rest["cursor"]));
        Assert.Equal(
            """{"id":"p0","tour":"roads","stage":"hall","screen":"right","page":0,"from":"2026-03-02T09:00:00.000Z","to":"2026-03-02T09:00:15.000Z","interruptedBy":"breach","who":"admin","cameras":[{"camera":"c1","state":"playing","reason":null,"seconds":15},{"camera":"c9","state":"failed","reason":"timeout","seconds":0}]}""",
            rest["items"]![0]!.ToJsonString());

        var table = await _admin.GetAsync("/api/exports/tours?to=2026-03-02T09:00:20Z");
        Assert.Contains("attachment", table.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
        var bytes = await table.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(
            [
                "开始,结束,巡查编号,巡查,大屏,屏幕,页,被打断,登录者,探头编号,探头,画面,原因,秒",
                "2026-03-02 17:00:15,2026-03-02 17:00:30,roads,巡查,hall,right,2,告警,admin,c1,探头 c1,播放,,15",
                "2026-03-02 17:00:15,2026-03-02 17:00:30,roads,巡查,hall,right,2,告警,admin,c9,,失败,timeout,0",
                "2026-03-02 17:00:00,2026-03-02 17:00:15,roads,巡查,hall,right,1,告警,admin,c1,探头 c1,播放,,15",
                "2026-03-02 17:00:00,2026-03-02 17:00:15,roads,巡查,hall,right,1,告警,admin,c9,,失败,timeout,0",
            ],
            Encoding.UTF8.GetString(bytes[3..]).TrimEnd().Split("\r\n"));
        Assert.Equal(["cursor"], (await (await _admin.GetAsync("/api/tours/log?cursor=x")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
    }

    [Fact(DisplayName = "What is wrong with the record of a tour is named by item and field, and nothing of it is taken")]
    public async Task Wrong_log()
    {
        var good = Page("good", 0);
        var bad = new { id = "", tour = "roads", page = -1, from = "2026-03-02T09:00:15Z", to = "2026-03-02T09:00:00Z", interruptedBy = "lunch", cameras = new[] { new { camera = "c1", state = "asleep", seconds = -1 } } };
        var problem = await (await _admin.PostAsJsonAsync("/api/tours/log", new { items = new object[] { good, bad } })).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(
            ["items[1].cameras[0].seconds", "items[1].cameras[0].state", "items[1].id", "items[1].interruptedBy", "items[1].page", "items[1].to"], problem.ErrorFields());
        var future = new { id = "f", tour = "roads", page = 0, from = "2036-03-02T09:00:00Z", to = "2036-03-02T09:00:00Z", cameras = Array.Empty<object>() };
        Assert.Equal(["items[0].to"], (await (await _admin.PostAsJsonAsync("/api/tours/log", new { items = new[] { future } })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Empty((await _admin.GetFromJsonAsync<JsonNode>("/api/tours/log"))!["items"]!.AsArray());
    }

    private static async Task MakeAsync(HttpClient admin)
    {
        var made = await admin.PutAsJsonAsync("/api/tours/roads", Roads);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(
            """{"key":"roads","name":"重点道路","cameras":null,"classes":["重点道路"],"source":null,"zone":null,"dwell":15,"tiles":9,"count":0}""",
            await made.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await admin.PutAsJsonAsync("/api/tours/roads", Roads)).StatusCode);
        (await admin.PutAsJsonAsync("/api/tours/gone", Roads)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/api/tours/gone")).StatusCode);
        await (await admin.DeleteAsync("/api/tours/gone")).ProblemAsync(HttpStatusCode.NotFound);
        await (await admin.GetAsync("/api/tours/gone/cameras")).ProblemAsync(HttpStatusCode.NotFound);
    }

    private static object Page(string id, int page) => new
    {
        id,
        tour = "roads",
        stage = "hall",
        screen = "right",
        page,
        from = new DateTimeOffset(2026, 3, 2, 9, 0, 15 * page, TimeSpan.Zero),
        to = new DateTimeOffset(2026, 3, 2, 9, 0, 15, TimeSpan.Zero).AddSeconds(15 * page),
        interruptedBy = "breach",
        cameras = new object[] { new { camera = "c1", state = "playing", seconds = 15.04 }, new { camera = "c9", state = "failed", reason = "timeout", seconds = 0 } },
    };

    /// <summary>Lays out a tour, and gives the cameras that it goes through.</summary>
    private async Task<string[]> ToursAsync(string key, object group)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(group)!.AsObject();
        (body["name"], body["dwell"], body["tiles"]) = ("巡查", 15, 4);
        (await _admin.PutAsJsonAsync($"/api/tours/{key}", body)).EnsureSuccessStatusCode();
        return [.. (await _admin.GetFromJsonAsync<JsonNode>($"/api/tours/{key}/cameras"))!["keys"]!.AsArray().Select(camera => (string)camera!)];
    }

    private async Task RegisterAsync(string key, double lon, string source, string? state, params string[] classes) => (await _admin.PutAsJsonAsync(
        $"/api/cameras/{key}", new { name = $"探头 {key}", lon, lat = 31.2, source, state, classes })).EnsureSuccessStatusCode();
}
