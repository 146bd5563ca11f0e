using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed partial class RollCallTests(WallFixture fixture)
{
    [Fact(DisplayName = "[ROL-1] [ROL-2] A roll call is made in three taps and seen on all screens with what is left of its time; a tap puts an answer down or takes it back; one that ended says who has missed it, and an answer then is late")]
    public async Task Roll_call()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        var stage = await fixture.LayOutAsync(new { key = "charts", name = "图表屏", role = "charts" });
        await using var desk = await fixture.OpenWallAsync(1920, 1080);
        await using var charts = await fixture.OpenScreenAsync(stage, "charts");
        try
        {
            // The city's centre calls ours by radio: the watch has a minute.
            var radio = (string)(await admin.PostAsync("/api/roll-calls", new { title = "市局电台点名", minutes = 1, caller = "市局指挥中心", others = new[] { "指挥中心" } }))!["key"]!;
            await Expect(desk.Locator($"[data-roll-call='{radio}']")).ToContainTextAsync("市局指挥中心 点名");

            await desk.Locator(".roll-call-menu > .segmented button").ClickAsync();
            await desk.ShootAsync("roll-call-menu");
            await desk.Locator(".roll-call-form input").FillAsync("抽查点名");
            await desk.Locator(".roll-call-form button", "30 分钟").ClickAsync();
            await desk.Locator(".roll-call-form .primary").ClickAsync();
            await Expect(desk.Locator(".roll-call-form")).ToHaveCountAsync(0);
            await desk.Locator(".roll-call-other", "抽查点名").ClickAsync(); // The one that ends sooner is first until another is looked at.
            await Expect(charts.Locator(".roll-call h2")).ToHaveTextAsync("市局电台点名");
            await charts.Locator(".roll-call-other", "抽查点名").ClickAsync();
            foreach (var wall in new[] { desk, charts })
            {
                await Expect(wall.Locator(".roll-call h2")).ToHaveTextAsync("抽查点名");
                await Expect(wall.Locator(".roll-call-time")).ToHaveTextAsync(TimeLeft());
                await Expect(wall.Locator(".roll-call-list li[data-called=waiting]")).ToHaveCountAsync(10);
            }

            var squad = desk.Locator(".roll-call-list li").First;
            var key = await squad.GetAttributeAsync("data-key");
            var name = await squad.Locator("strong").InnerTextAsync();
            await squad.Locator("button").ClickAsync();
            await Expect(charts.Locator($".roll-call-list li[data-key='{key}'][data-called=answered] strong")).ToHaveTextAsync(name);
            await Expect(desk.Locator(".roll-call-line [data-called=answered]")).ToHaveTextAsync("已应答 1");
            await desk.ShootAsync("roll-call");
            await charts.ShootAsync("roll-call-charts");
            await desk.Locator($".roll-call-list li[data-key='{key}'] button").ClickAsync(); // Once alone asks.
            await Expect(desk.Locator($".roll-call-list li[data-key='{key}'][data-called=answered]")).ToContainTextAsync("再点一次撤回");
            await desk.Locator($".roll-call-list li[data-key='{key}'] button").ClickAsync();
            await Expect(charts.Locator(".roll-call-list li[data-called=waiting]")).ToHaveCountAsync(10);

            await charts.SignInAsync("demo-statistics"); // Who may not, has nothing to tap.
            await charts.Page.ReloadAsync();
            await charts.Locator(".roll-call-other", "抽查点名").ClickAsync();
            await Expect(charts.Locator(".roll-call-list li")).ToHaveCountAsync(10);
            await Expect(charts.Locator(".roll-call-list button")).ToHaveCountAsync(0);

            await desk.Locator(".roll-call-line .quiet").ClickAsync();
            await Expect(desk.Locator(".roll-call-line .quiet")).ToHaveTextAsync("确认撤回");
            await desk.Locator(".roll-call-line .quiet").ClickAsync();
            await Expect(charts.Locator("[data-roll-call]")).ToHaveAttributeAsync("data-roll-call", radio);

            // It ends by itself: nobody has to look.
            var ended = desk.Locator(".roll-call[data-state=ended]");
            await Expect(ended).ToContainTextAsync("未应答 1", new() { Timeout = 90_000 });
            await Expect(charts.Locator(".roll-call[data-state=ended] li[data-called=missed]")).ToContainTextAsync("指挥中心");
            await desk.ShootAsync("roll-call-ended");
            await desk.Locator(".roll-call-list button").ClickAsync();
            await Expect(charts.Locator(".roll-call-list li[data-called=late]")).ToContainTextAsync("指挥中心");

            await desk.Locator(".roll-call-menu > .segmented button").ClickAsync();
            await Expect(desk.Locator(".roll-call-ledger tr", "指挥中心").Locator("[data-called=late]")).ToHaveTextAsync("1");
            await Expect(desk.Locator(".roll-call-menu a")).ToHaveAttributeAsync("href", Export());
            desk.AssertNoErrors();
        }
        finally
        {
            // Other tests' walls have none.
            foreach (var call in (await admin.GetAsync("/api/roll-calls"))["items"]!.AsArray().Where(call => (string)call!["state"]! != "withdrawn"))
            {
                await admin.PostAsync($"/api/roll-calls/{(string)call!["key"]!}/actions/withdraw", new { });
            }
        }
    }

    [GeneratedRegex(@"^剩 (30:00|29:\d\d)$", RegexOptions.None, 1000)]
    private static partial Regex TimeLeft();

    [GeneratedRegex(@"^/api/exports/roll-calls\?from=.+&to=", RegexOptions.None, 1000)]
    private static partial Regex Export();
}
