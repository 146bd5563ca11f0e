using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using SQLitePCL;

namespace Vantage.Host.Tests.Tracks;

public sealed class TrackApiTests : IDisposable
{
    private const int Fixes = 80_000;
    private static readonly DateTimeOffset Start = new(DateTimeOffset.UtcNow.AddDays(-2).Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("vantage-tracks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(DisplayName = "With a detail a long track comes as an outline that says how much it may err [TRK-7], and what storage lost is told of in every format [TRK-8]")]
    public async Task Outlines_and_damage()
    {
        await using (var host = await HostUnderTest.StartAsync(folder: _folder))
        {
            using var admin = await host.SignedInAsync();
            await ReportDriveAsync(admin, "vehicle/沪A1");
            var whole = await TrackAsync(admin, "vehicle/沪A1", "");
            Assert.Equal(Fixes, (int)whole["count"]!);
            Assert.Null(whole["detail"]);
            Assert.Empty(whole["damaged"]!.AsArray());
            Assert.Null((await TrackAsync(admin, "vehicle/沪A1", "&detail=9.9"))["detail"]);

            var outline = await UntilOutlineAsync(admin);
            Assert.Equal((250, 1_800), ((int)outline["detail"]!["metres"]!, (int)outline["detail"]!["seconds"]!));
            Assert.Equal((long)whole["time"]![0]!, (long)outline["time"]![0]!);
            Assert.Equal((long)whole["time"]![Fixes - 1]!, (long)outline["time"]!.AsArray()[^1]!);
            var all = whole["time"]!.AsArray().Select(time => (long)time!).ToHashSet();
            Assert.All(outline["time"]!.AsArray(), time => Assert.Contains((long)time!, all));
        }

        DamageOldestChunk();
        await using var again = await HostUnderTest.StartAsync(folder: _folder);
        using var client = await again.SignedInAsync();
        var track = await TrackAsync(client, "vehicle/沪A1", "");
        var damaged = Assert.Single(track["damaged"]!.AsArray())!;
        Assert.Equal(Wire(Start), (string)damaged["from"]!);
        Assert.Equal(Fixes - (int)damaged["count"]!, (int)track["count"]!);
        foreach (var format in new[] { "json", "csv", "gpx", "geojson" })
        {
            using var answer = await client.GetAsync(Path("vehicle/沪A1", $"&format={format}"));
            Assert.Equal("1", answer.Headers.GetValues("Vantage-Damaged").Single());
        }
    }

    [Fact(DisplayName = "Tracks of many units come one after the other, each whole and in order; too much of one unit is refused before anything is sent")]
    public async Task Many()
    {
        await using var host = await HostUnderTest.StartAsync(folder: _folder);
        using var admin = await host.SignedInAsync();
        foreach (var unit in Enumerable.Range(0, 30))
        {
            await ReportAsync(admin, Enumerable.Range(0, 200).Select(i => (unit: $"vehicle/{unit}", second: i * 7, lon: 121.4 + (unit * 1e-3) + (i * 1e-5))));
        }

        var ids = Enumerable.Range(0, 30).Reverse().Select(unit => $"vehicle/{unit}").ToList();
        var tracks = (await admin.GetFromJsonAsync<JsonNode>($"/api/tracks?units={string.Join(',', ids)}&from={Wire(Start)}&to={Wire(Start.AddHours(1))}&detail=50"))!["tracks"]!.AsArray();
        Assert.Equal(ids, tracks.Select(track => (string)track!["unit"]!));
        Assert.All(tracks, track =>
        {
            Assert.Equal(200, (int)track!["count"]!);
            Assert.Equal(Enumerable.Range(0, 200).Select(i => Start.AddSeconds(i * 7).ToUnixTimeMilliseconds()), track["time"]!.AsArray().Select(time => (long)time!));
        });
        await (await admin.GetAsync($"/api/tracks?units=vehicle/0&from={Wire(Start)}&to={Wire(Start.AddHours(1))}&detail=-1")).ProblemAsync(HttpStatusCode.BadRequest);
    }

    private static async Task ReportDriveAsync(HttpClient client, string unit)
    {
        foreach (var seconds in Enumerable.Range(0, Fixes).Chunk(40_000))
        {
            await ReportAsync(client, seconds.Select(i => (unit, i, 121.4 + (Math.Sin(i / 900.0) * 0.05))));
        }
    }

    private static async Task ReportAsync(HttpClient client, IEnumerable<(string Unit, int Second, double Lon)> fixes)
    {
        var lines = new StringBuilder();
        foreach (var (unit, second, lon) in fixes)
        {
            lines.Append(CultureInfo.InvariantCulture, $$"""{"unit":"{{unit}}","time":"{{Wire(Start.AddSeconds(second))}}","lon":{{lon:F6}},"lat":31.2}""").Append('\n');
        }

        using var body = new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson");
        var answer = await client.PostAsync(new Uri("/api/positions", UriKind.Relative), body);
        Assert.Empty((await answer.JsonAsync())["rejected"]!.AsArray());
        (await client.GetAsync($"/api/breaches?after={answer.Headers.GetValues("Vantage-Watermark").Single()}")).EnsureSuccessStatusCode();
    }

    /// <summary>What has just come has every fix in any case: sealed it is a minute or two later, or when much more has come.</summary>
    private static async Task<JsonNode> UntilOutlineAsync(HttpClient client)
    {
        for (var tries = 0; ; tries++)
        {
            var outline = await TrackAsync(client, "vehicle/沪A1", "&detail=1000");
            if ((int)outline["count"]! < Fixes / 4)
            {
                return outline;
            }

            Assert.True(tries < 240, $"{outline["count"]} fixes are still given.");
            await Task.Delay(1_000, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<JsonNode> TrackAsync(HttpClient client, string unit, string query)
        => (await client.GetFromJsonAsync<JsonNode>(Path(unit, query)))!;

    private static Uri Path(string unit, string query)
        => new($"/api/units/{unit}/track?from={Wire(Start)}&to={Wire(Start.AddDays(2))}{query}", UriKind.Relative);

    private void DamageOldestChunk()
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(System.IO.Path.Combine(_folder, "history.db"), out var database));
        using (database)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(
                database, "UPDATE chunks SET fixes = zeroblob(length(fixes)) WHERE first_ms = (SELECT min(first_ms) FROM chunks)", out _));
        }
    }

    private static string Wire(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
