using System.Globalization;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class SoundTests(WallFixture fixture)
{
    /// <summary>Keeps the pitch of every tone that the page plays.</summary>
    private const string Listen =
        """
        window.heard = []
        const create = AudioContext.prototype.createOscillator
        AudioContext.prototype.createOscillator = function () {
          const tone = create.call(this)
          const start = tone.start.bind(tone)
          tone.start = (at) => { window.heard.push(tone.frequency.value); start(at) }
          return tone
        }
        """;

    [Fact(DisplayName = "An incident and a call for help are heard when sounds are on, each by its own tones; silenced, nothing is heard, and a reload keeps that")]
    public async Task Sounds()
    {
        await using var wall = await fixture.OpenAsync(1600, 900);
        await wall.Page.AddInitScriptAsync(Listen);
        await wall.EnterAsync("demo-commander");
        var button = wall.Locator(".sound-button");
        await Expect(button).ToHaveAttributeAsync("data-state", "off");
        await button.ClickAsync();
        await Expect(button).ToHaveAttributeAsync("data-state", "on");
        await HeardAsync(wall, 660); // What it is like.
        await Task.Delay(5_000);
        await ForgetAsync(wall);
        await WallPage.UntilAsync(
            async () =>
            {
                // Right after an alarm or a call for help, which the demonstration has as well, an incident is not heard.
                await ReportAsync();
                await Task.Delay(5_000);
                return await HasHeardAsync(wall, 660);
            },
            "an incident that is heard");

        using var admin = await fixture.AdminAsync();
        await admin.PutAsync("/api/units/officer/sound-caller", new { name = "呼救员", devices = new[] { new { protocol = "osmand", key = "770012" } } });
        using var phone = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = fixture.Address };
        var message = string.Create(CultureInfo.InvariantCulture, $"/osmand?id=770012&lat=31.205&lon=121.401&timestamp={DateTimeOffset.UtcNow.ToUnixTimeSeconds()}&alarm=sos");
        (await phone.GetAsync(new Uri(message, UriKind.Relative))).EnsureSuccessStatusCode();
        await HeardAsync(wall, 988);

        await button.ClickAsync();
        await wall.Page.ReloadAsync();
        await wall.UntilLiveAsync();
        await Expect(button).ToHaveAttributeAsync("data-state", "off");
        await wall.Page.Mouse.ClickAsync(800, 20);
        await ReportAsync();
        await Task.Delay(3_000);
        Assert.Equal(0, await wall.Page.EvaluateAsync<int>("() => window.heard.length"));
        wall.AssertNoErrors();
        foreach (var left in (await admin.ListAsync("/api/incidents?open=true")).Where(each => (string?)each["unit"] == "officer/sound-caller" || (string?)each["title"] == "有声试验"))
        {
            await admin.PostAsync($"/api/incidents/{(string)left["key"]!}/actions/close", new { note = "试验结束" });
        }
    }

    private static Task ForgetAsync(WallPage wall) => wall.Page.EvaluateAsync("() => { window.heard = [] }");

    private static Task<bool> HasHeardAsync(WallPage wall, int hertz)
        => wall.Page.EvaluateAsync<bool>("(hertz) => window.heard.some((each) => Math.round(each) === hertz)", hertz);

    private static Task HeardAsync(WallPage wall, int hertz) => WallPage.UntilAsync(() => HasHeardAsync(wall, hertz), $"a tone of {hertz} Hz");

    private async Task ReportAsync()
    {
        using var admin = await fixture.AdminAsync();
        await admin.PostAsync("/api/incidents", new { kind = "street-vending", title = "有声试验", level = "warning", lon = 121.40, lat = 31.21 });
    }
}
