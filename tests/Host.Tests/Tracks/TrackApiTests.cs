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

        var (lostFrom, lostTo) = DamageChunks();
        await using var again = await HostUnderTest.StartAsync(folder: _folder);
        using var client = await again.SignedInAsync();
        var track = await TrackAsync(client, "vehicle/沪A1", "");
        var damaged = track["damaged"]!.AsArray();
        Assert.Equal([Wire(Start), Wire(lostFrom)], damaged.Select(lost => (string)lost!["from"]!));
        Assert.Equal(Fixes - damaged.Sum(lost => (int)lost!["count"]!), (int)track["count"]!);
        foreach (var format in new[] { "json", "csv", "gpx", "geojson" })
        {
            using var answer = await client.GetAsync(Path("vehicle/沪A1", $"&format={format}"));
            Assert.Equal("2", answer.Headers.GetValues("Vantage-Damaged").Single());
        }

        await ReplaysTellAsync(client, lostFrom, lostTo);
        var rows = (await client.GetFromJsonAsync<JsonNode>($"/api/motion?from={Wire(Start)}&to={Wire(Start.AddDays(1))}"))!["items"]!.AsArray();
        Assert.Equal(damaged.Sum(lost => (DateTimeOffset.Parse((string)lost!["to"]!, CultureInfo.InvariantCulture) - DateTimeOffset.Parse((string)lost["from"]!, CultureInfo.InvariantCulture)).TotalSeconds), rows.Sum(row => (double)row!["damaged"]!));
        var csv = (await client.GetStringAsync($"/api/motion?from={Wire(Start)}&to={Wire(Start.AddDays(1))}&format=csv")).Split("\r\n");
        Assert.EndsWith(",damaged", csv[0], StringComparison.Ordinal);
        Assert.Equal(rows.Select(row => (decimal)row!["damaged"]!), csv[1..^1].Select(line => decimal.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture)));

        var zone = JsonNode.Parse("{\"type\":\"Feature\",\"properties\":{\"name\":\"试\",\"rules\":[{\"key\":\"in\",\"type\":\"enter\"}]},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[121,31],[122,31],[122,32],[121,32],[121,31]]]}}");
        var trial = await (await client.PostAsJsonAsync($"/api/zones/tried/trial?from={Wire(Start)}&to={Wire(Start.AddDays(1))}", zone)).JsonAsync();
        Assert.Equal(["vehicle/沪A1", "vehicle/沪A1"], trial["damaged"]!.AsArray().Select(lost => (string)lost!["unit"]!));
        Assert.Equal(damaged.Select(lost => (string)lost!["from"]!), trial["damaged"]!.AsArray().Select(lost => (string)lost!["from"]!));
    }

    [Fact(DisplayName = "A question that needs an hour of heat that is damaged is answered with which hour it is; others are answered as ever")]
    public async Task Damaged_heat()
    {
        await using (var host = await HostUnderTest.StartAsync(folder: _folder))
        {
            using var admin = await host.SignedInAsync();
            await ReportAsync(admin, Enumerable.Range(0, 7_200).Select(i => ("vehicle/1", i, 121.4 + (i * 1e-6))));
        }

        Change("UPDATE heat SET cells = zeroblob(length(cells)) WHERE hour = (SELECT min(hour) FROM heat)");
        await using var again = await HostUnderTest.StartAsync(folder: _folder);
        using var client = await again.SignedInAsync();
        var hour = new DateTimeOffset(Start.UtcDateTime.Date.AddHours(Start.Hour), TimeSpan.Zero);
        using var refused = await client.GetAsync(new Uri($"/api/heatmaps/fixes?from={Wire(hour)}&to={Wire(hour.AddHours(1))}&resolution=9", UriKind.Relative));
        var problem = await refused.ProblemAsync(HttpStatusCode.InternalServerError);
        Assert.Equal("urn:vantage:problem:damaged", (string)problem["type"]!);
        Assert.Contains($"heat of the hour from {hour.UtcDateTime:yyyy-MM-dd'T'HH':00:00Z'}", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, (string)problem["detail"]!, StringComparison.Ordinal);
        using var next = await client.GetAsync(new Uri($"/api/heatmaps/fixes?from={Wire(hour.AddHours(1))}&to={Wire(hour.AddHours(2))}&resolution=9", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    /// <summary>Where it cannot be read the unit stays where it was before, and is told of; so are those who may have been somewhere.</summary>
    private static async Task ReplaysTellAsync(HttpClient client, DateTimeOffset lostFrom, DateTimeOffset lostTo)
    {
        var replay = await (await client.PostAsJsonAsync("/api/replays", new { from = Start, to = Start.AddDays(1), units = new[] { "vehicle/沪A1" } })).JsonAsync();
        Assert.Null(replay["damaged"]);
        foreach (var instant in new[] { lostFrom + ((lostTo - lostFrom) / 2), lostFrom.AddSeconds(5), lostTo.AddSeconds(-5) })
        {
            var frame = await FrameAsync(instant);
            Assert.Equal(["vehicle/沪A1"], frame["damaged"]!.AsArray().Select(unit => (string)unit!));
            Assert.Equal(lostFrom.AddSeconds(-1).ToUnixTimeMilliseconds(), (long)Assert.Single(frame["units"]!["time"]!.AsArray())!);
            Assert.True((bool)frame["units"]!["gap"]![0]!);
        }

        Assert.Empty((await FrameAsync(lostFrom.AddSeconds(-1)))["damaged"]!.AsArray());
        Assert.Empty((await FrameAsync(lostTo.AddSeconds(1)))["damaged"]!.AsArray());
        var unknown = await FrameAsync(Start.AddSeconds(20)); // Nothing is known of it before.
        Assert.Equal((1, 0), (unknown["damaged"]!.AsArray().Count, unknown["units"]!["id"]!.AsArray().Count));

        var within = new { from = lostFrom.AddSeconds(60), to = lostTo.AddSeconds(-60), bbox = "121,31,122,32" };
        var visited = await (await client.PostAsJsonAsync("/api/replays", within)).JsonAsync();
        Assert.Empty(visited["units"]!.AsArray());
        Assert.Equal(["vehicle/沪A1"], visited["damaged"]!.AsArray().Select(unit => (string)unit!));

        async Task<JsonNode> FrameAsync(DateTimeOffset instant)
            => (await client.GetFromJsonAsync<JsonNode>($"/api/replays/{replay["key"]}/frame?time={Wire(instant)}"))!;
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

    /// <summary>The oldest one, and one in the middle, whose time it gives.</summary>
    private (DateTimeOffset From, DateTimeOffset To) DamageChunks()
    {
        const string Which = "first_ms IN ((SELECT min(first_ms) FROM chunks), (SELECT first_ms FROM chunks ORDER BY first_ms LIMIT 1 OFFSET 10))";
        Change("UPDATE chunks SET fixes = zeroblob(length(fixes)) WHERE " + Which);
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(System.IO.Path.Combine(_folder, "history.db"), out var database));
        using (database)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(database, $"SELECT first_ms, last_ms FROM chunks WHERE {Which} ORDER BY first_ms DESC", out var select));
            using (select)
            {
                Assert.Equal(raw.SQLITE_ROW, raw.sqlite3_step(select));
                return (DateTimeOffset.FromUnixTimeMilliseconds(raw.sqlite3_column_int64(select, 0)), DateTimeOffset.FromUnixTimeMilliseconds(raw.sqlite3_column_int64(select, 1)));
            }
        }
    }

    private void Change(string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(System.IO.Path.Combine(_folder, "history.db"), out var database));
        using (database)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, sql, out _));
        }
    }

    private static string Wire(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
