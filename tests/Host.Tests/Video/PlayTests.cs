using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.Video;
using Vantage.Support;

namespace Vantage.Host.Tests.Video;

public sealed class PlayTests : IAsyncLifetime
{
    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync(settings => settings with
        {
            VideoSources =
            [
                new VideoSource(
                    "公安", [new AddressTemplate("wss://media.example/{device}/{channel}.live.flv"), new AddressTemplate("https://media.example:8443/{key}/hls.m3u8")],
                    new AddressTemplate("http://127.0.0.1:9/{key}.jpg"), null),
            ],
        });
        _admin = await _host.SignedInAsync();
        await RegisterAsync("d1_c1", "公安");
        await RegisterAsync("own", null, "rtsp://10.0.0.1/main", "http://10.0.0.1/whep?stream=a", "http://10.0.0.1/a.m3u8?x=1");
        await RegisterAsync("bare", null);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Fact(DisplayName = "[VID-3] playing gives the addresses that a browser plays, a camera's own and its source's, in their order, the still picture last; it is put on record")]
    public async Task Plays()
    {
        var played = await (await _admin.PostAsJsonAsync("/api/cameras/d1_c1/play", new { screen = "left" })).JsonAsync();
        Assert.Equal(
            """[{"protocol":"flv","url":"wss://media.example/d1/c1.live.flv"},{"protocol":"hls","url":"https://media.example:8443/d1_c1/hls.m3u8"},{"protocol":"still","url":"/api/cameras/d1_c1/snapshot"}]""",
            played["streams"]!.ToJsonString());
        Assert.Equal(("d1_c1", 20, false), ((string)played["camera"]!, (int)played["keepAlive"]!, (bool)played["canControl"]!));
        played = await (await _admin.PostAsync("/api/cameras/own/play", null)).JsonAsync();
        Assert.Equal(
            """[{"protocol":"whep","url":"http://10.0.0.1/whep?stream=a"},{"protocol":"hls","url":"http://10.0.0.1/a.m3u8?x=1"}]""", played["streams"]!.ToJsonString());
        Assert.Equal("no-pictures", (string)(await (await _admin.PostAsync("/api/cameras/bare/play", null)).ProblemAsync(HttpStatusCode.NotFound))["code"]!);
        await (await _admin.PostAsync("/api/cameras/none/play", null)).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Equal(["colour"], (await (await _admin.PostAsJsonAsync("/api/cameras/own/play", new { colour = 1 })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());

        var audit = (await _admin.GetFromJsonAsync<JsonNode>("/api/audit"))!["items"]!.AsArray().Where(row => (string)row!["action"]! == "video.watch").ToList();
        Assert.Equal(["camera/d1_c1", "camera/own"], audit.Select(row => (string)row!["subject"]!).Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "[VID-4] a session is kept and closed by whoever opened it, also by a beacon; to others it is not there")]
    public async Task Sessions()
    {
        using var watch = await _host.AtPostAsync("watch");
        var (mine, other) = (await OpenAsync(watch), await OpenAsync(_admin));
        var kept = await (await watch.PostAsJsonAsync("/api/video/keep", new { sessions = new[] { mine, other, "none" } })).JsonAsync();
        Assert.Equal([other, "none"], kept["gone"]!.AsArray().Select(id => (string)id!));
        var open = (await _admin.GetFromJsonAsync<JsonNode>("/api/video/sessions"))!["items"]!.AsArray();
        Assert.Equal(2, open.Count);
        Assert.Contains(open, row => (string)row!["session"]! == mine && (string)row["user"]! == "at-watch" && (string)row["screen"]! == "left" && (string)row["camera"]! == "own");

        using var beacon = new StringContent($$"""{"sessions":["{{mine}}","{{other}}"]}""", Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.NoContent, (await watch.PostAsync("/api/video/close", beacon)).StatusCode);
        Assert.Equal([other], (await _admin.GetFromJsonAsync<JsonNode>("/api/video/sessions"))!["items"]!.AsArray().Select(row => (string)row!["session"]!));
        Assert.Equal(["sessions"], (await (await watch.PostAsJsonAsync("/api/video/keep", new { })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        await (await watch.GetAsync("/api/video/sessions")).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact(DisplayName = "[VID-4] a session that is not kept for a minute is closed by the host")]
    public async Task Forgotten()
    {
        var time = new ManualTimeProvider();
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<VideoMetrics>().BuildServiceProvider();
        using var sessions = new VideoSessions(time, services.GetRequiredService<VideoMetrics>());
        await ((IHostedService)sessions).StartAsync(CancellationToken.None);
        var caller = new Caller("li", "李", "watch", null, null, new Dictionary<string, Reach>(StringComparer.Ordinal));
        var (kept, left) = (sessions.Add("c1", caller, null, null), sessions.Add("c2", caller, null, null));
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Empty(sessions.Keep([kept.Id], caller));
        time.Advance(TimeSpan.FromSeconds(15));
        await Patience.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1)); // The service may have begun to look only now.
                sessions.Keep([kept.Id], caller);
                return Task.FromResult(!sessions.All.Contains(left));
            },
            "the session that nobody kept is closed");
        Assert.Equal([left.Id], sessions.Keep([kept.Id, left.Id], caller));
        await ((IHostedService)sessions).StopAsync(CancellationToken.None);
        Assert.Empty(sessions.All);
    }

    [Fact(DisplayName = "[SCR-4] a wall screen watches, keeps and closes; what a person opens is on record, what a wall shows is in the record of tours")]
    public async Task Wall_screen()
    {
        using var screen = _host.Stranger();
        var begun = await (await screen.PostAsync("/api/screens/codes", null)).JsonAsync();
        (await _admin.PostAsJsonAsync("/api/screens/approvals", new { code = (string)begun["code"]!, name = "左屏" })).EnsureSuccessStatusCode();
        (await screen.PostAsJsonAsync($"/api/screens/codes/{begun["code"]}/claim", new { secret = (string)begun["secret"]! })).EnsureSuccessStatusCode();
        var session = await OpenAsync(screen);
        Assert.Empty((await (await screen.PostAsJsonAsync("/api/video/keep", new { sessions = new[] { session } })).JsonAsync())["gone"]!.AsArray());
        Assert.Equal(HttpStatusCode.NoContent, (await screen.PostAsJsonAsync("/api/video/close", new { sessions = new[] { session } })).StatusCode);
        Assert.DoesNotContain(
            (await _admin.GetFromJsonAsync<JsonNode>("/api/audit"))!["items"]!.AsArray(), row => (string)row!["action"]! == "video.watch");
        await (await screen.PostAsJsonAsync("/api/cameras/own/ptz", new { command = "left" })).ProblemAsync(HttpStatusCode.Forbidden);
        await (await screen.GetAsync("/api/exports/tours")).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact(DisplayName = "[VID-5] a camera without a gateway is not turned; who may not turn cameras is refused, and that is on record")]
    public async Task No_head()
    {
        Assert.Equal("no-ptz", (string)(await (await _admin.PostAsJsonAsync("/api/cameras/own/ptz", new { command = "left" })).ProblemAsync(HttpStatusCode.Conflict))["code"]!);
        Assert.Equal(["command", "speed"], (await (await _admin.PostAsJsonAsync("/api/cameras/own/ptz", new { command = "jump", speed = 2 })).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        using var watch = await _host.AtPostAsync("watch");
        await (await watch.PostAsJsonAsync("/api/cameras/own/ptz", new { command = "left" })).ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Contains(
            (await _admin.GetFromJsonAsync<JsonNode>("/api/audit"))!["items"]!.AsArray(), row => (string)row!["action"]! == "video.control" && !(bool)row["allowed"]!);
    }

    [Fact(DisplayName = "[VID-6] pages may take video from where it was connected, and from nowhere else")]
    public async Task Policy()
    {
        // Names that a policy cannot hold are left out of it, and end neither the policy nor the answer.
        await RegisterAsync("odd", null, "http://例子.测试/a.m3u8", "http://[2001:db8::1]/a.m3u8");
        var policy = Assert.Single((await _admin.GetAsync("/api/session")).Headers.GetValues("Content-Security-Policy"));
        var connect = policy.Split(';').Single(part => part.Trim().StartsWith("connect-src", StringComparison.Ordinal)).Trim();
        Assert.Equal("connect-src 'self' blob: data: http://10.0.0.1 http://xn--fsqu00a.xn--0zwm56d https://media.example:8443 wss://media.example", connect);
        Assert.Contains("default-src 'self'; script-src 'self'", policy, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Cameras are counted by the standard's classes, also those that none serves, however their brackets are written")]
    public async Task Classes()
    {
        await RegisterAsync("k1", null, [], ["重点道路", "中学(高考考点)"], "online");
        await RegisterAsync("k2", null, [], ["重点道路"], "offline");
        await RegisterAsync("k3", null, [], ["别的"], "online");
        var classes = await _admin.GetFromJsonAsync<JsonNode>("/api/cameras/classes");
        Assert.Equal(15, classes!["classes"]!.AsArray().Count);
        Assert.Equal((6, 2, 1200, 800), ((int)classes["total"]!, (int)classes["online"]!, (int)classes["standard"]!["central"]!, (int)classes["standard"]!["suburban"]!));
        var counts = classes["items"]!.AsArray().ToDictionary(row => (string)row!["class"]!, row => ((int)row!["cameras"]!, (int)row["online"]!), StringComparer.Ordinal);
        Assert.Equal(16, counts.Count);
        Assert.Equal(((2, 1), (1, 1), (0, 0), (1, 1)), (counts["重点道路"], counts["中学（高考考点）"], counts["三甲医院"], counts["别的"]));
    }

    [Theory(DisplayName = "What is wrong with a video source is named by its setting at the start")]
    [InlineData("streams:0", "rtsp://a/{key}", "Vantage:video:sources:公安:streams:0")]
    [InlineData("streams:0", "https://a/{key}.mp4", "Vantage:video:sources:公安:streams")]
    [InlineData("streams:0", "https://a/{kez}/hls.m3u8", "Vantage:video:sources:公安:streams:0")]
    [InlineData("streams:0", "https://{key}.example/hls.m3u8", "Vantage:video:sources:公安:streams:0")]
    [InlineData("snapshot", "/a.jpg", "Vantage:video:sources:公安:snapshot")]
    [InlineData("stream", "https://a/{key}.flv", "Vantage:video:sources:公安:stream")]
    [InlineData("wvp:address", "10.0.0.5:18080", "Vantage:video:sources:公安:wvp:address")]
    [InlineData("wvp:address", "http://10.0.0.5:18080", "Vantage:video:sources:公安:wvp")]
    public void Wrong_settings(string name, string value, string setting)
    {
        Assert.Null(Read(new() { [$"Vantage:video:sources:公安:{name}"] = value }, out var errors));
        Assert.StartsWith($"appsettings.json {setting}: ", errors[0], StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Video sources are read from appsettings.json; a gateway's password is never written out")]
    public void Settings()
    {
        var settings = Read(
            new()
            {
                ["Vantage:video:sources:公安:streams:0"] = "https://media.example/{key}/hls.m3u8",
                ["Vantage:video:sources:公安:snapshot"] = "https://media.example/{key}.jpg",
                ["Vantage:video:sources:网格:wvp:address"] = "http://10.0.0.5:18080/",
                ["Vantage:video:sources:网格:wvp:user"] = "vantage",
                ["Vantage:video:sources:网格:wvp:password"] = "very secret",
                ["Vantage:video:sources:网格:wvp:media:0"] = "wss://10.0.0.6:8443",
            },
            out var errors);
        Assert.Empty(errors);
        Assert.Equal(["公安", "网格"], settings!.VideoSources.Select(source => source.Name).Order(StringComparer.Ordinal));
        var wvp = settings.VideoSources.Single(source => source.Name == "网格").Wvp!;
        Assert.Equal(("vantage", "very secret", "wss://10.0.0.6:8443"), (wvp.User, wvp.Password, Assert.Single(wvp.Media)));
        Assert.DoesNotContain("secret", settings.VideoSources.Single(source => source.Name == "网格").ToString(), StringComparison.Ordinal);
    }

    private static HostSettings? Read(Dictionary<string, string?> file, out IReadOnlyList<string> errors)
        => new SettingsReader(new Dictionary<string, string?>(StringComparer.Ordinal), _ => null, new ConfigurationBuilder().AddInMemoryCollection(file).Build())
            .TryRead(out errors);

    private static async Task<string> OpenAsync(HttpClient by)
        => (string)(await (await by.PostAsJsonAsync("/api/cameras/own/play", new { screen = "left" })).JsonAsync())["session"]!;

    private Task RegisterAsync(string key, string? source, params string[] streams) => RegisterAsync(key, source, streams, [], null);

    private async Task RegisterAsync(string key, string? source, string[] streams, string[] classes, string? state) => (await _admin.PutAsJsonAsync(
        $"/api/cameras/{key}", new { name = key, lon = 121.4, lat = 31.2, source, streams, classes, state })).EnsureSuccessStatusCode();
}
