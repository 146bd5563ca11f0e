using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class VisitorTests(WallFixture fixture)
{
    [Fact(DisplayName = "[STG-8] With visitors on this screen nobody is named, over a reload; who may lead ends it, and who may not has no way to")]
    public async Task Own_screen()
    {
        await using var wall = await fixture.OpenWallAsync(1920, 1080, sharp: true);
        var names = await NamesAsync();
        Assert.Contains(names, (await wall.TextAsync()).Contains); // They are there before.
        await wall.Locator(".visitors-begin").ClickAsync();
        await Expect(wall.Locator(".badge.visitors")).ToHaveTextAsync("参观模式");
        await wall.UntilLiveAsync();
        await NobodyAsync(wall, names);

        await wall.Page.ReloadAsync();
        await wall.UntilLiveAsync();
        await wall.Locator(".unit-row", "队员 ").First.ClickAsync();
        await Expect(wall.Locator(".stage-cards .card h2")).ToContainTextAsync("队员 ");
        await NobodyAsync(wall, names);
        await wall.ShootAsync("visitors");

        await wall.SignInAsync("demo-statistics");
        await wall.Page.ReloadAsync();
        await wall.UntilLiveAsync();
        await Expect(wall.Locator(".badge.visitors")).ToBeVisibleAsync();
        await Expect(wall.Locator(".visitors-end")).ToHaveCountAsync(0);
        await NobodyAsync(wall, names);

        await wall.SignInAsync("demo-commander");
        await wall.Page.ReloadAsync();
        await wall.Locator(".visitors-end").ClickAsync();
        await wall.UntilLiveAsync();
        await Expect(wall.Locator(".badge.visitors")).ToHaveCountAsync(0);
        await Expect(wall.Locator(".unit-row .unit-name").First).Not.ToContainTextAsync("队员 ");
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "[STG-8] Turned on at the stage, no linked screen names anybody, one without a person as little as others, until it is turned off there")]
    public async Task Stage()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        await admin.PutAsync("/api/stages/visited", new { name = "参观墙", screens = new object[] { new { key = "list", name = "列表屏", role = "list" }, new { key = "kiosk", name = "终端屏" } } });
        await using var kiosk = await fixture.OpenAsync(1920, 1080);
        await kiosk.GoAsync("?screen");
        await kiosk.Locator(".code").WaitForAsync();
        var code = string.Concat(await kiosk.Locator(".code span").AllTextContentsAsync());
        await admin.PostAsync("/api/screens/approvals", new { code, name = "终端", stage = "visited", screen = "kiosk" });
        await kiosk.UntilLiveAsync();
        // [SCR-4] What it may see includes key matters.
        await kiosk.Locator(".points-menu > .segmented button").ClickAsync();
        await Expect(kiosk.Locator(".points-menu section li").First).ToBeVisibleAsync();

        await using var list = await fixture.OpenAsync(1920, 1080);
        await list.SignInAsync("demo-commander");
        await list.GoAsync("?stage=visited&screen=list");
        await list.Locator(".unit-row").First.WaitForAsync();
        var names = await NamesAsync();

        await using var desk = await fixture.OpenAsync();
        await desk.SignInAsync("demo-commander");
        await desk.GoAsync("stage/?stage=visited");
        await desk.Locator(".stage-visitors button").ClickAsync();
        foreach (var screen in new[] { kiosk, list })
        {
            await Expect(screen.Locator(".badge.visitors")).ToBeVisibleAsync();
            await screen.Locator(".unit-row", "队员 ").First.WaitForAsync();
            await NobodyAsync(screen, names);
            await Expect(screen.Locator(".visitors-end")).ToHaveCountAsync(0);
            await screen.Page.ReloadAsync();
            await screen.Locator(".unit-row", "队员 ").First.WaitForAsync();
            await NobodyAsync(screen, names);
        }

        await desk.Locator(".stage-visitors button", "结束").ClickAsync();
        foreach (var screen in new[] { kiosk, list })
        {
            await Expect(screen.Locator(".badge.visitors")).ToHaveCountAsync(0);
            await Expect(screen.Locator(".unit-row .unit-name").First).Not.ToContainTextAsync("队员 ");
            screen.AssertNoErrors();
        }
    }

    private async Task<IReadOnlyList<string>> NamesAsync()
        => [.. (await fixture.Api.ListAsync("/api/units?limit=500")).Where(unit => (string)unit["kind"]! == "officer").Select(unit => (string)unit["name"]!)];

    private static async Task NobodyAsync(WallPage wall, IReadOnlyList<string> names)
    {
        var text = await wall.TextAsync();
        Assert.DoesNotContain(names, text.Contains);
    }
}
