using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Host.Video;
using Vantage.Support;
using Vantage.Support.Video;

namespace Vantage.Host.Tests.Video;

public sealed class WvpTests : IAsyncLifetime
{
    private const string Dome = "34020000001110000001_34020000001310000001";
    private const string Path = "34020000001110000001/34020000001310000001";
    private static readonly WvpChannel Channel = new("34020000001110000001", "34020000001310000001", "长宁路1号", IsOnline: true, null, IsGcj02: false, CanTurn: true);

    private readonly ManualTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<VideoMetrics>().BuildServiceProvider();
    private FakeWvp _wvp = null!;
    private WvpClient _client = null!;
    private VideoGateway _gateway = null!;

    private VideoSource Source => new("公安", [], null, new WvpAddress(_wvp.Server.Address, FakeWvp.User, FakeWvp.Password, null, []));

    public async ValueTask InitializeAsync()
    {
        _wvp = await FakeWvp.StartAsync();
        _client = new WvpClient(Source.Wvp!, _time, _services.GetRequiredService<VideoMetrics>());
        _gateway = new VideoGateway(Source, _client, _time, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _wvp.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact(DisplayName = "[VID-10] it signs in once, and again when its token is not valid any more, by code or by status; an API key needs neither")]
    public async Task Signs_in()
    {
        await _client.StopAsync(Channel, CancellationToken.None);
        await _client.StopAsync(Channel, CancellationToken.None);
        Assert.Single(_wvp.Server.TakeAsked(), asked => asked.StartsWith("/api/user/login", StringComparison.Ordinal));
        _wvp.ForgetTokens();
        await _client.StopAsync(Channel, CancellationToken.None);
        Assert.Single(_wvp.Server.TakeAsked(), asked => asked.StartsWith("/api/user/login", StringComparison.Ordinal));

        using var byKey = new WvpClient(new WvpAddress(_wvp.Server.Address, null, null, "key", []), _time, _services.GetRequiredService<VideoMetrics>());
        await byKey.StopAsync(Channel, CancellationToken.None);
        Assert.Equal([$"/api/play/stop/{Path}"], _wvp.Server.TakeAsked());
    }

    [Fact(DisplayName = "[VID-10] a refused sign-in is told, and not tried again for 10 s")]
    public async Task Wrong_password()
    {
        using var wrong = new WvpClient(new WvpAddress(_wvp.Server.Address, FakeWvp.User, "guess", null, []), _time, _services.GetRequiredService<VideoMetrics>());
        for (var i = 0; i < 3; i++)
        {
            var refused = await Assert.ThrowsAsync<VideoProblem>(() => wrong.StopAsync(Channel, CancellationToken.None));
            Assert.Equal(("gateway-refused", "Signing in: 用户名或密码错误"), (refused.Code, refused.Message));
        }

        Assert.Single(_wvp.Server.TakeAsked());
        _time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<VideoProblem>(() => wrong.StopAsync(Channel, CancellationToken.None));
        Assert.Single(_wvp.Server.TakeAsked());
    }

    [Fact(DisplayName = "[VID-10] what the gateway refuses is told in its words; a device that is offline, garbage, nothing and nobody have codes of their own")]
    public async Task Failures()
    {
        var cases = new (string Code, string Words, RequestDelegate Answer)[]
        {
            ("gateway-refused", "点播超时", context => FakeWvp.SayAsync(context, """{"code":100,"msg":"点播超时","data":null}""")),
            ("device-offline", "设备离线", context => FakeWvp.SayAsync(context, """{"code":100,"msg":"设备离线","data":null}""")),
            ("gateway-refused", "It named no stream.", context => FakeWvp.SayAsync(context, """{"code":0,"msg":"成功","data":null}""")),
            ("gateway-refused", "It answered 200 with something else than a result.", context => FakeWvp.SayAsync(context, "<html>nginx</html>")),
            ("gateway-refused", "It answered 200 with something else than a result.", context => FakeWvp.SayAsync(context, "[1,2]")),
            ("gateway-refused", "It answered 502 with something else than a result.", context =>
            {
                context.Response.StatusCode = 502;
                return FakeWvp.SayAsync(context, "");
            }),
            ("gateway-unreachable", $"The video gateway at {_wvp.Server.Address.ToString().TrimEnd('/')} is not reachable.", context =>
            {
                context.Abort();
                return Task.CompletedTask;
            }),
        };
        foreach (var (code, words, answer) in cases)
        {
            _wvp.Instead["/play/start/"] = answer;
            var failed = await Assert.ThrowsAsync<VideoProblem>(() => _gateway.OpenAsync(Channel));
            Assert.Equal((code, words), (failed.Code, failed.Message));
        }

        Assert.DoesNotContain(_wvp.TakeOrders(), order => order.Contains("/stop/", StringComparison.Ordinal)); // Nobody was a viewer.
        await _wvp.DisposeAsync();
        Assert.Equal("gateway-unreachable", (await Assert.ThrowsAsync<VideoProblem>(() => _gateway.OpenAsync(Channel))).Code);
    }

    [Fact(DisplayName = "[VID-10] a gateway that hangs is given up after 20 s for a stream, 8 s for all else")]
    public async Task Hangs()
    {
        await _client.StopAsync(Channel, CancellationToken.None);
        foreach (var (path, seconds, call) in new (string, int, Func<Task>)[] { ("/play/start/", 20, () => _gateway.OpenAsync(Channel)), ("/preset/", 8, () => _client.PresetsAsync(Channel, default)) })
        {
            var (reached, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
            _wvp.Instead[path] = context =>
            {
                reached.TrySetResult();
                return gate.Task;
            };
            var asking = call();
            await reached.Task.Soon();
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
            Assert.False(asking.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(0.2));
            Assert.Equal("timeout", (await Assert.ThrowsAsync<VideoProblem>(() => asking.Soon())).Code);
            gate.SetResult();
        }
    }

    [Fact(DisplayName = "[VID-4] a channel stops when its last viewer has gone, and not before")]
    public async Task Last_viewer()
    {
        await _gateway.OpenAsync(Channel);
        await _gateway.OpenAsync(Channel);
        await _gateway.CloseAsync(Channel);
        Assert.Equal([$"/api/play/start/{Path}", $"/api/play/start/{Path}"], _wvp.TakeOrders());
        await _gateway.CloseAsync(Channel);
        Assert.Equal([$"/api/play/stop/{Path}"], _wvp.TakeOrders());
    }

    [Fact(DisplayName = "[VID-5] a head turns while the command is said again, and is stopped 2 s after the last; also when stopping it fails the first time")]
    public async Task Dead_man()
    {
        await _gateway.TurnAsync(Channel, "up-left", 0.5, default);
        Assert.Equal([$"/api/front-end/ptz/{Path}?command=upleft&horizonSpeed=128&verticalSpeed=128&zoomSpeed=8"], _wvp.TakeOrders());
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1.9));
            await _gateway.TurnAsync(Channel, "up-left", 0.5, default);
        }

