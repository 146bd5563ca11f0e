using System.Net;
using System.Net.Http.Json;
using Vantage.Host.Startup;

namespace Vantage.Host.Tests.People;

public sealed class DemoTests
{
    [Fact(DisplayName = "The demonstration offers five posts by one tap on this machine, and only there")]
    public async Task One_tap()
    {
        await using var host = await StartAsync();
        using var client = host.Stranger();

        var problem = await (await client.GetAsync("/api/session")).ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.True((bool)problem["demo"]!);
        var posts = problem["posts"]!.AsArray();
        Assert.Equal(5, posts.Count);
        var session = await (await client.PostAsJsonAsync("/api/session", new { user = (string)posts[0]!["user"]! })).JsonAsync();
        Assert.Equal(("commander", true), ((string)session["post"]!, (bool)session["demo"]!));

        using var afar = host.Stranger();
        afar.DefaultRequestHeaders.Add("X-Forwarded-For", "10.0.0.1");
        Assert.Null((await (await afar.GetAsync("/api/session")).ProblemAsync(HttpStatusCode.Unauthorized))["posts"]);
        await (await afar.PostAsJsonAsync("/api/session", new { user = (string)posts[0]!["user"]! })).ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact(DisplayName = "Without the demonstration nobody signs in without a password")]
    public async Task No_demo()
    {
        await using var host = await HostUnderTest.StartAsync();
        using var client = host.Stranger();

        await (await client.PostAsJsonAsync("/api/session", new { user = "admin" })).ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Theory(DisplayName = "Files of demonstration data say so")]
    [InlineData("csv")]
    [InlineData("gpx")]
    [InlineData("geojson")]
    public async Task Exports(string format)
    {
        await using var host = await StartAsync();
        using var admin = await host.SignedInAsync();
        await admin.PostAsJsonAsync("/api/positions", new[] { new { unit = "officer/1", time = "2026-03-02T01:20:30Z", lon = 121.42, lat = 31.22 } });

        var answer = await admin.GetAsync($"/api/units/officer/1/track?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z&format={format}");

        Assert.StartsWith("演示数据-", answer.Content.Headers.ContentDisposition!.FileNameStar, StringComparison.Ordinal);
        Assert.True(format == "csv" || (await answer.Content.ReadAsStringAsync()).Contains("演示数据", StringComparison.Ordinal));
    }

    [Theory(DisplayName = "Demonstration and real data never share a folder")]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Folders(bool first, bool second)
    {
        var folder = Directory.CreateTempSubdirectory("vantage-host-").FullName;
        await using (await HostUnderTest.StartAsync(settings => settings with { Demo = first }, folder))
        {
        }

        var refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => HostUnderTest.StartAsync(settings => settings with { Demo = second }, folder));

        Assert.Contains(folder, refused.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private static Task<HostUnderTest> StartAsync() => HostUnderTest.StartAsync(settings => settings with { Demo = true });
}
