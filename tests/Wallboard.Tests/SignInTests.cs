using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class SignInTests(WallFixture fixture)
{
    [Fact(DisplayName = "The demonstration offers five posts, and one tap on the first leads to a live map")]
    public async Task OneTap()
    {
        await using var wall = await fixture.OpenAsync();
        await wall.GoAsync();
        var posts = wall.Locator(".sign-in-posts button");
        await Expect(posts).ToHaveCountAsync(5);
        await Expect(posts.First).ToHaveTextAsync("指挥长");
        await posts.First.ClickAsync();
        await wall.UntilLiveAsync();
        await Expect(wall.Locator(".header-who strong")).ToHaveTextAsync("指挥长");
        await Expect(wall.Locator(".badge.demo")).ToHaveTextAsync("演示数据");
        await Expect(wall.Locator(".map canvas").First).ToBeVisibleAsync();
        await Expect(wall.Locator(".map-broken")).ToHaveCountAsync(0);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "Technical support sees how the equipment works, marked as demonstration data, in either language, and no position")]
    public async Task TechnicalSupport()
    {
        await using var wall = await fixture.OpenAsync();
        await wall.GoAsync();
        await wall.Locator(".sign-in-posts button", "技术支持").ClickAsync();
        await Expect(wall.Locator("h1")).ToContainTextAsync("设备运行");
        await Expect(wall.Locator(".badge.demo")).ToHaveTextAsync("演示数据");
        await Expect(wall.Locator(".equipment-part", "探头").Locator(".equipment-main")).ToHaveTextAsync(new Regex(@"^[\d,]+/1,2[5-9]\d$", RegexOptions.None, TimeSpan.FromSeconds(1))); // Other tests add some.
        await Expect(wall.Locator(".equipment-offline li").First).ToBeVisibleAsync();
        await Expect(wall.Locator(".equipment-part tbody tr").Nth(1)).ToBeVisibleAsync(); // Phones and terminals; and the API, once another test has used it.
        await Expect(wall.Locator(".map")).ToHaveCountAsync(0);

        await wall.Locator("button", "English").ClickAsync();
        await Expect(wall.Locator("h1")).ToContainTextAsync("Equipment");
        await wall.Locator("button", "Sign out").ClickAsync();
        await Expect(wall.Locator(".sign-in-posts button")).ToHaveCountAsync(5);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "A wrong password is answered in Chinese, and the page stays where it is")]
    public async Task WrongPassword()
    {
        await using var wall = await fixture.OpenAsync();
        await wall.GoAsync();
        await wall.Locator("input[name=user]").FillAsync("nobody");
        await wall.Locator("input[name=password]").FillAsync("not the password");
        await wall.Locator("button[type=submit]").ClickAsync();
        await Expect(wall.Locator(".sign-in-message")).ToHaveTextAsync("用户名或密码不正确");
        await Expect(wall.Locator("button[type=submit]")).ToBeEnabledAsync();
    }
}
