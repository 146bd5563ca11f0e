using System.Globalization;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class RecordPointTests(WallFixture fixture)
{
    [Fact(DisplayName = "A theme shows the records of all systems on the map, with their number; a tap on one opens its card; a linked screen shows the theme too")]
    public async Task Points()
    {
        var stage = await fixture.LayOutAsync(new { key = "desk", role = "free", link = "lead" }, new { key = "map", role = "free", link = "follow" });
        using var admin = await fixture.AdminAsync();

        // One that stands alone, where no road is and no card comes to lie.
        await admin.PostAsync("/api/records/case", new[]
        {
            new { number = "主题试验-1", time = DateTime.UtcNow.AddHours(-1), category = "违法搭建", state = "调查中", lon = 121.3830, lat = 31.2335, address = "试验路1号", link = "http://case.example/1" },
        });
        await using var desk = await fixture.OpenScreenAsync(stage, "desk", 1400, 800, sharp: true);
        await using var other = await fixture.OpenScreenAsync(stage, "map");
        await desk.UntilLiveAsync();
        await desk.Locator(".points-menu > .segmented button").ClickAsync();
        var shown = (await fixture.Api.GetAsync($"/api/records/complaint/points?theme=waste-sorting&{Last(30)}"))["features"]!.AsArray().Count;
        Assert.InRange(shown, 100, 200); // The demonstration's.
        await desk.Locator(".points-menu section li button", "垃圾分类").ClickAsync();
        await Expect(desk.Locator(".points-menu section li button", "垃圾分类").Locator("b")).ToHaveTextAsync(shown.ToString(CultureInfo.InvariantCulture));
        await desk.Locator(".points-menu section li button", "违章建筑").ClickAsync();
        await Expect(desk.Locator(".points-menu section li button", "违章建筑").Locator("b")).ToHaveTextAsync("1");
        await Task.Delay(1_500);
        await desk.ShootAsync("themes");
        await desk.Locator(".points-menu > .segmented button").ClickAsync();

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

        await other.Locator(".points-menu > .segmented button").ClickAsync();
        await Expect(other.Locator(".points-menu section [aria-pressed=true]", "违章建筑")).ToBeVisibleAsync();
        desk.AssertNoErrors();
        other.AssertNoErrors();
    }

    [Fact(DisplayName = "Records of each of the five systems are points on the map, as many as the host has, on linked screens too, and those of a filtered list alone; where they are too many it says so")]
    public async Task Systems()
    {
        var stage = await fixture.LayOutAsync(new { key = "desk", role = "free", link = "lead" }, new { key = "map", role = "free", link = "follow" });
        await using var desk = await fixture.OpenScreenAsync(stage, "desk", 1400, 800, sharp: true);
        await using var other = await fixture.OpenScreenAsync(stage, "map");
        await desk.Locator(".points-menu > .segmented button").ClickAsync();
        await desk.Locator(".points-menu .segmented button", "近 7 天").ClickAsync();
        var choices = desk.Locator(".points-menu section li button");
        await other.Locator(".points-menu > .segmented button").ClickAsync();
        foreach (var (system, name) in new[] { ("case", "办案"), ("duty", "勤务"), ("complaint", "诉件"), ("inspection", "督察"), ("linkage", "管执联动") })
        {
            var count = (await fixture.Api.GetAsync($"/api/records/{system}/points?{Last(7)}"))["features"]!.AsArray().Count;
            Assert.InRange(count, 10, 60); // The demonstration's.
            var choice = choices.Filter(new() { HasText = name });
            await choice.ClickAsync();
            await Expect(choice.Locator("b")).ToHaveTextAsync(count.ToString(CultureInfo.InvariantCulture));
            await Expect(other.Locator(".points-menu section [aria-pressed=true]", name).Locator("b")).ToHaveTextAsync(count.ToString(CultureInfo.InvariantCulture)); // Of the same days.
        }

        await Task.Delay(1_000);
        await desk.ShootAsync("record-points");

        await desk.Locator(".map-tools button", "分析").ClickAsync();
        var panel = desk.Locator(".analysis");
        await panel.Locator("[role=tab]", new() { HasText = "业务记录" }).ClickAsync();
        var first = panel.Locator(".record-counts button").First;
        var category = (await first.TextContentAsync())!;
        await first.ClickAsync();
        await panel.Locator("button", new() { HasText = "看散点" }).ClickAsync();
        await desk.Locator(".points-menu > .segmented button").ClickAsync(); // A press beside it has closed it.
        var some = (await fixture.Api.GetAsync($"/api/records/complaint/points?category={Uri.EscapeDataString(category)}&{Last(7)}"))["features"]!.AsArray().Count;
        Assert.InRange(some, 1, 30);
        foreach (var screen in new[] { desk, other })
        {
            var complaints = screen.Locator(".points-menu section li", "诉件");
            await Expect(complaints.Locator(".filter-part")).ToHaveTextAsync(category + "×");
            await Expect(complaints.Locator("b")).ToHaveTextAsync(some.ToString(CultureInfo.InvariantCulture));
        }

        await desk.ShootAsync("record-points-filtered");
        await desk.Locator(".points-menu .filter-part").ClickAsync();
        await Expect(other.Locator(".points-menu .filter-part")).ToHaveCountAsync(0);

        await desk.Page.RouteAsync("**/api/records/duty/points*", route => route.FulfillAsync(new() { Status = 422, ContentType = "application/problem+json", Body = "{}" }));
        await desk.Locator(".points-menu .segmented button", "近 90 天").ClickAsync();
        await Expect(desk.Locator(".points-menu [role=status]")).ToHaveTextAsync("记录太多，地图显示不下：请缩短天数，或看热力");
        desk.AssertNoErrors();
        other.AssertNoErrors();
    }

    /// <summary>Today and the whole days before it, of the centre's zone.</summary>
    private static string Last(int days)
    {
        var now = TimeZoneInfo.ConvertTimeBySystemTimeZoneId(DateTimeOffset.UtcNow, "Asia/Shanghai");
        return FormattableString.Invariant($"from={now.Date.AddDays(1 - days):yyyy-MM-dd'T'HH:mm:ss}%2B08:00&to={now:yyyy-MM-dd'T'HH:mm:ss}%2B08:00");
    }
}
