using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Vantage.Geo.H3;
using Vantage.Support;

namespace Vantage.Host.Tests.Records;

/// <summary>What is asked over HTTP and answered by storage: run on each kind of it.</summary>
public abstract class StoredRecordTests(string? database) : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync(settings => settings with { Database = database }, _folder.Path);
        _admin = await _host.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "[REC-1] [REC-2] the same upload again changes nothing, a newer one replaces, a deleted record is gone, and a restart keeps all")]
    public async Task Life_of_a_record()
    {
        const string Old = """[{"number":"甲/1","time":"2026-03-02T09:20:30+08:00","category":"渣土","state":"立案","lon":121.42,"lat":31.22,"link":"https://example.org/1","updatedAt":"2026-03-02T02:00:00Z"},{"number":2,"time":"2026-03-02 09:21:00","address":"长宁路1018号"}]""";
        var first = await _admin.PostRecordsAsync("case", Old);
        Assert.Equal((2, 0, 0), first.Counts());
        Assert.Equal((0, 2, 0), (await _admin.PostRecordsAsync("办案", Old)).Counts());

        var newer = Old.Replace("立案", "结案", StringComparison.Ordinal).Replace("02:00:00Z", "03:00:00Z", StringComparison.Ordinal);
        Assert.Equal((1, 1, 0), (await _admin.PostRecordsAsync("case", newer)).Counts());
        Assert.Equal((0, 2, 0), (await _admin.PostRecordsAsync("case", Old)).Counts()); // Late, and older.

        await RestartAsync();

        var items = (await GetAsync("/api/records/case"))["items"]!.AsArray();
        Assert.Equal(["2", "甲/1"], items.Select(item => (string)item!["number"]!));
        Assert.Equal(
            """{"system":"case","number":"甲/1","kind":null,"category":"渣土","time":"2026-03-02T01:20:30.000Z","lon":121.42,"lat":31.22,"address":null,"state":"结案","street":null,"squad":null,"link":"https://example.org/1","updatedAt":"2026-03-02T03:00:00.000Z"}""",
            items[1]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("2026-03-02T01:21:00.000Z", (string)items[0]!["time"]!);
        Assert.Empty((await GetAsync("/api/records/duty"))["items"]!.AsArray());

        Assert.Equal(HttpStatusCode.NoContent, (await _admin.DeleteAsync("/api/records/case/%E7%94%B2%2F1")).StatusCode);
        await (await _admin.DeleteAsync("/api/records/case/甲/1")).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Single((await GetAsync("/api/records/case"))["items"]!.AsArray());
    }

    [Fact(DisplayName = "[REC-6] [REC-7] [REC-9] heat, points, list and chart of records are what counting one by one gives, under every filter, and say what is missing")]
    public async Task Brute_force()
    {
        var random = new Random(20261127);
        var rows = Enumerable.Range(0, 3000).Select(i => Row.Random(random, i)).ToList();
        Assert.Equal((3000, 0, 0), (await _admin.PostRecordsAsync("complaint", $"[{string.Join(',', rows.Select(row => row.Json))}]")).Counts());
        foreach (var (filter, matches) in new (string, Func<Row, bool>)[]
        {
            ("", _ => true),
            ("&category=渣土", row => row.Category == "渣土"),
            ("&category=渣土,占道设摊&state=办结", row => row.Category is "渣土" or "占道设摊" && row.State == "办结"),
            ("&theme=muck", row => row.Category == "渣土"),
            ("&theme=渣土&category=占道设摊", _ => false),
            ("&street=天山路街道", row => row.Street == "天山路街道"),
        })
        {
            await CheckAsync(filter, rows.Where(matches).ToList());
        }

        const string Box = """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121.4,31.2],[121.45,31.2],[121.45,31.3],[121.4,31.3],[121.4,31.2]]]},"properties":{"name":"盒"}}""";
        using var zone = new StringContent(Box, Encoding.UTF8, "application/geo+json");
        (await _admin.PutAsync("/api/zones/box", zone)).EnsureSuccessStatusCode();
        const string Heat = "/api/heatmaps/records.complaint?from=2026-03-02T00:00:00Z&to=2026-03-09T00:00:00Z";
        var byBox = await GetAsync($"{Heat}&bbox=121.4,31.2,121.45,31.3");
        Assert.True((int)byBox["total"]! > 10);
        Assert.Equal(byBox.ToJsonString(), (await GetAsync($"{Heat}&zone=box")).ToJsonString());
    }

    [Fact(DisplayName = "[AREA-1..3] [FIG-1] a table has a row for each area and one for the rest, counts nothing twice, and opens in Excel")]
    public async Task Tables()
    {
        // Two streets that share the meridian 121.42, and a third that lies over both.
        await ImportAsync("street", ("b", "新华路街道", 121.42, 121.44), ("a", "天山路街道", 121.40, 121.42), ("z", "=SUM(1),\"街道\"", 121.41, 121.43));
        const string Records = """
            {"number":"in a","time":"2026-03-02T01:00:00Z","lon":121.41,"lat":31.22,"street":"新华路街道"}
            {"number":"in b","time":"2026-03-02T01:00:00Z","lon":121.43,"lat":31.22}
            {"number":"on the line","time":"2026-03-02T01:00:00Z","lon":121.42,"lat":31.22}
            {"number":"outside","time":"2026-03-02T01:00:00Z","lon":121.45,"lat":31.22}
            {"number":"nowhere","time":"2026-03-02T01:00:00Z","address":"天山路街道某处"}
            {"number":"later","time":"2026-03-02T02:00:00Z","lon":121.41,"lat":31.22}
            """;
        Assert.Equal((6, 0, 0), (await _admin.PostRecordsAsync("inspection", Records, "application/x-ndjson")).Counts());
        const string Range = "from=2026-03-02T01:00:00Z&to=2026-03-02T02:00:00Z";

        var table = await GetAsync($"/api/heatmaps/records.inspection/table?by=street&{Range}");

        Assert.Equal([("a", 2), ("b", 1), ("z", 0), (null, 1)], table["rows"]!.AsArray().Select(row => ((string?)row!["key"], (int)row["value"]!)));
        Assert.Equal((4, 5, 0.2), ((int)table["total"]!, (int)table["count"]!, (double)table["missing"]!));
        Assert.Contains("(AREA-1)", (string)table["definition"]!, StringComparison.Ordinal);
        Assert.Contains("（REC-7）", (string)table["definitionZh"]!, StringComparison.Ordinal);

        var answer = await _admin.GetAsync($"/api/heatmaps/records.inspection/table?by=street&format=csv&{Range}");
        var csv = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], csv[..3]);
        Assert.Equal("records.inspection-street.csv", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal(
            [
                "街道,编号,件数", "天山路街道,a,2", "新华路街道,b,1", "\"'=SUM(1),\"\"街道\"\"\",z,0", "区域外,,1", "合计,,4", "",
                "口径,时间在范围内的记录：每件按其坐标计一次；没有坐标的计入缺失比例（REC-7）。记录归其坐标所在的区域（AREA-1）。",
                "时间范围,2026-03-02 09:00:00 至 2026-03-02 10:00:00（Asia/Shanghai，不含止）", "统计数量,5", "缺失比例,0.2", "",
            ],
            Encoding.UTF8.GetString(csv[3..]).Split("\r\n"));

        await RestartAsync();
        Assert.Equal(table.ToJsonString(), (await GetAsync($"/api/heatmaps/records.inspection/table?by=street&{Range}")).ToJsonString());
    }

    [Fact(DisplayName = "[AREA-2] in tables of presence and of fixes a cell counts where its centre is, and rows and total are those of the map")]
    public async Task Tables_of_cells()
    {
        var centre = H3Cell.Of(31.22, 121.42, 11).Center();
        await ImportAsync("squad", ("west", "西", 121.40, centre.Longitude - 1e-6), ("east", "东", centre.Longitude - 1e-6, 121.44));
        var posted = await _admin.PostAsJsonAsync("/api/positions", new[]
        {
            new { unit = "officer/t1", time = "2026-03-02T01:20:00Z", lon = centre.Longitude - 5e-5, lat = centre.Latitude }, // West of the line, in a cell east of it.
            new { unit = "officer/t1", time = "2026-03-02T01:21:00Z", lon = 121.405, lat = 31.22 },
            new { unit = "officer/t1", time = "2026-03-02T01:21:30Z", lon = 121.5, lat = 31.22 },
            new { unit = "officer/t2", time = "2026-03-02T03:10:00Z", lon = 121.405, lat = 31.22 },
            new { unit = "officer/t2", time = "2026-03-02T03:10:01Z", lon = 121.405, lat = 31.22 },
        });
        posted.EnsureSuccessStatusCode();
        var query = $"from=2026-03-02T01:30:00Z&to=2026-03-02T01:31:00Z&after={posted.Headers.GetValues("Vantage-Watermark").Single()}";

        var fixes = await GetAsync($"/api/heatmaps/fixes/table?by=squad&{query}");
        var presence = await GetAsync($"/api/heatmaps/presence/table?by=squad&{query}");
        var map = await GetAsync($"/api/heatmaps/presence?{query}");

        Assert.Equal([("east", 1), ("west", 1), (null, 1)], fixes["rows"]!.AsArray().Select(row => ((string?)row!["key"], (int)row["value"]!)));
        Assert.Equal([("east", 60m), ("west", 30m), (null, 0m)], presence["rows"]!.AsArray().Select(row => ((string?)row!["key"], (decimal)row["value"]!)));
        foreach (var answer in new[] { presence, map })
        {
            Assert.Equal(("2026-03-02T01:00:00.000Z", "2026-03-02T02:00:00.000Z"), ((string)answer["from"]!, (string)answer["to"]!));
            Assert.Equal((90m, 3, 0.0), ((decimal)answer["total"]!, (int)answer["count"]!, (double)answer["missing"]!));
            Assert.Contains("(HEAT-2)", (string)answer["definition"]!, StringComparison.Ordinal);
        }

        var compared = await GetAsync($"/api/heatmaps/fixes/table?by=squad&{query}&againstFrom=2026-03-02T03:00:00Z&againstTo=2026-03-02T04:00:00Z");
        Assert.Equal(
            [("east", 1, 0, 1, null), ("west", 1, 2, -1, 0.5m), (null, 1, 0, 1, null)],
            compared["rows"]!.AsArray().Select(row => ((string?)row!["key"], (int)row["value"]!, (int)row["against"]!, (int)row["difference"]!, (decimal?)row["ratio"])));
        Assert.Equal((3, 2, 2, "2026-03-02T03:00:00.000Z"), ((int)compared["total"]!, (int)compared["againstTotal"]!, (int)compared["againstCount"]!, (string)compared["againstFrom"]!));
        Assert.Contains("(HEAT-7)", (string)compared["definition"]!, StringComparison.Ordinal);
        Assert.Null(fixes["rows"]![0]!["against"]);
        var csv = await _admin.GetStringAsync($"/api/heatmaps/fixes/table?by=squad&{query}&againstFrom=2026-03-02T03:00:00Z&againstTo=2026-03-02T04:00:00Z&format=csv");
        Assert.Contains("中队,编号,定位点数,对比期定位点数,差值,比值\r\n", csv, StringComparison.Ordinal);
        Assert.Contains("合计,,3,2,1,1.5\r\n", csv, StringComparison.Ordinal);
        var half = await _admin.GetAsync($"/api/heatmaps/fixes/table?by=squad&{query}&againstFrom=2026-03-02T03:00:00Z");
        Assert.Equal(["againstTo"], (await half.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
    }

    [Fact(DisplayName = "50,000 rows of CSV are taken in one request, and again; more points than a map shows are refused with their number")]
    public async Task Many_rows()
    {
        var csv = new StringBuilder("编号,受理时间,类别,经度,纬度\r\n");
        for (var i = 0; i < 50_001; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"SH{i:0000000},2026/3/{1 + (i % 28)} {i % 24}:30,类别{i % 40},{121.3 + (i % 500 * 0.0005)},{31.1 + (i / 500 * 0.001)}\r\n");
        }

        Assert.Equal((50_001, 0, 0), (await _admin.PostRecordsAsync("duty", csv.ToString(), "text/csv")).Counts());
        Assert.Equal((0, 50_001, 0), (await _admin.PostRecordsAsync("duty", csv.ToString(), "text/csv")).Counts());

        const string March = "from=2026-02-28T16:00:00Z&to=2026-03-31T16:00:00Z";
        var chart = await GetAsync($"/api/records/duty/chart?by=month&{March}");
        Assert.Equal([("2026-03", 50_001)], chart["items"]!.AsArray().Select(item => ((string)item!["key"]!, (int)item["count"]!)));
        var problem = await (await _admin.GetAsync($"/api/records/duty/points?{March}")).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Contains("50001 records", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(50_000, (await GetAsync($"/api/records/duty/points?{March}&bbox=121,31.0,122,31.1999"))["features"]!.AsArray().Count);
    }

    private async Task CheckAsync(string filter, List<Row> rows)
    {
        const string Range = "from=2026-03-02T00:00:00Z&to=2026-03-09T00:00:00Z";
        rows = [.. rows.Where(row => row.Time >= Row.First.AddDays(1) && row.Time < Row.First.AddDays(8))];
        var placed = rows.Where(row => row.Place is not null).ToList();
        foreach (var (box, isInside) in new (string, Func<(double Lon, double Lat), bool>?)[]
        {
            ("", null),
            ("&bbox=121.4,31.2,121.45,31.3", place => place is { Lon: >= 121.4 and <= 121.45, Lat: >= 31.2 and <= 31.3 }),
            ("&bbox=121.45,31.2,121.4,31.3", place => (place.Lon >= 121.45 || place.Lon <= 121.4) && place.Lat is >= 31.2 and <= 31.3),
        })
        {
            var inside = placed.Where(row => isInside?.Invoke(row.Place!.Value) ?? true).ToList();
            var missing = rows.Count == 0 ? 0 : Math.Round((rows.Count - placed.Count) / (double)rows.Count, 6);
            var count = isInside is null ? rows.Count : inside.Count;

            var heat = await GetAsync($"/api/heatmaps/records.complaint?resolution=8&{Range}{filter}{box}");
            Assert.Equal(
                inside.GroupBy(row => H3Cell.Of(row.Place!.Value.Lat, row.Place.Value.Lon, 11).Parent(8).ToString()).Select(cell => (cell.Key, cell.Count())).Order(),
                heat["cells"]!.AsArray().Select(cell => ((string)cell![0]!, (int)cell[1]!)).Order());
            Assert.Equal((inside.Count, count, missing), ((int)heat["total"]!, (int)heat["count"]!, (double)heat["missing"]!));
            Assert.Equal(("records.complaint", "2026-03-02T00:00:00.000Z"), ((string)heat["layer"]!, (string)heat["from"]!));

            var points = await GetAsync($"/api/records/complaint/points?{Range}{filter}{box}");
            Assert.Equal(
                inside.Select(row => (row.Number, row.Place!.Value.Lon)).Order(),
                points["features"]!.AsArray().Select(point => ((string)point!["properties"]!["number"]!, (double)point["geometry"]!["coordinates"]![0]!)).Order());
            Assert.Equal((count, missing), ((int)points["count"]!, (double)points["missing"]!));

            List<Row> listed = isInside is null ? rows : inside;
            Assert.Equal(listed.Select(row => row.Number).Order(), (await ListAsync($"/api/records/complaint?{Range}{filter}{box}")).Order());

            var chart = await GetAsync($"/api/records/complaint/chart?by=state&{Range}{filter}{box}");
            Assert.Equal(
                listed.Where(row => row.State is not null).GroupBy(row => row.State!).Select(state => (state.Key, state.Count())).Order(),
                chart["items"]!.AsArray().Select(item => ((string)item!["key"]!, (int)item["count"]!)).Order());
            Assert.Equal(listed.Count, (int)chart["count"]!);
        }
    }

    private async Task<List<string>> ListAsync(string query)
    {
        List<string> all = [];
        string? cursor = null;
        do
        {
            var page = await GetAsync($"{query}&limit=700{(cursor is null ? "" : $"&cursor={cursor}")}");
            all.AddRange(page["items"]!.AsArray().Select(item => (string)item!["number"]!));
            cursor = (string?)page["cursor"];
        }
        while (cursor is not null);
        return all;
    }

    private async Task ImportAsync(string layer, params (string Key, string Name, double West, double East)[] areas)
    {
        var features = areas.Select(area => new
        {
            type = "Feature",
            geometry = new
            {
                type = "Polygon",
                coordinates = new[] { new double[][] { [area.West, 31.2], [area.East, 31.2], [area.East, 31.24], [area.West, 31.24], [area.West, 31.2] } },
            },
            properties = new { key = area.Key, name = area.Name, population = 7 },
        });
        var answer = await _admin.PostAsJsonAsync($"/api/areas/{layer}/import", new { type = "FeatureCollection", features });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        var answer = await _admin.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }

    private async Task RestartAsync()
    {
        await DisposeHostAsync();
        await InitializeAsync();
    }

    private async Task DisposeHostAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    private sealed record Row(string Number, DateTimeOffset Time, string? Category, string? State, string? Street, (double Lon, double Lat)? Place)
    {
        public static readonly DateTimeOffset First = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        private static readonly string?[] Categories = [null, "渣土", "占道设摊", "跨门经营"];
        private static readonly string?[] States = [null, "办结", "处置中"];

        public string Json => string.Create(CultureInfo.InvariantCulture, $$"""
            {"number":"{{Number}}","time":"{{Time:O}}","category":{{Quoted(Category)}},"state":{{Quoted(State)}},"street":{{Quoted(Street)}}{{(Place is { } place ? $",\"lon\":{place.Lon},\"lat\":{place.Lat}" : ",\"address\":\"某处\"")}}}
            """);

        public static Row Random(Random random, int i) => new(
            $"n{i}",
            First.AddMinutes(random.Next(10 * 24 * 60)),
            Categories[random.Next(Categories.Length)],
            States[random.Next(States.Length)],
            random.Next(3) == 0 ? "天山路街道" : null,
            random.Next(4) == 0 ? null : (Math.Round(121.3 + (random.NextDouble() * 0.3), 7), Math.Round(31.1 + (random.NextDouble() * 0.3), 7)));

        private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
    }
}

public sealed class SqliteRecordTests() : StoredRecordTests(database: null);

public sealed class PostgresRecordTests(OwnPostgres own) : StoredRecordTests(own.Server.NewDatabase()), IClassFixture<OwnPostgres>;

internal static class RecordAnswers
{
    public static async Task<JsonNode> PostRecordsAsync(this HttpClient client, string system, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        var answer = await client.PostAsync($"/api/records/{system}", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    public static (int Accepted, int Unchanged, int Rejected) Counts(this JsonNode answer)
        => ((int)answer["accepted"]!, (int)answer["unchanged"]!, answer["rejected"]!.AsArray().Count);
}
