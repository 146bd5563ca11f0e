using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Vantage.Geo.Crs;
using Vantage.Host.Basemaps;
using Vantage.Support;
using Vantage.Support.Maps;

namespace Vantage.Host.Tests.Basemaps;

public sealed class BasemapAddressTests : IAsyncLifetime
{
    private const string Key = "tk-7d1f0c-secret";

    private static readonly byte[] Picture = Png.Of(8, (_, _) => 0x3366AA);

    private readonly TileServer _server = new((context, _) => TileServer.GiveAsync(context, Picture));
    private readonly FakeLogCollector _log = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory(DisplayName = "[BASE-3] tiles of XYZ, TMS and WMTS servers are asked for as each has them")]
    [InlineData("/{z}/{x}/{y}.png", "/13/6857/3348.png")]
    [InlineData("/tms/{z}/{x}/{-y}.png", "/tms/13/6857/4843.png")]
    [InlineData("/wmts/vec/default/GoogleMapsCompatible/{TileMatrix}/{TileRow}/{TileCol}.png", "/wmts/vec/default/GoogleMapsCompatible/13/3348/6857.png")]
    [InlineData(
        "/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}",
        "/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX=13&TILEROW=3348&TILECOL=6857")]
    public async Task Addresses(string template, string asked)
    {
        await using var host = await StartAsync(template);
        using var admin = await host.SignedInAsync();

        var answer = await admin.GetAsync("/api/basemap/tiles/13/6857/3348");

        Assert.Equal(Picture, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(asked, Assert.Single(_server.Asked));
    }

    [Fact(DisplayName = "[BASE-4] nothing but the configured address is asked, and neither it nor its key is in an answer or in the log")]
    public async Task Secrecy()
    {
        await using var other = new TileServer((context, _) => TileServer.GiveAsync(context, Picture));
        _server.Answer = (context, _) =>
        {
            context.Response.Redirect($"http://{other.Authority}/stolen.png?tk={Key}");
            return Task.CompletedTask;
        };
        await using var host = await StartAsync($"/{{z}}/{{x}}/{{y}}.png?tk={Key}", "someone:passw0rd@");
        using var admin = await host.SignedInAsync();

        var said = new StringBuilder();
        for (var i = 0; i < 4; i++)
        {
            var answer = await admin.GetAsync($"/api/basemap/tiles/13/{6857 + i}/3348");
            said.Append((await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable)).ToJsonString());
        }

        var map = await (await admin.GetAsync("/api/basemap")).JsonAsync();
        Assert.NotNull(map["since"]);
        said.Append(map.ToJsonString()).AppendJoin('\n', _log.GetSnapshot().Select(line => $"{line.Message} {line.Exception}")).Append(await admin.GetStringAsync("/metrics"));
        Assert.Contains(_log.GetSnapshot(), line => line.Message.Contains($"{_server.Authority}: it answers 302.", StringComparison.Ordinal));
        Assert.DoesNotContain(Key, said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("passw0rd", said.ToString(), StringComparison.Ordinal);
        Assert.All(_server.Asked, asked => Assert.Contains(Key, asked, StringComparison.Ordinal)); // It did get there.
        Assert.Empty(other.Asked);
    }

    [Fact(DisplayName = "[BASE-3] user and password of an address are sent to its server")]
    public async Task Credentials()
    {
        var sent = "";
        _server.Answer = (context, _) =>
        {
            sent = context.Request.Headers["Authorization"];
            return TileServer.GiveAsync(context, Picture);
        };
        await using var host = await StartAsync("/{z}/{x}/{y}.png", "someone:p%40ss@");
        using var admin = await host.SignedInAsync();
        (await admin.GetAsync("/api/basemap/tiles/1/0/0")).EnsureSuccessStatusCode();
        Assert.Equal("Basic " + Convert.ToBase64String("someone:p@ss"u8), sent);
    }

    [Fact(DisplayName = "[BASE-4] a tile is fetched once while it is fresh, for all who ask at once; later it is asked for only if it has changed; an old one is better than none")]
    public async Task Cache()
    {
        var (given, unchanged) = (0, 0);
        var gate = new TaskCompletionSource();
        _server.Answer = async (context, _) =>
        {
            await gate.Task;
            if (context.Request.Headers["If-None-Match"] == "\"v1\"")
            {
                Interlocked.Increment(ref unchanged);
                context.Response.StatusCode = 304;
                return;
            }

            Interlocked.Increment(ref given);
            context.Response.Headers["ETag"] = "\"v1\"";
            context.Response.Headers["Cache-Control"] = context.Request.RawUrl!.StartsWith("/13/", StringComparison.Ordinal) ? "max-age=600" : "max-age=0";
            await TileServer.GiveAsync(context, Picture);
        };
        await using var host = await StartAsync("/{z}/{x}/{y}.png");
        using var admin = await host.SignedInAsync();

        var all = Enumerable.Range(0, 6).Select(_ => admin.GetAsync("/api/basemap/tiles/13/6857/3348")).ToList();
        await Patience.UntilAsync(() => Task.FromResult(!_server.Asked.IsEmpty), "it was asked");
        gate.SetResult();
        Assert.All(await Task.WhenAll(all), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        (await admin.GetAsync("/api/basemap/tiles/13/6857/3348")).EnsureSuccessStatusCode();
        Assert.Equal((1, 0), (given, unchanged));

        (await admin.GetAsync("/api/basemap/tiles/14/1/1")).EnsureSuccessStatusCode();
        Assert.Equal(Picture, await (await admin.GetAsync("/api/basemap/tiles/14/1/1")).Content.ReadAsByteArrayAsync());
        Assert.Equal((2, 1), (given, unchanged));

        _server.Stop();
        Assert.Equal(Picture, await (await admin.GetAsync("/api/basemap/tiles/14/1/1")).Content.ReadAsByteArrayAsync());
    }

    [Theory(DisplayName = "[BASE-5] a server that hangs, is gone, or answers what is no picture is given up after three failures in a row, left alone for a while, and taken again when it gives one")]
    [InlineData("hangs")]
    [InlineData("gone")]
    [InlineData("garbage")]
    [InlineData("500")]
    [InlineData("too large")]
    [InlineData("endless")]
    [InlineData("404 for all")]
    public async Task Trouble(string what)
    {
        var good = _server.Answer;
        _server.Answer = async (context, cancelled) =>
        {
            switch (what)
            {
                case "hangs":
                    await Task.Delay(Timeout.Infinite, cancelled);
                    break;
                case "garbage":
                    await TileServer.GiveAsync(context, "<html>Please sign in</html>"u8.ToArray());
                    break;
                case "too large":
                    await TileServer.GiveAsync(context, [.. Picture, .. new byte[AddressBasemap.MostTileBytes]]);
                    break;
                case "endless":
                    context.Response.SendChunked = true;
                    await context.Response.OutputStream.WriteAsync(Picture, cancelled);
                    while (!cancelled.IsCancellationRequested)
                    {
                        await context.Response.OutputStream.WriteAsync(new byte[65_536], cancelled);
                    }

                    break;
                default:
                    context.Response.StatusCode = what == "500" ? 500 : 404;
                    break;
            }
        };
        if (what == "gone")
        {
            _server.Stop();
        }

        await using var host = await StartAsync("/{z}/{x}/{y}.png", timeout: what == "hangs" ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromSeconds(30));
        using var admin = await host.SignedInAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Null((await (await admin.GetAsync("/api/basemap")).JsonAsync())["since"]);
            await (await admin.GetAsync($"/api/basemap/tiles/13/{6857 + i}/3348")).ProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        Assert.NotNull((await (await admin.GetAsync("/api/basemap")).JsonAsync())["since"]);
        var asked = _server.Asked.Count;
        for (var i = 0; i < 20; i++)
        {
            await (await admin.GetAsync($"/api/basemap/tiles/13/{6900 + i}/3348")).ProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        Assert.InRange(_server.Asked.Count, asked, asked + 2); // Not once for each; a slow machine may be past the pause.

        _server.Answer = good;
        if (what == "gone")
        {
            _server.Start();
        }

        // Nobody asks for a tile meanwhile: walls show their sketch.
        await Patience.UntilAsync(async () => (await (await admin.GetAsync("/api/basemap")).JsonAsync())["since"] is null, "it was taken again");
        (await admin.GetAsync("/api/basemap/tiles/13/6900/3348")).EnsureSuccessStatusCode();
    }

    [Fact(DisplayName = "[BASE-5] what a server that gives tiles does not have is no trouble")]
    public async Task Missing_tiles()
    {
        _server.Answer = (context, _) =>
        {
            if (context.Request.RawUrl!.StartsWith("/10/", StringComparison.Ordinal))
            {
                return TileServer.GiveAsync(context, Picture);
            }

            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        await using var host = await StartAsync("/{z}/{x}/{y}.png");
        using var admin = await host.SignedInAsync();
        (await admin.GetAsync("/api/basemap/tiles/10/856/418")).EnsureSuccessStatusCode();
        for (var i = 0; i < 10; i++)
        {
            await (await admin.GetAsync($"/api/basemap/tiles/13/{6857 + i}/3348")).ProblemAsync(HttpStatusCode.NotFound);
        }

        Assert.Null((await (await admin.GetAsync("/api/basemap")).JsonAsync())["since"]);
    }

    private async Task<HostUnderTest> StartAsync(string path, string user = "", TimeSpan? timeout = null)
    {
        var address = TileAddress.TryParse($"http://{user}{_server.Authority}{path}", out var problem);
        Assert.True(address is not null, problem);
        return await HostUnderTest.StartAsync(
            settings => settings with { Basemap = new BasemapSettings { Address = address, Crs = CoordinateSystem.Gcj02 }, TileTimeout = timeout ?? TimeSpan.FromSeconds(30) },
            parts: services => services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(_log)));
    }
}
