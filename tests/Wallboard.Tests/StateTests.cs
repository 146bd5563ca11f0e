using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

/// <summary>What the pages say where there is nothing, and where the host does not answer.</summary>
public sealed class StateTests(WallFixture fixture)
{
    [Theory(DisplayName = "Where nothing is registered every page says so, and the wall leads to where that is done; nothing is alarmed about it")]
    [InlineData("zh", "还没有登记人员和车辆", "可批量导入", "当前没有事件", "当前没有告警", "没有打开的回放", "还没有轮巡编组", "今天还没有事件", "还没有编排大屏", "还没有接入的屏幕")]
    [InlineData("en", "Nobody is registered yet", "Import a list", "No incidents", "No alarms", "No replay is open", "There are no tours", "No incidents today", "No wall", "No screen")]
    public async Task Empty(string language, string units, string hint, string incidents, string breaches, string replays, string tours, string today, string walls, string screens)
    {
        await using var host = new HostProcess();
        await host.StartAsync();
        await using var wall = await fixture.OpenAtAsync(host.Address, 1920, 1080, sharp: true);
        await wall.SignInAsync("admin", HostProcess.AdminPassword);
        await wall.Page.AddInitScriptAsync($"localStorage.setItem('vantage.language', '{language}')");
        await wall.GoAsync();

        await wall.Locator(".link-mark[data-state=live]").WaitForAsync();
        await Expect(wall.Locator(".units .empty")).ToContainTextAsync(units);
        await Expect(wall.Locator(".units .empty a[href='/setup/']")).ToContainTextAsync(hint);
        await Expect(wall.Locator(".incidents .empty")).ToContainTextAsync(incidents);
        await Expect(wall.Locator(".breaches .empty")).ToContainTextAsync(breaches);
        await Expect(wall.Locator(".data-age")).ToHaveAttributeAsync("data-level", "none");
        await Tool(wall, 1).ClickAsync();
        await Expect(wall.Locator(".replay-menu section")).ToContainTextAsync(replays);
        await wall.ShootAsync($"empty-desk-{language}");

        await SaysAsync("/stage/", ".stage-page .empty", walls, "stage");
        await SaysAsync("/setup/", ".screens li.dim", screens, "setup");

        using var admin = await WallApi.SignInAsync(host.Address, "admin", HostProcess.AdminPassword);
        await admin.PutAsync("/api/stages/hall", new
        {
            name = "指挥大厅",
            screens = new[] { "video", "charts", "list" }.Select((role, i) => new { key = role, name = $"{i + 1}号屏", role, column = i }),
        });
        await SaysAsync("/?stage=hall&screen=video", ".video-nothing", tours, "video");
        await SaysAsync("/?stage=hall&screen=charts", ".charts", today, "charts");

        // Somebody who is registered and never reported is another matter.
        await admin.PutAsync("/api/units/officer/1001", new { name = "陈一" });
        await SaysAsync("/?stage=hall&screen=list", ".unit-row", "陈一", "list");
        await Expect(wall.Locator(".data-age")).ToHaveAttributeAsync("data-level", "dead");
        wall.AssertNoErrors();

        async Task SaysAsync(string path, string where, string says, string name)
        {
            await wall.GoAsync(path);
            await Expect(wall.Locator(where)).ToContainTextAsync(says);
            await wall.ShootAsync($"empty-{name}-{language}");
        }
    }

