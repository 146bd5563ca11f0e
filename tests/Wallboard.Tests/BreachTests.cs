using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class BreachTests(WallFixture fixture)
{
    [Fact(DisplayName = "Acknowledging a breach changes its line, and the line is still acknowledged after a reload")]
    public async Task Acknowledge()
    {
        await using var wall = await fixture.OpenWallAsync();
        var note = $"已电话联系 {Guid.NewGuid().ToString("N")[..6]}";
        await wall.Locator(".breach-actions button", "签收").First.ClickAsync();
        await wall.Locator(".breach-note input").FillAsync(note);
        await wall.Locator(".breach-note button[type=submit]").ClickAsync();
        var line = wall.Locator(".breach", note);
        await Expect(line.Locator(".breach-handled")).ToContainTextAsync("已签收");
        await Expect(line).ToHaveAttributeAsync("data-handling", "acknowledged");
        await Expect(line.Locator(".breach-actions button", new() { HasText = "签收" })).ToHaveCountAsync(0);
        await wall.Page.ReloadAsync();
        await wall.UntilLiveAsync();
        await Expect(line.Locator(".breach-handled")).ToContainTextAsync("已签收");
        Assert.Empty(wall.Errors);
    }
}
