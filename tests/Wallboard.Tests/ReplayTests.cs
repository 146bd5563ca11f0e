using System.Globalization;
using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class ReplayTests(WallFixture fixture)
{
    /// <summary>What is told of the replay's instant, with the moment at which it was worked out: what is read later is not older for that.</summary>
    private const string NextInstant =
        """
        () => new Promise((resolve) => {
          const shown = document.querySelector('.replay-now')
          const observer = new MutationObserver(() => { observer.disconnect(); resolve([Date.now(), Date.parse(shown.dateTime)]) })
          observer.observe(shown, { attributes: true })
        })
        """;

    /// <summary>Two pages that play are drawn by the processor: what is not about the map's picture needs little of it.</summary>
    private const int SmallWidth = 1100;
    private const int SmallHeight = 640;

    private static int _places;

    [Fact(DisplayName = "Two taps on a unit's card open a replay: a frame, the word and the date say so, nothing live is drawn, and one tap leads back at once")]
    public async Task TwoTaps()
    {
        await using var wall = await fixture.OpenWallAsync(sharp: true);
        var name = await SelectMovingAsync(wall);
        var card = wall.Locator(".stage-cards .card");
        await Expect(wall.Locator(".wall.in-replay")).ToHaveCountAsync(0);
        await card.Locator(".replay-start > button", new() { HasText = "回放" }).ClickAsync();
        await card.Locator(".replay-range button", new() { HasText = "近 1 小时" }).ClickAsync();

        await Expect(wall.Locator(".wall.in-replay")).ToBeVisibleAsync();
        await Expect(wall.Locator(".replay-clock")).ToContainTextAsync("回放");
        await Expect(wall.Locator(".replay-clock")).ToHaveTextAsync(Pattern(@"回放\s*\d{4}-\d\d-\d\d 周.\s*\d\d:\d\d:\d\d\s*北京时间"));
        await Expect(wall.Locator(".link-mark")).ToHaveTextAsync("回放");
        await Expect(wall.Locator(".header-clock")).ToContainTextAsync("现在");
        await Expect(wall.Locator(".replay-what")).ToContainTextAsync(name);
        foreach (var live in new[] { ".header-figures", ".squads", ".breaches:not(.past)", ".data-age" })
        {
            await Expect(wall.Locator(live)).ToHaveCountAsync(0);
        }

        await Expect(wall.Locator(".unit-row")).ToHaveCountAsync(1);
        await Expect(wall.Locator(".unit-row .unit-name")).ToHaveTextAsync(name);
        await Expect(wall.Locator(".replay-speeds canvas")).ToBeVisibleAsync();
        Assert.True(await FrameColourAsync(wall) > 2_000, "a frame in a colour of its own");
        await wall.ShootAsync("replay");

        await wall.Locator(".replay-bar .replay-leave").ClickAsync();
        await Expect(wall.Locator(".wall.in-replay")).ToHaveCountAsync(0, new() { Timeout = 1_000 });
        await Expect(wall.Locator(".link-mark")).ToHaveTextAsync("实时");
        await Expect(wall.Locator(".header-figures .figure").First).ToBeVisibleAsync();
        await Expect(wall.Locator(".unit-row").Nth(1)).ToBeVisibleAsync();
        Assert.Equal(0, await FrameColourAsync(wall));
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "Two screens that follow one replay show the same instant within 100 ms, and what one does to the clock moves the other")]
    public async Task OneClock()
    {
        var (key, from, _) = await OpenReplayAsync();
        await using var one = await fixture.OpenWallAsync(SmallWidth, SmallHeight);
        await using var two = await fixture.OpenWallAsync(SmallWidth, SmallHeight);
        await JoinAsync(one, key);
        await JoinAsync(two, key);

        await one.Locator(".replay-go").ClickAsync();
        await Expect(two.Locator(".replay-go")).ToHaveAttributeAsync("aria-pressed", "true");
        await one.Locator(".replay-controls button[aria-label=加快]").ClickAsync();
        await Expect(two.Locator(".replay-rate")).ToHaveTextAsync("2×");
        await one.Locator(".replay-controls button[aria-label=放慢]").ClickAsync();
        await Expect(two.Locator(".replay-rate")).ToHaveTextAsync("1×");
        Assert.InRange(Math.Abs(await AheadAsync(one) - await AheadAsync(two)), 0, 100);

        await two.Locator(".replay-go").ClickAsync();
        await Expect(one.Locator(".replay-go")).ToHaveAttributeAsync("aria-pressed", "false");
        await two.Locator(".replay-track").FocusAsync();
        await two.Page.Keyboard.PressAsync("Home");
        await UntilShownAsync(one, from);
        await two.Page.Keyboard.PressAsync("PageUp");
        await two.Page.Keyboard.PressAsync("ArrowRight");
        await UntilShownAsync(one, from.AddSeconds(601));
        await UntilShownAsync(two, from.AddSeconds(601));

        var lane = (await one.Locator(".replay-lane").BoundingBoxAsync())!;
        await one.Page.Mouse.ClickAsync(lane.X + (lane.Width / 2), lane.Y + (lane.Height / 2));
        await Expect(two.Locator(".replay-now")).ToHaveAttributeAsync("datetime", Pattern($"^{Wire(from.AddMinutes(30))[..15]}|^{Wire(from.AddMinutes(29))[..16]}")); // A pixel is four seconds.
        await one.Locator(".replay-bar .replay-leave").ClickAsync();
        await Expect(two.Locator(".wall.in-replay")).ToBeVisibleAsync();
        one.AssertNoErrors();
        two.AssertNoErrors();
    }

    [Fact(DisplayName = "Gaps are gaps: on the time line, on the speeds, and the unit stands grey where it was last, with its age")]
    public async Task Gaps()
    {
        var (key, from, name) = await OpenReplayAsync();
        await using var wall = await fixture.OpenWallAsync(SmallWidth, SmallHeight);
        await JoinAsync(wall, key);
        var gap = wall.Locator(".replay-gap").First;
        await Expect(wall.Locator(".replay-gap")).ToHaveCountAsync(2); // In between, and after the last.
        await Expect(gap).ToHaveAttributeAsync("title", Pattern("^无定位 .+（20 分钟）$"));
        Assert.Equal(from.AddMinutes(20).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), await gap.GetAttributeAsync("data-from"));
        await SetClockAsync(key, from.AddMinutes(10));
        await Expect(wall.Locator(".unit-row")).ToHaveAttributeAsync("data-state", "moving");
        await SetClockAsync(key, from.AddMinutes(35));
        await Expect(wall.Locator(".unit-row")).ToHaveAttributeAsync("data-state", "offline");
        await Expect(wall.Locator(".unit-row .unit-age")).ToHaveTextAsync("15分");
        await Expect(wall.Locator(".unit-row .unit-name")).ToHaveTextAsync(name);
        await SetClockAsync(key, from.AddMinutes(41));
        await Expect(wall.Locator(".unit-row")).ToHaveAttributeAsync("data-state", "moving");
    }

    [Fact(DisplayName = "The next breach is one tap away, on the time line and in the list of the replay's own alarms, which ring on the map at their time")]
    public async Task Breaches()
    {
        var (key, from, _) = await OpenReplayAsync();
        await using var wall = await fixture.OpenWallAsync(SmallWidth, SmallHeight);
        await JoinAsync(wall, key);
        await Expect(wall.Locator(".replay-breach")).ToHaveCountAsync(1);
        await Expect(wall.Locator(".breach.past")).ToHaveCountAsync(1);
        await Expect(wall.Locator(".breach.ongoing")).ToHaveCountAsync(0);
        await wall.Locator(".replay-controls button[aria-label=下一个告警]").ClickAsync();
        await Expect(wall.Locator(".breach.ongoing")).ToHaveCountAsync(1);
        var start = await ShownAsync(wall);
        Assert.InRange(start, from.AddMinutes(9), from.AddMinutes(12));
        await wall.Locator(".replay-controls button[aria-label=下一个告警]").ClickAsync();
        await Expect(wall.Locator(".replay-note")).ToHaveTextAsync("之后没有告警了");
        await SetClockAsync(key, from.AddMinutes(50));
        await Expect(wall.Locator(".breach.ongoing")).ToHaveCountAsync(0);
        await wall.Locator(".breach.past .breach-main").ClickAsync();
        await UntilShownAsync(wall, start);
        await Expect(wall.Locator(".breach.ongoing")).ToHaveCountAsync(1);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "Incidents of the replay's place and time stand on its time line in the colour of their level, one tap away, and are in its list and on its map from then on; what could not be read is told and read again, and what is reported meanwhile comes")]
    public async Task Incidents()
    {
        await using var wall = await fixture.OpenWallAsync(SmallWidth, SmallHeight, sharp: true);
        var place = Interlocked.Increment(ref _places);
        var (unit, lat) = ($"vehicle/replayed-{place}", 30.70 + (place * 0.01)); // Where nobody else is.
        using var admin = await fixture.AdminAsync();
        await admin.PutAsync($"/api/units/{unit}", new { name = $"回放车{place}" });
        var from = DateTimeOffset.UtcNow.AddSeconds(-10);
        await admin.PostAsync("/api/positions", Enumerable.Range(0, 10).Select(i => new { unit, time = Wire(from.AddSeconds(i)), lon = 121.40, lat }).ToArray());
        var keys = new List<string>();
        await ReportAsync("占道设摊", "warning");
        await ReportAsync("井盖缺失", "critical");

        var box = string.Create(CultureInfo.InvariantCulture, $"121.39,{lat - 0.004:F4},121.41,{lat + 0.004:F4}");
        var replay = (string)(await admin.PostAsync("/api/replays", new { name = $"事件{place}", from = Wire(from), to = Wire(DateTimeOffset.UtcNow.AddMinutes(2)), bbox = box }))!["key"]!;
        string[] reads = ["**/api/replays/*/incidents?*", "**/api/breaches?*"];
        foreach (var read in reads)
        {
            await wall.Page.RouteAsync(read, route => route.FulfillAsync(new() { Status = 503 }));
        }

        await PressJoinAsync(wall, replay);
        await Expect(wall.Locator(".replay-note")).ToContainTextAsync("告警和事件暂时读不到");
        var breaches = wall.Locator(".breaches.past .breach-list"); // One that lasts at this hour is in it, whatever could be read.
        await Expect(breaches).ToHaveAttributeAsync("data-state", "failed");
        foreach (var read in reads)
        {
            await wall.Page.UnrouteAsync(read);
        }

        await Expect(breaches).ToHaveAttributeAsync("data-state", "read");
        await Expect(wall.Locator(".replay-report")).ToHaveCountAsync(2);
        await Expect(wall.Locator(".replay-note")).ToHaveCountAsync(0);
        await ReportAsync("乱扔垃圾", "info");
        await Expect(wall.Locator(".replay-report")).ToHaveCountAsync(3);
        await Expect(wall.Locator(".replay-report").Nth(0)).ToHaveAttributeAsync("data-level", "warning");
        await Expect(wall.Locator(".replay-report").Nth(0)).ToHaveAttributeAsync("title", Pattern("^[0-9:]+ .*占道设摊$"));
        await Expect(wall.Locator(".replay-report").Nth(1)).ToHaveAttributeAsync("data-level", "critical");
        await Expect(wall.Locator($".incidents.past [data-incident='{keys[0]}']")).ToHaveCountAsync(0);

        await wall.Locator(".replay-controls button[aria-label=下一个事件]").ClickAsync();
        await Expect(wall.Locator($".incidents.past [data-incident='{keys[0]}']")).ToBeVisibleAsync();
        await Expect(wall.Locator($".incidents.past [data-incident='{keys[1]}']")).ToHaveCountAsync(0);
        await wall.Locator(".replay-report").Nth(1).ClickAsync();
        await Expect(wall.Locator($".incidents.past [data-incident='{keys[1]}']")).ToBeVisibleAsync();
        await wall.Locator(".replay-controls button[aria-label=下一个事件]").ClickAsync();
        await Expect(wall.Locator($".incidents.past [data-incident='{keys[2]}']")).ToBeVisibleAsync();
        await wall.Locator(".replay-controls button[aria-label=下一个事件]").ClickAsync();
        await Expect(wall.Locator(".replay-note")).ToHaveTextAsync("之后没有事件了");
        await wall.ShootAsync("replay-incidents");
        wall.AssertNoErrors();
        foreach (var key in keys)
        {
            await admin.PostAsync($"/api/incidents/{key}/actions/close", new { });
        }

        async Task ReportAsync(string title, string level)
        {
            keys.Add((string)(await admin.PostAsync("/api/incidents", new { kind = "other", title, level, lon = 121.40, lat }))!["key"]!);
            await Task.Delay(TimeSpan.FromSeconds(3)); // Each has a mark of its own on the time line.
        }
    }

    [Fact(DisplayName = "A replay that somebody else ends says so, and leads back to the present; one without positions says that, too")]
    public async Task Closed()
    {
        var (key, _, _) = await OpenReplayAsync();
        await using var wall = await fixture.OpenWallAsync(SmallWidth, SmallHeight);
        await JoinAsync(wall, key);
        using (var admin = await fixture.AdminAsync())
        {
            await admin.DeleteAsync($"/api/replays/{key}");
        }

        await Expect(wall.Locator(".replay-ended strong")).ToHaveTextAsync("这个回放已被结束");
        await Expect(wall.Locator(".replay-go")).ToBeDisabledAsync();
        await wall.Locator(".replay-ended button").ClickAsync();
        await Expect(wall.Locator(".wall.in-replay")).ToHaveCountAsync(0);
        await Expect(wall.Locator(".link-mark")).ToHaveTextAsync("实时");

        await SelectMovingAsync(wall);
        await wall.Locator(".stage-cards .replay-start > button").ClickAsync();
        await wall.Locator(".replay-range button", "选日期").ClickAsync();
        await wall.Locator(".replay-day input").FillAsync("2020-02-02");
        await wall.Locator(".replay-day button").ClickAsync();
        await Expect(wall.Locator(".replay-note")).ToHaveTextAsync("这段时间没有定位");
        await wall.Page.Keyboard.PressAsync("Escape");
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "A replay goes on over a lost connection: the screen says that it is alone, and follows again by itself")]
    public async Task LostAndFound()
    {
        var (key, from, _) = await OpenReplayAsync();
        await using var wall = await fixture.OpenWallAsync(SmallWidth, SmallHeight);
        await JoinAsync(wall, key);
        await fixture.KillHostAsync();
        try
        {
            await Expect(wall.Locator(".banner.lost")).ToContainTextAsync("其他屏幕对回放的操作暂时收不到");
            await Expect(wall.Locator(".wall.in-replay")).ToBeVisibleAsync();
        }
        finally
        {
            await fixture.RestartHostAsync();
        }

        await wall.Locator(".link-mark[data-state=replay]").WaitForAsync(new() { Timeout = 3 * WallPage.Patience });
        await SetClockAsync(key, from.AddMinutes(7));
        await UntilShownAsync(wall, from.AddMinutes(7));
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "Without the right to tracks nothing offers a replay")]
    public async Task NoRight()
    {
        await using var wall = await fixture.OpenAsync();
        await wall.EnterAsync("demo-statistics");
        await wall.Locator(".unit-row").First.ClickAsync();
        await Expect(wall.Locator(".stage-cards .card")).ToBeVisibleAsync();
        await Expect(wall.Locator(".replay-start")).ToHaveCountAsync(0);
        await Expect(wall.Locator(".replay-menu")).ToHaveCountAsync(0);
    }

    [Fact(DisplayName = "A zone's card answers who was here, the map's tools list the open replays, and everything fits on two screens in both languages")]
    public async Task WhoWasHere()
    {
        const int width = 3840, height = 1080;
        await using var wall = await fixture.OpenWallAsync(width, height);
        await wall.Locator(".replay-menu > .segmented button").ClickAsync();
        await wall.Locator(".replay-menu section .replay-range button", "近 1 小时").ClickAsync();
        await Expect(wall.Locator(".wall.in-replay")).ToBeVisibleAsync();
        await Expect(wall.Locator(".unit-row").Nth(5)).ToBeVisibleAsync();
        foreach (var language in new[] { "English", "中文" })
        {
            await wall.Locator(".header-buttons button", language).ClickAsync();
            Assert.Equal("", await wall.Page.EvaluateAsync<string>(
                """
                () => [...document.querySelectorAll('.header *, .replay-bar *, .replay-controls *')]
                  .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline' && !each.closest('svg'))
                  .map((each) => each.className + ' ' + each.textContent).join('\n')
                """));
            Assert.True(await wall.Page.EvaluateAsync<bool>(
                "() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"));
        }

        wall.AssertNoErrors();
    }

    /// <summary>
    /// A replay of an hour long ago, of a vehicle that moves, enters a zone, is silent for 20 minutes, and moves again; its clock stands at the begin.
    /// The hour is before the demonstration's past: an alarm of a zone as a whole (nobody there at night) would show in it.
    /// </summary>
    private async Task<(string Key, DateTimeOffset From, string Name)> OpenReplayAsync()
    {
        await using var start = await fixture.OpenAsync(); // Starts the host.
        var place = Interlocked.Increment(ref _places);
        var (unit, name, from) = ($"replayed-{place}", $"回放车{place}", new DateTimeOffset(DateTimeOffset.UtcNow.Date.AddDays(-3).AddHours(-place), TimeSpan.Zero));
        using var admin = await fixture.AdminAsync();
        await admin.PutAsync($"/api/units/vehicle/{unit}", new { name });
        double[][] ring = [[121.41, 31.10], [121.43, 31.10], [121.43, 31.12], [121.41, 31.12], [121.41, 31.10]];
        await admin.PutAsync($"/api/zones/{unit}", new
        {
            type = "Feature",
            geometry = new { type = "Polygon", coordinates = new[] { ring } },
            properties = new { name = $"回放区域{place}", effectiveFrom = Wire(from.AddHours(-1)), rules = new[] { new { key = "in", type = "enter", units = new[] { $"vehicle/{unit}" } } } },
        });
        await admin.PostAsync("/api/positions", Enumerable.Range(0, 106).Where(i => i is <= 40 or >= 80).Select(i => new
        {
            unit = $"vehicle/{unit}",
            time = Wire(from.AddSeconds(i * 30)),
            lon = Math.Round(121.400 + (i * 0.0005), 4),
            lat = 31.11,
            speed = 1.6,
        }).ToArray());
        for (var i = 0; i < 200 && (await admin.ListAsync($"/api/breaches?unit=vehicle/{unit}")).Count == 0; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        var replay = await admin.PostAsync("/api/replays", new { name, from = Wire(from), to = Wire(from.AddHours(1)), units = new[] { $"vehicle/{unit}" } });
        return ((string)replay!["key"]!, from, name);
    }

    private static async Task JoinAsync(WallPage wall, string key)
    {
        await PressJoinAsync(wall, key);
        await Expect(wall.Locator(".replay-note")).ToHaveCountAsync(0); // Tracks are there.
    }

    private static async Task PressJoinAsync(WallPage wall, string key)
    {
        await wall.Locator(".replay-menu > .segmented button").ClickAsync();
        await wall.Locator($".replay-menu section li[data-key='{key}'] button", "加入").ClickAsync();
        await Expect(wall.Locator(".wall.in-replay")).ToBeVisibleAsync();
    }

    private async Task SetClockAsync(string key, DateTimeOffset time)
    {
        using var admin = await fixture.AdminAsync();
        await admin.PostAsync($"/api/replays/{key}/clock", new { time = Wire(time) });
    }

    private static async Task<string> SelectMovingAsync(WallPage wall)
    {
        await wall.Locator(".chips.states button", "行进").ClickAsync();
        var row = wall.Locator(".unit-row").First;
        var name = await row.Locator(".unit-name").InnerTextAsync();
        await row.ClickAsync();
        await wall.Locator(".filter-bar .quiet").ClickAsync();
        await Expect(wall.Locator(".stage-cards .card h2")).ToHaveTextAsync(name);
        return name;
    }

    /// <summary>How far what a page shows is ahead of the machine's clock, in milliseconds. A busy machine may stop between the two readings, which only ever takes away.</summary>
    private static async Task<double> AheadAsync(WallPage wall)
    {
        var ahead = double.NegativeInfinity;
        for (var i = 0; i < 5; i++)
        {
            var pair = await wall.Page.EvaluateAsync<double[]>(NextInstant);
            ahead = Math.Max(ahead, pair[1] - pair[0]);
        }

        return ahead;
    }

    private static async Task<DateTimeOffset> ShownAsync(WallPage wall)
        => DateTimeOffset.Parse((await wall.Locator(".replay-now").GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture);

    private static Task UntilShownAsync(WallPage wall, DateTimeOffset time)
        => Expect(wall.Locator(".replay-now")).ToHaveAttributeAsync("datetime", Wire(time));

    /// <summary>Pixels in the replay's colour along the page's edge.</summary>
    private static async Task<int> FrameColourAsync(WallPage wall)
    {
        var picture = await wall.Page.ScreenshotAsync(new() { Clip = new() { X = 0, Y = 0, Width = 5, Height = 900 } });
        return await wall.Page.EvaluateAsync<int>(
            """
            async (picture) => {
              const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), (each) => each.charCodeAt(0))]))
              const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
              context.drawImage(bitmap, 0, 0)
              const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
              let count = 0
              for (let at = 0; at < data.length; at += 4) {
                count += data[at] > 180 && data[at + 1] > 215 && data[at + 2] < 110 ? 1 : 0
              }
              return count
            }
            """,
            Convert.ToBase64String(picture));
    }

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string Wire(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
