using System.Text.Json.Nodes;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class LegibleTests(WallFixture fixture)
{
    private const double Pitch = 1.2;

    /// <summary>Every text that is seen, with its size, and what of it is cut: by an ancestor that hides what is beyond its edge, by an ellipsis that nothing declares, or by the window; or squeezed into a column of single signs.</summary>
    private const string Texts =
        """
        () => {
          const found = []
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          for (let node; (node = walker.nextNode());) {
            const text = node.textContent.trim()
            const element = node.parentElement
            if (text === '' || element.closest('option, style, script') !== null || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
            const range = document.createRange()
            range.selectNodeContents(node)
            // Somebody's words may be of any length: the first lines are shown, and the whole is in the element's title.
            const abridged = [element, element.parentElement].find((each) => getComputedStyle(each).webkitLineClamp !== 'none' && each.title === element.textContent)
            const last = abridged?.getBoundingClientRect().bottom ?? Infinity
            const boxes = [...range.getClientRects()].filter((box) => box.width > 0 && box.height > 0 && box.top + box.height / 2 < last)
            if (boxes.length === 0) continue
            const isOut = (box, left, top, right, bottom) => {
              const air = box.height * 0.2 // Above and below the signs of a line.
              return box.left < left - 1.5 || box.right > right + 1.5 || box.top + air < top - 1.5 || box.bottom - air > bottom + 1.5
            }
            let cut = boxes.some((box) => isOut(box, 0, 0, innerWidth, innerHeight))
            for (let each = element; each !== null && each !== document.documentElement; each = each.parentElement) {
              const { overflowX, overflowY } = getComputedStyle(each)
              const edge = each.getBoundingClientRect()
              cut ||= (overflowX !== 'visible' || overflowY !== 'visible') && boxes.some((box) => isOut(box, edge.left, edge.top, edge.right, edge.bottom))
            }
            const pixels = parseFloat(getComputedStyle(element).fontSize)
            cut ||= boxes.length > 3 && boxes.every((box) => box.width < 2.5 * pixels) // A sign or two a line.
            found.push({ text, pixels, cut, headline: element.closest('.figure-value, .chart-total, .chart-states b') !== null && element.tagName !== 'SMALL' })
          }
          return found
        }
        """;

    /// <summary>Every text that is seen, with the contrast of its colour to what is composed beneath it.</summary>
    private const string Contrasts =
        """
        () => {
          const parse = (colour) => {
            const parts = colour.match(/[\d.]+/g).map(Number)
            return colour.startsWith('color(srgb') ? [parts[0] * 255, parts[1] * 255, parts[2] * 255, parts[3] ?? 1] : [parts[0], parts[1], parts[2], parts[3] ?? 1]
          }
          const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)
          const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
          const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]))
          const groundOf = (element) => {
            const layers = []
            for (let each = element; each !== null; each = each.parentElement) {
              const colour = parse(getComputedStyle(each).backgroundColor)
              if (colour[3] > 0) layers.push(colour)
              if (colour[3] === 1) break
            }
            return layers.reverse().reduce((under, layer) => over(layer, under), parse(getComputedStyle(document.body).backgroundColor))
          }
          const found = []
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          for (let node; (node = walker.nextNode());) {
            const element = node.parentElement
            if (node.textContent.trim() === '' || element.closest('option, style, script') !== null || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
            const ground = groundOf(element)
            const [r, g, b, a] = parse(getComputedStyle(element).color)
            let opacity = a
            for (let each = element; each !== null; each = each.parentElement) opacity *= Number(getComputedStyle(each).opacity)
            const [less, more] = [luminance(over([r, g, b, opacity], ground)), luminance(ground)].sort((x, y) => x - y)
            found.push({ text: node.textContent.trim(), contrast: (more + 0.05) / (less + 0.05), of: element.className })
          }
          return found
        }
        """;

    [Theory(DisplayName = "[STG-7] On a wall with a pixel pitch no text is under 40 mm, headline figures are 90 mm at least, and nothing is cut, whatever a screen is for; in both languages")]
    [InlineData(1920, "zh")]
    [InlineData(1920, "en")]
    [InlineData(3840, "zh")]
    [InlineData(3840, "en")]
    public async Task Sizes(int width, string language)
    {
        using var admin = await fixture.AdminAfterStartAsync();
        var stage = $"legible-{width}-{language}";
        await LayOutAsync("map", Pitch);
        await using var wall = await OpenAsync($"/?stage={stage}&screen=one", width, 1080, "dark", language);
        foreach (var (role, pitch) in new[] { ("map", Pitch), ("list", Pitch), ("charts", Pitch), ("free", Pitch), ("video", Pitch), ("list", 0.9), ("charts", 0.9), ("free", 0.9) })
        {
            await LayOutAsync(role, pitch);
            await Expect(wall.Locator($".wall[data-role={role}]")).ToBeVisibleAsync();
            await Expect(wall.Locator(role switch
            {
                "charts" => ".chart-rows li >> nth=1",
                "map" => ".scale-bar",
                "video" => ".tile-still:not([hidden])",
                _ => ".breach:visible, .incident-row:visible, .empty:visible", // Where there is no room for both, alarms.
            }).First).ToBeVisibleAsync();
            await Expect(wall.Locator("html[data-hall]")).ToHaveCSSAsync("font-size", $"{Math.Ceiling(40 / pitch)}px");
            await IsLegibleAsync(wall, role, pitch, $"hall-{role}-{width}-{language}-{pitch}");
        }

        wall.AssertNoErrors();

        Task LayOutAsync(string role, double pitch)
            => admin.PutAsync($"/api/stages/{stage}", new { name = "指挥大厅", pitch, screens = new[] { new { key = "one", name = "1号屏", role } } });
    }

    [Theory(DisplayName = "[STG-7] So it is while a roll call runs, and its squads are shown page by page where there is no room for all")]
    [InlineData("zh")]
    [InlineData("en")]
    public async Task Roll_call(string language)
    {
        using var admin = await fixture.AdminAfterStartAsync();
        var call = await admin.PostAsync("/api/roll-calls", new { title = "夜间值守点名", minutes = 120, caller = "区城运中心" });
        try
        {
            await LayOutAsync("list", Pitch);
            await using var wall = await OpenAsync("/?stage=legible-call&screen=one", 1920, 1080, "dark", language);
            foreach (var (role, pitch) in new[] { ("list", Pitch), ("charts", Pitch), ("free", Pitch), ("free", 0.9) })
            {
                await LayOutAsync(role, pitch);
                await Expect(wall.Locator($".wall[data-role={role}]")).ToBeVisibleAsync();
                await Expect(wall.Locator("html[data-hall]")).ToHaveCSSAsync("font-size", $"{Math.Ceiling(40 / pitch)}px");
                await Expect(wall.Locator(pitch < 1 ? ".roll-call-time" : ".roll-call-list li:not(.off-page)").First).ToBeVisibleAsync(); // A low wall has room for the figures alone.
                await IsLegibleAsync(wall, role, pitch, $"roll-call-{role}-{language}-{pitch}");
            }

            wall.AssertNoErrors();
        }
        finally
        {
            await admin.PostAsync($"/api/roll-calls/{(string)call!["key"]!}/actions/withdraw", new { });
        }

        Task LayOutAsync(string role, double pitch)
            => admin.PutAsync("/api/stages/legible-call", new { name = "指挥大厅", pitch, screens = new[] { new { key = "one", name = "1号屏", role } } });
    }

    [Fact(DisplayName = "[STG-7] A desk beside such a wall has a desk's text, and a page of no wall that of the pitch in its address")]
    public async Task Desk()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        await admin.PutAsync("/api/stages/legible-desk", new { name = "指挥大厅", pitch = Pitch, screens = new object[] { new { key = "desk", pitch = 0, link = "lead" } } });
        await using var desk = await OpenAsync("/?stage=legible-desk&screen=desk", 1920, 1080, "dark", "zh");
        await Expect(desk.Locator("#unit-search")).ToBeVisibleAsync();
        await Expect(desk.Locator("html[data-hall]")).ToHaveCountAsync(0);
        Assert.Equal(13, await desk.Locator(".chips button").First.EvaluateAsync<double>("button => parseFloat(getComputedStyle(button).fontSize)"), 0.1);

        await using var alone = await OpenAsync($"/?pitch={Pitch}", 1920, 1080, "dark", "zh");
        await Expect(alone.Locator("html")).ToHaveCSSAsync("font-size", "34px"); // 40 mm.
        await using var wrong = await OpenAsync("/?pitch=fine", 1920, 1080, "dark", "zh");
        await wrong.Locator("#unit-search").WaitForAsync();
        await Expect(wrong.Locator("html[data-hall]")).ToHaveCountAsync(0);
    }

    [Fact(DisplayName = "[STG-7] The pitch of a wall is set on the page of walls, kept, and taken by its screens at once")]
    public async Task Editor()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        await admin.PutAsync("/api/stages/legible-edit", new { name = "可编排", screens = new[] { new { key = "a", name = "甲" } } });
        await using var screen = await OpenAsync("/?stage=legible-edit&screen=a", 1920, 1080, "dark", "zh");
        await screen.Locator("#unit-search").WaitForAsync();
        await Expect(screen.Locator("html[data-hall]")).ToHaveCountAsync(0);
        await using var desk = await OpenAsync("/stage/?stage=legible-edit", 1600, 900, "dark", "zh");
        await desk.Locator("button", "修改布局").ClickAsync();
        await desk.Locator(".layout-name input[type=number]").FillAsync("2");
        await desk.Locator(".layout-editor button[type=submit]").ClickAsync();
        await Expect(screen.Locator("html")).ToHaveCSSAsync("font-size", "20px");
        Assert.Equal(2, (double)(await admin.GetAsync("/api/stages/legible-edit"))["pitch"]!);
    }

    [Theory(DisplayName = "In both themes every text has a contrast of 7 to 1 to what is beneath it; the theme is switched in the header and kept")]
    [InlineData("")]
    [InlineData("stage/")]
    [InlineData("setup/")]
    public async Task Contrast(string path)
    {
        await using var wall = await OpenAsync("/" + path, 1920, 1080, "dark", "zh");
        await Expect(wall.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        if (path.Length == 0)
        {
            await wall.UntilLiveAsync();
            await wall.Locator(".unit-row").First.ClickAsync();
            await Expect(wall.Locator(".stage-cards .card")).ToBeVisibleAsync();
            await wall.Locator(".map-tools button", "今天").First.ClickAsync();
        }
        else
        {
            await Expect(wall.Locator(path == "stage/" ? ".screen-tile" : ".plain-body h2").First).ToBeVisibleAsync();
        }

        await IsClearAsync("dark");
        await wall.Locator("button.quiet", "浅色").ClickAsync();
        await Expect(wall.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await IsClearAsync("light");
        await wall.Page.ReloadAsync();
        await Expect(wall.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await wall.Locator("button.quiet", "深色").ClickAsync();
        await Expect(wall.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        wall.AssertNoErrors();

        async Task IsClearAsync(string theme)
        {
            if (path.Length == 0)
            {
                await wall.Locator(".map-tools button", "业务散点").First.ClickAsync(); // A press beside it closes it.
                await Expect(wall.Locator(".points-menu section li").First).ToBeVisibleAsync();
            }

            await wall.ShootAsync($"theme-{theme}-{path.TrimEnd('/')}");
            var texts = await wall.LastingAsync(() => ReadAsync(wall, Contrasts), seen => seen.Count > 10 && !FaintOf(seen).Any()); // Colours may be on their way.
            Assert.True(texts.Count > 10, $"Only {texts.Count} texts are seen.");
            Assert.Equal("", string.Join('\n', FaintOf(texts)));
        }

        static IEnumerable<string> FaintOf(IEnumerable<JsonNode> texts)
            => texts.Where(text => (double)text["contrast"]! < 7).Select(text => text.ToJsonString());
    }

    private static async Task IsLegibleAsync(WallPage wall, string role, double pitch, string shot)
    {
        await wall.ShootAsync(shot);
        var texts = await wall.LastingAsync(() => ReadAsync(wall, Texts), seen => seen.Count > 5 && !Wrong(seen).Any());
        Assert.True(texts.Count > 5, $"Only {texts.Count} texts are seen.");
        Assert.True(role == "map" || texts.Any(text => (bool)text["headline"]!), "There is no headline figure.");
        var wrong = Wrong(texts).Select(text => text.ToJsonString()).ToList();
        Assert.True(wrong.Count == 0, $"{role}, a pixel of {pitch} mm:\n{string.Join('\n', wrong)}");

        IEnumerable<JsonNode> Wrong(IEnumerable<JsonNode> seen)
            => seen.Where(text => (bool)text["cut"]! || (double)text["pixels"]! * pitch < ((bool)text["headline"]! ? 90 : 40));
    }

    private static async Task<IReadOnlyList<JsonNode>> ReadAsync(WallPage wall, string script)
        => [.. JsonNode.Parse(await wall.Page.EvaluateAsync<string>($"() => JSON.stringify(({script})())"))!.AsArray().Select(each => each!)];

    private async Task<WallPage> OpenAsync(string path, int width, int height, string theme, string language)
    {
        var wall = await fixture.OpenAsync(width, height, sharp: true);
        await wall.SignInAsync("demo-commander");
        await wall.GoAsync("m/install/"); // A page of the host that is not themed, to keep the choice from.
        await wall.Page.EvaluateAsync("([theme, language]) => { localStorage.setItem('vantage.theme', theme); localStorage.setItem('vantage.language', language) }", new[] { theme, language });
        await wall.Page.GotoAsync(new Uri(fixture.Address, path).AbsoluteUri);
        return wall;
    }
}
