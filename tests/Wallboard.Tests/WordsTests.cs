using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

/// <summary>What a person reads is Chinese: nothing of the machine's own vocabulary shows through.</summary>
public sealed partial class WordsTests(WallFixture fixture)
{
    /// <summary>Each stands alone: not inside of a longer word of Latin letters and digits.</summary>
    private static readonly string[] MachineWords =
    [
        @"\d{4}-\d\d-\d\dT[\d:.]+Z?", // a moment as the wire writes it
        @"[a-z]+/[\w-]+", // an id
        @"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+", @"8[0-9a-f]{14}", @"\d{11,}", // a UUID, a cell, a channel number
        @"\[object \w+\]", "H3", @"(?!English|km)[A-Za-z]{2,}", // UTC, null, undefined, NaN, words of enums, and any other
    ];

    [Fact(DisplayName = "Nothing on the wall speaks the machine's language: home, sign-in, card, reasons of breaches, incidents, camera, heat")]
    public async Task NoMachineWords()
    {
        await using var wall = await fixture.OpenAsync();
        var api = fixture.Api;
        var keys = (await api.ListAsync("/api/zones")).Select(zone => (string?)zone["id"] ?? (string?)zone["properties"]?["key"]).OfType<string>().ToList();
        Assert.NotEmpty(keys);
        await wall.GoAsync();
        await Expect(wall.Locator(".sign-in-posts button").First).ToBeVisibleAsync();
        await CheckAsync(wall, "sign-in", keys);

        await wall.EnterAsync("demo-commander");
        await Expect(wall.Locator(".breach").First).ToBeVisibleAsync();
        await CheckAsync(wall, "home", keys);

        foreach (var why in await wall.Locator(".breach .link").AllAsync())
        {
            await why.ClickAsync();
        }

        await Expect(wall.Locator(".why").First).ToBeVisibleAsync();
        await CheckAsync(wall, "breaches with reasons", keys);

        await wall.Locator(".unit-row").First.ClickAsync();
        await Expect(wall.Locator(".card-note")).ToContainTextAsync("定位");
        await CheckAsync(wall, "unit", keys);

        await wall.Locator(".unit-orders button", "派往").ClickAsync();
        await api.PostAsync("/api/incidents", new { key = "words", kind = "site-dust", title = "工地未覆盖扬尘", lon = 121.36, lat = 31.19, note = "待核实" });
        await wall.Locator(".incident-row", "工地未覆盖扬尘").ClickAsync();
        await wall.Locator(".incident-card button", "派遣").ClickAsync();
        await wall.Locator(".nearest-unit button").First.ClickAsync();
        await Expect(wall.Locator(".errand")).ToContainTextAsync("直线估算");
        await CheckAsync(wall, "incident", keys);
        await Expect(wall.Locator(".errand")).ToContainTextAsync("已下达");
        await CheckAsync(wall, "order", keys);
        await api.PostAsync("/api/incidents/words/actions/close", new { });

        await wall.Locator(".map-tools button", "今天").ClickAsync();
        await Expect(wall.Locator(".heat-legend")).ToContainTextAsync("网格");
        await CheckAsync(wall, "heat", keys);

        await MapClicks.OpenCameraAsync(wall, api);
        await CheckAsync(wall, "camera", keys);

        await wall.Locator(".breach-actions button").First.ClickAsync();
        await CheckAsync(wall, "breach being handled", keys);
    }

    [Fact(DisplayName = "A camera's card shows its picture and how old that is")]
    public async Task CameraCard()
    {
        await using var wall = await fixture.OpenWallAsync();
        var api = fixture.Api;
        await MapClicks.OpenCameraAsync(wall, api);
        await Expect(wall.Locator(".stage-cards .card .tile-still")).ToBeVisibleAsync();
        await Expect(wall.Locator(".stage-cards .card .tile-mark")).ToHaveTextAsync(PictureAge());
    }

    [Fact(DisplayName = "One button turns the wall English and back, and the choice is remembered")]
    public async Task English()
    {
        await using var wall = await fixture.OpenWallAsync();
        await wall.Locator(".header-buttons button", "English").ClickAsync();
        await Expect(wall.Locator(".link-mark")).ToHaveTextAsync("Live");
        await wall.Page.ReloadAsync();
        await wall.UntilLiveAsync();
        await Expect(wall.Locator(".header-figures .figure").First).ToContainTextAsync("Officers");
        await Expect(wall.Locator(".header-who strong")).ToHaveTextAsync("Commander");
        // Names of people, squads and places stay; the wall's own words do not.
        foreach (var part in new[] { ".header-figures", ".map-tools", ".units-tools", ".legend", ".header-buttons button:last-child" })
        {
            Assert.DoesNotMatch(Chinese(), await wall.Locator(part).First.InnerTextAsync());
        }

        await wall.Locator(".header-buttons button", "中文").ClickAsync();
        await Expect(wall.Locator(".link-mark")).ToHaveTextAsync("实时");
    }

    [GeneratedRegex(@"[\u4e00-\u9fff]", RegexOptions.None, 1000)]
    private static partial Regex Chinese();

    [GeneratedRegex("^图片 ")]
    private static partial Regex PictureAge();

    private static async Task CheckAsync(WallPage wall, string where, IEnumerable<string> keys)
    {
        var text = (await wall.TextAsync()).Replace("km/h", "", StringComparison.Ordinal);
        Assert.Matches(Chinese(), text);
        var found = MachineWords.Concat(keys.Select(Regex.Escape))
            .SelectMany(pattern => Regex.Matches(text, $"(?<![A-Za-z0-9_-])(?:{pattern})(?![A-Za-z0-9_-])", RegexOptions.None, TimeSpan.FromSeconds(5)))
            .Select(match => $"{where}: '{match.Value}' in '{Around(text, match.Value)}'").Distinct(StringComparer.Ordinal);
        Assert.Empty(found);
    }

    private static string Around(string text, string found)
        => text.Split('\n').FirstOrDefault(line => line.Contains(found, StringComparison.Ordinal)) ?? "";
}
