using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Vantage.Support.Video;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed partial class VideoTests(WallFixture fixture)
{
    private const double NotPlaying = -1;
    private const string OwnClass = "视频试验";

    [Fact(DisplayName = "A screen of cameras shows a tour page by page, every tile with a picture and its age, and puts on record what it showed")]
    public async Task Tour()
    {
        var stage = await fixture.LayOutAsync(Screen("cameras", "video", "lead"));
        using var admin = await fixture.AdminAsync();
        var some = (await fixture.Api.ListAsync("/api/cameras?limit=1000")).Where(each => (string?)each["source"] != "试验" && (string?)each["state"] == "online").Take(6).Select(each => (string)each["key"]!).ToList();
        await admin.PutAsync("/api/tours/trial", new { name = "试验轮巡", cameras = some, dwell = 15, tiles = 4 });
        await using var screen = await fixture.OpenScreenAsync(stage, "cameras", 1920, 1080, sharp: true);
        await screen.Locator(".video-tours").SelectOptionAsync("trial");
        await Expect(screen.Locator(".video-title h2")).ToHaveTextAsync("试验轮巡");
        await Expect(screen.Locator(".video-title")).ToContainTextAsync("/ 2 页");
        await WallPage.UntilAsync(async () => await PicturedAsync(screen) == 4, "a picture on all four tiles");
        await Expect(screen.Locator(".tile-mark").First).ToHaveTextAsync(new Regex("^图片"));
        await screen.ShootAsync("video-tour");

        await WallPage.UntilAsync(async () => Seen(await LogAsync(stage, "trial")).Count == some.Count, "every camera of the tour on record with a picture", rounds: 4);
        var log = await LogAsync(stage, "trial");
        Assert.Equal(["0", "1"], log.Select(each => each["page"]!.ToString()).Distinct().Order());
        Assert.All(log, each => Assert.Equal("cameras", (string)each["screen"]!));

        await screen.Locator(".video-tools button", "停在本页").ClickAsync();
        await Expect(screen.Locator(".video-title h2")).ToHaveTextAsync("已选探头");
        var held = await CamerasAsync(screen);
        await WallPage.UntilAsync(async () => (await fixture.Api.GetAsync($"/api/stages/{stage}"))["picture"]!["video"]!["tour"] is null, "the stage to know");
        await screen.Page.ReloadAsync();
        await Expect(screen.Locator(".video-title h2")).ToHaveTextAsync("已选探头");
        await WallPage.UntilAsync(async () => (await CamerasAsync(screen)).SequenceEqual(held), "the same cameras after a reload");
        await screen.Locator(".video-tools [title='16 画面']").ClickAsync();
        await screen.Locator(".video-tools button", "继续轮巡").ClickAsync();
        await Expect(screen.Locator(".video-view")).ToHaveAttributeAsync("data-showing", "tour");
        screen.AssertNoErrors();
    }

    [Fact(DisplayName = "HLS, FLV and WebRTC play from any media server; what does not play says why and is tried again; nothing stays open of what is not shown")]
    public async Task Streams()
    {
        await using var media = new MediaServer();
        media.StartHls();
        var stage = await fixture.LayOutAsync(Screen("cameras", "video", "lead"));
        using var admin = await fixture.AdminAsync();
        await using var studio = await fixture.OpenAsync(400, 300);
        await studio.GoAsync();
        media.AnswerOffer = offer => studio.Page.EvaluateAsync<string>(Publish, offer);
        string[] names = ["hls", "flv", "whep", "second", "silent", "garbage", "refused", "none"];
        string[][] streams =
        [
            [$"{media.Address}/live/hls.m3u8"], [$"{media.Address}/flv/one.live.flv"], [$"{media.Address}/whep/one"],
            [$"{media.Address}/missing/hls.m3u8", $"{media.Address}/flv/two.live.flv"], [$"{media.Address}/silent/hls.m3u8"], [$"{media.Address}/garbage/hls.m3u8"], [$"{media.Address}/missing/hls.m3u8"], [],
        ];
        foreach (var (name, addresses) in names.Zip(streams))
        {
            await admin.PutAsync($"/api/cameras/video-{name}", new { name = $"试验探头{name}", lon = 121.337, lat = 31.190, source = "试验", classes = new[] { OwnClass }, state = "online", streams = addresses });
        }

        await using var screen = await fixture.OpenScreenAsync(stage, "cameras", 1600, 900, sharp: true);
        await ShowAsync(stage, 9, [.. names.Select(name => $"video-{name}")]);
        foreach (var name in new[] { "hls", "flv", "whep", "second" })
        {
            await Expect(Tile(screen, $"video-{name}")).ToHaveAttributeAsync("data-moving", "true");
            var before = NotPlaying;
            await WallPage.UntilAsync(async () => (before = await TimeAsync(screen, $"video-{name}")) > NotPlaying, $"{name} to play");
            await WallPage.UntilAsync(async () => await TimeAsync(screen, $"video-{name}") > before + 0.5, $"{name} to go on");
        }

        await Expect(Tile(screen, "video-hls").Locator(".tile-mark")).ToHaveTextAsync("实况");
        await Expect(Tile(screen, "video-none").Locator(".tile-reason")).ToContainTextAsync("未接入视频");
        await Expect(Tile(screen, "video-refused").Locator(".tile-reason")).ToContainTextAsync("视频服务无响应");
        await Expect(Tile(screen, "video-silent").Locator(".tile-reason")).ToContainTextAsync(AnyReason());
        await Expect(Tile(screen, "video-garbage").Locator(".tile-reason")).ToContainTextAsync(AnyReason());
        await Expect(Tile(screen, "video-refused").Locator(".tile-mark")).ToHaveTextAsync(new Regex(@"^\d+ 秒后重试$"));
        await screen.ShootAsync("video-streams");

        // The encoder dies: the last picture stays, with its age, until the stream is back.
        media.StopHls();
        await Expect(Tile(screen, "video-hls")).ToHaveAttributeAsync("data-state", "failed");
        await Expect(Tile(screen, "video-hls").Locator(".tile-reason")).ToContainTextAsync("画面拍摄于");
        Assert.True(await HasStillAsync(screen, "video-hls"));
        await screen.ShootAsync("video-lost");
        media.StartHls();
        await Expect(Tile(screen, "video-hls")).ToHaveAttributeAsync("data-moving", "true");

        // It dies while other cameras are shown, as a tour's next page or around an alarm: its last picture is there when it comes back.
        await ShowAsync(stage, 1, ["video-none"]);
        await Expect(Tile(screen, "video-hls")).ToHaveCountAsync(0);
        media.StopHls();
        await ShowAsync(stage, 9, [.. names.Select(name => $"video-{name}")]);
        await Expect(Tile(screen, "video-hls").Locator(".tile-reason")).ToContainTextAsync("画面拍摄于");
        Assert.True(await HasStillAsync(screen, "video-hls"));

        await ShowAsync(stage, 1, ["video-none"]);
        await WallPage.UntilAsync(() => media is { FlvReaders: 0, WhepSessions: 0 }, "every stream to be closed");
        await screen.DisposeAsync();
        await WallPage.UntilAsync(async () => !(await admin.ListAsync("/api/video/sessions")).Any(each => ((string?)each["screen"])?.StartsWith(stage, StringComparison.Ordinal) == true), "the host to know of none");
        screen.AssertNoErrors();
    }

    [Fact(DisplayName = "[VID-10] A camera of a gateway plays, turns while a button is held and stops when it is let go; it knows its own places; what the gateway refuses is told")]
    public async Task Gateway()
    {
        await using var media = new MediaServer();
        await using var wvp = await FakeWvp.StartAsync();
        wvp.Instead["/api/play/start"] = context => FakeWvp.SayAsync(context, $$$"""{"code":0,"msg":"成功","data":{"app":"rtp","stream":"a","flv":"{{{media.Address}}}/flv/one.live.flv"}}""");
        var gateway = new { wvp = new { address = wvp.Server.Address, user = FakeWvp.User, password = FakeWvp.Password } };
        await using var host = new HostProcess { Settings = JsonSerializer.Serialize(new { Vantage = new { video = new { sources = new { 网格 = gateway } } } }) };
        await host.StartAsync();
        using var admin = await WallApi.SignInAsync(host.Address, "admin", HostProcess.AdminPassword);
        const string Camera = "34020000001110000001_34020000001310000001";
        await WallPage.UntilAsync(async () => (await admin.ListAsync("/api/cameras?limit=10")).Any(each => (string)each["key"]! == Camera), "the gateway's cameras");
        await using var wall = await fixture.OpenAtAsync(host.Address, sharp: true);
        await wall.SignInAsync("admin", HostProcess.AdminPassword);
        await wall.GoAsync();
        await wall.Locator(".map-tools button", "视频").ClickAsync();
        await wall.Locator(".video-tools button", "选探头").ClickAsync();
        await wall.Locator(".video-side ul button", "长宁路1号").ClickAsync();
        var tile = Tile(wall, Camera);
        await Expect(tile).ToHaveAttributeAsync("data-moving", "true");
        wvp.TakeOrders();

        await tile.Locator(".ptz-toggle").ClickAsync();
        await Expect(tile.Locator(".ptz-presets button")).ToHaveTextAsync(["路口", "2"]);
        await wall.ShootAsync("video-ptz");
        await tile.Locator("[data-command=left]").HoverAsync();
        await wall.Page.Mouse.DownAsync();
        await WallPage.UntilAsync(() => Turns(wvp).Length > 0, "the camera to turn");
        await Task.Delay(TimeSpan.FromSeconds(4)); // Longer than a camera turns of which nothing more is heard.
        Assert.Equal(["left"], Turns(wvp).Distinct());
        await wall.Page.Mouse.UpAsync();
        await WallPage.UntilAsync(() => Turns(wvp)[^1] == "stop", "the camera to be stopped");

        await tile.Locator(".ptz-presets button").First.ClickAsync();
        await WallPage.UntilAsync(() => wvp.TakeOrders().Any(each => each.Contains("/preset/call/", StringComparison.Ordinal)), "the camera to go to a place of its own");

        wvp.Instead["/ptz/"] = context => FakeWvp.SayAsync(context, """{"code":100,"msg":"设备离线","data":null}""");
        await tile.Locator("[data-command=up]").ClickAsync();
        await Expect(tile.Locator(".ptz [role=alert]")).ToBeVisibleAsync();
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "What is picked on another screen brings up the cameras around it, and so does a new alarm; afterwards the tour goes on")]
    public async Task Interruptions()
    {
        var stage = await fixture.LayOutAsync(Screen("desk", "free", "lead"), Screen("cameras", "video", "follow", column: 1));
        using var admin = await fixture.AdminAsync();
        await admin.PutAsync("/api/cameras/looking", new { name = "照着的探头", lon = 121.3371, lat = 31.1920, heading = 0, source = "试验", classes = Array.Empty<string>(), state = "online" });
        await using var desk = await fixture.OpenScreenAsync(stage, "desk", 960, 540);
        await using var cameras = await fixture.OpenScreenAsync(stage, "cameras", 1280, 720, sharp: true);
        await Expect(cameras.Locator(".video-view")).ToHaveAttributeAsync("data-showing", "tour");
        await Expect(cameras.Locator(".video-tools")).ToHaveCountAsync(0); // It follows.

        var title = $"视频试验事件{stage}";
        var incident = await fixture.Api.PostAsync("/api/incidents", new { kind = "street-vending", title, lon = 121.3371, lat = 31.1932 });
        await desk.Locator(".incident-row", title).First.ClickAsync();
        await Expect(cameras.Locator(".video-interrupted")).ToContainTextAsync(title);
        await Expect(cameras.Locator(".tile")).ToHaveCountAsync(4);
        await Expect(cameras.Locator(".tile").First).ToContainTextAsync("照着的探头");
        await Expect(cameras.Locator(".tile").First).ToContainTextAsync("照向现场");
        await cameras.ShootAsync("video-interrupted");
        await desk.Page.Keyboard.PressAsync("Escape");
        await Expect(cameras.Locator(".video-view")).ToHaveAttributeAsync("data-showing", "tour");
        await admin.PostAsync($"/api/incidents/{incident!["key"]}/actions/close", new { note = "试验结束" });

        var zone = $"video-{stage}";
        await admin.PutAsync($"/api/zones/{zone}", Zone());
        await admin.PutAsync("/api/units/vehicle/video-1", new { name = "视频试验车", kind = "vehicle" });
        var now = DateTime.UtcNow;
        await admin.PostAsync("/api/positions", new[]
        {
            new { unit = "vehicle/video-1", time = now.AddSeconds(-20), lon = 121.3371, lat = 31.1950 }, new { unit = "vehicle/video-1", time = now.AddSeconds(-2), lon = 121.3371, lat = 31.1932 },
        });
        await Expect(cameras.Locator(".video-interrupted[data-by=breach]")).ToContainTextAsync("视频试验区");
        await Expect(cameras.Locator(".tile").First).ToContainTextAsync("照着的探头");
        await cameras.Locator(".video-title button", "立即恢复").ClickAsync();
        await Expect(cameras.Locator(".video-view")).ToHaveAttributeAsync("data-showing", "tour");
        await admin.DeleteAsync($"/api/zones/{zone}");
        Assert.Contains(await LogAsync(stage), each => (string?)each["interruptedBy"] is "incident" or "breach");
        desk.AssertNoErrors();
        cameras.AssertNoErrors();
    }

    [Fact(DisplayName = "A camera's card shows its picture; a post without the right to watch is offered none")]
    public async Task Card()
    {
        await using var wall = await fixture.OpenWallAsync(sharp: true);
        await wall.Locator(".map-tools button", "视频").ClickAsync();
        await Expect(wall.Locator(".video-view")).ToBeVisibleAsync();
        await wall.Locator(".video-tools button", "选探头").ClickAsync();
        await wall.Locator(".video-side ul button").First.ClickAsync();
        await WallPage.UntilAsync(async () => await PicturedAsync(wall) == 1, "the picture of the camera that was chosen");
        await wall.ShootAsync("video-picked");
        await wall.Locator(".video-tools button", "点位类别").ClickAsync();
        await Expect(wall.Locator(".class-rows li").Filter(new() { HasNotText = OwnClass })).ToHaveCountAsync(15);
        await wall.ShootAsync("video-classes");
        await wall.Locator(".video-head button", "回到地图").ClickAsync();
        await Expect(wall.Locator(".video-view")).ToHaveCountAsync(0);
        wall.AssertNoErrors();

        await using var clerk = await fixture.OpenAsync();
        await clerk.EnterAsync("demo-statistics");
        await Expect(clerk.Locator(".map-tools button", "视频")).ToHaveCountAsync(0);
    }

    [Fact(DisplayName = "A tour is laid out on the screen itself, changed and removed")]
    public async Task Editor()
    {
        await using var wall = await fixture.OpenAsync(1600, 900, sharp: true);
        using var admin = await fixture.AdminAsync();
        await wall.SignInAsync("admin", HostProcess.AdminPassword);
        await wall.GoAsync();
        await wall.UntilLiveAsync();
        await wall.Locator(".map-tools button", "视频").ClickAsync();
        await wall.Locator(".video-tools button", "修改").ClickAsync();
        await wall.Locator(".tour-editor h3 button").ClickAsync();
        await wall.Locator(".tour-editor input").First.FillAsync("地铁站轮巡");
        await wall.Locator(".tour-editor select").First.SelectOptionAsync("classes");
        await wall.Locator(".tour-classes label", "地铁换乘站点").ClickAsync();
        await wall.Locator(".tour-editor input[type=number]").FillAsync("20");
        await wall.ShootAsync("video-editor");
        await wall.Locator(".tour-editor button[type=submit]").ClickAsync();
        await Expect(wall.Locator(".video-title h2")).ToHaveTextAsync("地铁站轮巡");
        var kept = Assert.Single(await admin.ListAsync("/api/tours"), each => (string)each["name"]! == "地铁站轮巡");
        Assert.Equal((20, "地铁换乘站点"), ((int)kept["dwell"]!, (string)kept["classes"]![0]!));

        await wall.Locator(".video-tools button", "修改").ClickAsync();
        await wall.Locator(".tour-editor footer button", "删除").ClickAsync();
        await wall.Locator(".tour-editor footer button", "再按一次").ClickAsync();
        await Expect(wall.Locator(".tour-editor")).ToHaveCountAsync(0);
        Assert.DoesNotContain(await admin.ListAsync("/api/tours"), each => (string)each["name"]! == "地铁站轮巡");
        wall.AssertNoErrors();
    }

    /// <summary>Sends a moving picture to whoever offers to receive one, as a media server does.</summary>
    private const string Publish =
        """
        async (offer) => {
          const canvas = document.createElement('canvas')
          canvas.width = 320; canvas.height = 180
          const context = canvas.getContext('2d')
          let turn = 0
          setInterval(() => { context.fillStyle = `hsl(${turn += 5} 60% 40%)`; context.fillRect(0, 0, 320, 180) }, 80)
          const peer = new RTCPeerConnection()
          for (const track of canvas.captureStream(12).getTracks()) peer.addTrack(track)
          await peer.setRemoteDescription({ type: 'offer', sdp: offer })
          await peer.setLocalDescription(await peer.createAnswer())
          await new Promise((resolve) => { setTimeout(resolve, 1000); peer.onicegatheringstatechange = () => { if (peer.iceGatheringState === 'complete') resolve() } })
          return peer.localDescription.sdp
        }
        """;

    [GeneratedRegex("无响应|无法播放|没有收到画面")]
    private static partial Regex AnyReason();

    private static object Screen(string key, string role, string link, int column = 0) => new { key, name = key, role, link, column, row = 0, columns = 1, rows = 1 };

    private static JsonObject Zone() => JsonNode.Parse(
        """
        { "type": "Feature", "geometry": { "type": "Point", "coordinates": [121.3371, 31.1932] },
          "properties": { "name": "视频试验区", "kind": "trial", "level": "warning", "radius": 60, "effectiveFrom": "2026-11-01T00:00:00.000Z", "rules": [{ "key": "in", "type": "enter", "units": ["vehicle/video-1"] }] } }
        """)!.AsObject();

    private async Task ShowAsync(string stage, int tiles, string[] cameras)
    {
        using var admin = await fixture.AdminAsync();
        await admin.PostAsync($"/api/stages/{stage}/picture", new { video = new { tour = (string?)null, cameras, tiles, since = DateTime.UtcNow } });
    }

    private async Task<IReadOnlyList<JsonNode>> LogAsync(string stage, string? tour = null)
        => await fixture.Api.ListAsync($"/api/tours/log?stage={stage}{(tour is null ? "" : $"&tour={tour}")}");

    /// <summary>How a gateway was told to turn a camera, in order.</summary>
    private static string[] Turns(FakeWvp wvp)
    {
        lock (wvp.Server.Asked)
        {
            return [.. wvp.Server.Asked.Select(asked => TurnAsked().Match(asked)).Where(match => match.Success).Select(match => match.Groups[1].Value)];
        }
    }

    [GeneratedRegex("/ptz/.*command=([a-z]+)")]
    private static partial Regex TurnAsked();

    private static HashSet<string> Seen(IEnumerable<JsonNode> log)
        => [.. log.SelectMany(each => each["cameras"]!.AsArray()).Where(each => (string?)each!["state"] is "still" or "playing").Select(each => (string)each!["camera"]!)];

    private static Microsoft.Playwright.ILocator Tile(WallPage wall, string camera) => wall.Locator($".tile[data-camera='{camera}']");

    private static async Task<IReadOnlyList<string>> CamerasAsync(WallPage wall)
        => await wall.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.tile')].map((each) => each.dataset.camera)");

    private static Task<int> PicturedAsync(WallPage wall) => wall.Page.EvaluateAsync<int>(
        "() => [...document.querySelectorAll('.tile-still')].filter((each) => !each.hidden && each.complete && each.naturalWidth > 0).length");

    private static Task<bool> HasStillAsync(WallPage wall, string camera) => wall.Page.EvaluateAsync<bool>(
        "(camera) => { const still = document.querySelector(`.tile[data-camera='${camera}'] .tile-still`); return !still.hidden && still.naturalWidth > 0 }", camera);

    /// <summary>Where a tile's stream is, in seconds. A stream that stalls, as on a busy machine, is tried again: meanwhile there is none.</summary>
    private static Task<double> TimeAsync(WallPage wall, string camera) => wall.Page.EvaluateAsync<double>(
        "([camera, none]) => document.querySelector(`.tile[data-camera='${camera}'] video`)?.currentTime ?? none", new object[] { camera, NotPlaying });
}
