using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Host.Demo;
using Vantage.Host.Video;
using Vantage.Support;
using Vantage.Support.Video;

namespace Vantage.Host.Tests.Video;

public sealed class SnapshotTests : IAsyncLifetime
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9];
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 9];

    private readonly ManualTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<VideoMetrics>().BuildServiceProvider();
    private FakeServer _camera = null!;
    private PictureFetch _fetch = null!;
    private Stills _stills = null!;

    public async ValueTask InitializeAsync()
    {
        _camera = await FakeServer.StartAsync(context => Give(context, Jpeg));
        _fetch = new PictureFetch(_time);
        _stills = new Stills(_time, _services.GetRequiredService<VideoMetrics>());
    }

    public async ValueTask DisposeAsync()
    {
        _fetch.Dispose();
        await _camera.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact(DisplayName = "[VID-2] a picture is fetched once a second whoever asks; when no newer can be had the last good one is given, with its time and the reason")]
    public async Task Last_good()
    {
        var first = await NewestAsync();
        Assert.Equal((Jpeg.Length, "image/jpeg", null, _time.GetUtcNow()), (first.Still!.Bytes.Length, first.Still.ContentType, first.Problem, first.Still.TakenAt));
        await NewestAsync();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        await NewestAsync();
        Assert.Single(_camera.TakeAsked());

        var firstAt = first.Still.TakenAt;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(firstAt, (await NewestAsync()).Still!.TakenAt); // The very same is no newer.
        _camera.TakeAsked();
        _camera.Answer = context => Status(context, 503);
        _time.Advance(TimeSpan.FromSeconds(1));
        var old = await NewestAsync();
        Assert.Equal((firstAt, "refused"), (old.Still!.TakenAt, old.Problem));
        Assert.Equal("refused", (await NewestAsync()).Problem);

        _camera.Answer = context => Give(context, Png);
        _time.Advance(TimeSpan.FromSeconds(1));
        var newer = await NewestAsync();
        Assert.Equal(("image/png", null), (newer.Still!.ContentType, newer.Problem));
        Assert.Equal(2, _camera.TakeAsked().Length);
        Assert.True(newer.Still.TakenAt > firstAt);
    }

    [Fact(DisplayName = "[VID-2] a hundred who ask at the same moment are given one picture, fetched once")]
    public async Task Together()
    {
        var gate = new TaskCompletionSource();
        _camera.Answer = async context =>
        {
            await gate.Task;
            await Give(context, Jpeg);
        };
        var asking = Enumerable.Range(0, 100).Select(_ => NewestAsync()).ToList();
        gate.SetResult();
        Assert.All(await Task.WhenAll(asking), answer => Assert.NotNull(answer.Still));
        Assert.Single(_camera.TakeAsked());
    }

    [Fact(DisplayName = "[VID-2] a camera that says nothing is given up after 5 s")]
    public async Task Hangs()
    {
        var (reached, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        _camera.Answer = context =>
        {
            reached.SetResult();
            return gate.Task;
        };
        var asking = NewestAsync();
        await reached.Task;
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(new StillAnswer(null, "timeout"), await asking);
        gate.SetResult();
    }

    [Fact(DisplayName = "[VID-2] what is no picture, too large, refused or nowhere has its own reason; other hosts that a camera names are not asked")]
    public async Task Reasons()
    {
        await using var other = await FakeServer.StartAsync(context => Give(context, Jpeg));
        var cases = new (string Reason, RequestDelegate Answer)[]
        {
            ("not-a-picture", context => Give(context, "<html>sign in</html>"u8.ToArray())),
            ("not-a-picture", context => Give(context, [])),
            ("not-a-picture", context => Give(context, [.. Jpeg, .. new byte[PictureFetch.MaxBytes]])),
            ("refused", context => Status(context, 401)),
            ("refused", context => Redirect(context, $"http://localhost:{other.Address.Port}/a.jpg")),
            ("refused", context => Redirect(context, "file:///etc/passwd")),
            ("refused", context => Redirect(context, context.Request.Path + "x")), // For ever.
            ("unreachable", context => Aborted(context)),
        };
        foreach (var (reason, answer) in cases)
        {
            _camera.Answer = answer;
            Assert.Equal(reason, (await Assert.ThrowsAsync<VideoProblem>(() => _fetch.FetchAsync(new Uri(_camera.Address, "/a.jpg")))).Code);
        }

        Assert.Empty(other.TakeAsked());
        _camera.Answer = context => context.Request.Path == "/b.jpg" ? Give(context, Jpeg) : Redirect(context, "/b.jpg");
        Assert.Equal(Jpeg, (await _fetch.FetchAsync(new Uri(_camera.Address, "/a.jpg"))).Bytes);
        await _camera.DisposeAsync();
        Assert.Equal("unreachable", (await Assert.ThrowsAsync<VideoProblem>(() => _fetch.FetchAsync(new Uri(_camera.Address, "/a.jpg")))).Code);
    }

    [Fact(DisplayName = "User and password of an address are sent as such, and never in the address")]
    public async Task Credentials()
    {
        string? sent = null;
        _camera.Answer = context =>
        {
            sent = context.Request.Headers.Authorization;
            return Give(context, Jpeg);
        };
        await _fetch.FetchAsync(new UriBuilder(_camera.Address) { UserName = "viewer", Password = "a%3Ab", Path = "/a.jpg" }.Uri);
        Assert.Equal("Basic " + Convert.ToBase64String("viewer:a:b"u8), sent);
        Assert.Equal(["/a.jpg"], _camera.TakeAsked());
    }

    [Fact(DisplayName = "Failed pictures are counted by their reason")]
    public async Task Counted()
    {
        var counted = new List<(long Count, string? Reason)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "vantage.video.snapshots.failed" && ReferenceEquals(instrument.Meter, _services.GetRequiredService<VideoMetrics>().Meter))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counted.Add((count, tags[0].Value as string)));
        listener.Start();
        _camera.Answer = context => Status(context, 404);
        await NewestAsync();
        Assert.Equal([(1, "refused")], counted);
    }

    [Fact(DisplayName = "[VID-1] over HTTP: a picture with its time, one of before with the reason, none at all with a code; only for who may watch")]
    public async Task Over_http()
    {
        await using var host = await HostUnderTest.StartAsync(settings => settings with
        {
            VideoSources = [new VideoSource("公安", [], new AddressTemplate($"{_camera.Address}still/{{key}}.jpg"), null)],
        });
        using var admin = await host.SignedInAsync();
        await RegisterAsync(admin, "甲 1", "公安");
        await RegisterAsync(admin, "c2", null);

        using var watch = await host.AtPostAsync("watch");
        var picture = await watch.GetAsync("/api/cameras/甲 1/snapshot");
        Assert.Equal((HttpStatusCode.OK, "image/jpeg", "no-store"), (picture.StatusCode, picture.Content.Headers.ContentType!.MediaType, picture.Headers.CacheControl!.ToString()));
        Assert.Equal(Jpeg, await picture.Content.ReadAsByteArrayAsync());
        Assert.Matches("^20.*Z$", Assert.Single(picture.Headers.GetValues("Vantage-Picture-Time")));
        Assert.NotNull(picture.Content.Headers.LastModified);
        Assert.False(picture.Headers.Contains("Vantage-Picture-Problem"));
        Assert.Equal(["/still/%E7%94%B2%201.jpg"], _camera.TakeAsked());

        Assert.Equal("no-pictures", (string)(await (await watch.GetAsync("/api/cameras/c2/snapshot")).ProblemAsync(HttpStatusCode.NotFound))["code"]!);
        Assert.Null((await (await watch.GetAsync("/api/cameras/none/snapshot")).ProblemAsync(HttpStatusCode.NotFound))["code"]);
        _camera.Answer = context => Status(context, 500);
        await RegisterAsync(admin, "c3", "公安");
        Assert.Equal("refused", (string)(await (await watch.GetAsync("/api/cameras/c3/snapshot")).ProblemAsync(HttpStatusCode.BadGateway))["code"]!);

        using var cases = await host.AtPostAsync("cases");
        Assert.Equal("video.watch", (string)(await (await cases.GetAsync("/api/cameras/c2/snapshot")).ProblemAsync(HttpStatusCode.Forbidden))["right"]!);
    }

    [Fact(DisplayName = "[VID-9] the demonstration's cameras have a drawn picture that says so, of one that is offline an old one; cameras that somebody adds have none")]
    public async Task Drawn()
    {
        await using var host = await HostUnderTest.StartAsync(settings => settings with { Demo = true });
        using var admin = await host.SignedInAsync();
        await RegisterAsync(admin, "c1", null, "online", "重点道路");
        await RegisterAsync(admin, "c2", null, "offline", "标准化菜市场");
        await RegisterAsync(admin, "own", null);
        host.Services.GetRequiredService<DemoFrames>().Take(["c1", "c2"]);
        var picture = await admin.GetAsync("/api/cameras/c1/snapshot");
        Assert.Equal("image/svg+xml", picture.Content.Headers.ContentType!.MediaType);
        var svg = await picture.Content.ReadAsStringAsync();
        Assert.Contains("模拟画面", svg, StringComparison.Ordinal);
        Assert.Contains("&lt;名&gt; c1", svg, StringComparison.Ordinal);
        System.Xml.Linq.XDocument.Parse(svg);
        Assert.False(picture.Headers.Contains("Vantage-Picture-Problem"));

        var old = await admin.GetAsync("/api/cameras/c2/snapshot");
        Assert.Equal("unreachable", Assert.Single(old.Headers.GetValues("Vantage-Picture-Problem")));
        Assert.True(DateTimeOffset.UtcNow - old.Content.Headers.LastModified > TimeSpan.FromMinutes(19));
        var played = await (await admin.PostAsync("/api/cameras/c1/play", null)).JsonAsync();
        Assert.Equal("""[{"protocol":"still","url":"/api/cameras/c1/snapshot"}]""", played["streams"]!.ToJsonString());
        await (await admin.GetAsync("/api/cameras/own/snapshot")).ProblemAsync(HttpStatusCode.NotFound);
    }

    private static async Task RegisterAsync(HttpClient admin, string key, string? source, string? state = null, params string[] classes)
        => (await admin.PutAsJsonAsync($"/api/cameras/{key}", new { name = $"<名> {key}", lon = 121.4, lat = 31.2, source, state, classes })).EnsureSuccessStatusCode();

    private static Task Give(HttpContext context, byte[] bytes)
    {
        context.Response.ContentType = "image/jpeg";
        return context.Response.Body.WriteAsync(bytes).AsTask();
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext context, string to)
    {
        context.Response.Headers.Location = to;
        return Status(context, 302);
    }

    private static Task Aborted(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private Task<StillAnswer> NewestAsync() => _stills.NewestAsync("c1", "here", () => _fetch.FetchAsync(new Uri(_camera.Address, "/c1.jpg")));
}
