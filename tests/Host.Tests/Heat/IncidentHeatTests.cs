using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Vantage.Host.Tests.Heat;

public sealed class IncidentHeatTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Day = "from=2026-05-04T00:00:00Z&to=2026-05-05T00:00:00Z";

    [Fact(DisplayName = "Incidents have heat by cell, by kind, and against patrol presence, by when and where they happened")]
    public async Task Heat()
    {
        using var admin = await shared.Host.SignedInAsync();
        async Task ReportAsync(string kind, string time, double lon) => (await admin.PostAsJsonAsync(
            "/api/incidents", new { kind, title = "事件", lon, lat = 31.2, occurredAt = time })).EnsureSuccessStatusCode();
        await ReportAsync("street-vending", "2026-05-04T01:10:00Z", 121.40);
        await ReportAsync("street-vending", "2026-05-04T01:20:00Z", 121.40);
        await ReportAsync("site-dust", "2026-05-04T09:00:00Z", 121.50);
        await ReportAsync("site-dust", "2026-05-05T00:00:00Z", 121.50); // No longer that day.
        var posted = await admin.PostAsJsonAsync("/api/positions", new[]
        {
            new { unit = "officer/ih", time = "2026-05-04T01:00:00Z", lon = 121.40, lat = 31.2 },
            new { unit = "officer/ih", time = "2026-05-04T01:02:00Z", lon = 121.40, lat = 31.2 },
        });
        var after = "after=" + posted.Headers.GetValues("Vantage-Watermark").Single();

        async Task<JsonNode> GetAsync(string path) => await (await admin.GetAsync($"/api/heatmaps/{path}{(path.Contains('?', StringComparison.Ordinal) ? "&" : "?")}{Day}&{after}")).JsonAsync();
        var all = await GetAsync("incidents");
        Assert.Equal(3, (int)all["total"]!);
        Assert.Equal([1, 2], all["cells"]!.AsArray().Select(cell => (int)cell![1]!).Order());
        Assert.Equal(Geo.H3.H3Cell.Of(31.2, 121.5, 9).ToString(), (string)Assert.Single((await GetAsync("incidents.site-dust"))["cells"]!.AsArray())![0]!);
        var uncovered = await GetAsync("incidents/uncovered");
        Assert.Equal((3, 1), ((int)uncovered["total"]!, (int)uncovered["uncovered"]!));
        Assert.Equal(0, (int)(await GetAsync("incidents.none"))["total"]!);
        await (await admin.GetAsync($"/api/heatmaps/incident?{Day}")).ProblemAsync(HttpStatusCode.NotFound);
    }
}
