using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Vantage.Host.Tests.RealData;

namespace Vantage.Host.Tests.Tracks;

/// <summary>A thousand who take long answers slowly: each is served in bounded memory or told to come again, and nobody else notices.</summary>
public sealed class SlowReaderTests : IAsyncLifetime
{
    private const int Fixes = 86_400;
    private const string Unit = "vehicle/沪A1";

    /// <summary>The room of all answers is 400 MB, and the process itself takes some 200; the same readers without bounds would take 3.5 GB.</summary>
    private const long MostMemory = 1_200L << 20;

    private static readonly DateTimeOffset Start = new(2026, 5, 28, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Meanwhile = TimeSpan.FromSeconds(30);

    /// <summary>What others may wait for on a busy machine that also runs a thousand clients: long, and yet within the time that the readers stay.</summary>
    private static readonly TimeSpan OthersWait = TimeSpan.FromSeconds(25);

    private HostProcess _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostProcess.StartAsync();
        for (var from = 0; from < Fixes; from += 7_200)
        {
            var hour = Enumerable.Range(from, 7_200).Select(second => new
            {
                unit = Unit,
                time = Start.AddSeconds(second).UtcDateTime,
                lon = 121.4 + (0.02 * Math.Sin(second / 900d)),
                lat = 31.2 + (0.02 * Math.Cos(second / 700d)),
                speed = second % 15,
            });
            (await _host.Client.PostAsJsonAsync("/api/positions", hour)).EnsureSuccessStatusCode();
        }

        await ReportAsync("officer/short", Start);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact(DisplayName = "A thousand slow readers get their answers piece by piece or 503 with Retry-After; memory stays bounded, reports and short questions are served")]
    public async Task A_thousand()
    {
        string[] paths =
        [
            $"/api/units/vehicle/{Uri.EscapeDataString("沪A1")}/track?{Range}",
            $"/api/units/vehicle/{Uri.EscapeDataString("沪A1")}/track?{Range}&format=csv",
            $"/api/tracks?units={Uri.EscapeDataString(Unit)}&{Range}",
            $"/api/exports/tracks?units={Uri.EscapeDataString(Unit)}&{Range}",
        ];
        var reports = 0;
        await SlowReaders.AThousandAsync(_host, paths, Meanwhile, MostMemory, async () =>
        {
            await SoonAsync(() => _host.Client.GetStringAsync("/healthz"));
            await SoonAsync(() => ReportAsync("officer/other", Start.AddSeconds(reports++)));
            var trail = await SoonAsync(() => _host.Client.GetAsync($"/api/units/officer/short/track?{Range}"));
            Assert.Equal(HttpStatusCode.OK, trail.StatusCode);
        });

        // All have gone: there is room again.
        var whole = await _host.Client.GetAsync(paths[0]);
        Assert.Equal(Fixes, (await whole.JsonAsync())["time"]!.AsArray().Count);
    }

    private static string Range { get; } = string.Create(
        CultureInfo.InvariantCulture, $"from={Start.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}&to={Start.AddDays(1).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");

    private async Task<HttpResponseMessage> ReportAsync(string unit, DateTimeOffset time)
        => (await _host.Client.PostAsJsonAsync("/api/positions", new[] { new { unit, time = time.UtcDateTime, lon = 121.4, lat = 31.2 } })).EnsureSuccessStatusCode();

    private static async Task<T> SoonAsync<T>(Func<Task<T>> ask) => await ask().WaitAsync(OthersWait);
}
