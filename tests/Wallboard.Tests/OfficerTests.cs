using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

/// <summary>The officer's page, on a phone's screen, against the real host.</summary>
public sealed class OfficerTests(WallFixture fixture)
{
    [Fact(DisplayName = "[OFF-6] an order comes to the phone by itself, is accepted, arrived at and finished with a picture, and the wall shows each step and the picture")]
    public async Task Order()
    {
        await using var phone = await fixture.OpenPhoneAsync();
        using var admin = await fixture.AdminAsync();
        await phone.EnterAsync(admin, "7001", "周航");
        await Expect(phone.Locator(".officer-orders")).ToContainTextAsync("当前没有指令");
        await phone.ShowAsync("idle");
        await phone.GoOnDutyAsync();
        await using var wall = await fixture.OpenWallAsync();

        var key = await SendAsync(admin, "7001", "占道设摊扰民", 121.41);
        var order = phone.Order(key);
        await Expect(order.Locator("h3")).ToHaveTextAsync("占道设摊扰民", new() { Timeout = 10_000 });
        await Expect(order).ToContainTextAsync("占道设摊");
        await Expect(order).ToContainTextAsync("仙霞路1号");
        await Expect(order).ToContainTextAsync("请先拍照取证");
        await Expect(order).ToContainTextAsync("直线 951 米");
        Assert.Empty(await phone.FlawsAsync());
        await phone.ShowAsync("order");

        await Press(order, "接令").ClickAsync();
        await Expect(order.Locator(".officer-step")).ToHaveTextAsync("已接令");
        await Press(order, "到达").ClickAsync();
        await Expect(order.Locator(".officer-step")).ToHaveTextAsync("已到达");
        await wall.Locator($".incident-row[data-incident='{key}']").ClickAsync();
        await Expect(wall.Locator(".incident-card .time-line")).ToContainTextAsync("周航 已到场");

        await Press(order, "完成").ClickAsync();
        await order.Locator("textarea").FillAsync("已劝离\n摊位清理完毕");
        await order.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "a.png", MimeType = "image/png", Buffer = await PhotoAsync(phone, 3000, 1500) });
        await Expect(order.Locator(".officer-picture img")).ToBeVisibleAsync();
        Assert.Empty(await phone.FlawsAsync());
        await phone.ShowAsync("finish");
        await order.Locator("button[type=submit]").ClickAsync();
        await Expect(order).ToHaveCountAsync(0);
        await Expect(phone.Locator(".officer-past summary")).ToContainTextAsync("1");
        await phone.Locator(".officer-past summary").ClickAsync();
        await Expect(phone.Locator(".officer-past li")).ToContainTextAsync("已完成");
        Assert.Empty(await phone.FlawsAsync());

        var picture = wall.Locator(".incident-card .time-line img");
        await Expect(picture).ToBeVisibleAsync();
        await Expect(wall.Locator(".incident-card .time-line")).ToContainTextAsync("已劝离 摊位清理完毕");
        await WallPage.UntilAsync(() => picture.EvaluateAsync<int>("image => image.naturalWidth").GetAwaiter().GetResult() == 1600, "the picture, made smaller");
        await ShowAsync(wall, "wall");
        Assert.Empty(phone.Errors);
        Assert.Empty(wall.Errors);
    }

    [Fact(DisplayName = "[OFF-3] without network positions and answers are kept and counted, nothing shows as done, a reload loses nothing, and with the network all arrives once, in order, with the times at which it was measured")]
    public async Task Offline()
    {
        await using var phone = await fixture.OpenPhoneAsync();
        using var admin = await fixture.AdminAsync();
        await phone.EnterAsync(admin, "7002", "沈洁");
        await phone.GoOnDutyAsync();
        var key = await SendAsync(admin, "7002", "跨门经营", 121.402);
        var order = phone.Order(key);
        await Expect(order).ToBeVisibleAsync();

        await phone.Context.SetOfflineAsync(true);
        var from = DateTimeOffset.UtcNow;
        await Expect(phone.Locator(".officer-connection")).ToHaveAttributeAsync("data-state", "offline");
        await Press(order, "接令").ClickAsync();
        await Expect(order).ToContainTextAsync("接令 · 待确认");
        await Press(order, "到达").ClickAsync();
        await Expect(order.Locator(".officer-step")).ToHaveTextAsync("待接令");
        for (var i = 1; i <= 6; i++)
        {
            await phone.Page.WaitForTimeoutAsync(5_200);
            await phone.MoveAsync(121.4 + (i * 0.001));
        }

        await Expect(phone.Locator(".officer-connection b")).ToHaveTextAsync("离线，8 条待发");
        Assert.Empty(await phone.FlawsAsync());
        await phone.ShowAsync("offline");
        Assert.Equal("given", (string?)(await IncidentAsync(admin, key))["orders"]![0]!["step"]);
        var to = DateTimeOffset.UtcNow;

        // The network is back, but the first answers are lost on the way: all is sent again.
        var lost = new ConcurrentQueue<string>();
        await phone.Page.RouteAsync("**/actions/accept", LoseOnce(lost));
        await phone.Page.RouteAsync("**/api/positions", LoseOnce(lost));
        await phone.Context.SetOfflineAsync(false);
        await Expect(phone.Locator(".officer-connection")).ToHaveAttributeAsync("data-state", "online");
        await Expect(order.Locator(".officer-step")).ToHaveTextAsync("已到达");
        var moments = (await IncidentAsync(admin, key))["orders"]![0]!["moments"]!.AsArray();
        Assert.Equal(["given", "accepted", "arrived"], moments.Select(moment => (string)moment!["step"]!));
        Assert.InRange(DateTimeOffset.Parse((string)moments[2]!["saidAt"]!, CultureInfo.InvariantCulture), from, from.AddSeconds(20));
        var track = await admin.GetAsync($"/api/units/officer/7002/track?from={Wire(from)}&to={Wire(to)}");
        Assert.Equal([121.401, 121.402, 121.403, 121.404, 121.405, 121.406], track["lon"]!.AsArray().Select(lon => Math.Round((double)lon!, 5)));
        Assert.Equal(2, lost.Count); // The host had both, and was sent both again.
        Assert.Empty(phone.Errors);
    }

    [Fact(DisplayName = "[OFF-3] what waits outlives the page: closed without network and opened again with it, it is sent")]
    public async Task Reloaded()
    {
        await using var phone = await fixture.OpenPhoneAsync();
        using var admin = await fixture.AdminAsync();
        await phone.EnterAsync(admin, "7003", "秦岚");
        var key = await SendAsync(admin, "7003", "占道堆物", 121.402);
        await Expect(phone.Order(key)).ToBeVisibleAsync();
        await phone.Context.SetOfflineAsync(true);
        await Press(phone.Order(key), "接令").ClickAsync();
        await Expect(phone.Locator(".officer-connection b")).ToHaveTextAsync("离线，1 条待发");
        await phone.Page.GotoAsync("about:blank");
        await phone.Page.WaitForTimeoutAsync(2_000); // The browser lets what was there go in its own time, and may let a last request of it through.
        await phone.Context.SetOfflineAsync(false);

        await phone.GoAsync();
        await Expect(phone.Order(key).Locator(".officer-step")).ToHaveTextAsync("已接令");
    }

    [Fact(DisplayName = "[OFF-5] an answer to an order that the centre has taken back meanwhile is told to have failed, and the order is shown as withdrawn")]
    public async Task Withdrawn()
    {
        await using var phone = await fixture.OpenPhoneAsync();
        using var admin = await fixture.AdminAsync();
        await phone.EnterAsync(admin, "7004", "范宁");
        var key = await SendAsync(admin, "7004", "夜间施工", 121.402);
        await Expect(phone.Order(key)).ToBeVisibleAsync();
        await phone.Context.SetOfflineAsync(true);
        await Press(phone.Order(key), "接令").ClickAsync();
        await Press(phone.Order(key), "到达").ClickAsync();
        await admin.PostAsync($"/api/incidents/{key}/actions/withdraw", new { unit = "officer/7004" });
        await phone.Context.SetOfflineAsync(false);

        await Expect(phone.Locator(".officer-notice")).ToHaveCountAsync(1);
        await Expect(phone.Locator(".officer-notice")).ToContainTextAsync("“夜间施工”接令没有成功");
        await Expect(phone.Locator(".officer-past li")).ToContainTextAsync("已撤销");
        await Expect(phone.Locator(".officer-connection")).ToHaveAttributeAsync("data-state", "online");
        await phone.ShowAsync("withdrawn");
        Assert.Empty(await phone.FlawsAsync());
        await phone.Locator(".officer-notice button").ClickAsync();
        await Expect(phone.Locator(".officer-notice")).ToHaveCountAsync(0);
    }

    [Fact(DisplayName = "[OFF-2] off duty the phone is not asked where it is and sends nothing; going off duty the wall knows at once, and the centre's word counts as the officer's own")]
    public async Task OffDuty()
    {
        await using var phone = await fixture.OpenPhoneAsync();
        using var admin = await fixture.AdminAsync();
        await phone.EnterAsync(admin, "7005", "石磊");
        await phone.MoveAsync(121.41);
        await phone.Page.WaitForTimeoutAsync(6_000);
        Assert.DoesNotContain("POST /api/positions", phone.Requests); // Nobody has said that duty begins.

        await phone.GoOnDutyAsync();
        Assert.Contains("POST /api/positions", phone.Requests);
        await phone.Locator(".officer-duty button", "下岗").ClickAsync();
        await Expect(phone.Locator(".officer-duty")).ToHaveAttributeAsync("data-duty", "off");
        await Expect(phone.Locator(".officer-duty .officer-waiting")).ToHaveCountAsync(0);
        Assert.Equal("offDuty", (string?)(await admin.GetAsync("/api/units/officer/7005"))["state"]);
        var sent = phone.Requests.Count(request => request == "POST /api/positions");
        for (var i = 0; i < 3; i++)
        {
            await phone.MoveAsync(121.42 + (i * 0.01));
            await phone.Page.WaitForTimeoutAsync(5_200);
        }

        Assert.Equal(sent, phone.Requests.Count(request => request == "POST /api/positions"));
        Assert.Empty(await phone.FlawsAsync());

        await admin.PutAsync("/api/units/officer/7005/duty", new { onDuty = true });
        await Expect(phone.Locator(".officer-duty")).ToContainTextAsync("上报位置");
        await admin.PutAsync("/api/units/officer/7005/duty", new { onDuty = false });
        await Expect(phone.Locator(".officer-duty")).ToContainTextAsync("不在岗时不定位");
    }

    [Fact(DisplayName = "[OFF-4] SOS held for two seconds is an incident on the wall where the phone is, off duty too; a touch alone calls nobody; without network the page says that it has not arrived")]
    public async Task Sos()
    {
        await using var phone = await fixture.OpenPhoneAsync();
        using var admin = await fixture.AdminAsync();
        await using var wall = await fixture.OpenWallAsync();
        await phone.EnterAsync(admin, "7006", "江涛");
        var button = phone.Locator(".officer-sos button");
        await phone.HoldAsync(button, 900);
        await phone.Page.WaitForTimeoutAsync(1_500);
        Assert.DoesNotContain("POST /api/officer/sos", phone.Requests);

        await phone.Context.SetOfflineAsync(true);
        await phone.HoldAsync(button, 2_400);
        await Expect(phone.Locator(".officer-sos p")).ToHaveTextAsync("没有网络，求助尚未送达，正在重试");
        await phone.ShowAsync("sos-offline");
        Assert.Empty(await phone.FlawsAsync());
        await phone.Context.SetOfflineAsync(false);
        await Expect(phone.Locator(".officer-sos p")).ToContainTextAsync("求助已送达指挥中心");
        await phone.ShowAsync("sos");
        await Expect(wall.Locator(".incident-row", "江涛求助")).ToHaveAttributeAsync("data-level", "critical");
        var sos = Assert.Single(await admin.ListAsync("/api/incidents?kind=sos&open=true"), incident => (string?)incident["unit"] == "officer/7006");
        Assert.Equal((121.4, 31.2), (Math.Round((double)sos["lon"]!, 4), Math.Round((double)sos["lat"]!, 4)));
        Assert.Empty(sos["notes"]!.AsArray());
        await admin.PostAsync($"/api/incidents/{(string)sos["key"]!}/actions/close", new { });
        Assert.Empty(phone.Errors);
    }

    [Fact(DisplayName = "The demonstration's officer signs in with one tap; the page is whole in both languages, and weighs nothing of the map")]
    public async Task Languages()
    {
        await using var phone = await fixture.OpenPhoneAsync();
        using var admin = await fixture.AdminAsync();
        await phone.GoAsync("/m");
        await Expect(phone.Locator("h1")).ToHaveTextAsync("队员登录");
        Assert.Empty(await phone.FlawsAsync());
        await phone.ShowAsync("sign-in");
        await phone.Locator("button", "以演示队员进入").ClickAsync();
        await Expect(phone.Locator("h1")).ToHaveTextAsync("演示队员");
        await phone.GoOnDutyAsync();
        var key = await SendAsync(admin, "9001", "大型户外广告未经审批擅自设置影响行人通行安全", 121.41);
        await phone.Order(key).WaitForAsync();
        await phone.Locator(".officer-phone summary").ClickAsync();
        await phone.Locator("button", "绑定手机").ClickAsync();
        await Expect(phone.Locator(".officer-phone img")).ToHaveJSPropertyAsync("complete", true);
        Assert.True(await phone.Locator(".officer-phone img").EvaluateAsync<int>("image => image.naturalWidth") > 0);
        await Expect(phone.Locator(".officer-phone code").First).ToHaveTextAsync(new Uri(fixture.Address, "/osmand").AbsoluteUri);
        Assert.Empty(await phone.FlawsAsync());
        await phone.ShowAsync("full-zh");

        await phone.Locator("button", "English").ClickAsync();
        await Expect(phone.Locator(".officer-duty")).ToContainTextAsync("On duty");
        await Expect(phone.Locator(".officer-connection")).ToContainTextAsync("Connected");
        Assert.Empty(await phone.FlawsAsync());
        await phone.ShowAsync("full-en");
        var words = await phone.Page.EvaluateAsync<string>("() => [...document.querySelectorAll('button, summary, h2, .officer-duty, .officer-phone > p, .officer-phone ol, .officer-sos')].map((each) => each.innerText).join(' ')");
        Assert.DoesNotMatch(@"[\u4e00-\u9fff]", words.Replace("中文", "", StringComparison.Ordinal).Replace("演示队员", "", StringComparison.Ordinal));
        await Press(phone.Order(key), "Decline").ClickAsync();
        await phone.Order(key).Locator("textarea").FillAsync("Too far");
        await phone.ShowAsync("decline-en");
        Assert.Empty(await phone.FlawsAsync());
        await phone.Order(key).Locator("button[type=submit]").ClickAsync();
        await Expect(phone.Order(key)).ToHaveCountAsync(0);

        Assert.DoesNotContain(phone.Requests, request => request.Contains("WallView", StringComparison.Ordinal) || request.Contains("maplibre", StringComparison.Ordinal) || request.EndsWith(".woff2", StringComparison.Ordinal));
        Assert.Empty(phone.Errors);
        await phone.Locator("button", "Sign out").ClickAsync();
        await Expect(phone.Locator("h1")).ToHaveTextAsync("Officer sign-in");
    }

    [Fact(DisplayName = "The page that tells how to install the certificate has its fingerprint and the steps for both kinds of phone, in both languages; where there is none it says so")]
    public async Task Install()
    {
        await using var phone = await fixture.OpenPhoneAsync();
        await phone.GoAsync("/m/install/");
        await Expect(phone.Locator("main")).ToContainTextAsync("没有需要安装的证书");
        Assert.Empty(await phone.FlawsAsync());

        var digits = string.Join(':', Enumerable.Range(0, 32).Select(digit => digit.ToString("X2", CultureInfo.InvariantCulture)));
        await phone.Page.RouteAsync("**/m/ca.crt", route => route.FulfillAsync(new() { Status = 200, Body = "-", Headers = new Dictionary<string, string> { ["Vantage-Fingerprint"] = digits } }));
        await phone.Page.ReloadAsync();
        await Expect(phone.Locator(".officer-fingerprint")).ToHaveTextAsync(digits);
        await Expect(phone.Locator("section")).ToHaveCountAsync(2);
        await phone.ShowAsync("install");
        Assert.Empty(await phone.FlawsAsync());
        await phone.Locator("button", "English").ClickAsync();
        await Expect(phone.Locator("main")).ToContainTextAsync("Certificate Trust Settings");
        await phone.ShowAsync("install-en");
        Assert.Empty(await phone.FlawsAsync());
    }

    [Fact(DisplayName = "An account that is no officer's is told so, and a second tab leaves the page to the first until it is taken over")]
    public async Task Nobody()
    {
        await using var phone = await fixture.OpenPhoneAsync();
        using var admin = await fixture.AdminAsync();
        await phone.EnterAsync(admin, "7008", "柳青");
        var second = await phone.Context.NewPageAsync();
        await second.GotoAsync(new Uri(fixture.Address, "/m/").AbsoluteUri);
        await Expect(second.Locator("body")).ToContainTextAsync("已在另一个标签页打开");
        await second.GetByText("在这里使用").ClickAsync();
        await Expect(second.Locator(".officer-duty")).ToBeVisibleAsync();
        await Expect(phone.Locator("body")).ToContainTextAsync("已在另一个标签页打开");

        await using var other = await fixture.OpenPhoneAsync();
        await other.GoAsync();
        await other.Locator("input[name=user]").FillAsync("admin");
        await other.Locator("input[name=password]").FillAsync("wrong password");
        await other.Locator("button[type=submit]").ClickAsync();
        await Expect(other.Locator(".officer-message")).ToHaveTextAsync("用户名或密码不正确");
        await other.Locator("input[name=password]").FillAsync(HostProcess.AdminPassword);
        await other.Locator("button[type=submit]").ClickAsync();
        await Expect(other.Locator("main")).ToContainTextAsync("此账号未绑定队员");
        Assert.Empty(await other.FlawsAsync());
    }

    private static ILocator Press(ILocator order, string answer) => order.Locator("button", new() { HasText = answer });

    /// <summary>Lets the host have the first request, and the phone not hear of it.</summary>
    private static Func<IRoute, Task> LoseOnce(ConcurrentQueue<string> lost)
    {
        var isLost = 0;
        return async route =>
        {
            if (Interlocked.Exchange(ref isLost, 1) == 0)
            {
                await route.FetchAsync();
                lost.Enqueue(route.Request.Url);
                await route.AbortAsync();
                return;
            }

            await route.ContinueAsync();
        };
    }

    private static async Task<string> SendAsync(WallApi admin, string unit, string title, double longitude)
    {
        var reported = await admin.PostAsync("/api/incidents", new
        {
            kind = "street-vending",
            title,
            level = "warning",
            lon = longitude,
            lat = 31.2,
            address = "仙霞路1号",
            note = "市民来电反映",
        });
        var key = (string)reported!["key"]!;
        await admin.PostAsync($"/api/incidents/{key}/dispatch", new { units = new[] { $"officer/{unit}" }, note = "请先拍照取证", confirm = true });
        return key;
    }

    private static Task<JsonNode> IncidentAsync(WallApi admin, string key) => admin.GetAsync($"/api/incidents/{key}");

    private static string Wire(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A picture with something on it, as large as a camera's.</summary>
    private static async Task<byte[]> PhotoAsync(OfficerPhone phone, int width, int height) => Convert.FromBase64String(await phone.Page.EvaluateAsync<string>(
        """
        async ([width, height]) => {
          const canvas = Object.assign(document.createElement('canvas'), { width, height })
          const context = canvas.getContext('2d')
          const colours = context.createLinearGradient(0, 0, width, height)
          colours.addColorStop(0, '#7b8f3a')
          colours.addColorStop(1, '#c46a2b')
          context.fillStyle = colours
          context.fillRect(0, 0, width, height)
          return canvas.toDataURL('image/png').split(',')[1]
        }
        """,
        new[] { width, height }));

    private static async Task ShowAsync(WallPage wall, string name)
    {
        if (Environment.GetEnvironmentVariable("VANTAGE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await wall.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"officer-{name}.png") });
        }
    }
}
