using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class ScreenTests(WallFixture fixture)
{
    [Fact(DisplayName = "A wall's browser shows six digits; once they are approved on the setup page it opens the live wall by itself, outlives a restart of the host, and shows new digits when it is withdrawn")]
    public async Task From_code_to_wall()
    {
        await using var screen = await fixture.OpenAsync(1920, 1080);
        await screen.GoAsync();
        await screen.Locator(".sign-in a", "接入大屏").ClickAsync();
        var code = await CodeAsync(screen);
        await Expect(screen.Locator(".code-valid")).ToContainTextAsync("有效期还剩");

        await using var desk = await fixture.OpenWallAsync();
        await desk.Locator(".header a", "设置").ClickAsync();
        await ApproveAsync(desk, "123 45", "大厅左屏");
        await Expect(desk.Locator(".screens-message")).ToHaveTextAsync("请输入屏幕上的六位数字");
        await ApproveAsync(desk, code == "000000" ? "000001" : "000000", "大厅左屏");
        await Expect(desk.Locator(".screens-message")).ToContainTextAsync("没有屏幕正在显示这个接入码");
        await ApproveAsync(desk, code.Insert(3, " "), "大厅左屏");
        await Expect(desk.Locator(".screens-message")).ToContainTextAsync("已批准「大厅左屏」");

        await screen.UntilLiveAsync();
        await Expect(screen.Locator(".header-who")).ToHaveTextAsync("大屏终端大厅左屏");
        await Expect(screen.Locator(".header button", "退出登录")).ToHaveCountAsync(0);
        await Expect(screen.Locator(".header a", "设置")).ToHaveCountAsync(0);
        var row = desk.Locator(".screen-row", "大厅左屏");
        await Expect(row).ToContainTextAsync("在线");
        await UntilUnitsMoveAsync(screen);

        await fixture.KillHostAsync();
        await Expect(screen.Locator(".link-mark")).ToHaveAttributeAsync("data-state", "lost");
        await fixture.RestartHostAsync();
        await screen.UntilLiveAsync();
        await UntilUnitsMoveAsync(screen);
        await screen.Page.ReloadAsync();
        await screen.UntilLiveAsync();

        await row.Locator("button", new() { HasText = "撤销" }).ClickAsync();
        await row.Locator("button", new() { HasText = "确认撤销" }).ClickAsync();
        await Expect(desk.Locator(".screen-row", "大厅左屏")).ToHaveCountAsync(0);
        Assert.NotEqual(code, await CodeAsync(screen));
        await Expect(screen.Locator(".code-ended")).ToHaveTextAsync("本屏的接入已被撤销，需要重新批准");
        await screen.GoAsync(); // A wall's browser that is started again shows digits, and not the sign-in page.
        await CodeAsync(screen);
        await screen.Locator("button", "以个人身份登录").ClickAsync();
        await Expect(screen.Locator("input[name=user]")).ToBeVisibleAsync();
        screen.AssertNoErrors();
        desk.AssertNoErrors();
    }

    [Fact(DisplayName = "Opened as a screen, a browser at which somebody is signed in shows digits too, and is a screen of its place once approved; in English as well")]
    public async Task Kiosk()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        await admin.PutAsync("/api/stages/kiosk", new { name = "指挥大厅", screens = new[] { new { key = "left", name = "左屏" } } });
        await using var screen = await fixture.OpenWallAsync(3840, 1080);
        await screen.GoAsync("?screen");
        var code = await CodeAsync(screen);
        var digits = (await screen.Locator(".code").BoundingBoxAsync())!;
        Assert.True(digits.Height > 1080 / 4, $"The digits are {digits.Height} pixels high, and should be read from afar.");
        Assert.True(digits.X >= 0 && digits.X + digits.Width <= 3840, "The digits do not fit.");
        await screen.Locator("button", "English").ClickAsync();
        await Expect(screen.Locator(".code-valid")).ToContainTextAsync("Valid for another");

        await using var desk = await fixture.OpenWallAsync();
        await desk.GoAsync("setup/");
        await desk.Locator("select[name=place]").SelectOptionAsync(new SelectOptionValue { Label = "指挥大厅 · 左屏" });
        await ApproveAsync(desk, code, "左屏终端");
        await Expect(desk.Locator(".screen-row", "左屏终端")).ToContainTextAsync("指挥大厅 · 左屏");
        await screen.UntilLiveAsync();
        await Expect(screen.Locator(".header-who")).ToHaveTextAsync("Wall screen左屏终端");
        screen.AssertNoErrors();
    }

    private static async Task<string> CodeAsync(WallPage screen)
    {
        await screen.Locator(".code").WaitForAsync();
        var code = string.Concat(await screen.Locator(".code span").AllTextContentsAsync());
        Assert.Equal(6, code.Length);
        Assert.True(int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out _), code);
        return code;
    }

    private static async Task ApproveAsync(WallPage desk, string code, string name)
    {
        await desk.Locator("input[name=code]").FillAsync(code);
        await desk.Locator("input[name=name]").FillAsync(name);
        await desk.Locator("button[type=submit]").ClickAsync();
    }

    private static async Task UntilUnitsMoveAsync(WallPage screen)
    {
        var before = screen.Hub.Units;
        await WallPage.UntilAsync(() => screen.Hub.Units.Any(unit => before.TryGetValue(unit.Key, out var old) && unit.Value.TimeMs > old.TimeMs), "units that move");
    }
}
