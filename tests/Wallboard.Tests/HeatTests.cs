using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

/// <summary>The analysis of heat on the wall: what it says is what the host answers.</summary>
public sealed class HeatTests(WallFixture fixture)
{
    private static readonly string Screenshots = Path.Combine(AppContext.BaseDirectory, "TestResults", "screenshots");

    [Fact(DisplayName = "The panel looks at heat in every way, and each number on the wall is the host's: total, cells, hours, days, top places")]
    public async Task Numbers()
    {
        await using var wall = await fixture.OpenWallAsync(1920, 1080, sharp: true);
        await OpenAsync(wall);
        var panel = wall.Locator(".analysis");
        await ChooseAsync(wall, "诉件");
        await ChooseAsync(wall, "近 30 天");
        await ChooseAsync(wall, "全区");
        await ChooseAsync(wall, "中");

        // Density.
        var cells = await AnsweredAsync(wall, "/api/heatmaps/records.complaint?", () => ChooseAsync(wall, "密度"));
        var (total, count) = ((int)cells["total"]!, cells["cells"]!.AsArray().Count);
        Assert.True(total > 100 && count > 10, $"{total} in {count}: the demonstration has complaints.");
        await Expect(Legend(wall)).ToContainTextAsync($"共 {total} 件");
        await Expect(Legend(wall)).ToContainTextAsync($"{count} 格");
        await Expect(Legend(wall)).ToContainTextAsync("约300米网格");
        await Expect(Legend(wall)).ToContainTextAsync("诉件");
        var (range, box) = (RangeOf(cells), BoxOf(await HrefAsync(panel, "表格")));
        var rhythm = await fixture.Api.GetAsync($"/api/heatmaps/records.complaint/rhythm?{range}&bbox={box}");
        Assert.Equal(total, (int)rhythm["total"]!);
        await ExpectColumnsAsync(panel, "hours", rhythm["hours"]!.AsArray());
        await ExpectColumnsAsync(panel, "days", rhythm["days"]!.AsArray());
        var top = cells["cells"]!.AsArray().Select(cell => (int)cell![1]!).OrderDescending().Take(6).Select(value => $"{value} 件");
        await Expect(panel.Locator(".heat-top i")).ToHaveTextAsync(top.ToArray());
        Directory.CreateDirectory(Screenshots);
        await ShootAsync(wall, "heat-density");

        // Days of one's own choice, here until yesterday's end.
        var yesterday = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(DateTimeOffset.UtcNow, "Asia/Shanghai").Date).AddDays(-1);
        var own = await AnsweredAsync(wall, "/api/heatmaps/records.complaint?", () => panel.Locator("input[type=date]").Nth(1).FillAsync(yesterday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        Assert.Equal((string)cells["from"]!, (string)own["from"]!);
        Assert.Equal(new DateTimeOffset(yesterday.AddDays(1), default, TimeSpan.FromHours(8)), DateTimeOffset.Parse((string)own["to"]!, CultureInfo.InvariantCulture));
        await Expect(Legend(wall)).ToContainTextAsync($"共 {(int)own["total"]!} 件");
        await Expect(wall.Locator(".map-tools button[aria-pressed=true]", $" 至 {yesterday:MM-dd}")).ToBeVisibleAsync();
        await ShootAsync(wall, "heat-days");

        // Hot spots: the classes stand in words.
        var spots = await AnsweredAsync(wall, "/hotspots?", () => ChooseAsync(wall, "冷热点"));
        await Expect(Legend(wall)).ToContainTextAsync(string.Create(CultureInfo.InvariantCulture, $"检验 {(int)spots["tested"]!:N0} 格"));
        await Expect(Legend(wall)).ToContainTextAsync("很有把握");
        Assert.Equal((int)spots["hot"]! + (int)spots["cold"]!, spots["cells"]!.AsArray().Count);
        await Expect(Legend(wall)).ToContainTextAsync($"热点 {(int)spots["hot"]!} 格，冷点 {(int)spots["cold"]!} 格");
        await ShootAsync(wall, "heat-hotspots");

        // Demand minus coverage.
        var uncovered = await AnsweredAsync(wall, "/uncovered?", () => ChooseAsync(wall, "未覆盖"));
        await Expect(Legend(wall)).ToContainTextAsync($"{(int)uncovered["total"]!} 件中 {(int)uncovered["uncovered"]!} 件未覆盖");
        await Expect(Legend(wall)).ToContainTextAsync("已覆盖");
        await ShootAsync(wall, "heat-uncovered");

        // Presence has no demand to be covered: the choice is not there.
        await ChooseAsync(wall, "在岗时长");
        await Expect(panel.Locator(".chips button", new() { HasText = "未覆盖" })).ToBeDisabledAsync();
        await ChooseAsync(wall, "今天");

        // Of one squad, the second that the header shows.
        var squad = (await fixture.Api.GetAsync("/api/overview"))["squads"]![1]!;
        var ofSquad = await AnsweredAsync(wall, $"squad={squad["key"]}", () => panel.Locator("label.pick", new() { HasText = "中队" }).Locator("select").SelectOptionAsync((string)squad["key"]!));
        Assert.NotEqual(0, (decimal)ofSquad["total"]!);
        await Expect(Legend(wall)).ToContainTextAsync($"在岗时长 · {squad["name"]}");
        await Expect(Legend(wall)).ToContainTextAsync($"共 {Time((decimal)ofSquad["total"]!)}");
        await ShootAsync(wall, "heat-squad");
        await panel.Locator("label.pick", new() { HasText = "中队" }).Locator("select").SelectOptionAsync("");

        var compared = await AnsweredAsync(wall, "/presence/compare?", () => ChooseAsync(wall, "对比"));
        await Expect(Legend(wall)).ToContainTextAsync("与前一天同时段对比");
        await Expect(Legend(wall)).ToContainTextAsync($"对比时段 {Time((decimal)compared["againstTotal"]!)}");
        Assert.Equal(TimeSpan.FromDays(1), DateTimeOffset.Parse((string)compared["from"]!, CultureInfo.InvariantCulture) - DateTimeOffset.Parse((string)compared["againstFrom"]!, CultureInfo.InvariantCulture));
        await Expect(panel.Locator(".heat-columns[data-of=hours] u")).ToHaveCountAsync(24);
        await ShootAsync(wall, "heat-compare");

        // A tap on a place goes there, and a cell under the pointer tells the same as its row.
        var before = await wall.Locator(".map-canvas").GetAttributeAsync("data-view");
        await panel.Locator(".heat-top button").First.ClickAsync();
        await Expect(wall.Locator(".map-canvas")).Not.ToHaveAttributeAsync("data-view", before!);

        await wall.Locator("header button", "English").ClickAsync();
        await Expect(Legend(wall)).ToContainTextAsync("compared with the day before");
        await ShootAsync(wall, "heat-compare-en");
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "A table by street shows the host's rows, files are what the map shows, and the picture is saved with its legend")]
    public async Task Tables_and_files()
    {
        await using var wall = await fixture.OpenWallAsync(1920, 1080);
        using var admin = await fixture.AdminAsync();
        await admin.PostAsync("/api/areas/street/import", JsonNode.Parse(
            """
            {"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"key":"west","name":"西片试验街道"},"geometry":{"type":"Polygon","coordinates":[[[121.30,31.15],[121.39,31.15],[121.39,31.26],[121.30,31.26],[121.30,31.15]]]}},
            {"type":"Feature","properties":{"key":"east","name":"东片试验街道"},"geometry":{"type":"Polygon","coordinates":[[[121.39,31.15],[121.45,31.15],[121.45,31.26],[121.39,31.26],[121.39,31.15]]]}}]}
            """)!);
        await OpenAsync(wall);
        var panel = wall.Locator(".analysis");
        await ChooseAsync(wall, "诉件");
        await ChooseAsync(wall, "全区");
        var cells = await AnsweredAsync(wall, "/api/heatmaps/records.complaint?", () => ChooseAsync(wall, "近 30 天"));
        var href = await HrefAsync(panel, "表格");
        var table = await fixture.Api.GetAsync($"/api/heatmaps/records.complaint/table?by=street&{RangeOf(cells)}&bbox={BoxOf(href)}");
        var rows = table["rows"]!.AsArray().Where(row => row!["key"] is not null).OrderByDescending(row => (decimal)row!["value"]!).ToList();
        await Expect(panel.Locator(".heat-areas li:not(.dim) span")).ToHaveTextAsync(rows.Select(row => (string)row!["name"]!).ToArray());
        await Expect(panel.Locator(".heat-areas li:not(.dim) b")).ToHaveTextAsync(rows.Select(row => $"{(int)row!["value"]!} 件").ToArray());
        Assert.Equal((int)cells["total"]!, rows.Sum(row => (int)row!["value"]!) + (int)table["rows"]!.AsArray().Single(row => row!["key"] is null)!["value"]!);

        var csv = await wall.Page.RunAndWaitForDownloadAsync(() => panel.Locator(".heat-exports a").First.ClickAsync());
        var lines = (await File.ReadAllTextAsync(await csv.PathAsync())).TrimStart('\uFEFF').Split("\r\n");
        Assert.Equal("网格,中心经度,中心纬度,坐标系,件数", lines[0]);
        Assert.Equal(cells["cells"]!.AsArray().Select(cell => (string)cell![0]!), lines.Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Split(',')[0]));

