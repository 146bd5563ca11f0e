using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class BreachTests(WallFixture fixture)
{
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

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
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "A breach that a late track undoes stays, struck through, with the reason, also after a reload; taken note of, it goes")]
    public async Task Corrected()
    {
        await using var wall = await fixture.OpenWallAsync();
        using var admin = await fixture.AdminAsync();
        var zone = await PutZoneAsync(admin, 31.195, new { key = "stay", type = "dwell", after = 60, units = new[] { "officer/8001" } });
        await ReportAsync(admin, ["officer/8001"], 31.195, Outside, -300);
        await ReportAsync(admin, ["officer/8001"], 31.195, Inside, -200);
        await ReportAsync(admin, ["officer/8001"], 31.195, Inside, -100);
        var line = wall.Locator(".breach", zone);
        await Expect(line).ToHaveAttributeAsync("data-state", "provisional");

        await ReportAsync(admin, ["officer/8001"], 31.195, Outside, -150);

        await Expect(line).ToHaveAttributeAsync("data-state", "retracted");
        await Expect(line).ToContainTextAsync("已更正：补传轨迹");
        await Expect(line.Locator(".breach-zone")).ToHaveCSSAsync("text-decoration-line", "line-through");
        await wall.Page.ReloadAsync();
        await wall.UntilLiveAsync();
        await Expect(line).ToHaveAttributeAsync("data-state", "retracted");
        await line.Locator(".breach-actions button", new() { HasText = "知道了" }).ClickAsync();
        await Expect(line).ToHaveCountAsync(0);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "A folded line opens to its episodes, each with who and when, and is handled as a whole with one note and one confirmation")]
    public async Task Folded()
    {
        const int Count = 30;
        await using var wall = await fixture.OpenWallAsync();
        using var admin = await fixture.AdminAsync();
        string[] units = [.. Enumerable.Range(9101, Count).Select(badge => $"officer/{badge}")];
        var zone = await PutZoneAsync(admin, 31.205, new { key = "in", type = "enter", units });
        await ReportAsync(admin, units, 31.205, Inside, -30);
        var line = wall.Locator(".breach", zone);

        await line.Locator(".breach-fold", new() { HasText = $"共 {Count} 次" }).ClickAsync();

        var episodes = line.Locator(".episode");
        await Expect(episodes).ToHaveCountAsync(Count);
        await Expect(episodes.First.Locator(".breach-who")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^91[0-3][0-9]$"));
        await episodes.First.Locator(".breach-actions button", new() { HasText = "误报" }).ClickAsync();
        await episodes.First.Locator(".breach-note button[type=submit]").ClickAsync();
        await Expect(episodes).ToHaveCountAsync(Count - 1);

        await line.Locator(":scope > .breach-row .breach-actions button", new() { HasText = "处置" }).ClickAsync();
        await line.Locator(":scope > .breach-note input").FillAsync("演练，全部已核实");
        await Expect(line.Locator(":scope > .breach-note button[type=submit]")).ToHaveTextAsync($"确认处置全部 {Count - 1} 次");
        await line.Locator(":scope > .breach-note button[type=submit]").ClickAsync();

        await Expect(line).ToHaveCountAsync(0);
        var handled = (await admin.ListAsync("/api/breaches?unit=officer/9130")).Single()["handling"]!;
        Assert.Contains((string)handled["state"]!, (string[])["handled", "falseAlarm"]);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "The reasons of a gathering say how many were asked for, and open to who they were; a long note is read in full")]
    public async Task Reasons()
    {
        await using var wall = await fixture.OpenWallAsync();
        using var admin = await fixture.AdminAsync();
        string[] crowd = ["officer/crowd-1", "officer/crowd-2", "officer/crowd-3"];
        var zone = await PutZoneAsync(admin, 31.215, new { key = "crowd", type = "gathering", count = 3, after = 60, units = crowd });
        await ReportAsync(admin, crowd, 31.215, Inside, -200);
        await ReportAsync(admin, crowd, 31.215, Inside, -100);
        var line = wall.Locator(".breach", zone);
        var note = string.Concat(Enumerable.Repeat("已到场核实，现场为联合整治，", 6));
        await line.Locator(".breach-actions button", new() { HasText = "签收" }).ClickAsync();
        await line.Locator(".breach-note input").FillAsync(note);
        await line.Locator(".breach-note button[type=submit]").ClickAsync();

        await line.Locator(".link").ClickAsync();

        await Expect(line.Locator(".why")).ToContainTextAsync("3 人（车）以上，满 1 分钟");
        await Expect(line.Locator(".why .note")).ToHaveTextAsync(note);
        await line.Locator(".why-count").ClickAsync();
        await Expect(line.Locator(".why-units li")).ToHaveTextAsync(["crowd-1", "crowd-2", "crowd-3"]);
        wall.AssertNoErrors();
    }

    private const double Inside = 121.352;
    private const double Outside = 121.358;

    /// <summary>A zone and a place of its own for each test; gives the zone's name.</summary>
    private static async Task<string> PutZoneAsync(WallApi admin, double lat, object rule)
    {
        var key = "t" + Guid.NewGuid().ToString("N")[..8];
        var name = "试验区域" + key[1..5].ToUpperInvariant();
        await admin.PutAsync($"/api/zones/{key}", new
        {
            type = "Feature",
            geometry = new { type = "Point", coordinates = new[] { Inside, lat } },
            properties = new { name, radius = 200, effectiveFrom = "2026-01-01T00:00:00Z", rules = new[] { rule } },
        });
        return name;
    }

    /// <summary>Reports of one place, seconds after the test's time: however long a test waits in between, its reports lie as far apart as it says.</summary>
    private Task ReportAsync(WallApi admin, IEnumerable<string> units, double lat, double lon, int seconds)
    {
        var time = _now.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return admin.PostAsync("/api/positions", units.Select(unit => new { unit, lon, lat, time }));
    }
}
