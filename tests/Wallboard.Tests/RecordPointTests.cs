using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class ThemeTests(WallFixture fixture)
{
    [Fact(DisplayName = "A theme shows the records of all systems on the map, with their number; a tap on one opens its card; a linked screen shows the theme too")]
    public async Task Points()
    {
        await using var start = await fixture.OpenAsync(); // Starts the host.
        using var admin = await fixture.AdminAsync();
        await admin.PutAsync("/api/stages/themed", new
        {
            name = "主题墙",
            screens = new object[] { new { key = "desk", role = "free", link = "lead" }, new { key = "map", role = "free", link = "follow" } },
        });
        // One that stands alone, where no road is and no card comes to lie.
        await admin.PostAsync("/api/records/case", new[]
        {
            new { number = "主题试验-1", time = DateTime.UtcNow.AddHours(-1), category = "违法搭建", state = "调查中", lon = 121.3830, lat = 31.2335, address = "试验路1号", link = "http://case.example/1" },
        });
        await using var desk = await OpenAsync("desk");
        await using var other = await OpenAsync("map");
        await desk.Locator(".theme-menu > .segmented button").ClickAsync();
        var shown = (await fixture.Api.GetAsync($"/api/records/complaint/points?theme=waste-sorting&from={DateTime.UtcNow.AddDays(-30):yyyy-MM-ddTHH:mm:ssZ}&to={DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}"))["features"]!.AsArray().Count;
        Assert.InRange(shown, 100, 200); // The demonstration's.
        await desk.Locator(".theme-menu section li button", "垃圾分类").ClickAsync();
        await Expect(desk.Locator(".theme-menu section li button", "垃圾分类").Locator("b")).ToHaveTextAsync(shown.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await desk.Locator(".theme-menu section li button", "违章建筑").ClickAsync();
        await Expect(desk.Locator(".theme-menu section li button", "违章建筑").Locator("b")).ToHaveTextAsync("1");
        await Task.Delay(1_500);
        await desk.ShootAsync("themes");
        await desk.Locator(".theme-menu > .segmented button").ClickAsync();

        var box = (await desk.Locator(".map-canvas").BoundingBoxAsync())!;
        var (x, y) = desk.Hub.Area!.Project(121.3830, 31.2335, box.Width, box.Height);
        for (var i = 0; i < 20 && await desk.Locator(".stage-cards .card", "违法搭建").CountAsync() == 0; i++)
        {
            await desk.Page.Mouse.ClickAsync((float)(box.X + x), (float)(box.Y + y)); // A unit that drives by is taken first.
            await Task.Delay(500);
        }

        var card = desk.Locator(".stage-cards .card", "违法搭建");
        await Expect(card).ToContainTextAsync("办案 · 主题试验-1");
        await Expect(card).ToContainTextAsync("试验路1号");
        await Expect(card.Locator("a")).ToHaveAttributeAsync("href", "http://case.example/1");

        await other.Locator(".theme-menu > .segmented button").ClickAsync();
        await Expect(other.Locator(".theme-menu section [aria-pressed=true]", "违章建筑")).ToBeVisibleAsync();
        desk.AssertNoErrors();
        other.AssertNoErrors();
    }

    private async Task<WallPage> OpenAsync(string screen)
    {
        var wall = await fixture.OpenAsync(1400, 800, sharp: true);
        await wall.SignInAsync("demo-commander");
        await wall.Page.GotoAsync(new Uri(fixture.Address, $"/?stage=themed&screen={screen}").AbsoluteUri);
        await wall.UntilLiveAsync();
        return wall;
    }
}
