using System.Collections.Concurrent;
using System.Diagnostics;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class RobustnessTests(WallFixture fixture)
{
    private static readonly TimeSpan BannerWithin = TimeSpan.FromSeconds(15);

    [Fact(DisplayName = "A killed host shows within 15 s as a lost connection, everything greys, and the wall recovers by itself")]
    public async Task LostAndFound()
    {
        await using var wall = await fixture.OpenWallAsync();
        await wall.Page.EvaluateAsync("() => { window.sameVisit = true }");
        var sinceKill = Stopwatch.StartNew();
        await fixture.KillHostAsync();
        try
        {
            await Expect(wall.Locator(".banner.lost")).ToBeVisibleAsync(new() { Timeout = (float)BannerWithin.TotalMilliseconds });
            Assert.True(sinceKill.Elapsed < BannerWithin, $"{sinceKill.Elapsed}");
            await Expect(wall.Locator(".banner.lost")).ToContainTextAsync("连接中断");
            await Expect(wall.Locator(".link-mark")).ToHaveTextAsync("连接中断");
            foreach (var part in new[] { ".map", ".units", ".breaches", ".squads", ".header-figures" })
            {
                await Expect(wall.Locator(part).First).ToHaveCSSAsync("filter", new System.Text.RegularExpressions.Regex(@"grayscale\(1\)", default, TimeSpan.FromSeconds(1)));
            }
        }
        finally
        {
            await fixture.RestartHostAsync();
        }

        await wall.Locator(".link-mark[data-state=live]").WaitForAsync(new() { Timeout = 3 * WallPage.Patience });
        await Expect(wall.Locator(".banner")).ToHaveCountAsync(0);
        await Expect(wall.Locator(".map.greyed")).ToHaveCountAsync(0);
        var before = wall.Hub.Units;
        await WallPage.UntilAsync(() => wall.Hub.Units.Any(now => now.Value != before.GetValueOrDefault(now.Key)), "positions after the restart");
        Assert.True(await wall.Page.EvaluateAsync<bool>("() => window.sameVisit === true"), "without a reload");
        await Expect(wall.Locator(".header-who strong")).ToHaveTextAsync("指挥长");
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "No request of the wall leaves the host")]
    public async Task NothingFromOutside()
    {
        await using var wall = await fixture.OpenWallAsync();
        await wall.Locator(".unit-row").First.ClickAsync();
        await wall.Locator(".map-tools button", "今天").ClickAsync();
        await Expect(wall.Locator(".heat-legend")).ToContainTextAsync("网格");
        await wall.Locator(".map-tools button[aria-label=放大]").ClickAsync();
        await wall.Locator(".header-buttons button", "English").ClickAsync();
        await Expect(wall.Locator(".link-mark")).ToHaveTextAsync("Live");
        Assert.Equal([fixture.Address.Authority], wall.Hosts);
    }

    [Fact(DisplayName = "Scripts and styles come compressed, and the fonts, which are already, as they are")]
    public async Task Compressed()
    {
        await using var wall = await fixture.OpenAsync();
        var answers = new ConcurrentDictionary<string, string?>();
        wall.Page.Response += (_, answer) => answers[Path.GetExtension(new Uri(answer.Url).AbsolutePath)] = answer.Headers.GetValueOrDefault("content-encoding");
        await wall.EnterAsync("demo-commander");
        Assert.Equal(("br", "br", null), (answers[".js"], answers[".css"], answers[".woff2"]));
    }

    [Fact(DisplayName = "Two screens wide, every panel is in sight and nothing scrolls sideways")]
    public async Task WideWall()
    {
        const int width = 3840, height = 1080;
        await using var wall = await fixture.OpenWallAsync(width, height);
        await Expect(wall.Locator(".breach").First).ToBeVisibleAsync();
        Assert.True(await wall.Page.EvaluateAsync<bool>(
            "() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"));
        foreach (var part in new[] { ".header", ".squads", ".units", ".stage", ".breaches", ".map-tools", ".legend" })
        {
            var box = await wall.Locator(part).First.BoundingBoxAsync();
            Assert.NotNull(box);
            Assert.True(box is { Width: > 100, Height: > 20 } && box.X >= 0 && box.Y >= 0 && box.X + box.Width <= width && box.Y + box.Height <= height,
                $"{part} at {box.X}, {box.Y}, {box.Width} × {box.Height}");
        }

        Assert.True((await wall.Locator(".stage").BoundingBoxAsync())!.Width > width / 2f, "The map has more than half of the width.");
    }

    [Fact(DisplayName = "The key / goes to the search, and arrow keys walk the list")]
    public async Task Keyboard()
    {
        await using var wall = await fixture.OpenWallAsync();
        await wall.Page.Keyboard.PressAsync("/");
        await Expect(wall.Locator("#unit-search")).ToBeFocusedAsync();
        await Expect(wall.Locator("#unit-search")).ToHaveValueAsync("");
        await wall.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(wall.Locator(".unit-row[aria-selected=true]")).ToHaveCountAsync(1);
        await Expect(wall.Locator(".stage-cards .card")).ToBeVisibleAsync();
    }
}