        var png = await wall.Page.RunAndWaitForDownloadAsync(() => panel.Locator(".heat-exports button").ClickAsync());
        Assert.EndsWith(".png", png.SuggestedFilename, StringComparison.Ordinal);
        var picture = await File.ReadAllBytesAsync(await png.PathAsync());
        Directory.CreateDirectory(Screenshots);
        await File.WriteAllBytesAsync(Path.Combine(Screenshots, "heat-saved.png"), picture);
        Assert.True(picture.Length > 50_000, $"{picture.Length} bytes: the map is not on it.");
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "An incident that is reported is in the heat moments later, while the map asks no more often than it must")]
    public async Task Live()
    {
        await using var wall = await fixture.OpenWallAsync();
        var asked = 0;
        wall.Page.Request += (_, request) => Interlocked.Add(ref asked, request.Url.Contains("/api/heatmaps/incidents.other?", StringComparison.Ordinal) ? 1 : 0);
        await OpenAsync(wall);
        await ChooseAsync(wall, "全区");
        await ChooseAsync(wall, "事件");
        // Of a kind that the demonstration does not report.
        var first = await AnsweredAsync(wall, "/api/heatmaps/incidents.other?", () => wall.Locator(".picks select").SelectOptionAsync("incidents.other"));
        await Expect(Legend(wall)).ToContainTextAsync("事件 · 其他");
        var began = DateTime.UtcNow;
        Interlocked.Exchange(ref asked, 0);
        for (var i = 0; i < 12; i++)
        {
            await fixture.Api.PostAsync("/api/incidents", new { key = $"heat-{i}", kind = "other", title = "热力试验", lon = 121.40, lat = 31.21 });
        }

        await Expect(Legend(wall)).ToContainTextAsync($"共 {(int)first["total"]! + 12} 件");
        var most = (int)Math.Ceiling((DateTime.UtcNow - began).TotalSeconds / 2.5) + 2;
        Assert.InRange(Volatile.Read(ref asked), 1, most);
        for (var i = 0; i < 12; i++)
        {
            await fixture.Api.PostAsync($"/api/incidents/heat-{i}/actions/close", new { });
        }

        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "[HEAT-12] the analysis of a leading screen is on the one that follows, with the same figures")]
    public async Task Linked()
    {
        await using var start = await fixture.OpenAsync(); // Starts the host.
        using var admin = await fixture.AdminAsync();
        await admin.PutAsync("/api/stages/heat-wall", new
        {
            name = "热力墙",
            screens = new object[] { new { key = "desk", role = "free", link = "lead" }, new { key = "map", role = "map", link = "follow" } },
        });
        await using var desk = await JoinAsync("desk");
        await using var other = await JoinAsync("map");
        await OpenAsync(desk);
        await ChooseAsync(desk, "办案");
        await ChooseAsync(desk, "近 7 天");
        await ChooseAsync(desk, "对比");
        await ChooseAsync(desk, "工作日");
        await Expect(Legend(other)).ToContainTextAsync("办案");
        await Expect(Legend(other)).ToContainTextAsync("与上一时段对比");
        await Expect(Legend(other)).ToContainTextAsync("工作日");
        await Expect(Legend(other)).ToContainTextAsync("全区");
        await Expect(Legend(other).Locator(".heat-facts")).ToContainTextAsync("对比时段");
        static async Task<string> FiguresAsync(WallPage wall)
        {
            var facts = await Legend(wall).Locator(".heat-facts").InnerTextAsync();
            return string.Join("·", facts.Split('·').Select(fact => fact.Trim()).Where(fact => fact.StartsWith('共') || fact.StartsWith("对比时段", StringComparison.Ordinal)));
        }

        Assert.Equal(await FiguresAsync(desk), await FiguresAsync(other));
        await desk.Locator(".map-tools button", "关").First.ClickAsync();
        await Expect(Legend(other)).ToHaveCountAsync(0);
        desk.AssertNoErrors();
        other.AssertNoErrors();
    }

    [Fact(DisplayName = "Records are listed page by page and filtered as the host counts them; one opens its card and is flown to")]
    public async Task Records()
    {
        await using var wall = await fixture.OpenWallAsync(1920, 1080, sharp: true);
        await OpenAsync(wall);
        var panel = wall.Locator(".analysis");
        await panel.Locator("[role=tab]", new() { HasText = "业务记录" }).ClickAsync();
        await Expect(panel.Locator(".record-count")).ToBeVisibleAsync();
        var asked = await wall.Page.RunAndWaitForRequestAsync(
            () => panel.Locator(".chips button", new() { HasText = "近 30 天" }).ClickAsync(), request => request.Url.Contains("/chart?by=category", StringComparison.Ordinal));
        var chart = await fixture.Api.GetAsync(new Uri(asked.Url).PathAndQuery);
        Assert.True((int)chart["count"]! > 100, "The demonstration has complaints.");
        await Expect(panel.Locator(".record-counts button")).ToHaveTextAsync(chart["items"]!.AsArray().Select(item => (string)item!["key"]!).ToArray());
        await Expect(panel.Locator(".record-counts b")).ToHaveTextAsync(chart["items"]!.AsArray().Select(item => ((int)item!["count"]!).ToString(CultureInfo.InvariantCulture)).ToArray());
        await Expect(panel.Locator(".record-rows li")).ToHaveCountAsync(50);
        await panel.Locator(".record-more").ClickAsync();
        await Expect(panel.Locator(".record-rows li")).ToHaveCountAsync(100);
        Directory.CreateDirectory(Screenshots);
        await panel.Locator(".analysis-body").EvaluateAsync("body => { body.scrollTop = 0 }");
        await ShootAsync(wall, "records");

        var (category, count) = ((string)chart["items"]![0]!["key"]!, (int)chart["items"]![0]!["count"]!);
        await panel.Locator(".record-counts button", new() { HasText = category }).First.ClickAsync();
        await Expect(panel.Locator(".record-count")).ToHaveTextAsync($"{count} 条记录");
        await Expect(panel.Locator(".record-rows b").First).ToHaveTextAsync(category);
        var view = await wall.Locator(".map-canvas").GetAttributeAsync("data-view");
        await panel.Locator(".record-rows button").First.ClickAsync();
        await Expect(wall.Locator(".stage-cards .card", category)).ToContainTextAsync("诉件 · 演示-");
        await Expect(wall.Locator(".map-canvas")).Not.ToHaveAttributeAsync("data-view", view!);
        wall.AssertNoErrors();
    }

    [Theory(DisplayName = "Who may see no heat is offered none, and who may see no records no lists of them")]
    [InlineData("watch", false, false)]
    [InlineData("complaints", false, true)]
    public async Task Rights(string post, bool mayHeat, bool mayRecords)
    {
        await using var wall = await fixture.OpenAsync();
        using var admin = await fixture.AdminAsync();
        await admin.PutAsync($"/api/accounts/heat-{post}", new { name = post, post, password = "long enough" });
        await wall.SignInAsync($"heat-{post}", "long enough");
        await wall.GoAsync();
        await wall.UntilLiveAsync();
        var tools = wall.Locator(".map-tools");
        await Expect(tools.GetByRole(AriaRole.Button, new() { Name = "回到全区", Exact = true })).ToBeVisibleAsync();
        await Expect(tools.GetByRole(AriaRole.Button, new() { Name = "分析", Exact = true })).ToHaveCountAsync(mayHeat ? 1 : 0);
        var records = tools.GetByRole(AriaRole.Button, new() { Name = "业务记录", Exact = true });
        await Expect(records).ToHaveCountAsync(mayRecords ? 1 : 0);
        if (mayRecords)
        {
            await records.ClickAsync();
            await Expect(wall.Locator(".analysis [role=tab]")).ToHaveTextAsync(["业务记录"]);
            await Expect(wall.Locator(".record-rows li").First).ToBeVisibleAsync();
        }
    }

    private static ILocator Legend(WallPage wall) => wall.Locator(".heat-legend");

    private static async Task OpenAsync(WallPage wall)
    {
        await wall.Locator(".map-tools button", "分析").ClickAsync();
        await Expect(wall.Locator(".analysis")).ToBeVisibleAsync();
        await Expect(Legend(wall).Locator(".heat-facts")).ToBeVisibleAsync();
    }

    private static async Task ChooseAsync(WallPage wall, string name)
    {
        var button = wall.Locator(".picks").GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
        await button.ClickAsync();
        await Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
    }

    /// <summary>What the host answers to what the wall asked for a choice, when the legend shows it: asked once more, and not by the wall.</summary>
    private async Task<JsonNode> AnsweredAsync(WallPage wall, string path, Func<Task> choose)
    {
        await choose(); // What was shown before is gone with it.
        var link = wall.Locator($".heat-exports a[href*='{path}']").First;
        await Expect(link).ToBeVisibleAsync();
        await Expect(Legend(wall)).ToHaveAttributeAsync("aria-busy", "false");
        return await fixture.Api.GetAsync((await link.GetAttributeAsync("href"))!.Replace("&format=csv", "", StringComparison.Ordinal));
    }

    private static async Task<string> HrefAsync(ILocator panel, string name) => (await panel.Locator(".heat-exports a", new() { HasText = name }).First.GetAttributeAsync("href"))!;

    private static string BoxOf(string href) => Uri.UnescapeDataString(href.Split("bbox=")[1].Split('&')[0]);

    private static string RangeOf(JsonNode answer) => $"from={(string)answer["from"]!}&to={(string)answer["to"]!}";

    private static async Task ExpectColumnsAsync(ILocator panel, string of, JsonArray values)
    {
        foreach (var (index, value) in values.Index())
        {
            await Expect(panel.Locator($".heat-columns[data-of={of}] li").Nth(index)).ToHaveAttributeAsync("data-value", value!.ToJsonString());
        }
    }

    /// <summary>As the wall tells seconds of presence.</summary>
    private static string Time(decimal seconds)
    {
        var minutes = (long)Math.Floor((seconds / 60) + 0.5m);
        return seconds > 0 && minutes == 0 ? $"{Math.Ceiling(seconds)} 秒" : $"{minutes / 60} 小时 {minutes % 60:00} 分";
    }

    private static async Task ShootAsync(WallPage wall, string name)
    {
        await Task.Delay(1_500); // Only the picture waits: what is tested is awaited.
        await wall.ShootAsync(name);
    }

    private async Task<WallPage> JoinAsync(string screen)
    {
        var wall = await fixture.OpenAsync(1400, 800);
        await wall.SignInAsync("demo-commander");
        await wall.Page.GotoAsync(new Uri(fixture.Address, $"/?stage=heat-wall&screen={screen}").AbsoluteUri);
        await wall.Locator(".map-canvas").WaitForAsync();
        await WallPage.UntilAsync(() => wall.Hub.Area is not null, "the map's area");
        return wall;
    }
}
