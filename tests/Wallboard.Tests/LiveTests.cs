using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class LiveTests(WallFixture fixture)
{
    [Fact(DisplayName = "The header counts people, vehicles and cameras as online of registered, and says how old the data is")]
    public async Task Header()
    {
        await using var wall = await fixture.OpenWallAsync();
        var api = fixture.Api;
        var overview = await api.GetAsync("/api/overview");
        foreach (var (label, key) in new[] { ("队员", "officers"), ("车辆", "vehicles"), ("探头", "cameras") })
        {
            var registered = ((int)overview[key]!["registered"]!).ToString("N0", CultureInfo.InvariantCulture);
            var figure = wall.Locator(".header-figures .figure", label).Locator(".figure-value");
            await Expect(figure).ToHaveTextAsync(new Regex($@"^[\d,]+/{registered}$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        }

        await Expect(wall.Locator(".data-age", "数据时间")).ToHaveAttributeAsync("data-level", "fresh");
        await Expect(wall.Locator(".data-age .figure-value")).ToHaveTextAsync(new Regex("刚刚|秒", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact(DisplayName = "Who is off duty is shown so, and not as lost signal: the filter finds them, without an age")]
    public async Task OffDuty()
    {
        await using var wall = await fixture.OpenWallAsync();
        await wall.Locator(".chips.states button", "下勤").ClickAsync();
        var rows = wall.Locator(".unit-row");
        await Expect(rows.First.Locator(".unit-state")).ToHaveTextAsync("下勤");
        await Expect(rows.First.Locator(".unit-age")).ToHaveTextAsync("");
        var offDuty = await fixture.Api.ListAsync("/api/units?state=offDuty");
        Assert.InRange(offDuty.Count, 60, (await fixture.Api.ListAsync("/api/units")).Count - 1); // At night most are, and never all.
        Assert.InRange((await fixture.Api.ListAsync("/api/units?state=offline&squad=" + (string)offDuty[0]["squad"]!)).Count, 0, 5);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "Units move: positions change by themselves, and are never older than what they replace")]
    public async Task Movement()
    {
        await using var wall = await fixture.OpenWallAsync();
        var before = wall.Hub.Units;
        await WallPage.UntilAsync(
            () => wall.Hub.Units.Count(now => before.TryGetValue(now.Key, out var was) && now.Value != was && Moved(was, now.Value)) >= 3,
            "three units that moved");
        Assert.All(wall.Hub.Units, now => Assert.True(!before.TryGetValue(now.Key, out var was) || now.Value.TimeMs >= was.TimeMs));
        wall.AssertNoErrors();

        static bool Moved(Seen was, Seen now) => was.Longitude != now.Longitude || was.Latitude != now.Latitude;
    }

    [Fact(DisplayName = "A tap on a unit's row opens its card and draws the trail of its last hours")]
    public async Task CardAndTrail()
    {
        await using var wall = await fixture.OpenWallAsync(sharp: true);
        var api = fixture.Api;
        var unit = (await api.ListAsync("/api/units")).First(row => (string?)row["state"] == "moving" && (string?)row["kind"] == "vehicle" && row["squad"] is not null); // Those of other tests have no past.
        var name = (string)unit["name"]!;
        await wall.Locator("#unit-search").FillAsync(name);
        var row = wall.Locator(".unit-row", name).First;
        await row.ClickAsync();
        await Expect(row).ToHaveAttributeAsync("aria-selected", "true");
        var card = wall.Locator(".stage-cards .card");
        await Expect(card.Locator("h2")).ToHaveTextAsync(name);
        await card.Locator(".card-trail button", new() { HasText = "不显示" }).ClickAsync();
        var without = await Pixels.InTrailsColourAsync(wall);
        await card.Locator(".card-trail button", new() { HasText = "8 小时" }).ClickAsync();
        var note = card.Locator(".card-note");
        await Expect(note).ToHaveTextAsync(new Regex(@"^[\d,]+ 个定位 · [\d.,]+ (米|公里)", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var points = int.Parse((await note.InnerTextAsync()).Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Assert.True(points > 10, $"{points} fixes in eight hours");
        await Pixels.UntilTrailIsDrawnAsync(wall, without);
        await Expect(card.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "8 小时" })).ToHaveAttributeAsync("aria-pressed", "true");
        await wall.Page.Keyboard.PressAsync("Escape");
        await Expect(card).ToHaveCountAsync(0);
        wall.AssertNoErrors();
    }

    [Fact(DisplayName = "The search finds people by Chinese name, by pinyin initials wherever they are, and by the last four of badge and plate")]
    public async Task Search()
    {
        await using var wall = await fixture.OpenWallAsync();
        var api = fixture.Api;
        var units = await api.ListAsync("/api/units");
        var officer = units.First(row => (string?)row["kind"] == "officer" && (string?)row["state"] == "offDuty");
        var vehicle = units.First(row => (string?)row["plate"] is not null);
        var plate = (string)vehicle["plate"]!;
        var inView = units.First(row => (string?)row["state"] == "moving" && (string?)row["kind"] == "officer");
        await FindsAsync(wall, (string)officer["name"]!, officer);
        await FindsAsync(wall, (string)inView["pinyin"]!, inView);
        await FindsAsync(wall, (string)officer["pinyin"]!, officer);
        await FindsAsync(wall, (string)officer["key"]!, officer);
        await FindsAsync(wall, plate[^4..], vehicle);
        await wall.Locator("#unit-search").FillAsync("没有这个人");
        await Expect(wall.Locator(".units-list .empty")).ToBeVisibleAsync();
    }

    private static async Task FindsAsync(WallPage wall, string query, JsonNode unit)
    {
        await wall.Locator("#unit-search").FillAsync(query);
        await Expect(wall.Locator(".unit-row", (string)unit["name"]!).First).ToBeVisibleAsync();
        Assert.True(await wall.Locator(".unit-row").CountAsync() < 40, $"'{query}' narrows the list");
    }
}
