using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class IncidentTests(WallFixture fixture)
{
    /// <summary>The longest that a dispatch is held, and some more.</summary>
    private const float Held = 8_000;

    [Fact(DisplayName = "An incident that is reported by a program is on the list at once, its card says where and who, and closing it takes it away")]
    public async Task Listed()
    {
        await using var wall = await fixture.OpenWallAsync(sharp: true);
        var scene = await SceneAsync(121.360, 31.190);
        var row = Row(wall, scene);
        await Expect(row).ToContainTextAsync("占道设摊");
        await Expect(row).ToContainTextAsync("待派");
        await row.ClickAsync();
        var card = wall.Locator(".incident-card");
        await Expect(card.Locator("h2")).ToHaveTextAsync(scene.Title);
        await Expect(card).ToContainTextAsync("仙霞路1号");
        await Expect(card.Locator(".time-line li")).ToHaveCountAsync(1);
        await Expect(card.Locator(".time-line")).ToContainTextAsync("演示·指挥长");

        await card.GetByRole(AriaRole.Button, new() { Name = "备注" }).ClickAsync();
        await card.Locator(".incident-say input").FillAsync("市民再次来电");
        await card.Locator(".incident-say button[type=submit]").ClickAsync();
        await Expect(card.Locator(".time-line li").First).ToContainTextAsync("市民再次来电");

        await CloseAsync(scene);
        await Expect(row).ToHaveCountAsync(0);
        await Expect(card.Locator(".incident-word")).ToContainTextAsync("已结案");
        await Expect(card.GetByRole(AriaRole.Button, new() { Name = "派遣" })).ToHaveCountAsync(0);

        // It is still found, among those that are closed.
        await card.Locator(".close").ClickAsync();
        await wall.Locator(".incident-chips button", "已结案").ClickAsync();
        await Expect(row).ToHaveAttributeAsync("data-state", "closed");
        await Expect(wall.Locator(".incident-row:not([data-state=closed])")).ToHaveCountAsync(0);
        await wall.ShootAsync("incidents-closed");
        await row.ClickAsync();
        await Expect(card.Locator("h2")).ToHaveTextAsync(scene.Title);
        await Expect(card.Locator(".time-line")).ToContainTextAsync("市民再次来电");
        var other = await SceneAsync(121.362, 31.192);
        await CloseAsync(other); // Also when it is closed while they are looked at.
        await Expect(Row(wall, other)).ToHaveAttributeAsync("data-state", "closed");
        await wall.Locator(".incident-chips button", "已结案").ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "A unit dragged onto an incident shows what it would mean; cancelled within the countdown nothing is sent; left alone it is sent, and every screen shows it")]
    public async Task Dragged()
    {
        await using var wall = await fixture.OpenWallAsync(sharp: true);
        await using var second = await fixture.OpenAsync();
        await second.EnterAsync("demo-duty-chief");
        var scene = await SceneAsync(121.350, 31.200, awayLon: 0.02);
        await OnMapAsync(wall, scene);

        await HoverAsync(wall, scene);
        var tip = wall.Locator(".drag-tip");
        await Expect(tip).ToContainTextAsync("直线估算");
        await Expect(tip).ToContainTextAsync("1.9 公里");
        await Expect(tip).ToContainTextAsync("空闲");
        await wall.ShootAsync("drag-preview");
        await wall.Page.Mouse.UpAsync();
        var errand = wall.Locator(".errand");
        await Expect(errand).ToContainTextAsync("即将下达");
        await Expect(errand.Locator(".errand-left")).ToContainTextAsync("秒");
        // Without waiting for frames as a click does: a busy machine may draw none within the countdown.
        await errand.GetByRole(AriaRole.Button, new() { Name = "取消" }).DispatchEventAsync("click");
        await Expect(errand).ToHaveCountAsync(0);
        await wall.Page.WaitForTimeoutAsync(Held);
        Assert.Equal(0, (int)(await fixture.Api.GetAsync($"/api/units/{scene.Unit}"))["ordersVersion"]!);

        await HoverAsync(wall, scene);
        await Expect(tip).ToContainTextAsync("直线估算");
        await wall.Page.Mouse.UpAsync();
        await Expect(errand).ToHaveAttributeAsync("data-phase", "given");
        await Expect(Row(second, scene)).ToContainTextAsync("已派");
        await Expect(Row(second, scene)).ToContainTextAsync(scene.Name);
        Assert.Equal("given", (string?)(await DutiesAsync(scene)).Single()!["step"]);

        await errand.GetByRole(AriaRole.Button, new() { Name = "撤销" }).DispatchEventAsync("click");
        await Expect(errand).ToHaveAttributeAsync("data-phase", "withdrawn");
        await Expect(Row(second, scene)).ToContainTextAsync("待派");
        await Row(second, scene).ClickAsync();
        await Expect(second.Locator(".time-line")).ToContainTextAsync("已撤销");
        await Expect(second.Locator(".time-line")).ToContainTextAsync("已下达");
        Assert.Empty(await DutiesAsync(scene));
        await CloseAsync(scene);
        wall.AssertNoErrors();
        second.AssertNoErrors();
    }

    [Fact(DisplayName = "Of two dispatchers the second is told who was first, and sends the unit all the same only when he says so; the steps of both orders are said for the unit; closing frees it")]
    public async Task TwoDispatchers()
    {
        await using var wall = await fixture.OpenAsync();
        await wall.EnterAsync("demo-duty-chief");
        var scene = await SceneAsync(121.360, 31.210);
        var other = await ReportAsync(121.365, 31.211);
        await OnMapAsync(wall, scene);
        await HoverAsync(wall, scene);
        await Expect(wall.Locator(".drag-tip")).ToContainTextAsync("空闲");
        await wall.Page.Mouse.UpAsync();
        var errand = wall.Locator(".errand");
        await Expect(errand).ToHaveAttributeAsync("data-phase", "holding");
        await fixture.Api.PostAsync($"/api/incidents/{other.Key}/dispatch", new { units = new[] { scene.Unit } });

        await Expect(errand).ToContainTextAsync("演示·指挥长 已先一步");
        await Expect(errand).ToContainTextAsync(other.Title);
        Assert.Single(await DutiesAsync(scene));
        await errand.GetByRole(AriaRole.Button, new() { Name = "仍要派遣" }).ClickAsync();
        await Expect(errand).ToHaveAttributeAsync("data-phase", "given");
        Assert.Equal(2, (await DutiesAsync(scene)).Count);

        await Row(wall, scene).ClickAsync();
        var order = wall.Locator(".incident-order", scene.Name);
        foreach (var (action, step) in new[] { ("签收", "已签收"), ("到场", "已到场") })
        {
            await order.GetByRole(AriaRole.Button, new() { Name = $"代{scene.Name}{action}" }).ClickAsync();
            await Expect(order.Locator("b")).ToHaveTextAsync(step);
        }

        await wall.Locator(".incident-card").GetByRole(AriaRole.Button, new() { Name = "结案" }).ClickAsync();
        await wall.Locator(".incident-say input").FillAsync("已劝离");
        await wall.Locator(".incident-say button[type=submit]").ClickAsync();
        await Expect(Row(wall, scene)).ToHaveCountAsync(0);
        await Expect(wall.Locator(".time-line")).ToContainTextAsync("已解除");
        Assert.Equal(other.Title, (string?)(await DutiesAsync(scene)).Single()!["title"]);
        await fixture.Api.PostAsync($"/api/incidents/{other.Key}/actions/close", new { });
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "A busy unit is asked about before it is sent a second time, and a drop on an incident that has just been closed says who closed it")]
    public async Task BusyAndClosed()
    {
        await using var wall = await fixture.OpenWallAsync();
        var scene = await SceneAsync(121.370, 31.200);
        var other = await ReportAsync(121.375, 31.201);
        await fixture.Api.PostAsync($"/api/incidents/{other.Key}/dispatch", new { units = new[] { scene.Unit } });
        await OnMapAsync(wall, scene);
        await HoverAsync(wall, scene);
        await Expect(wall.Locator(".drag-tip")).ToContainTextAsync($"已下达：{other.Title}");
        await wall.Page.Mouse.UpAsync();
        var errand = wall.Locator(".errand");
        await Expect(errand).ToHaveAttributeAsync("data-phase", "asking");
        await wall.Page.Keyboard.PressAsync("Escape");
        await Expect(errand).ToHaveCountAsync(0);
        Assert.Single(await DutiesAsync(scene));

        await HoverAsync(wall, scene);
        await Expect(wall.Locator(".drag-tip")).ToContainTextAsync("直线估算");
        await CloseAsync(scene);
        await Expect(wall.Locator(".drag-tip")).ToContainTextAsync("演示·指挥长");
        await wall.Page.Mouse.UpAsync();
        await Expect(errand).ToContainTextAsync("未下达：事件已由 演示·指挥长");
        await errand.GetByRole(AriaRole.Button, new() { Name = "知道了" }).ClickAsync();
        await Expect(errand).ToHaveCountAsync(0);
        await fixture.Api.PostAsync($"/api/incidents/{other.Key}/actions/close", new { });
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "The same by keyboard: from the incident's card the nearest unit is sent, from the unit's card it is sent elsewhere, and Escape stops either")]
    public async Task Keyboard()
    {
        await using var wall = await fixture.OpenWallAsync();
        var scene = await SceneAsync(121.380, 31.190, awayLon: 0.0001);
        await Row(wall, scene).FocusAsync();
        await wall.Page.Keyboard.PressAsync("Enter");
        var card = wall.Locator(".incident-card");
        await card.GetByRole(AriaRole.Button, new() { Name = "派遣", Exact = true }).FocusAsync();
        await wall.Page.Keyboard.PressAsync("Enter");
        var send = card.GetByRole(AriaRole.Button, new() { Name = $"派遣{scene.Name}" });
        await Expect(card.Locator(".nearest")).ToContainTextAsync("直线估算");
        await send.FocusAsync();
        await wall.Page.Keyboard.PressAsync("Enter");
        var errand = wall.Locator(".errand");
        await Expect(errand).ToHaveAttributeAsync("data-phase", "holding");
        await wall.Page.Keyboard.PressAsync("Escape");
        await Expect(errand).ToHaveCountAsync(0);
        await Expect(card).ToBeVisibleAsync();

        await wall.Locator("#unit-search").FillAsync(scene.Name);
        await Expect(wall.Locator(".unit-row", scene.Name)).ToBeVisibleAsync(); // A unit registered a moment ago comes with the register.
        await wall.Page.Keyboard.PressAsync("ArrowDown");
        var unitCard = wall.Locator(".stage-cards .card");
        await Expect(unitCard.Locator("h2")).ToHaveTextAsync(scene.Name);
        await Expect(unitCard).ToContainTextAsync("没有在办指令");
        await unitCard.GetByRole(AriaRole.Button, new() { Name = "派往" }).FocusAsync();
        await wall.Page.Keyboard.PressAsync("Enter");
        await unitCard.GetByRole(AriaRole.Button, new() { Name = scene.Title }).FocusAsync();
        await wall.Page.Keyboard.PressAsync("Enter");
        await Expect(errand).ToHaveAttributeAsync("data-phase", "given");
        await Expect(unitCard.Locator(".unit-order", new() { HasText = scene.Title })).ToContainTextAsync("已下达");
        await CloseAsync(scene);
        await Expect(unitCard).ToContainTextAsync("没有在办指令");
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "The same by touch: a finger drags an incident onto a unit; where nothing is, a finger that rests reports an incident")]
    public async Task Touch()
    {
        await using var wall = await fixture.OpenWallAsync();
        var scene = await SceneAsync(121.390, 31.215, awayLon: -0.01);
        await OnMapAsync(wall, scene);
        var (unit, incident) = Spots(wall, scene, await BoxAsync(wall));
        var finger = await wall.Page.Context.NewCDPSessionAsync(wall.Page);
        await TouchAsync(finger, "touchStart", incident.X, incident.Y - 18);
        for (var part = 1; part <= 10; part++)
        {
            await TouchAsync(finger, "touchMove", incident.X + ((unit.X - incident.X) * part / 10), incident.Y + ((unit.Y - incident.Y) * part / 10));
        }

        await Expect(wall.Locator(".drag-tip")).ToContainTextAsync("直线估算");
        await TouchAsync(finger, "touchEnd", null, null);
        await Expect(wall.Locator(".errand")).ToHaveAttributeAsync("data-phase", "given");
        Assert.Single(await DutiesAsync(scene));
        await CloseAsync(scene);

        var (x, y) = await FreeSpotAsync(wall);
        await TouchAsync(finger, "touchStart", x, y);
        await Expect(wall.Locator("form.report")).ToBeVisibleAsync();
        await TouchAsync(finger, "touchEnd", null, null);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "A right click reports an incident there; a post that may neither report nor dispatch is offered nothing of it")]
    public async Task ReportedAndRights()
    {
        await using var wall = await fixture.OpenWallAsync();
        var box = await BoxAsync(wall);
        await wall.Page.Mouse.ClickAsync(box.X + box.Width / 2, box.Y + box.Height / 2, new() { Button = MouseButton.Right });
        var form = wall.Locator("form.report");
        await form.Locator("select").SelectOptionAsync("site-dust");
        var title = Title();
        await form.Locator("input[name=title]").FillAsync(title);
        await form.GetByRole(AriaRole.Button, new() { Name = "紧急" }).ClickAsync();
        await form.Locator("textarea").FillAsync("未覆盖的土堆");
        await form.Locator("button[type=submit]").ClickAsync();
        await Expect(wall.Locator(".incident-card h2")).ToHaveTextAsync(title);
        var incident = (await fixture.Api.ListAsync("/api/incidents?kind=site-dust&open=true")).Single(each => (string?)each["title"] == title);
        var middle = wall.Hub.Area!;
        Assert.Equal((middle.West + middle.East) / 2, (double)incident["lon"]!, 0.001);
        Assert.Equal(("critical", "未覆盖的土堆"), ((string?)incident["level"], (string?)incident["note"]));

        await using var reader = await fixture.OpenAsync();
        await reader.EnterAsync("demo-statistics");
        await Expect(reader.Locator(".incident-row", title)).ToBeVisibleAsync();
        await reader.Locator(".incident-row", title).ClickAsync();
        await Expect(reader.Locator(".incident-card .time-line")).ToBeVisibleAsync();
        await Expect(reader.Locator(".incident-card button:not(.close)")).ToHaveCountAsync(0);
        await Expect(reader.Locator(".incidents .quiet")).ToHaveCountAsync(0);
        await reader.Page.Mouse.ClickAsync(box.X + box.Width / 2, box.Y + box.Height / 2 + 40, new() { Button = MouseButton.Right });
        await Expect(reader.Locator("form.report")).ToHaveCountAsync(0);
        await fixture.Api.PostAsync($"/api/incidents/{(string)incident["key"]!}/actions/close", new { });
        wall.AssertNoErrors();
        reader.AssertNoErrors();
    }

    /// <summary>A free vehicle, and an incident some way from it.</summary>
    private sealed record Scene(string Key, string Title, double Lon, double Lat, string Unit, string Name, double UnitLon);

    private async Task<Scene> SceneAsync(double lon, double lat, double awayLon = 0.01)
    {
        using var admin = await fixture.AdminAsync();
        var number = Number();
        var (unit, name) = ($"vehicle/t{number}", $"试验车{number}");
        await admin.PutAsync($"/api/units/{unit}", new { name });
        var time = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        await admin.PostAsync("/api/positions", new[] { new { unit, lon = lon + awayLon, lat, time } });
        var (key, title) = await ReportAsync(lon, lat);
        return new Scene(key, title, lon, lat, unit, name, lon + awayLon);
    }

    private async Task<(string Key, string Title)> ReportAsync(double lon, double lat)
    {
        var (key, title) = ($"t{Guid.NewGuid():N}"[..12], Title());
        await fixture.Api.PostAsync("/api/incidents", new { key, kind = "street-vending", title, lon, lat, address = "仙霞路1号" });
        return (key, title);
    }

    private static string Number() => Random.Shared.Next(10_000, 99_999).ToString(CultureInfo.InvariantCulture);

    private static string Title() => $"夜市摊贩占道{Number()}";

    private Task CloseAsync(Scene scene) => fixture.Api.PostAsync($"/api/incidents/{scene.Key}/actions/close", new { });

    private async Task<JsonArray> DutiesAsync(Scene scene) => (await fixture.Api.GetAsync($"/api/units/{scene.Unit}"))["orders"]!.AsArray();

    private static ILocator Row(WallPage wall, Scene scene) => wall.Locator(".incident-row", scene.Title);

    /// <summary>Waits until the map has both.</summary>
    private static async Task OnMapAsync(WallPage wall, Scene scene)
    {
        await Expect(Row(wall, scene)).ToBeVisibleAsync();
        await WallPage.UntilAsync(
            () => wall.Hub.Units.Values.Any(seen => Math.Abs((seen.Longitude / 1e7) - scene.UnitLon) < 1e-6), "the unit on the map");
        await wall.Page.WaitForTimeoutAsync(500);
    }

    /// <summary>Takes the unit and holds it over the incident.</summary>
    private static async Task HoverAsync(WallPage wall, Scene scene)
    {
        var (unit, incident) = Spots(wall, scene, await BoxAsync(wall));
        await wall.Page.Mouse.MoveAsync(unit.X, unit.Y);
        await wall.Page.Mouse.DownAsync();
        await wall.Page.Mouse.MoveAsync(incident.X, incident.Y, new() { Steps = 8 });
    }

    private static async Task<LocatorBoundingBoxResult> BoxAsync(WallPage wall) => (await wall.Locator(".map-canvas").BoundingBoxAsync())!;

    private static ((float X, float Y) Unit, (float X, float Y) Incident) Spots(WallPage wall, Scene scene, LocatorBoundingBoxResult box)
    {
        (float, float) At(double lon, double lat)
        {
            var (x, y) = wall.Hub.Area!.Project(lon, lat, box.Width, box.Height);
            return ((float)(box.X + x), (float)(box.Y + y));
        }

        return (At(scene.UnitLon, scene.Lat), At(scene.Lon, scene.Lat));
    }

    /// <summary>The spot of the map that is farthest from every unit and every incident.</summary>
    private async Task<(float X, float Y)> FreeSpotAsync(WallPage wall)
    {
        const int Steps = 40;
        var box = await BoxAsync(wall);
        var incidents = await fixture.Api.ListAsync("/api/incidents?open=true");
        List<(double X, double Y)> taken =
        [
            .. wall.Hub.Units.Values.Select(unit => wall.Hub.Area!.Project(unit.Longitude / 1e7, unit.Latitude / 1e7, box.Width, box.Height)),
            .. incidents.Select(each => wall.Hub.Area!.Project((double)each["lon"]!, (double)each["lat"]!, box.Width, box.Height)),
        ];
        var spots = Enumerable.Range(0, Steps * Steps).Select(i => (X: box.Width * (0.5 + (i % Steps)) / Steps, Y: box.Height * (0.5 + (i / Steps)) / Steps));
        foreach (var (x, y) in spots.OrderByDescending(spot => taken.Min(other => Math.Max(Math.Abs(other.X - spot.X), Math.Abs(other.Y - spot.Y)))))
        {
            if (await MapClicks.IsOnMapAsync(wall, box.X + x, box.Y + y))
            {
                return ((float)(box.X + x), (float)(box.Y + y));
            }
        }

        throw new InvalidOperationException("Everything lies above the map.");
    }

    private static Task TouchAsync(ICDPSession finger, string type, float? x, float? y) => finger.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>
    {
        ["type"] = type,
        ["touchPoints"] = x is null ? Array.Empty<object>() : new object[] { new { x, y } },
    });
}
