using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

/// <summary>Many on a small screen: cells, units of one spot, how old what is drawn is, and which way cameras look.</summary>
public sealed class CrowdTests(WallFixture fixture)
{
    private static int _spots;

    [Fact(DisplayName = "[MAP-3] Units of one spot are spread out by a tap of the mouse or a finger, or by keys; each can then be chosen, and Escape folds them up")]
    public async Task Fan()
    {
        var (names, lon, lat) = await CrowdAsync(5);
        await using var wall = await fixture.OpenWallAsync();
        await ChooseAsync(wall, names[0]);
        await Expect(wall.Locator(".fan-open")).ToHaveTextAsync("＋4");
        await Expect(wall.Locator(".fan-open")).ToHaveAttributeAsync("aria-label", "散开同一位置的 5 人（车）");

        // Keys.
        await wall.Locator(".fan-open").FocusAsync();
        await wall.Page.Keyboard.PressAsync("Enter");
        await Expect(wall.Locator(".fan .fan-unit")).ToHaveCountAsync(5);
        await Expect(wall.Locator(".fan")).ToHaveAttributeAsync("aria-label", "同一位置共 5");
        Assert.Equal(names.Order(), (await wall.Locator(".fan .fan-unit").AllInnerTextsAsync()).Order());
        await ShotAsync(wall, "fan");
        await Expect(wall.Locator(".fan-unit").First).ToBeFocusedAsync();
        await wall.Page.Keyboard.PressAsync("ArrowRight");
        var second = await wall.Locator(".fan-unit:focus").InnerTextAsync();
        Assert.NotEqual(names[0], second);
        await wall.Page.Keyboard.PressAsync("Enter");
        await Expect(wall.Locator(".fan")).ToHaveCountAsync(0);
        await Expect(wall.Locator(".stage-cards .card h2").First).ToHaveTextAsync(second);

        // The mouse.
        var spot = await SpotAsync(wall, lon, lat);
        await wall.Page.Mouse.ClickAsync(spot.X, spot.Y);
        await Expect(wall.Locator(".fan .fan-unit")).ToHaveCountAsync(5);
        var third = names.Last(name => name != second);
        await wall.Locator(".fan-unit", third).ClickAsync();
        await Expect(wall.Locator(".stage-cards .card h2").First).ToHaveTextAsync(third);

        // A finger.
        await TapAsync(wall, spot);
        await Expect(wall.Locator(".fan .fan-unit")).ToHaveCountAsync(5);
        var box = (await wall.Locator(".fan-unit", second).BoundingBoxAsync())!;
        await TapAsync(wall, (box.X + (box.Width / 2), box.Y + (box.Height / 2)));
        await Expect(wall.Locator(".stage-cards .card h2").First).ToHaveTextAsync(second);

        await wall.Page.Mouse.ClickAsync(spot.X, spot.Y);
        await Expect(wall.Locator(".fan .fan-unit")).ToHaveCountAsync(5);
        var chosen = await wall.Locator(".stage-cards .card h2").First.InnerTextAsync();
        await wall.Page.Keyboard.PressAsync("Escape");
        await Expect(wall.Locator(".fan")).ToHaveCountAsync(0);
        await Expect(wall.Locator(".stage-cards .card h2").First).ToHaveTextAsync(chosen);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "[MAP-2] A cell of too many units says how many of which kind and state; a tap flies closer")]
    public async Task Cells()
    {
        await using var wall = await fixture.OpenAsync(sharp: true);
        await wall.SignInAsync("demo-commander");
        var day = DateTimeOffset.UtcNow;
        var heat = await fixture.Api.GetAsync($"/api/heatmaps/presence?from={Wire(day.AddDays(-1))}&to={Wire(day)}&resolution=8");
        var cells = heat["cells"]!.AsArray().Take(12).Select(cell => (string)cell![0]!).ToList();
        Assert.NotEmpty(cells);
        var crowd = new JsonArray([.. cells.Select((cell, i) => new JsonArray(cell, 100 + (40 * i), i == 0 ? 3 : 0, new JsonArray(90 + (40 * i), 10, 0), new JsonArray(0, 60 + (40 * i), 30, 0, 10, 0)))]);

        // The demonstration has not as many: the host's own frames are shown as if it had.
        await wall.Page.RouteWebSocketAsync("**/hubs/wall*", page =>
        {
            var host = page.ConnectToServer();
            host.OnMessage(frame => page.Send(Crowded(frame.Text!, crowd)));
        });
        await wall.GoAsync();
        await wall.Locator(".tool-note", "网格汇总").WaitForAsync();
        await wall.Locator(".map-canvas").ScreenshotAsync(); // Drawn once.
        await ShotAsync(wall, "cells");

        var (x, y) = await FindTipAsync(wall);
        var tip = await wall.Locator(".map-tip div").AllInnerTextsAsync();
        Assert.Matches(@"^\d+ 人（车）$", tip[0]);
        Assert.Matches(@"^人 \d+\s+车 10$", tip[1]);
        Assert.Matches(@"^行进 \d+ · 停留 30 · 无信号 10$", tip[2]);
        var before = await ZoomAsync(wall);
        await wall.Page.Mouse.ClickAsync(x, y);
        await wall.Page.WaitForFunctionAsync("(before) => JSON.parse(document.querySelector('.map-canvas').dataset.view).zoom > before + 1.4", before);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "[MAP-4] Where there is room, cameras say which way they look: as many pixels more are drawn on their side of the lens")]
    public async Task Cones()
    {
        await using var wall = await fixture.OpenWallAsync(sharp: true);
        var camera = (await fixture.Api.ListAsync("/api/cameras")).First(each => each["heading"] is not null);
        var button = wall.Locator(".map-tools .segmented button", "探头");
        await button.ClickAsync();
        var (lon, lat, heading) = ((double)camera["lon"]!, (double)camera["lat"]!, (double)camera["heading"]! * Math.PI / 180);
        await LookAtAsync(wall, lon, lat);
        await ShotAsync(wall, "cones");
        var spot = await SpotAsync(wall, lon, lat);
        var shot = Convert.ToBase64String(await wall.Page.ScreenshotAsync());
        await button.ClickAsync();
        await Expect(button).ToHaveAttributeAsync("aria-pressed", "false");

        // Half a cone's length ahead of the lens, and as far behind it.
        async Task<double> BrightnessAsync(int sign) => await wall.Page.EvaluateAsync<double>(
            Brightness, new object[] { shot, spot.X + (sign * 40 * Math.Sin(heading)), spot.Y - (sign * 40 * Math.Cos(heading)) });
        Assert.True(await BrightnessAsync(1) > await BrightnessAsync(-1) + 8, $"{await BrightnessAsync(1)} ahead of the lens, {await BrightnessAsync(-1)} behind it.");
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "[MAP-1] Positions of a minute ago are drawn hollow and with their age; they are never drawn as live ones")]
    public async Task Ages()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        foreach (var i in Enumerable.Range(0, 3))
        {
            await admin.PutAsync($"/api/units/officer/aged-{i}", new { name = $"老位置{i}" });
        }

        await using var wall = await fixture.OpenWallAsync(sharp: true);
        await LookAtAsync(wall, 121.361, 31.1875);
        await Expect(wall.Locator(".legend .age-mark")).ToHaveCountAsync(3);
        await ReportAsync(2, 95); // Once: an older fix than the newest changes nothing.
        await ReportAsync(1, 40);
        var (fresh, old) = (await SpotAsync(wall, 121.360, 31.1875), await SpotAsync(wall, 121.362, 31.1875));
        var waited = Stopwatch.StartNew();
        while (true)
        {
            await ReportAsync(0, 0); // Until a busy machine has drawn it while it is fresh.
            await Task.Delay(500);
            var shot = Convert.ToBase64String(await wall.Page.ScreenshotAsync());

            // Beside the mark in the middle: the body of a live one is filled, that of an old one is as dark as the map.
            async Task<double> BodyAsync((float X, float Y) spot) => await wall.Page.EvaluateAsync<double>(Brightness, new object[] { shot, (double)spot.X - 4, (double)spot.Y + 1 });
            var (live, aged) = (await BodyAsync(fresh), await BodyAsync(old));
            if (live > aged + 40)
            {
                break;
            }

            Assert.True(waited.ElapsedMilliseconds < WallPage.Patience, $"The live one's body has a brightness of {live}, the old one's of {aged}.");
        }

        await ShotAsync(wall, "ages");
        wall.AssertNoErrors();

        Task ReportAsync(int unit, int secondsAgo) => admin.PostAsync("/api/positions", new[]
        {
            new { unit = $"officer/aged-{unit}", time = Wire(DateTimeOffset.UtcNow.AddSeconds(-secondsAgo)), lon = 121.360 + (unit * 0.001), lat = 31.1875 },
        });
    }

    [Fact(DisplayName = "[REP-3] In a replay the incidents of its time are on the map and listed, as they were then: what was closed since is open, and what came later is not there")]
    public async Task Past_incidents()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        var title = $"回放事件{Interlocked.Increment(ref _spots)}";
        var unit = $"vehicle/past-incident-{_spots}";
        var reported = await admin.PostAsync("/api/incidents", new { kind = "street-vending", title, lon = 121.4, lat = 31.21, level = "critical" });
        var key = (string)reported!["key"]!;
        var at = DateTimeOffset.Parse((string)reported["reportedAt"]!, CultureInfo.InvariantCulture);
        await admin.PostAsync("/api/positions", new[] { new { unit, time = Wire(at.AddSeconds(-30)), lon = 121.4, lat = 31.2 }, new { unit, time = Wire(at), lon = 121.401, lat = 31.2 } });
        await Task.Delay(2_000); // So long it was open and nothing more.
        await admin.PostAsync($"/api/incidents/{key}/actions/close", new { note = "已处理" });
        var replay = (string)(await admin.PostAsync("/api/replays", new { name = title, from = Wire(at.AddMinutes(-2)), to = Wire(at.AddSeconds(2)), units = new[] { unit } }))!["key"]!;
        await admin.PostAsync($"/api/replays/{replay}/clock", new { time = Wire(at.AddSeconds(1)) });

        await using var wall = await fixture.OpenWallAsync(sharp: true);
        await Expect(wall.Locator($".incident-row[data-incident='{key}']")).ToHaveCountAsync(0); // Of now.
        await wall.Locator(".replay-menu > .segmented button").ClickAsync();
        await wall.Locator($".replay-menu section li[data-key='{replay}'] button", "加入").ClickAsync();
        await Expect(wall.Locator(".wall.in-replay")).ToBeVisibleAsync();
        var row = wall.Locator($".incidents.past .incident-row[data-incident='{key}']");
        await Expect(row).ToHaveAttributeAsync("data-state", "new");
        await row.ClickAsync();
        var card = wall.Locator(".incident-card.past");
        await Expect(card.Locator("h2")).ToHaveTextAsync(title);
        await Expect(card.Locator(".time-line li")).ToHaveCountAsync(1);
        await Expect(card.Locator(".errand-buttons")).ToHaveCountAsync(0); // Nothing can be done to the past.
        await ShotAsync(wall, "past-incidents");

        await admin.PostAsync($"/api/replays/{replay}/clock", new { time = Wire(at.AddSeconds(-60)) });
        await Expect(row).ToHaveCountAsync(0);
        await Expect(card).ToHaveCountAsync(0);
        await wall.Locator(".replay-bar .replay-leave").ClickAsync();
        await Expect(wall.Locator(".incidents:not(.past)")).ToBeVisibleAsync();
        wall.AssertNoErrors();
    }

    /// <summary>The mean brightness of a few pixels around a place.</summary>
    private const string Brightness =
        """
        async ([picture, x, y]) => {
          const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), (each) => each.charCodeAt(0))]))
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
          context.drawImage(bitmap, 0, 0)
          const { data } = context.getImageData(Math.round(x) - 1, Math.round(y) - 1, 3, 3)
          let sum = 0
          for (let at = 0; at < data.length; at += 4) sum += (data[at] + data[at + 1] + data[at + 2]) / 3
          return sum / 9
        }
        """;

    /// <summary>New units on one spot that nobody else is on: in a corner of what a wall shows first.</summary>
    private async Task<(string[] Names, double Lon, double Lat)> CrowdAsync(int count)
    {
        using var admin = await fixture.AdminAfterStartAsync();
        var number = Interlocked.Increment(ref _spots);
        var (lon, lat) = (121.345 + (number * 0.004), 31.2335);
        var names = Enumerable.Range(1, count).Select(i => $"同位{number}{"甲乙丙丁戊己庚"[i - 1]}").ToArray();
        foreach (var (i, name) in names.Index())
        {
            await admin.PutAsync($"/api/units/officer/crowd-{number}-{i}", new { name });
        }

        await admin.PostAsync("/api/positions", names.Select((_, i) => new { unit = $"officer/crowd-{number}-{i}", time = Wire(DateTimeOffset.UtcNow), lon, lat }).ToArray());
        return (names, lon, lat);
    }

    private static async Task ChooseAsync(WallPage wall, string name)
    {
        await wall.Locator("#unit-search").FillAsync(name);
        await wall.Locator(".unit-row", name).ClickAsync();
        await Expect(wall.Locator(".stage-cards .card h2").First).ToHaveTextAsync(name);
    }

    /// <summary>Looks closely at a place: zooms in by the wheel around it.</summary>
    private static async Task LookAtAsync(WallPage wall, double lon, double lat)
    {
        while (await ZoomAsync(wall) < 16)
        {
            var (x, y) = await SpotAsync(wall, lon, lat);
            var before = await ZoomAsync(wall);
            await wall.Page.Mouse.MoveAsync(x, y);
            await wall.Page.Mouse.WheelAsync(0, -400);
            await wall.Page.WaitForFunctionAsync("(before) => JSON.parse(document.querySelector('.map-canvas').dataset.view).zoom > before", before);
            await UntilAtRestAsync(wall);
        }
    }

    private static Task UntilAtRestAsync(WallPage wall) => wall.Page.EvaluateAsync(
        """
        () => new Promise((rested) => {
          const map = document.querySelector('.map-canvas')
          let before = null
          const look = () => { if (map.dataset.view === before) rested(); else { before = map.dataset.view; setTimeout(look, 700) } }
          look()
        })
        """);

    private static Task<double> ZoomAsync(WallPage wall) => wall.Page.EvaluateAsync<double>("() => JSON.parse(document.querySelector('.map-canvas').dataset.view).zoom");

    /// <summary>Where a place is on the page, in pixels.</summary>
    private static async Task<(float X, float Y)> SpotAsync(WallPage wall, double lon, double lat)
    {
        var box = (await wall.Locator(".map-canvas").BoundingBoxAsync())!;
        var view = JsonNode.Parse(await wall.Page.EvaluateAsync<string>("() => document.querySelector('.map-canvas').dataset.view"))!;
        var world = 512 * Math.Pow(2, (double)view["zoom"]!);
        static double Mercator(double latitude) => Math.Asinh(Math.Tan(latitude * Math.PI / 180)) / (2 * Math.PI);
        return (
            (float)(box.X + (box.Width / 2) + ((lon - (double)view["lng"]!) / 360 * world)),
            (float)(box.Y + (box.Height / 2) - ((Mercator(lat) - Mercator((double)view["lat"]!)) * world)));
    }

    private static async Task TapAsync(WallPage wall, (float X, float Y) spot)
    {
        var browser = await wall.Page.Context.NewCDPSessionAsync(wall.Page);
        await browser.SendAsync("Emulation.setTouchEmulationEnabled", new() { ["enabled"] = true });
        var touch = new[] { new { x = spot.X, y = spot.Y } };
        await browser.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchStart", ["touchPoints"] = touch });
        await browser.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await browser.SendAsync("Emulation.setTouchEmulationEnabled", new() { ["enabled"] = false });
    }

    /// <summary>Moves the pointer over the map until it is over a cell.</summary>
    private static async Task<(float X, float Y)> FindTipAsync(WallPage wall)
    {
        var box = (await wall.Locator(".map-canvas").BoundingBoxAsync())!;
        for (var tries = 0; tries < 400; tries++)
        {
            var (x, y) = ((float)(box.X + (box.Width * (0.2 + (tries % 20 * 0.03)))), (float)(box.Y + (box.Height * (0.25 + (tries / 20 * 0.025)))));
            await wall.Page.Mouse.MoveAsync(x, y);
            await wall.Page.EvaluateAsync("() => new Promise((done) => setTimeout(done, 80))");
            if (await wall.Locator(".map-tip").CountAsync() > 0)
            {
                return (x, y);
            }
        }

        throw new InvalidOperationException("No cell is under the pointer anywhere.");
    }

    /// <summary>The host's messages, with the frames' units as cells.</summary>
    private static string Crowded(string text, JsonArray cells) => string.Join('\x1e', text.Split('\x1e').Select(message =>
    {
        if (!message.Contains("\"target\":\"frame\"", StringComparison.Ordinal))
        {
            return message;
        }

        var node = JsonNode.Parse(message)!;
        var frame = node["arguments"]![0]!;
        frame["units"] = new JsonObject(new[] { "n", "lon", "lat", "heading", "speed", "state", "time" }.Select(name => KeyValuePair.Create<string, JsonNode?>(name, new JsonArray())));
        frame["gone"] = new JsonArray();
        frame["cells"] = cells.DeepClone();
        return node.ToJsonString();
    }));

    private static string Wire(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static async Task ShotAsync(WallPage wall, string name)
    {
        if (Environment.GetEnvironmentVariable("VANTAGE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await wall.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"map-{name}.png") });
        }
    }
}
