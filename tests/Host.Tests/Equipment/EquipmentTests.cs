using System.Net;
using System.Net.Http.Json;

namespace Vantage.Host.Tests.Equipment;

public sealed class EquipmentTests(SharedHost shared) : IClassFixture<SharedHost>
{
    [Fact(DisplayName = "Technical support sees how cameras, terminals and the host are, and no position")]
    public async Task Report()
    {
        using var admin = await shared.Host.SignedInAsync();
        await PutCameraAsync(admin, "c1", "online", "公安");
        await PutCameraAsync(admin, "c2", "offline", "公安");
        await PutCameraAsync(admin, "c3", "online", "自建");
        await ReportAsync(admin, "officer/1", -5);
        await ReportAsync(admin, "officer/2", -7200);
        await ReportAsync(admin, "officer/3", -5);
        (await admin.PutAsJsonAsync("/api/units/officer/3/duty", new { onDuty = false })).EnsureSuccessStatusCode();
        using var technical = await shared.Host.AtPostAsync("technical");

        var report = await (await technical.GetAsync("/api/equipment")).JsonAsync();

        Assert.True((bool)report["ready"]!);
        Assert.Equal((2, 3), ((int)report["cameras"]!["online"]!, (int)report["cameras"]!["registered"]!));
        Assert.Equal(["c2"], report["offline"]!.AsArray().Select(name => (string)name!));
        Assert.Equal([("公安", 1, 2), ("自建", 1, 1)], report["sources"]!.AsArray().Select(
            source => ((string)source!["source"]!, (int)source["cameras"]!["online"]!, (int)source["cameras"]!["registered"]!)));
        var terminals = Assert.Single(report["terminals"]!.AsArray())!;
        Assert.Equal(("api", 1, 1, 1), ((string)terminals["protocol"]!, (int)terminals["online"]!, (int)terminals["silent"]!, (int)terminals["offDuty"]!));
        await (await technical.GetAsync("/api/units")).ProblemAsync(HttpStatusCode.Forbidden);
    }

    private static async Task PutCameraAsync(HttpClient admin, string key, string state, string source)
        => (await admin.PutAsJsonAsync($"/api/cameras/{key}", new { name = key, lon = 121.4, lat = 31.2, state, source })).EnsureSuccessStatusCode();

    private static async Task ReportAsync(HttpClient admin, string unit, int seconds)
    {
        var time = DateTimeOffset.UtcNow.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var answer = await admin.PostAsJsonAsync("/api/positions", new[] { new { unit, lon = 121.4, lat = 31.2, time } });
        answer.EnsureSuccessStatusCode();
        (await admin.GetAsync("/api/units?limit=1&after=" + answer.Headers.GetValues("Vantage-Watermark").Single())).EnsureSuccessStatusCode();
    }
}