    [Fact(DisplayName = "What the host does not answer is said where it is missed, nothing is said to be empty that could not be read, and all of it comes by itself once the host answers")]
    public async Task Unread()
    {
        var stage = await fixture.LayOutAsync(Screen("charts", 0), Screen("video", 1));
        await using var wall = await fixture.OpenAsync(1920, 1080, sharp: true);
        await wall.SignInAsync("admin", HostProcess.AdminPassword);
        await RefuseAsync(wall);

        await wall.GoAsync();
        await wall.Locator(".link-mark[data-state=live]").WaitForAsync();
        await Expect(wall.Locator(".units-note")).ToContainTextAsync("名册暂时读不到");
        await Expect(wall.Locator(".tool-note.warn")).ToHaveTextAsync(["重点区域读取失败"]);
        await wall.Locator(".unit-row").First.ClickAsync();
        await Expect(wall.Locator(".unit-orders")).ToContainTextAsync("指令暂时读不到");
        await Expect(wall.Locator(".card-note")).ToContainTextAsync("轨迹读取失败");
        await wall.Locator(".map-tools button", "今天").ClickAsync();
        await Expect(wall.Locator(".heat-legend")).ToContainTextAsync("热力读取失败");
        await Tool(wall, 1).ClickAsync();
        await Expect(wall.Locator(".replay-menu .tool-problem")).ToHaveTextAsync("回放列表读取失败");
        await Tool(wall, 0).ClickAsync();
        await Expect(wall.Locator(".points-menu .tool-problem")).ToHaveTextAsync("主题暂时读不到，正在重试");
        await Expect(wall.Locator(".tool-menu > section")).ToHaveCountAsync(1); // The one closed the other.
        await wall.ShootAsync("unread-desk");

        await AnswerAsync(wall);
        await Expect(wall.Locator(".points-menu li", "垃圾分类")).ToBeVisibleAsync();
        await Expect(wall.Locator(".units-note")).ToHaveCountAsync(0);
        await Expect(wall.Locator(".tool-note.warn")).ToHaveCountAsync(0);
        await Expect(wall.Locator(".unit-orders")).Not.ToContainTextAsync("指令暂时读不到");
        await Expect(wall.Locator(".card-note")).Not.ToContainTextAsync("轨迹读取失败");
        await Expect(wall.Locator(".heat-legend")).Not.ToContainTextAsync("热力读取失败");
        await wall.Locator(".map-canvas").PressAsync("Escape");
        await wall.Locator(".legend").ClickAsync(new() { Position = new() { X = 5, Y = 5 } });
        await Expect(wall.Locator(".tool-menu > section")).ToHaveCountAsync(0); // A press beside it.

        await UntilReadAsync($"/?stage={stage}&screen=charts", ".chart-failed", "事件读取失败", ".chart-states b:not(:text-is('–'))", "charts");
        await UntilReadAsync($"/?stage={stage}&screen=video", ".video-nothing", "暂时读不到轮巡编组", ".tile", "video");
        await UntilReadAsync("/stage/", ".stage-problem", "大屏暂时读不到", ".screen-tile", "stage");
        await UntilReadAsync("/setup/", ".screens-message[role=status]", "屏幕列表暂时读不到", ".screens li", "setup");

        // Officers are told that the host is not there, and not that they have no orders.
        await using var officer = await fixture.OpenAsync(390, 844, sharp: true);
        await officer.SignInAsync("demo-officer");
        await RefuseAsync(officer);
        await officer.GoAsync("/m/");
        await Expect(officer.Locator(".officer-connection")).ToHaveAttributeAsync("data-state", "offline");
        await Expect(officer.Locator(".officer-empty")).ToContainTextAsync("无法连接服务器");
        await officer.ShootAsync("unread-m");
        await AnswerAsync(officer);
        await Expect(officer.Locator(".officer-connection")).ToHaveAttributeAsync("data-state", "online");
        await Expect(officer.Locator(".officer-orders")).ToBeVisibleAsync();
        wall.AssertNoErrors();
        officer.AssertNoErrors();

        async Task UntilReadAsync(string path, string where, string says, string then, string name)
        {
            await RefuseAsync(wall);
            await wall.GoAsync(path);
            await Expect(wall.Locator(where)).ToContainTextAsync(says);
            await Expect(wall.Locator("body")).Not.ToContainTextAsync("还没有");
            await Expect(wall.Locator("body")).Not.ToContainTextAsync("正在载入");
            await wall.ShootAsync($"unread-{name}");
            await AnswerAsync(wall);
            await Expect(wall.Locator(then).First).ToBeVisibleAsync();
            await Expect(wall.Locator(where, says)).ToHaveCountAsync(0);
        }
    }

    private const string Reads = "**/api/**";

    /// <summary>As what stands between does while the host is away: a page of its own, whatever is asked but who one is.</summary>
    private static Task RefuseAsync(WallPage wall) => wall.Page.RouteAsync(Reads, route => new Uri(route.Request.Url).AbsolutePath.EndsWith("/session", StringComparison.Ordinal)
        ? route.ContinueAsync()
        : route.FulfillAsync(new() { Status = 503, ContentType = "text/html", Body = "<html>Service unavailable</html>" }));

    private static Task AnswerAsync(WallPage wall) => wall.Page.UnrouteAsync(Reads);

    /// <summary>A menu of the map's tools, from the left.</summary>
    private static ILocator Tool(WallPage wall, int index) => wall.Locator(".tool-menu > .segmented button").Nth(index);

    private static object Screen(string role, int column) => new { key = role, name = role, role, column };
}
