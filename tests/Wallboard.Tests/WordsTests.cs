using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

/// <summary>What a person reads is Chinese: nothing of the machine's own vocabulary shows through.</summary>
public sealed partial class WordsTests(WallFixture fixture)
{
    private static readonly string[] MachineWords =
    [
        @"\bnull\b", @"\bundefined\b", @"\bNaN\b", @"\bInfinity\b", @"\[object", "Invalid Date", @"\bUTC\b", @"\bGMT\b", @"\bH3\b",
        @"\d{4}-\d\d-\d\dT", // a moment as the wire writes it
        @"\b[a-z]+/[\w-]+", // an id
        @"\b[0-9a-f]{8}-[0-9a-f]{4}\b", @"\b8[0-9a-f]{14}\b", @"\d{11,}", // a UUID, a cell, a channel number
        @"\b(provisional|confirmed|retracted|acknowledged|handled|falseAlarm|open|enter|exit|dwell|absence|gathering)\b",
        @"\b(moving|stopped|idle|offline|offDuty|unknown|online|info|warning|critical|officer|vehicle|drone|camera|commander|demo)\b",
    ];

    [Fact(DisplayName = "Nothing on the wall speaks the machine's language: home, sign-in, card, reasons of breaches, camera, heat")]
    public async Task NoMachineWords()
    {
        await using var wall = await fixture.OpenAsync();
        using var api = await WallApi.SignInAsync(fixture.Address, "demo-commander");
        var keys = (await api.ListAsync("/api/zones")).Select(zone => (string?)zone["id"] ?? (string?)zone["properties"]?["key"]).OfType<string>().ToList();
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

        await wall.Locator(".map-tools button", "今天").ClickAsync();
        await Expect(wall.Locator(".heat-legend")).ToContainTextAsync("网格");
        await CheckAsync(wall, "heat", keys);

        await MapClicks.OpenCameraAsync(wall, api);
        await CheckAsync(wall, "camera", keys);

        await wall.Locator(".breach-actions button").First.ClickAsync();
        await CheckAsync(wall, "breach being handled", keys);
    }

    [Fact(DisplayName = "A camera without video says so")]
    public async Task NoVideo()
    {
        await using var wall = await fixture.OpenWallAsync();
        using var api = await WallApi.SignInAsync(fixture.Address, "demo-commander");
        await MapClicks.OpenCameraAsync(wall, api);
        await Expect(wall.Locator(".stage-cards .card .card-note")).ToHaveTextAsync("未接入视频");
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

    private static async Task CheckAsync(WallPage wall, string where, IEnumerable<string> keys)
    {
        var text = await wall.TextAsync();
        var found = MachineWords.Concat(keys.Select(key => $@"(?<![\w-]){Regex.Escape(key)}(?![\w-])"))
            .SelectMany(pattern => Regex.Matches(text.Replace("km/h", "", StringComparison.Ordinal), pattern, RegexOptions.None, TimeSpan.FromSeconds(5)))
            .Select(match => $"{where}: '{match.Value}' in '{Around(text, match.Value)}'").Distinct(StringComparer.Ordinal);
        Assert.Empty(found);
    }

    private static string Around(string text, string found)
        => text.Split('\n').FirstOrDefault(line => line.Contains(found, StringComparison.Ordinal)) ?? "";
}
