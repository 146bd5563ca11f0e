using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Support;

namespace Vantage.Host.Tests.Wall;

public sealed class HubTests : IAsyncLifetime
{
    private static readonly object Shanghai = new { west = 121.0, south = 31.0, east = 122.0, north = 32.0, zoom = 12 };

    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;
    private string _token = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync(settings => settings with { MaxUnits = 100 });
        _admin = await _host.SignedInAsync();
        _token = await _host.TokenAsync("read");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Fact(DisplayName = "Hello is answered with what a screen must know")]
    public async Task Welcome()
    {
        await using var screen = await ConnectAsync();

        var welcome = (await screen.HelloAsync())!;

        Assert.Equal(1, (int)welcome["protocol"]!);
        Assert.False((bool)welcome["demo"]!);
        Assert.Equal("Asia/Shanghai", (string)welcome["timeZone"]!);
        Assert.Equal(300, (int)welcome["offlineAfter"]!);
        Assert.Equal(100, (int)welcome["maxUnits"]!);
        Assert.Contains("live.read", welcome["user"]!["rights"]!.AsArray().Select(right => (string)right!));
    }

    [Fact(DisplayName = "The first frame after a viewport is the whole picture, with names; the next has what changed, without")]
    public async Task Frames()
    {
        await _admin.PutAsJsonAsync("/api/units/officer/0132", new { name = "张伟", squad = "tianshan" });
        await ReportAsync("officer/0132", 121.42, 31.22, 0);
        await using var screen = await ShowAsync(Shanghai);

        var first = await screen.FrameAsync(HasUnits);
        var number = (int)first["units"]!["n"]![0]!;
        Assert.True((bool)first["reset"]!);
        Assert.Equal(1_214_200_000, (long)first["units"]!["lon"]![0]!);
        Assert.Equal(312_200_000, (long)first["units"]!["lat"]![0]!);
        var name = Assert.Single(first["names"]!.AsArray())!;
        Assert.Equal(("officer/0132", "张伟", "tianshan", "zw"), ((string)name["id"]!, (string)name["name"]!, (string)name["squad"]!, (string)name["pinyin"]!));
        Assert.Null(first["cells"]);

        await ReportAsync("officer/0132", 121.43, 31.22, 1);
        var second = await screen.FrameAsync(HasUnits);

        Assert.False((bool)second["reset"]!);
        Assert.Equal((long)first["seq"]! + 1, (long)second["seq"]!);
        Assert.Equal(number, (int)second["units"]!["n"]![0]!);
        Assert.Equal(1_214_300_000, (long)second["units"]!["lon"]![0]!);
        Assert.Empty(second["names"]!.AsArray());
    }

    [Fact(DisplayName = "How long a fix took from its arrival to a screen is measured; first pictures are left out")]
    public async Task Latency()
    {
        var meters = _host.Services.GetRequiredService<IMeterFactory>();
        var measured = Channel.CreateUnbounded<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "vantage.wall.latency" && instrument.Meter.Scope == meters) // Other tests have hosts, too.
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => measured.Writer.TryWrite(seconds));
        listener.Start();
        await ReportAsync("officer/0132", 121.42, 31.22, 0);
        await using var screen = await ShowAsync(Shanghai);
        await screen.FrameAsync(HasUnits);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken); // A first picture's fixes are old news.
        Assert.Equal(0, measured.Reader.Count);

        await ReportAsync("officer/0132", 121.43, 31.22, 1);
        await screen.FrameAsync(HasUnits);

        Assert.InRange(await measured.Reader.ReadAsync(TestContext.Current.CancellationToken), 0, 10);
    }

    [Fact(DisplayName = "A unit that leaves the viewport is gone; a unit of another kind than asked for never comes")]
    public async Task Gone()
    {
        await ReportAsync("officer/1", 121.42, 31.22, 0);
        await ReportAsync("vehicle/2", 121.42, 31.22, 0);
        await using var screen = await ShowAsync(new { west = 121.0, south = 31.0, east = 122.0, north = 32.0, zoom = 12, kinds = new[] { "officer" } });
        var first = await screen.FrameAsync(HasUnits);
        var number = (int)Assert.Single(first["units"]!["n"]!.AsArray())!;

        await ReportAsync("officer/1", 130, 31.22, 1);
        var gone = await screen.FrameAsync(frame => frame["gone"]!.AsArray().Count > 0);

        Assert.Equal([number], gone["gone"]!.AsArray().Select(n => (int)n!));
        Assert.Empty(gone["units"]!["n"]!.AsArray());
    }

    [Fact(DisplayName = "A screen that does not acknowledge gets two frames and no more; then the newest, with nothing lost")]
    public async Task Unacknowledged()
    {
        await ReportAsync("officer/1", 121.10, 31.22, 0);
        await using var screen = await ShowAsync(Shanghai);
        var first = await screen.NextAsync("frame", HasUnits);
        await ReportAsync("officer/1", 121.11, 31.22, 1);
        var second = await screen.NextAsync("frame", HasUnits);
        for (var i = 2; i < 8; i++)
        {
            await ReportAsync("officer/1", 121.10 + (i / 100.0), 31.22, i);
            await ReportAsync("officer/2", 121.10 + (i / 100.0), 31.32, i);
            await Task.Delay(250);
        }

        await screen.ListenAsync(TimeSpan.FromMilliseconds(600));
        Assert.Equal((long)first["seq"]! + 1, (long)second["seq"]!);
        Assert.Equal(0, screen.CountReceived("frame"));

        await screen.InvokeAsync("Ack", (long)second["seq"]!);
        var third = await screen.NextAsync("frame", HasUnits);

        Assert.Equal((long)second["seq"]! + 1, (long)third["seq"]!);
        Assert.False((bool)third["reset"]!);
        Assert.Equal([1_211_700_000, 1_211_700_000], third["units"]!["lon"]!.AsArray().Select(lon => (long)lon!));
    }

    [Fact(DisplayName = "A screen that reads nothing does not hold up another")]
    public async Task Slow_screen()
    {
        await using var slow = await ShowAsync(Shanghai);
        await using var quick = await ShowAsync(Shanghai);
        for (var i = 0; i < 5; i++)
        {
            await ReportAsync("officer/1", 121.1 + (i / 100.0), 31.22, i);
            var lon = 1_211_000_000 + (i * 100_000_000L / 100);
            await quick.FrameAsync(frame => frame["units"]!["lon"]!.AsArray().Any(value => (long)value! == 1_211_000_000 + (i * 100_000L)));
            Assert.True(lon > 0);
        }
    }

    [Fact(DisplayName = "[MAP-2] Too many units in view are shown as cells that add up to them, by kind and by state, and as units again when one looks closer")]
    public async Task Cells()
    {
        var now = DateTimeOffset.UtcNow;
        var many = Enumerable.Range(0, 150).Select(i => Report($"officer/{i}", 121.1 + (i * 0.005), 31.22, now));
        (await _admin.PostAsJsonAsync("/api/positions", many)).EnsureSuccessStatusCode();
        await _admin.GetAsync("/api/units?after=1.0");
        await using var screen = await ShowAsync(Shanghai);

        var far = await screen.FrameAsync(frame => frame["cells"]?.AsArray().Sum(cell => (int)cell![1]!) == 150);
        Assert.Empty(far["units"]!["n"]!.AsArray());
        Assert.All(far["cells"]!.AsArray(), cell => Assert.Matches("^[0-9a-f]{15}$", (string)cell![0]!));
        Assert.All(far["cells"]!.AsArray(), cell =>
        {
            Assert.Equal([(int)cell![1]!, 0, 0], cell[3]!.AsArray().Select(count => (int)count!)); // Officers, vehicles, drones.
            Assert.Equal((int)cell[1]!, cell[4]!.AsArray().Sum(count => (int)count!));
        });

        await screen.InvokeAsync("SetViewport", new { west = 121.0999, south = 31.0, east = 121.1999, north = 32.0, zoom = 15 });
        var near = await screen.FrameAsync(frame => (bool)frame["reset"]! && HasUnits(frame));

        Assert.Null(near["cells"]);
        Assert.Equal(20, near["units"]!["n"]!.AsArray().Count);
    }

    [Fact(DisplayName = "The summary counts who is online and registered")]
    public async Task Summary()
    {
        await _admin.PutAsJsonAsync("/api/units/vehicle/v1", new { name = "V1", squad = "tianshan" });
        await ReportAsync("officer/1", 121.42, 31.22, 0);
        await using var screen = await ShowAsync(Shanghai);

        var summary = await screen.NextAsync("summary", summary => (int)summary["officers"]!["online"]! == 1 && (int)summary["vehicles"]!["registered"]! == 1);

        Assert.Equal(0, (int)summary["vehicles"]!["online"]!);
        Assert.Equal("tianshan", (string)Assert.Single(summary["squads"]!.AsArray())!["key"]!);
    }

    [Fact(DisplayName = "A breach comes as a line; handled, the line goes; a new zone is told")]
    public async Task Breaches()
    {
        await using var screen = await ShowAsync(Shanghai);
        Assert.True((bool)(await screen.NextAsync("breaches"))["reset"]!);
        await PutZoneAsync("park");
        await screen.NextAsync("zones", zones => (long)zones["version"]! > 0);
        await ReportAsync("officer/1", 121.42, 31.22, 0);

        var news = await screen.NextAsync("breaches", news => news["lines"]!.AsArray().Count == 1);
        var line = news["lines"]![0]!;
        Assert.Equal(1, (int)line["count"]!);
        Assert.Equal(("park", "in", "officer/1", "Park"), ((string)line["breach"]!["zone"]!, (string)line["breach"]!["rule"]!, (string)line["breach"]!["unit"]!, (string)line["breach"]!["zoneName"]!));
        Assert.Null(line["breach"]!["handling"]);

        (await _admin.PostAsJsonAsync($"/api/breaches/{line["breach"]!["id"]}/actions/handle", new { note = "done" })).EnsureSuccessStatusCode();
        var after = await screen.NextAsync("breaches", news => news["removed"]!.AsArray().Count == 1);

        Assert.Equal((string)line["key"]!, (string)after["removed"]![0]!);
    }

    [Fact(DisplayName = "A storm of 10,000 breaches is at most 20 lines on the wall; the summary counts them all")]
    public async Task Storm()
    {
        const int Zones = 40, Units = 250;
        await using var screen = await ShowAsync(Shanghai);
        var features = Enumerable.Range(0, Zones).Select(zone => new
        {
            type = "Feature",
            geometry = new { type = "Point", coordinates = new[] { 121.42, 31.22 } },
            properties = new { key = $"storm-{zone}", name = $"风暴 {zone}", radius = 2000, effectiveFrom = "2026-01-01T00:00:00Z", rules = new[] { new { key = "in", type = "enter" } } },
        });
        (await _admin.PostAsJsonAsync("/api/zones/import", new { type = "FeatureCollection", features })).EnsureSuccessStatusCode();

        var time = DateTimeOffset.UtcNow.AddSeconds(-60);
        var answer = await _admin.PostAsJsonAsync("/api/positions", Enumerable.Range(0, Units).Select(unit => Report($"officer/s{unit}", 121.42, 31.22, time)));
        Assert.Equal(Units, (int)(await answer.JsonAsync())["accepted"]!);

        Dictionary<string, int> shown = [];
        while (shown.Values.Sum() < 20 * Units)
        {
            var news = await screen.NextAsync("breaches");
            foreach (var line in news["lines"]!.AsArray())
            {
                shown[(string)line!["key"]!] = (int)line["count"]!;
            }

            Assert.All(news["removed"]!.AsArray(), key => shown.Remove((string)key!));
            Assert.InRange(shown.Count, 0, 20);
        }

        Assert.All(shown.Values, count => Assert.Equal(Units, count));
        await screen.NextAsync("summary", summary => (int)summary["openBreaches"]! == Zones * Units);
    }

    [Fact(DisplayName = "Who connects and never says Hello is cut after 15 s")]
    public async Task Silence()
    {
        await using var stranger = await ConnectAsync();
        var began = Stopwatch.GetTimestamp();

        await stranger.EndAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
    }

    [Theory(DisplayName = "What breaks the protocol ends the connection")]
    [InlineData("SetViewport", """{"west":121,"south":31,"east":122,"north":32,"zoom":12}""", false)]
    [InlineData("Hello", """{"protocol":2}""", false)]
    [InlineData("SetViewport", """{"west":"a","south":31,"east":122,"north":32,"zoom":12}""", true)]
    [InlineData("SetViewport", """{"west":121,"south":31,"east":122,"north":32,"zoom":12,"kinds":["tank"]}""", true)]
    [InlineData("Ack", "999", true)]
    [InlineData("Ack", "\"one\"", true)]
    public async Task Protocol_errors(string method, string argument, bool afterHello)
    {
        await using var screen = await ConnectAsync();
        if (afterHello)
        {
            await screen.HelloAsync();
        }

        await screen.SendAsync($$"""{"type":1,"invocationId":"x","target":"{{method}}","arguments":[{{argument}}]}""");

        await screen.EndAsync();
    }

    [Fact(DisplayName = "Eleven viewports in a second end the connection")]
    public async Task Too_many_viewports()
    {
        await using var screen = await ConnectAsync();
        await screen.HelloAsync();
        for (var i = 0; i < 40; i++)
        {
            try
            {
                await screen.SendAsync("""{"type":1,"target":"SetViewport","arguments":[{"west":121,"south":31,"east":122,"north":32,"zoom":12}]}""");
            }
            catch (WebSocketException)
            {
                break; // It has been ended already.
            }
        }

        await screen.EndAsync();
    }

    [Theory(DisplayName = "A call with too few or too many arguments is told so, and the connection goes on")]
    [InlineData("Hello", "")]
    [InlineData("Hello", "{},{}")]
    [InlineData("SetViewport", "")]
    [InlineData("Ack", "1,2")]
    public async Task Wrong_arguments(string method, string arguments)
    {
        await using var screen = await ConnectAsync();

        await screen.SendAsync($$"""{"type":1,"invocationId":"x","target":"{{method}}","arguments":[{{arguments}}]}""");

        var answer = await screen.ResultOfAsync("x");
        Assert.Contains($"protocol: {method} takes one argument", (string)answer["error"]!, StringComparison.Ordinal);
        Assert.NotNull(await screen.HelloAsync());
    }

    [Fact(DisplayName = "A token without the right to the live map is refused by the right's name")]
    public async Task Right_missing()
    {
        await using var screen = await HubClient.ConnectAsync(_host.Address, await _host.TokenAsync("positions"));

        var failure = await Assert.ThrowsAsync<HubFailure>(() => screen.HelloAsync());

        Assert.Contains("live.read", failure.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A stranger cannot open the hub, nor can another site's page")]
    public async Task Strangers()
    {
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(_host.Address, "vt_no_such"));
        var cookie = await _host.CookieAsync();
        await (await FromAsync(null)).DisposeAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => FromAsync("https://evil.example"));

        Task<HubClient> FromAsync(string? site) => HubClient.ConnectAsync(_host.Address, null, options =>
        {
            options.SetRequestHeader("Cookie", cookie);
            options.SetRequestHeader("Origin", site);
        });
    }

    [Fact(DisplayName = "A withdrawn token's screens are told, and ended")]
    public async Task Withdrawn()
    {
        var made = await (await _admin.PostAsJsonAsync("/api/tokens", new { name = "screen", rights = new[] { "read" } })).JsonAsync();
        await using var screen = await HubClient.ConnectAsync(_host.Address, (string)made["token"]!);
        await screen.HelloAsync();

        await _admin.DeleteAsync($"/api/tokens/{made["id"]}");

        Assert.Equal("rights-changed", (string)(await screen.NextAsync("notice"))["code"]!);
        await screen.EndAsync();
    }

    [Fact(DisplayName = "A host that stops says so to its screens first")]
    public async Task Restarting()
    {
        await using var screen = await ShowAsync(Shanghai);
        await screen.NextAsync("summary");

        var stopping = Task.Run(_host.StopAsync);

        Assert.Equal("restarting", (string)(await screen.NextAsync("notice"))["code"]!);
        await screen.EndAsync();
        await stopping;
    }

    private static bool HasUnits(JsonNode frame) => frame["units"]!["n"]!.AsArray().Count > 0;

    private Task<HubClient> ConnectAsync() => HubClient.ConnectAsync(_host.Address, _token);

    private async Task<HubClient> ShowAsync(object viewport)
    {
        var screen = await ConnectAsync();
        await screen.HelloAsync();
        await screen.InvokeAsync("SetViewport", viewport);
        return screen;
    }

    private async Task PutZoneAsync(string key)
    {
        var feature = new
        {
            type = "Feature",
            geometry = new { type = "Polygon", coordinates = new[] { new[] { new[] { 121.41, 31.21 }, [121.43, 31.21], [121.43, 31.23], [121.41, 31.21] } } },
            properties = new { name = "Park", effectiveFrom = "2026-01-01T00:00:00Z", rules = new[] { new { key = "in", type = "enter" } } },
        };
        (await _admin.PutAsJsonAsync($"/api/zones/{key}", feature)).EnsureSuccessStatusCode();
    }

    private async Task ReportAsync(string unit, double lon, double lat, int second)
    {
        var answer = await _admin.PostAsJsonAsync("/api/positions", new[] { Report(unit, lon, lat, DateTimeOffset.UtcNow.AddSeconds(-60 + second)) });
        Assert.Equal(1, (int)(await answer.JsonAsync())["accepted"]!);
    }

    private static object Report(string unit, double lon, double lat, DateTimeOffset time)
        => new { unit, lon, lat, time = time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture) };
}
