using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class ZoneEditTests(WallFixture fixture)
{
    [Fact(DisplayName = "A zone is drawn on the map with its rules, tried on the past, put in force, and taken back; steps are undone on the way")]
    public async Task Draw()
    {
        await using var wall = await fixture.OpenWallAsync(1600, 900, sharp: true);
        await StartDrawingAsync(wall);
        var corners = await CornersAsync(wall);
        foreach (var (x, y) in corners)
        {
            await wall.Page.Mouse.ClickAsync(x, y);
            await Task.Delay(400); // Two taps at once are a double click.
        }

        await wall.Page.Mouse.ClickAsync(corners[0].X, corners[0].Y);
        await Expect(Editor(wall)).ToContainTextAsync("4 个顶点");
        await Editor(wall).Locator(".zone-name input").FillAsync("浏览器绘制区");
        await Editor(wall).Locator("button", new() { HasText = "增加规则" }).ClickAsync();
        await Expect(Editor(wall).Locator(".zone-rule")).ToHaveCountAsync(2);
        await Editor(wall).Locator("button", new() { HasText = "撤销一步" }).ClickAsync();
        await Expect(Editor(wall).Locator(".zone-rule")).ToHaveCountAsync(1);
        await Editor(wall).Locator("button", new() { HasText = "增加规则" }).ClickAsync();
        await Editor(wall).Locator(".zone-rule").Nth(1).GetByLabel("规则", new() { Exact = true }).SelectOptionAsync("speed");
        await Editor(wall).Locator(".zone-rule").Nth(1).GetByLabel("限速").FillAsync("20");
        await Editor(wall).Locator(".zone-rule").Nth(1).GetByLabel("生效时间").SelectOptionAsync("Mon-Fri");
        await Editor(wall).Locator(".zone-trial button", new() { HasText = "近 24 小时" }).ClickAsync();
        await Expect(Editor(wall).Locator(".zone-trial-result")).ToContainTextAsync("会产生");
        await wall.ShootAsync("zone-draw");

        await Editor(wall).Locator("button[type=submit]").ClickAsync();
        await Expect(wall.Locator(".zone-done")).ToContainTextAsync("“浏览器绘制区”已生效");
        await Expect(wall.Locator(".stage-cards .card h2")).ToHaveTextAsync("浏览器绘制区");
        var zone = (await ZoneAsync("浏览器绘制区"))!;
        Assert.Equal(5, zone["geometry"]!["coordinates"]![0]!.AsArray().Count);
        var rules = zone["properties"]!["rules"]!.AsArray();
        Assert.Equal(("enter", "speed", "Mon-Fri 07:00-19:00"), ((string)rules[0]!["type"]!, (string)rules[1]!["type"]!, (string)rules[1]!["schedule"]!));
        Assert.InRange((double)rules[1]!["above"]!, 5.55, 5.56); // Metres a second.

        await wall.Locator(".zone-done .toggle").ClickAsync();
        await Expect(wall.Locator(".zone-done")).ToHaveCountAsync(0);
        Assert.Null(await ZoneAsync("浏览器绘制区"));
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "A zone is changed by dragging its corners; whoever changed it meanwhile is not gone over unasked; undoing puts back what was")]
    public async Task Change()
    {
        const string name = "被修改区";
        await using var wall = await fixture.OpenWallAsync(1600, 900);
        using var admin = await fixture.AdminAsync();
        double[][] ring = [[121.385, 31.20], [121.395, 31.20], [121.395, 31.21], [121.385, 31.21], [121.385, 31.20]];
        object Feature(string note) => new
        {
            type = "Feature",
            geometry = new { type = "Polygon", coordinates = new[] { ring } },
            properties = new { name, kind = note, level = "info", rules = new[] { new { key = "out", type = "exit", units = new[] { "squad/hongqiao" } } } },
        };
        await admin.PutAsync("/api/zones/edited-zone", Feature("market"));
        await wall.Page.ReloadAsync();
        await wall.UntilLiveAsync();
        var box = (await wall.Locator(".map-canvas").BoundingBoxAsync())!;
        (float, float) At(double lon, double lat)
        {
            var (x, y) = wall.Hub.Area!.Project(lon, lat, box.Width, box.Height);
            return ((float)(box.X + x), (float)(box.Y + y));
        }

        await SelectZoneAsync(wall, At);
        await wall.Locator(".zone-card-edit button").ClickAsync();
        await Expect(Editor(wall)).ToContainTextAsync("4 个顶点");
        await Expect(Editor(wall).GetByLabel("适用对象")).ToHaveValueAsync("other");
        var (x, y) = At(121.395, 31.21);
        await wall.Page.Mouse.MoveAsync(x, y);
        await wall.Page.Mouse.DownAsync();
        await wall.Page.Mouse.MoveAsync(x + 20, y - 15);
        await wall.Page.Mouse.MoveAsync(x + 40, y - 30);
        await wall.Page.Mouse.UpAsync();

        await admin.PutAsync("/api/zones/edited-zone", Feature("school"));
        await Editor(wall).Locator("button[type=submit]").ClickAsync();
        await Expect(Editor(wall).Locator("[role=alert]")).ToContainTextAsync("刚被他人修改");
        Assert.Equal("school", (string?)(await ZoneAsync(name))!["properties"]!["kind"]);
        await Editor(wall).Locator("button[type=submit]").ClickAsync();
        await Expect(wall.Locator(".zone-done")).ToBeVisibleAsync();
        var changed = (await ZoneAsync(name))!;
        var corner = changed["geometry"]!["coordinates"]![0]![2]!;
        var (wantedX, wantedY) = (x + 40, y - 30);
        var (gotX, gotY) = At((double)corner[0]!, (double)corner[1]!);
        Assert.InRange(Math.Abs(gotX - wantedX) + Math.Abs(gotY - wantedY), 0, 6);
        Assert.Equal("squad/hongqiao", (string?)changed["properties"]!["rules"]![0]!["units"]![0]); // What the form does not show stays.

        await wall.Locator(".zone-done .toggle").ClickAsync();
        await Expect(wall.Locator(".zone-done")).ToHaveCountAsync(0);
        Assert.Equal(121.395, (double)(await ZoneAsync(name))!["geometry"]!["coordinates"]![0]![2]![0]!);

        await wall.Locator(".zone-card-edit button").ClickAsync();
        await Editor(wall).Locator("button", new() { HasText = "停用区域" }).ClickAsync();
        await Editor(wall).Locator("button", new() { HasText = "再按一次" }).ClickAsync();
        await Expect(wall.Locator(".zone-done")).ToContainTextAsync("已停用");
        Assert.Null(await ZoneAsync(name));
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "An edge that crosses itself is told and not put in force; Escape leaves drawing, and nothing of it stays; who may not write zones is offered no drawing")]
    public async Task Crossing()
    {
        await using var wall = await fixture.OpenWallAsync(1600, 900);
        await StartDrawingAsync(wall);
        var corners = await CornersAsync(wall);
        foreach (var i in new[] { 0, 2, 1, 3 })
        {
            await wall.Page.Mouse.ClickAsync(corners[i].X, corners[i].Y);
            await Task.Delay(400);
        }

        await wall.Page.Keyboard.PressAsync("Enter");
        await Expect(Editor(wall).Locator("[role=alert]")).ToContainTextAsync("自相交");
        await Expect(Editor(wall).Locator("button[type=submit]")).ToBeDisabledAsync();
        await wall.Locator(".map-canvas").FocusAsync();
        await wall.Page.Keyboard.PressAsync("Escape");
        await Expect(Editor(wall)).ToHaveCountAsync(0);
        wall.AssertNoErrors();

        await using var clerk = await fixture.OpenAsync(1600, 900);
        await clerk.EnterAsync("demo-statistics");
        await Expect(clerk.Locator(".map-tools button", "绘制")).ToHaveCountAsync(0);
    }

    private static ILocator Editor(WallPage wall) => wall.Locator(".zone-editor");

    private static async Task StartDrawingAsync(WallPage wall)
    {
        await wall.Locator(".map-tools button", "绘制").ClickAsync();
        await Expect(Editor(wall)).ToContainTextAsync("逐点单击");
    }

    /// <summary>Of a square right of the middle, where no card lies over the map; in pixels of the page.</summary>
    private static async Task<(float X, float Y)[]> CornersAsync(WallPage wall)
    {
        var box = (await wall.Locator(".map-canvas").BoundingBoxAsync())!;
        var (x, y) = (box.X + (box.Width * 0.6f), box.Y + (box.Height * 0.35f));
        return [(x, y), (x + 150, y), (x + 150, y + 120), (x, y + 120)];
    }

    /// <summary>Taps the zone's ground where nothing else is.</summary>
    private static async Task SelectZoneAsync(WallPage wall, Func<double, double, (float, float)> at)
    {
        for (var i = 0; i < 40; i++)
        {
            var (x, y) = at(121.3862 + (i % 8 * 0.001), 31.2012 + (i / 8 * 0.0015));
            await wall.Page.Mouse.ClickAsync(x, y);
            await Task.Delay(300);
            if (await wall.Locator(".stage-cards .card h2", "被修改区").CountAsync() == 1)
            {
                return;
            }
        }

        Assert.Fail("The zone could not be chosen by a tap.");
    }

    private async Task<JsonNode?> ZoneAsync(string name)
        => (await fixture.Api.ListAsync("/api/zones")).FirstOrDefault(zone => (string?)zone["properties"]!["name"] == name);
}
