using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vantage.Host.Tests.RealData;

namespace Vantage.Host.Tests.Web;

/// <summary>Answers of very many cells, points and trips, and a thousand who take them slowly.</summary>
public sealed class LongAnswerTests : IAsyncLifetime
{
    private const int Side = 380;
    private const int Cells = Side * Side;
    private const int Records = 40_000;
    private const string Range = "from=2026-03-02T00:00:00Z&to=2026-03-04T00:00:00Z";

    /// <summary>The room is 300 MB, and the process itself takes some 300; a thousand such answers would take 10 GB.</summary>
    private const long MostMemory = 1_200L << 20;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Meanwhile = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan OthersWait = TimeSpan.FromSeconds(35);

    private HostProcess _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostProcess.StartAsync();
        foreach (var some in Enumerable.Range(0, Cells).Chunk(5_000))
        {
            var fixes = some.Select(i => new { unit = "drone/survey", time = Start.AddSeconds(i), lon = 121.0 + (i % Side * 0.0009), lat = 31.0 + (i / Side * 0.0009) });
            (await _host.Client.PostAsJsonAsync("/api/positions", fixes)).EnsureSuccessStatusCode();
        }

        foreach (var some in Enumerable.Range(0, Records).Chunk(10_000))
        {
            var records = some.Select(i => new { number = $"案/{i}", time = Start.AddSeconds(i), category = "渣土", street = "新华路街道", lon = 121.0 + (i % Side * 0.0009), lat = 31.0 + (i / Side * 0.0009) });
            (await _host.Client.PostAsJsonAsync("/api/records/case", records)).EnsureSuccessStatusCode();
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact(DisplayName = "A thousand slow readers of heat, comparisons and records get their answers or 503 with Retry-After; memory stays bounded, and short questions are answered meanwhile")]
    public async Task A_thousand()
    {
        string[] paths =
        [
            $"/api/heatmaps/fixes?{Range}&resolution=11",
            $"/api/heatmaps/fixes?{Range}&resolution=11&format=csv",
            $"/api/heatmaps/fixes/compare?{Range}&againstFrom=2026-02-02T00:00:00Z&againstTo=2026-02-04T00:00:00Z&resolution=11&format=geojson",
            $"/api/records/case/points?{Range}",
        ];
        var whole = (await (await _host.Client.GetAsync(paths[0])).JsonAsync())["cells"]!.AsArray().Count;
        Assert.InRange(whole, Cells / 2, Cells);

        var shortOne = HttpStatusCode.Unused;
        await SlowReaders.AThousandAsync(_host, paths, Meanwhile, MostMemory, async () =>
        {
            await _host.Client.GetStringAsync("/healthz").WaitAsync(OthersWait);
            shortOne = (await _host.Client.GetAsync($"/api/heatmaps/fixes?{Range}&resolution=6").WaitAsync(OthersWait)).StatusCode;
        });
        Assert.Equal(HttpStatusCode.OK, shortOne); // Those who waited have had their turns in the end; the others still took what they were given.

        // All have gone: there is room again.
        JsonNode again;
        var patience = Stopwatch.StartNew();
        do
        {
            again = await (await _host.Client.GetAsync(paths[0])).JsonAsync();
        }
        while (again["cells"] is null && patience.Elapsed < OthersWait);
        Assert.Equal(whole, again["cells"]!.AsArray().Count);
    }
}
