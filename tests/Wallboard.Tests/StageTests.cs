using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class StageTests(WallFixture fixture)
{
    /// <summary>Several pages are drawn by the processor at once.</summary>
    private const int Width = 960;
    private const int Height = 540;
    private const int LinkedWithinMs = 300;

    [Fact(DisplayName = "[STG-1] Select, filter, layers and the place of the map on one screen drive the others within 300 ms; a screen that is reloaded shows at once what they show")]
    public async Task Linkage()
    {
        var stage = await fixture.LayOutAsync(
            Screen("desk", "free", "lead"), Screen("map", "map", "follow", column: 1), Screen("list", "list", "follow", column: 2));
        await using var desk = await fixture.OpenScreenAsync(stage, "desk");
        await using var map = await fixture.OpenScreenAsync(stage, "map");
        await using var list = await fixture.OpenScreenAsync(stage, "list");

        var district = await ViewAsync(map);
        var took = new List<Linked>();
        var last = "";
        for (var turn = 0; turn < 6 || (!took.Exists(IsPrompt) && turn < 30); turn++) // Until the machine has a quiet moment, if it has one.
        {
            var name = await desk.Locator(".unit-row .unit-name").Nth(turn % 6).InnerTextAsync();
            if (name == last)
            {
                continue; // It has moved here, and is chosen already.
            }

            last = name;
            var seen = SeenAsync(list, $"document.querySelector('.unit-row[aria-selected=true]')?.textContent.includes({JsonSerializer.Serialize(name)})");
            var at = await desk.Page.EvaluateAsync<double>(
                """
                (name) => {
                  const row = [...document.querySelectorAll('.unit-row')].find((each) => each.querySelector('.unit-name').innerText === name)
                  const at = Date.now()
                  row.click()
                  return at
                }
                """,
                name);
            took.Add(Since(at, await seen));
            await Expect(map.Locator(".stage-cards .card h2")).ToHaveTextAsync(name);
        }

        AssertPrompt("Selected", took);

        var vehicles = Button(".chips", "执法车");
        await LinkedAsync("Filtered", desk, vehicles, vehicles, list, "document.querySelector('.chips button[aria-pressed=true]')?.innerText.includes('执法车') === true");
        await Expect(map.Locator(".filter-bar")).ToContainTextAsync("执法车");
        await LinkedAsync("A layer shown", desk, Button(".map-tools", "今天"), Button(".map-tools", "关"), map, "document.querySelector('.heat-legend') !== null");
        var zoom = (await RestingViewAsync(map)).Zoom + 0.01;
        await LinkedAsync("Flown", desk, Button(".map-tools", "＋"), Button(".map-tools", "－"), map, $"JSON.parse(document.querySelector('.map-canvas').dataset.view).zoom > {zoom.ToString(CultureInfo.InvariantCulture)}");
        var view = await RestingViewAsync(desk);
        await UntilViewAsync(map, view);

        await map.Page.ReloadAsync();
        await Expect(map.Locator(".filter-bar")).ToContainTextAsync("执法车");
        await Expect(map.Locator(".heat-legend")).ToBeVisibleAsync();
        await UntilViewAsync(map, view);

        // One that leads takes what is shown up again, and lays nothing of its own over it.
        var shown = (await ShownAsync(stage)).ToJsonString();
        await desk.Page.ReloadAsync();
        await Expect(desk.Locator(".filter-bar")).ToContainTextAsync("执法车");
        await UntilViewAsync(desk, view);
        await Task.Delay(1_000);
        Assert.Equal(shown, (await ShownAsync(stage)).ToJsonString());

        await desk.Locator(".map-tools button", "回到全区").ClickAsync();
        await UntilViewAsync(map, district);
        foreach (var page in new[] { desk, map, list })
        {
            page.AssertNoErrors();
        }
    }

    [Fact(DisplayName = "A screen that follows is driven and drives nobody; one that is alone is neither; who may lead changes that on the screen itself")]
    public async Task Links()
    {
        var stage = await fixture.LayOutAsync(Screen("desk", "free", "lead"), Screen("other", "free", "follow", column: 1));
        await using var desk = await fixture.OpenScreenAsync(stage, "desk");
        await using var other = await fixture.OpenScreenAsync(stage, "other");
        await SelectAsync(other, 3);
        await Task.Delay(1_000);
        await Expect(desk.Locator(".stage-cards .card")).ToHaveCountAsync(0);
        var name = await SelectAsync(desk, 1);
        await Expect(other.Locator(".stage-cards .card h2")).ToHaveTextAsync(name);

        await other.Locator(".stage-badge button", "独立").ClickAsync();
        await Expect(other.Locator(".stage-badge")).ToHaveAttributeAsync("data-link", "alone");
        var next = await SelectAsync(desk, 2);
        await Task.Delay(1_000);
        await Expect(other.Locator(".stage-cards .card h2")).ToHaveTextAsync(name);

        await other.Locator(".stage-badge button", "主控").ClickAsync();
        await Expect(other.Locator(".stage-cards .card h2")).ToHaveTextAsync(next); // Linked again, it shows what the others show.
        var last = await SelectAsync(other, 4);
        await Expect(desk.Locator(".stage-cards .card h2")).ToHaveTextAsync(last);
        desk.AssertNoErrors();
        other.AssertNoErrors();
    }

    [Fact(DisplayName = "[STG-9] What is chosen on a leading screen without a connection is shown on the others with the next one; where another screen chose meanwhile, that is shown")]
    public async Task Unsaid()
    {
        var stage = await fixture.LayOutAsync(Screen("desk", "free", "lead"), Screen("other", "free", "lead", column: 1));
        await using var desk = await fixture.OpenScreenAsync(stage, "desk");
        await using var other = await fixture.OpenScreenAsync(stage, "other");
        var line = await HubLine.ThroughAsync(desk);
        var first = await SelectAsync(desk, 1);
        await Expect(other.Locator(".stage-cards .card h2")).ToHaveTextAsync(first);

        await line.CutAsync();
        var unsaid = await SelectAsync(desk, 3);
        await Task.Delay(1_000);
        await Expect(other.Locator(".stage-cards .card h2")).ToHaveTextAsync(first);
        line.Mend();
        await Expect(other.Locator(".stage-cards .card h2")).ToHaveTextAsync(unsaid);

        await line.CutAsync();
        await SelectAsync(desk, 1);
        var theirs = await SelectAsync(other, 5);
        line.Mend();
        await Expect(desk.Locator(".stage-cards .card h2")).ToHaveTextAsync(theirs);
        await Expect(other.Locator(".stage-cards .card h2")).ToHaveTextAsync(theirs);
        desk.AssertNoErrors();
        other.AssertNoErrors();
    }

    [Fact(DisplayName = "[STG-1] A replay that is opened on one screen is shown on all, charts excepted, and left on all")]
    public async Task Replay()
    {
        var stage = await fixture.LayOutAsync(Screen("desk", "free", "lead"), Screen("other", "list", "follow", column: 1), Screen("charts", "charts", "follow", column: 2));
        await using var desk = await fixture.OpenScreenAsync(stage, "desk");
        await using var other = await fixture.OpenScreenAsync(stage, "other");
        await using var charts = await fixture.OpenScreenAsync(stage, "charts");
        await SelectAsync(desk, 0);
        await desk.Locator(".stage-cards .card .replay-start > button").ClickAsync();
        await desk.Locator(".stage-cards .card .replay-range button", "近 1 小时").ClickAsync();
        await Expect(desk.Locator(".wall.in-replay")).ToBeVisibleAsync();
        await Expect(other.Locator(".wall.in-replay")).ToBeVisibleAsync();
        await Expect(other.Locator(".replay-what")).ToContainTextAsync(await desk.Locator(".replay-what strong").InnerTextAsync());
        await Expect(charts.Locator(".wall.in-replay")).ToHaveCountAsync(0);
        await desk.Locator(".replay-bar .replay-leave").ClickAsync();
        await Expect(other.Locator(".wall.in-replay")).ToHaveCountAsync(0);
        await Expect(other.Locator(".link-mark")).ToHaveTextAsync("实时");
        other.AssertNoErrors();
    }

    [Fact(DisplayName = "[STG-5] A picture that spans two windows lines up to the pixel with one window as large as both")]
    public async Task Spanned()
    {
        var stage = await fixture.LayOutAsync(
            Screen("west", "map", "follow", spans: true), Screen("east", "map", "follow", column: 1, spans: true), Screen("whole", "map", "follow", row: 1, columns: 2));
        using var admin = await fixture.AdminAsync();
        await using var west = await fixture.OpenScreenAsync(stage, "west", 480, 540, sharp: true);
        await using var east = await fixture.OpenScreenAsync(stage, "east", 480, 540, sharp: true);
        await using var whole = await fixture.OpenScreenAsync(stage, "whole", 960, 540, sharp: true);
        await admin.PostAsync($"/api/stages/{stage}/picture", new { view = new { lon = 121.3921, lat = 31.2087, zoom = 13.62 }, filter = new { kinds = new[] { "drone" } }, layers = Array.Empty<string>() });
        var view = new MapView(121.3921, 31.2087, 13.62);
        await UntilViewAsync(whole, view);
        await WallPage.UntilAsync(async () => Math.Abs((await ViewAsync(west)).Zoom - 13.62) < 1e-6 && Math.Abs((await ViewAsync(east)).Zoom - 13.62) < 1e-6, "both halves where they belong");
        foreach (var page in new[] { west, east, whole })
        {
            await page.Page.AddStyleTagAsync(new() { Content = ".stage > :not(.map) { display: none !important }" });
        }

        await Task.Delay(3_000); // Until the base map has faded in.
        var one = await whole.Page.ScreenshotAsync();
        foreach (var (half, left) in new[] { (west, 0), (east, 480) })
        {
            var differences = await whole.Page.EvaluateAsync<double[]>(Differences, new object[] { Convert.ToBase64String(one), Convert.ToBase64String(await half.Page.ScreenshotAsync()), left });
            TestContext.Current.SendDiagnosticMessage($"Shifted by -2 to 2 pixels across and down, it differs by {string.Join(", ", differences.Select(each => each.ToString("0.00", CultureInfo.InvariantCulture)))}.");
            Assert.Equal(12, Array.IndexOf(differences, differences.Min())); // Not shifted at all.
        }
    }

    [Fact(DisplayName = "[STG-3] [STG-4] The page of walls shows who is on which screen and how late; presets switch all screens in one tap, and what is cast on one stays there until it is taken back")]
    public async Task Page()
    {
        var stage = await fixture.LayOutAsync(Screen("desk", "free", "lead"), Screen("other", "list", "follow", column: 1));
        await using var desk = await fixture.OpenScreenAsync(stage, "desk");
        await using var other = await fixture.OpenScreenAsync(stage, "other");
        await using var page = await fixture.OpenAsync(1600, 900, sharp: true);
        await page.SignInAsync("demo-commander");
        await page.Page.GotoAsync(new Uri(fixture.Address, $"/stage/?stage={stage}").AbsoluteUri);
        var tile = page.Locator(".screen-tile[data-screen=other]");
        await Expect(tile).ToHaveAttributeAsync("data-state", "there");
        await Expect(tile.Locator(".screen-latency")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^\d+ 毫秒$"));

        await page.Locator(".stage-presets button", "迎检").ClickAsync();
        await Expect(desk.Locator(".heat-legend")).ToBeVisibleAsync();
        await Expect(page.Locator(".stage-presets [aria-pressed=true]")).ToHaveTextAsync("迎检");

        // From his own page an operator puts what he sees on a screen.
        var name = await SelectAsync(desk, 2);
        await desk.Locator(".cast-menu > .segmented button").ClickAsync();
        await desk.Locator(".cast-menu section .segmented button", "图表").ClickAsync();
        await desk.Locator($".cast-menu section ul[data-stage={stage}] li[data-screen=other] .primary").ClickAsync();
        await Expect(other.Locator(".charts")).ToBeVisibleAsync();
        await Expect(tile.Locator(".screen-pushed")).ToContainTextAsync("投屏");
        await Expect(tile).ToContainTextAsync("图表");
        await tile.Locator(".screen-pushed button").ClickAsync();
        await Expect(other.Locator(".charts")).ToHaveCountAsync(0);
        await Expect(other.Locator(".unit-row").First).ToBeVisibleAsync();

        await page.Locator(".stage-presets button", "把当前画面存为预案").ClickAsync();
        await page.Locator(".stage-presets button", "保障").ClickAsync();
        await Expect(page.Locator(".stage-presets button", "保障")).ToHaveAttributeAsync("title", "已保存的预案");
        var kept = (string)(await ShownAsync(stage))["selection"]!["key"]!;
        await SelectAsync(desk, 4);
        await WallPage.UntilAsync(async () => (string?)(await ShownAsync(stage))["selection"]?["key"] != kept, "the wall to show what was selected last");
        await page.Locator(".stage-presets button", "保障").ClickAsync();
        await Expect(desk.Locator(".stage-cards .card h2")).ToHaveTextAsync(name);

        await other.DisposeAsync();
        await Expect(tile).ToHaveAttributeAsync("data-state", "closed");
        await page.ShootAsync("stage-page");
        page.AssertNoErrors();
    }

    [Fact(DisplayName = "A wall is laid out anew on its page, and its screens change what they are for while they hang there")]
    public async Task LayOut()
    {
        var stage = await fixture.LayOutAsync(Screen("desk", "free", "lead"));
        await using var desk = await fixture.OpenScreenAsync(stage, "desk");
        await using var page = await fixture.OpenAsync(1600, 900, sharp: true);
        await page.SignInAsync("demo-commander");
        await page.Page.GotoAsync(new Uri(fixture.Address, $"/stage/?stage={stage}").AbsoluteUri);
        await page.Locator(".stage-foot button", "修改布局").ClickAsync();
        await page.Locator(".layout-editor select").First.SelectOptionAsync("charts");
        await page.Locator(".layout-editor button", "增加屏幕").ClickAsync();
        await page.Locator(".layout-editor tbody tr").Nth(1).Locator("input").First.FillAsync("北屏");
        await page.ShootAsync("stage-layout");
        await page.Locator(".layout-editor button[type=submit]").ClickAsync();
        await Expect(page.Locator(".screen-tile")).ToHaveCountAsync(2);
        await Expect(page.Locator(".screen-tile h2").Nth(1)).ToHaveTextAsync("北屏");
        await Expect(desk.Locator(".charts")).ToBeVisibleAsync();
        await page.Locator(".stage-foot button").Nth(1).ClickAsync();
        await page.Locator(".stage-foot button", "再按一次").ClickAsync();
        await Expect(desk.Locator(".stage-note")).ToContainTextAsync("没有");
        await Expect(desk.Locator(".unit-row").First).ToBeVisibleAsync(); // Parted from its stage it is a wall of its own.
        page.AssertNoErrors();
        desk.AssertNoErrors();
    }

    [Fact(DisplayName = "An address of a screen that is not there says so, and the wall works; a post that may not lead is offered nothing that leads")]
    public async Task Strangers()
    {
        await using var lost = await fixture.OpenAsync(Width, Height);
        await lost.SignInAsync("demo-commander");
        await lost.Page.GotoAsync(new Uri(fixture.Address, "/?stage=nowhere&screen=left").AbsoluteUri);
        await Expect(lost.Locator(".stage-note")).ToContainTextAsync("nowhere");
        await lost.Locator(".unit-row").First.WaitForAsync();

        var stage = await fixture.LayOutAsync(Screen("desk", "free", "lead"));
        await using var clerk = await fixture.OpenAsync(Width, Height);
        await clerk.SignInAsync("demo-statistics");
        await clerk.Page.GotoAsync(new Uri(fixture.Address, $"/?stage={stage}&screen=desk").AbsoluteUri);
        await Expect(clerk.Locator(".stage-badge-link")).ToHaveTextAsync("主控");
        await Expect(clerk.Locator(".stage-badge button")).ToHaveCountAsync(0);
        await Expect(clerk.Locator(".cast-menu")).ToHaveCountAsync(0);
        await clerk.Page.GotoAsync(new Uri(fixture.Address, $"/stage/?stage={stage}").AbsoluteUri);
        await Expect(clerk.Locator(".screen-tile")).ToHaveCountAsync(1);
        await Expect(clerk.Locator(".stage-foot")).ToHaveCountAsync(0);
        await Expect(clerk.Locator(".stage-presets button:enabled")).ToHaveCountAsync(0);
        clerk.AssertNoErrors();
    }

    /// <summary>What is wider than its place, or makes the page wider or higher than the window; empty: nothing.</summary>
    private const string Overflows =
        """
        () => {
          const cut = [...document.querySelectorAll('.chart *, .stage-badge *, .map-corner *, .map-tools *, .header-figures')]
            .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline' && !each.closest('svg'))
            .map((each) => each.className + ' ' + each.textContent)
          const { scrollWidth, scrollHeight } = document.documentElement
          return [...cut, ...(scrollWidth > innerWidth || scrollHeight > innerHeight ? [`the page is ${scrollWidth} x ${scrollHeight}`] : [])].join('\n')
        }
        """;

    [Fact(DisplayName = "Every kind of screen fits where it hangs, in both languages, and when it becomes another")]
    public async Task Fits()
    {
        var stage = await fixture.LayOutAsync(Screen("one", "list", "lead"));
        using var admin = await fixture.AdminAsync();
        await using var wall = await fixture.OpenScreenAsync(stage, "one", 1920, 1080, sharp: true);
        foreach (var language in new[] { "zh", "en" })
        {
            await wall.Page.EvaluateAsync("(language) => { localStorage.setItem('vantage.language', language) }", language);
            await wall.Page.ReloadAsync();
            await wall.Locator(".link-mark[data-state=live]").WaitForAsync();
            foreach (var (role, width, height) in new[] { ("list", 1920, 1080), ("charts", 1920, 1080), ("charts", 960, 540), ("map", 3840, 720) })
            {
                await admin.PutAsync($"/api/stages/{stage}", new { name = "试验墙", screens = new[] { Screen("one", role, "lead") } });
                await wall.Page.SetViewportSizeAsync(width, height);
                await Expect(wall.Locator($".wall[data-role={role}]")).ToBeVisibleAsync();
                await Expect(wall.Locator(role == "charts" ? ".chart" : role == "map" ? ".scale-bar" : ".unit-row").First).ToBeVisibleAsync();
                Assert.Equal("", await wall.LastingAsync(() => wall.Page.EvaluateAsync<string>(Overflows), flaws => flaws.Length == 0));
                await wall.ShootAsync($"screen-{role}-{width}-{language}");
            }
        }

        wall.AssertNoErrors();
    }

    /// <summary>How much a part of a picture differs from another, shifted by -2 to 2 pixels down and, within that, across: the mean of a channel's differences.</summary>
    private const string Differences =
        """
        async ([whole, part, left]) => {
          const read = async (picture) => {
            const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), (each) => each.charCodeAt(0))]))
            const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
            context.drawImage(bitmap, 0, 0)
            return context.getImageData(0, 0, bitmap.width, bitmap.height)
          }
          const [all, some] = [await read(whole), await read(part)]
          const answers = []
          for (let down = -2; down <= 2; down++) {
            for (let across = -2; across <= 2; across++) {
              let sum = 0, count = 0
              for (let y = 4; y < some.height - 4; y++) {
                for (let x = 4; x < some.width - 4; x++) {
                  const [a, b] = [4 * (y * some.width + x), 4 * ((y + down) * all.width + x + across + left)]
                  sum += Math.abs(some.data[a] - all.data[b]) + Math.abs(some.data[a + 1] - all.data[b + 1]) + Math.abs(some.data[a + 2] - all.data[b + 2])
                  count += 3
                }
              }
              answers.push(sum / count)
            }
          }
          return answers
        }
        """;

    private sealed record MapView(double Lon, double Lat, double Zoom);

    private static object Screen(string key, string role, string link, int column = 0, int row = 0, int columns = 1, bool spans = false)
        => new { key, name = key, role, link, column, row, columns, rows = 1, spans };

    [Fact(DisplayName = "[STG-1] What the wheel does to the map of a leading screen, the others' maps do too: from the whole district on")]
    public async Task Wheel()
    {
        var stage = await fixture.LayOutAsync(Screen("left", "map", "lead"), Screen("right", "map", "follow", column: 1));
        await using var left = await fixture.OpenScreenAsync(stage, "left");
        await using var right = await fixture.OpenScreenAsync(stage, "right");
        var district = await ViewAsync(left);
        await left.Page.Mouse.MoveAsync(Width / 2, Height / 2);
        await left.Page.Mouse.WheelAsync(0, -300);
        await left.Page.WaitForFunctionAsync("(before) => JSON.parse(document.querySelector('.map-canvas').dataset.view).zoom > before", district.Zoom);
        await UntilViewAsync(right, await RestingViewAsync(left));
    }

    private async Task<JsonNode> ShownAsync(string stage) => (await fixture.Api.GetAsync($"/api/stages/{stage}"))["picture"]!;

    private static async Task<string> SelectAsync(WallPage wall, int row)
    {
        var name = await wall.Locator(".unit-row:not([aria-selected=true]) .unit-name").Nth(row).InnerTextAsync();
        await wall.Locator(".unit-row", name).First.DispatchEventAsync("click"); // By name, and not by place: rows change theirs as units start and stop.
        await Expect(wall.Locator(".stage-cards .card h2")).ToHaveTextAsync(name);
        return name;
    }

    /// <summary>When a page shows something, by the machine's clock, and how long it needed for the picture that shows it: in milliseconds, looked at with every picture that it paints.</summary>
    private static async Task<double[]> SeenAsync(WallPage wall, string isShown)
        => await wall.Page.EvaluateAsync<double[]>(
            $$"""
            () => new Promise((resolve) => {
              let before = Date.now()
              const look = () => {
                const now = Date.now()
                if ({{isShown}}) resolve([now, now - before])
                else requestAnimationFrame(look)
                before = now
              }
              look()
            })
            """).WaitAsync(TimeSpan.FromMilliseconds(WallPage.Patience));

    /// <param name="TookMs">From the press on one screen to the picture of the other.</param>
    /// <param name="PictureMs">How long the other needed for that picture.</param>
    private readonly record struct Linked(double TookMs, double PictureMs);

    private static Linked Since(double at, double[] seen) => new(seen[0] - at, seen[1]);

    /// <summary>
    /// Whether a screen followed within the promised time. The processor draws the maps of all of them, beside all else that is tested: by what a
    /// picture takes longer than it may on a wall of thirty a second, the linkage is not late. At most the same time again is let pass as that.
    /// </summary>
    private static bool IsPrompt(Linked linked) => linked.TookMs - Math.Clamp(linked.PictureMs - (1000.0 / 30), 0, LinkedWithinMs) <= LinkedWithinMs;

    private static void AssertPrompt(string what, List<Linked> took)
    {
        var told = string.Join(", ", took.OrderBy(linked => linked.TookMs).Select(linked => $"{linked.TookMs} ({linked.PictureMs})"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{what} on one screen, shown on the other after {told} ms, in brackets its picture.");
        Assert.True(took.Exists(IsPrompt), told); // Of several, as a machine that has other work may be late with each: the quickest tells what the linkage takes.
    }

    /// <summary>The script that finds a button by its text.</summary>
    private static string Button(string within, string text) => $"[...document.querySelectorAll('{within} button')].find((each) => each.innerText.trim() === '{text}')";

    /// <summary>Presses a button on one screen until another has shown within the promised time what it brings: or has not often enough.</summary>
    /// <param name="on">Scripts that find the button that brings it, and the one that takes it away.</param>
    /// <param name="isShown">A script that says whether the other screen shows it.</param>
    private static async Task LinkedAsync(string what, WallPage desk, string on, string off, WallPage other, string isShown)
    {
        var took = new List<Linked>();
        while (took.Count < 3 || (!took.Exists(IsPrompt) && took.Count < 20))
        {
            if (took.Count > 0)
            {
                await PressAsync(desk, off);
                await other.Page.WaitForFunctionAsync($"() => !({isShown})");
                await Task.Delay(1_000); // A map that is turned about in its flight is said to have rested there, and that comes after where it went then.
                await other.Page.WaitForFunctionAsync($"() => !({isShown})");
            }

            var shown = SeenAsync(other, isShown);
            var at = await PressAsync(desk, on);
            took.Add(Since(at, await shown));
        }

        AssertPrompt(what, took);
    }

    private static Task<double> PressAsync(WallPage wall, string button) => wall.Page.EvaluateAsync<double>($"() => {{ const at = Date.now(); {button}.click(); return at }}");

    private static async Task<MapView> ViewAsync(WallPage wall)
    {
        var view = JsonDocument.Parse((await wall.Locator(".map-canvas").GetAttributeAsync("data-view"))!).RootElement;
        return new MapView(view.GetProperty("lng").GetDouble(), view.GetProperty("lat").GetDouble(), view.GetProperty("zoom").GetDouble());
    }

    private static async Task<MapView> RestingViewAsync(WallPage wall)
    {
        var (before, now) = (await ViewAsync(wall), default(MapView));
        while (before != now)
        {
            await Task.Delay(1_000);
            (before, now) = (now ?? before, await ViewAsync(wall));
        }

        return now!;
    }

    private static Task UntilViewAsync(WallPage wall, MapView view) => WallPage.UntilAsync(
        async () => await ViewAsync(wall) is var seen && Math.Abs(seen.Lon - view.Lon) < 1e-6 && Math.Abs(seen.Lat - view.Lat) < 1e-6 && Math.Abs(seen.Zoom - view.Zoom) < 1e-3,
        $"the map to look at {view}");
}