        Assert.Empty(_wvp.TakeOrders());
        _wvp.Instead["/ptz/"] = context => FakeWvp.SayAsync(context, """{"code":100,"msg":"命令发送失败"}""");
        _time.Advance(TimeSpan.FromSeconds(2));
        await StoppedAsync();
        _wvp.Instead.Clear();
        await Patience.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(2));
                return Task.FromResult(_wvp.TakeOrders().Length > 0);
            },
            "stopping is tried again");
        await Patience.UntilAsync(() => Task.FromResult(!_gateway.IsDoing(Channel, "up-left", 0.5)), "it has stopped");
        _wvp.TakeOrders();
        _time.Advance(TimeSpan.FromSeconds(10));

        await _gateway.TurnAsync(Channel, "zoom-in", 1, default);
        await _gateway.TurnAsync(Channel, "stop", 1, default);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["zoomin", "stop"], _wvp.TakeOrders().Select(order => order.Split("command=")[1].Split('&')[0]));
    }

    [Fact(DisplayName = "[VID-10] its channels become cameras: at their place in WGS-84, online when device and channel are; what people entered of them stays")]
    public async Task Imported()
    {
        using var folder = new TempFolder();
        await using (var host = await HostUnderTest.StartAsync(settings => settings with { VideoSources = [Source] }, folder.Path))
        using (var admin = await host.SignedInAsync())
        {
            await Patience.UntilAsync(async () => (await CamerasAsync(admin)).Values.Count(camera => (string)camera["state"]! != "unknown") == 3, "the gateway's cameras are there");
            var cameras = await CamerasAsync(admin);
            Assert.Equal((121.4246, 31.2205), (Math.Round((double)cameras[Dome]["lon"]!, 4), Math.Round((double)cameras[Dome]["lat"]!, 4)));
            Assert.Equal(("长宁路1号", "公安", "online"), ((string)cameras[Dome]["name"]!, (string)cameras[Dome]["source"]!, (string)cameras[Dome]["state"]!));
            Assert.Equal("offline", (string)cameras["34020000001110000001_34020000001310000002"]["state"]!);
            var old = cameras["34020000001110000002_34020000001310000009"];
            Assert.Equal(("offline", 121.5), ((string)old["state"]!, (double)old["lon"]!));
            var entered = new { name = "x", lon = 121.4, lat = 31.2, source = "公安", classes = new[] { "重点道路" }, heading = 90 };
            (await admin.PutAsJsonAsync($"/api/cameras/{Dome}", entered)).EnsureSuccessStatusCode();
        }

        await using var again = await HostUnderTest.StartAsync(settings => settings with { VideoSources = [Source] }, folder.Path);
        using var client = await again.SignedInAsync();
        await Patience.UntilAsync(async () => (string)(await CamerasAsync(client))[Dome]["name"]! == "长宁路1号", "the gateway's name is there again");
        var kept = (await CamerasAsync(client))[Dome];
        Assert.Equal(("重点道路", 90.0), ((string)Assert.Single(kept["classes"]!.AsArray())!, (double)kept["heading"]!));
    }

    [Fact(DisplayName = "[VID-3] [VID-5] over HTTP: played by the addresses that the gateway names, turned, its presets called, and stopped when the session is closed")]
    public async Task Over_http()
    {
        await using var host = await HostUnderTest.StartAsync(settings => settings with { VideoSources = [Source] });
        using var admin = await host.SignedInAsync();
        using var watch = await host.AtPostAsync("watch");
        await Patience.UntilAsync(async () => (await CamerasAsync(admin)).ContainsKey(Dome), "the gateway's cameras are there");
        var played = await (await admin.PostAsync($"/api/cameras/{Dome}/play", null)).JsonAsync();
        Assert.Equal(
            [
                "flv ws://10.0.0.6:80/rtp/a_b.live.flv", "flv http://10.0.0.6:80/rtp/a_b.live.flv", "hls http://10.0.0.6:80/rtp/a_b/hls.m3u8",
                "whep http://10.0.0.6:80/index/api/whep?app=rtp&stream=a_b", $"still /api/cameras/{Dome}/snapshot",
            ],
            played["streams"]!.AsArray().Select(stream => $"{stream!["protocol"]} {stream["url"]}"));
        Assert.True((bool)played["canControl"]!);
        Assert.False((bool)(await (await watch.PostAsync($"/api/cameras/{Dome}/play", null)).JsonAsync())["canControl"]!);
        Assert.Contains("ws://10.0.0.6", Assert.Single((await admin.GetAsync("/")).Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);

        _wvp.TakeOrders();
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsJsonAsync($"/api/cameras/{Dome}/ptz", new { command = "left" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsJsonAsync($"/api/cameras/{Dome}/ptz", new { command = "stop" })).StatusCode);
        Assert.Equal("""{"items":[{"id":"1","name":"路口"},{"id":"2","name":"2"}]}""", await admin.GetStringAsync($"/api/cameras/{Dome}/presets"));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsync($"/api/cameras/{Dome}/presets/2/call", null)).StatusCode);
        Assert.Equal(
            ["ptz/{0}?command=left", "ptz/{0}?command=stop", "preset/query/{0}", "preset/call/{0}?presetId=2"],
            _wvp.TakeOrders().Select(order => order.Replace("/api/front-end/", "", StringComparison.Ordinal).Replace(Path, "{0}", StringComparison.Ordinal).Split('&')[0]));
        await (await admin.PostAsJsonAsync("/api/cameras/34020000001110000001_34020000001310000002/ptz", new { command = "left" })).ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(
            ["preset 2", "left"],
            (await admin.GetFromJsonAsync<JsonNode>("/api/audit"))!["items"]!.AsArray().Where(row => (string)row!["action"]! == "video.control").Select(row => (string)row!["detail"]!));

        (await admin.PostAsJsonAsync("/api/video/close", new { sessions = new[] { (string)played["session"]! } })).EnsureSuccessStatusCode();
        Assert.Empty(_wvp.TakeOrders()); // The other still looks.
        await host.StopAsync();
        Assert.Equal([$"/api/play/stop/{Path}"], _wvp.TakeOrders());
    }

    [Fact(DisplayName = "[VID-2] a picture comes from the gateway; one that has none says why")]
    public async Task Snap()
    {
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 1];
        _wvp.Instead["/snap/"] = context =>
        {
            if (context.Request.Headers["access-token"] != _wvp.Token)
            {
                return FakeWvp.SayAsync(context, """{"code":401,"msg":"请登录后重新请求"}""");
            }

            context.Response.ContentType = "image/jpeg";
            return context.Response.Body.WriteAsync(jpeg).AsTask();
        };
        Assert.Equal(jpeg, (await _client.SnapAsync(Channel)).Bytes);
        _wvp.ForgetTokens();
        Assert.Equal(jpeg, (await _client.SnapAsync(Channel)).Bytes);
        _wvp.Instead["/snap/"] = context => FakeWvp.SayAsync(context, """{"code":100,"msg":"无截图"}""");
        var none = await Assert.ThrowsAsync<VideoProblem>(() => _client.SnapAsync(Channel));
        Assert.Equal(("refused", "无截图"), (none.Code, none.Message));
    }

    private static async Task<Dictionary<string, JsonNode>> CamerasAsync(HttpClient client)
        => (await client.GetFromJsonAsync<JsonNode>("/api/cameras"))!["items"]!.AsArray().ToDictionary(camera => (string)camera!["key"]!, camera => camera!, StringComparer.Ordinal);

    private Task StoppedAsync() => Patience.UntilAsync(
        () => Task.FromResult(_wvp.TakeOrders().Any(order => order.Contains("command=stop", StringComparison.Ordinal))), "the head is told to stop");
}
