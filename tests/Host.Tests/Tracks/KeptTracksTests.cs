using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Vantage.Host.Tests.Tracks;

public sealed class KeptTracksTests : IAsyncLifetime
{
    private const string Unit = "vehicle/kept";

    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync(settings => settings with { KeepTracks = TimeSpan.FromDays(3) });
        _admin = await _host.SignedInAsync();
        using var posted = await _admin.PostAsJsonAsync("/api/positions", new[] { new { unit = Unit, time = Ago(1), lon = 121.4, lat = 31.2 } });
        (await _admin.GetAsync($"/api/breaches?after={posted.Headers.GetValues("Vantage-Watermark").Single()}")).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Theory(DisplayName = "[KEEP-1] an answer from tracks says since when they are kept where its range begins before, and not elsewhere")]
    [InlineData("track")]
    [InlineData("tracks")]
    [InlineData("motion of one")]
    [InlineData("motion of many")]
    [InlineData("replay")]
    [InlineData("export")]
    public async Task Said(string answer)
    {
        var began = DateTimeOffset.UtcNow.AddDays(-3);
        var kept = (string)(await AskAsync(answer, Ago(5)))["keptFrom"]!;
        Assert.InRange(DateTimeOffset.Parse(kept, System.Globalization.CultureInfo.InvariantCulture), began.AddSeconds(-1), began.AddMinutes(5));
        var within = (await AskAsync(answer, Ago(2))).AsObject();
        Assert.True(within.ContainsKey("keptFrom"));
        Assert.Null(within["keptFrom"]);
    }

    [Fact(DisplayName = "[KEEP-1] [TRY-1] a zone is not tried on times whose tracks are no longer kept: it would have too little to say")]
    public async Task Trial()
    {
        const string Zone = """{"type":"Feature","geometry":{"type":"Point","coordinates":[121.4,31.2]},"properties":{"name":"试","radius":100,"rules":[]}}""";
        async Task<HttpResponseMessage> TryAsync(double daysAgo)
        {
            using var body = new StringContent(Zone, System.Text.Encoding.UTF8, "application/geo+json");
            return await _admin.PostAsync($"/api/zones/kept/trial?from={Ago(daysAgo)}&to={Ago(0.5)}", body);
        }

        var problem = await (await TryAsync(5)).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["from"], problem.ErrorFields());
        Assert.Equal(1, (int)(await (await TryAsync(2)).JsonAsync())["unitCount"]!);
    }

    private async Task<JsonNode> AskAsync(string answer, string from)
    {
        var range = $"from={from}&to={Ago(0)}";
        switch (answer)
        {
            case "track":
                return await (await _admin.GetAsync($"/api/units/{Unit}/track?{range}")).JsonAsync();
            case "tracks":
                return (await (await _admin.GetAsync($"/api/tracks?units={Unit}&{range}")).JsonAsync())["tracks"]![0]!;
            case "motion of one":
                return await (await _admin.GetAsync($"/api/units/{Unit}/motion?{range}")).JsonAsync();
            case "motion of many":
                return await (await _admin.GetAsync($"/api/motion?{range}")).JsonAsync();
            case "replay":
                return await (await _admin.PostAsJsonAsync("/api/replays", new { from, to = Ago(0), units = new[] { Unit } })).JsonAsync();
            default:
                await using (var zip = new ZipArchive(await _admin.GetStreamAsync($"/api/exports/tracks?{range}&units={Unit}")))
                {
                    return (await JsonNode.ParseAsync(await zip.GetEntry("manifest.json")!.OpenAsync()))!;
                }
        }
    }

    private static string Ago(double days) => $"{DateTimeOffset.UtcNow.AddDays(-days):yyyy-MM-dd'T'HH:mm:ss'Z'}";
}
