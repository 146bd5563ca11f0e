using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

/// <summary>A wall is opened once and hangs for a month.</summary>
public sealed class SoakTests(WallFixture fixture)
{
    private const char End = '\u001e';
    private const int Units = 2000;

    /// <summary>Every unit reports every five seconds: so many frames are an hour.</summary>
    private const int Frames = 720;
    private const int FrameSeconds = 5;

    /// <summary>Half an hour, until all that is made once has been made: names, glyphs, code that is compiled again and again. Fed for four hours more, the heap stayed within 3 %.</summary>
    private const int WarmUp = 360;

    [Fact(DisplayName = "An hour of 2,000 units leaves heap, page, listeners and timers of the wall as they were")]
    public async Task Hour()
    {
        await using var wall = await fixture.OpenAsync(1280, 720);
        await wall.SignInAsync("demo-commander");
        await wall.Page.AddInitScriptAsync(CountTimers);
        await using var hub = new FedHub();
        await wall.Page.RouteWebSocketAsync("**/hubs/wall**", hub.Take);
        await wall.GoAsync();
        await wall.Locator(".unit-row").First.WaitForAsync();
        await hub.FeedAsync(WarmUp, TestContext.Current.CancellationToken);
        var cdp = await wall.Page.Context.NewCDPSessionAsync(wall.Page);
        await cdp.SendAsync("Performance.enable");
        var before = await MeasureAsync(wall, cdp);
        await hub.FeedAsync(Frames, TestContext.Current.CancellationToken);
        await Expect(wall.Locator(".breach", FedHub.ZoneOf(hub.Fed)).First).ToBeVisibleAsync(); // All of it has arrived on the page.
        var after = await MeasureAsync(wall, cdp);
        for (var i = 0; i < 10 && after.Listeners > before.Listeners * 1.05; i++)
        {
            after = await MeasureAsync(wall, cdp); // Each tile a worker is still busy with holds a listener until it answers; what leaks is there at the tenth look, too.
        }

        TestContext.Current.SendDiagnosticMessage($"Before an hour of {Units} units {before}, after it {after}.");
        Assert.True(Math.Abs(after.HeapBytes / before.HeapBytes - 1) <= 0.10, $"The heap went from {before.HeapBytes} to {after.HeapBytes} bytes.");
        Assert.InRange(after.Nodes, 0, before.Nodes * 1.05);
        Assert.InRange(after.Listeners, 0, before.Listeners * 1.05);
        Assert.InRange(after.Timers, 0, before.Timers + 2);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "After a network that drops, a host that restarts and a clock that jumps the wall goes on by itself, and says what happened")]
    public async Task Mishaps()
    {
        await using var wall = await fixture.OpenWallAsync(sharp: true);
        await wall.Page.EvaluateAsync("() => { window.sameVisit = true }");
        await wall.Page.EvaluateAsync("() => { const real = Date.now; const Old = Date; Date.now = () => real.call(Old) + 3_600_000 }");
        await Expect(wall.Locator(".banner.mended")).ToContainTextAsync("本机时钟向前跳变 1 小时");
        await Expect(wall.Locator(".data-age")).ToHaveAttributeAsync("data-level", "fresh");

        var cdp = await wall.Page.Context.NewCDPSessionAsync(wall.Page);
        await cdp.SendAsync("Network.enable");
        await OfflineAsync(cdp, true);
        await Expect(wall.Locator(".banner.lost")).ToContainTextAsync("连接中断");
        await OfflineAsync(cdp, false);
        await wall.Locator(".link-mark[data-state=live]").WaitForAsync();
        await Expect(wall.Locator(".banner.mended")).ToContainTextAsync("连接已自动恢复，曾中断");

        await fixture.KillHostAsync();
        try
        {
            await Expect(wall.Locator(".banner.lost")).ToBeVisibleAsync();
        }
        finally
        {
            await fixture.RestartHostAsync();
        }

        await wall.Locator(".link-mark[data-state=live]").WaitForAsync(new() { Timeout = 3 * WallPage.Patience });
        await Expect(wall.Locator(".banner.mended")).ToContainTextAsync("连接已自动恢复，曾中断");
        await wall.ShootAsync("mended");
        var seen = wall.Hub.Units;
        await WallPage.UntilAsync(() => wall.Hub.Units.Any(now => now.Value != seen.GetValueOrDefault(now.Key)), "positions after all that");
        Assert.True(await wall.Page.EvaluateAsync<bool>("() => window.sameVisit === true"), "without a reload");
        wall.AssertNoErrors();
    }

    private static Task OfflineAsync(ICDPSession cdp, bool offline) => cdp.SendAsync("Network.emulateNetworkConditions", new()
    {
        ["offline"] = offline,
        ["latency"] = 0,
        ["downloadThroughput"] = -1,
        ["uploadThroughput"] = -1,
    });

    private const string CountTimers =
        """
        (() => {
          const running = new Set()
          window.runningTimers = () => running.size
          const [setInterval_, clearInterval_, setTimeout_, clearTimeout_] = [setInterval, clearInterval, setTimeout, clearTimeout]
          window.setInterval = (...all) => { const id = setInterval_(...all); running.add(id); return id }
          window.clearInterval = (id) => { running.delete(id); clearInterval_(id) }
          window.setTimeout = (run, ...all) => { const id = setTimeout_((...given) => { running.delete(id); run(...given) }, ...all); running.add(id); return id }
          window.clearTimeout = (id) => { running.delete(id); clearTimeout_(id) }
        })()
        """;

    private static async Task<Measure> MeasureAsync(WallPage wall, ICDPSession cdp)
    {
        // What is garbage only once other garbage is gone goes with the second time.
        for (var i = 0; i < 3; i++)
        {
            await cdp.SendAsync("HeapProfiler.collectGarbage");
            await Task.Delay(500);
        }

        var metrics = (await cdp.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
        return new(metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"], await wall.Page.EvaluateAsync<int>("() => runningTimers()"));
    }

    private sealed record Measure(double HeapBytes, double Nodes, double Listeners, int Timers);

    /// <summary>A hub that is fed as fast as the page takes it: a frame of all units at a time, a summary with each, and breaches that come and go.</summary>
    private sealed class FedHub : IAsyncDisposable
    {
        private readonly SemaphoreSlim _taken = new(0);
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly long _from = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        private IWebSocketRoute? _page;
        private bool _named;

        public int Fed { get; private set; }

        public static string ZoneOf(int frame) => $"试验区 {frame}";

        public void Take(IWebSocketRoute page)
        {
            _page = page;
            page.OnMessage(frame =>
            {
                foreach (var text in (frame.Text ?? "").Split(End, StringSplitOptions.RemoveEmptyEntries))
                {
                    Answer(page, JsonNode.Parse(text)!);
                }
            });
        }

        public async Task FeedAsync(int frames, CancellationToken cancelled)
        {
            await _ready.Task.WaitAsync(TimeSpan.FromMilliseconds(WallPage.Patience), cancelled);
            for (var i = 0; i < frames; i++)
            {
                Fed++;
                var time = _from + (Fed * FrameSeconds * 1000L);
                var line = Line(Fed, time);
                _page!.Send(Call("breaches", new { reset = false, lines = new[] { line }, removed = Fed > 20 ? new[] { $"line {Fed - 20}" } : [] }));
                _page.Send(Call("summary", Summary(time)));
                _page.Send(Frame(time));
                await _taken.WaitAsync(TimeSpan.FromMilliseconds(WallPage.Patience), cancelled);
            }
        }

        public ValueTask DisposeAsync()
        {
            _taken.Dispose();
            return default;
        }

        private void Answer(IWebSocketRoute page, JsonNode message)
        {
            if (message["protocol"] is not null)
            {
                page.Send("{}" + End); // The handshake.
                return;
            }

            switch ((string?)message["target"])
            {
                case "Hello":
                    page.Send(Result(message, new
                    {
                        protocol = 1,
                        serverTime = _from,
                        demo = true,
                        timeZone = "Asia/Shanghai",
                        offlineAfter = 300,
                        maxUnits = 5000,
                        user = new { name = "试验", post = "commander", rights = new[] { "live.read", "cameras.read", "history.read" } },
                    }));
                    break;
                case "SetViewport":
                    page.Send(Result(message, null));
                    _ready.TrySetResult();
                    break;
                case "Ack":
                    _taken.Release();
                    break;
                default:
                    if (message["invocationId"] is not null)
                    {
                        page.Send(Result(message, null));
                    }

                    break;
            }
        }

        private string Frame(long time)
        {
            var text = new StringBuilder();
            void Column(string name, Func<int, string> value)
                => text.Append('"').Append(name).Append("\":[").AppendJoin(',', Enumerable.Range(1, Units).Select(value)).Append("],");
            text.Append(CultureInfo.InvariantCulture, $$"""{"type":1,"target":"frame","arguments":[{"seq":{{Fed}},"time":{{time}},"arrived":null,"reset":{{(_named ? "false" : "true")}},"names":[""");
            if (!_named)
            {
                text.AppendJoin(',', Enumerable.Range(1, Units).Select(n => JsonSerializer.Serialize(new
                {
                    n,
                    id = $"officer/soak{n}",
                    kind = "officer",
                    key = $"soak{n}",
                    name = $"队员{n}",
                    squad = "soak",
                    plate = (string?)null,
                    pinyin = "dy",
                })));
                _named = true;
            }

            text.Append("],\"units\":{");
            Column("n", n => n.ToString(CultureInfo.InvariantCulture));
            Column("lon", n => (121.35 + (0.08 * (n % 50) / 50) + (0.002 * Math.Sin((Fed + n) / 9.0))).ToString("0.000000", CultureInfo.InvariantCulture));
            Column("lat", n => (31.19 + (0.05 * (n / 50) / 40) + (0.002 * Math.Cos((Fed + n) / 9.0))).ToString("0.000000", CultureInfo.InvariantCulture));
            Column("heading", n => ((Fed + n) % 360).ToString(CultureInfo.InvariantCulture));
            Column("speed", _ => "3.5");
            Column("state", n => (1 + ((Fed + n) % 3)).ToString(CultureInfo.InvariantCulture));
            Column("time", _ => time.ToString(CultureInfo.InvariantCulture));
            text.Length--;
            return text.Append("},\"gone\":[],\"cells\":null}]}").Append(End).ToString();
        }

        private static object Summary(long time) => new
        {
            time,
            dataTime = time,
            officers = new { online = Units, registered = Units },
            vehicles = new { online = 0, registered = 0 },
            drones = new { online = 0, registered = 0 },
            cameras = new { online = 0, registered = 0 },
            openBreaches = 20,
            squads = new[] { new { key = "soak", name = "试验中队", officers = new { online = Units, registered = Units }, vehicles = new { online = 0, registered = 0 }, openBreaches = 20 } },
        };

        private static object Line(int frame, long time)
        {
            var unit = (frame % Units) + 1;
            return new
            {
                key = $"line {frame}",
                count = 1,
                unacknowledged = 1,
                unit = $"officer/soak{unit}",
                breach = new
                {
                    id = $"breach {frame}",
                    zone = $"soak-{frame}",
                    zoneName = ZoneOf(frame),
                    rule = "r",
                    type = "enter",
                    unit = $"officer/soak{unit}",
                    unitName = $"队员{unit}",
                    units = (string[]?)null,
                    squad = "soak",
                    level = "warning",
                    state = "confirmed",
                    startedAt = DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("O", CultureInfo.InvariantCulture),
                    endedAt = (string?)null,
                    supersededBy = (string?)null,
                    lon = 121.4,
                    lat = 31.2,
                    why = (object?)null,
                    handling = (object?)null,
                },
            };
        }

        private static string Call(string target, object argument) => JsonSerializer.Serialize(new { type = 1, target, arguments = new[] { argument } }) + End;

        private static string Result(JsonNode call, object? result)
            => result is null ? JsonSerializer.Serialize(new { type = 3, invocationId = (string)call["invocationId"]! }) + End
                : JsonSerializer.Serialize(new { type = 3, invocationId = (string)call["invocationId"]!, result }) + End;
    }
}
