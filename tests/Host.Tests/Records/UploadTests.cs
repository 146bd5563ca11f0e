using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Vantage.Geo;
using Vantage.Geo.Crs;

namespace Vantage.Host.Tests.Records;

/// <summary>What uploads may look like, and what is said about rows that are none.</summary>
public sealed class UploadTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private HostUnderTest Host => shared.Host;

    [Fact(DisplayName = "A table in GBK, as other systems export it, is read with its Chinese headers and texts")]
    public async Task Gbk()
    {
        using var admin = await Host.SignedInAsync();
        const string Table = "工单编号,诉求类别,受理时间,经度,纬度,发生地址,办理状态,所属街道,承办中队,备注\r\n"
            + "SH20261127000123,违法搭建,2026/3/2 9:20,121.4203,31.2211,仙霞路350号（近娄山关路）,处置中,仙霞新村街道,仙霞中队,来电人情绪激动\r\n"
            + "SH20261127000124,夜间施工,2026-03-02 23:05:10,,,\"长宁路1018号,龙之梦\",已办结,华阳路街道,华阳中队,\r\n";
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!.GetBytes(Table);
        Assert.NotEqual(Encoding.UTF8.GetBytes(Table), gbk);

        Assert.Equal((2, 0, 0), (await PostAsync(admin, "complaint", gbk, "text/csv; charset=gbk")).Counts());
        Assert.Equal((0, 2, 0), (await PostAsync(admin, "complaint?charset=gb18030", gbk, "text/csv")).Counts());

        var items = await ItemsAsync(admin, "/api/records/complaint?category=违法搭建,夜间施工");
        Assert.Equal(
            ("SH20261127000124", "长宁路1018号,龙之梦", "2026-03-02T15:05:10.000Z", null, "已办结", "华阳路街道", "华阳中队"),
            ((string)items[0]!["number"]!, (string)items[0]!["address"]!, (string)items[0]!["time"]!, (double?)items[0]!["lon"], (string)items[0]!["state"]!, (string)items[0]!["street"]!, (string)items[0]!["squad"]!));
        Assert.Equal((121.4203, 31.2211, "2026-03-02T01:20:00.000Z"), ((double)items[1]!["lon"]!, (double)items[1]!["lat"]!, (string)items[1]!["time"]!));

        var wrong = await RefusedAsync(admin, "complaint", gbk, "text/csv", HttpStatusCode.BadRequest);
        Assert.Contains("charset=gbk", (string)wrong["detail"]!, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A table in UTF-8 is read with a byte order mark, without, and with one that contradicts the charset")]
    [InlineData(true, "text/csv")]
    [InlineData(false, "text/csv; charset=utf-8")]
    [InlineData(true, "text/csv; charset=gbk")]
    public async Task Utf8(bool hasMark, string type)
    {
        using var admin = await Host.SignedInAsync();
        var body = Encoding.UTF8.GetBytes((hasMark ? "\uFEFF" : "") + "编号,时间,类别\nu8,2026-07-02T09:20:30.5+08:00,跨门经营\n");
        Assert.Equal(0, (await PostAsync(admin, "linkage", body, type)).Counts().Rejected);
        Assert.Equal("跨门经营", (string)Assert.Single(await ItemsAsync(admin, "/api/records/管执联动?from=2026-07-02T00:00:00Z&to=2026-07-03T00:00:00Z"))!["category"]!);
    }

    [Fact(DisplayName = "[REC-5] quotes, commas, lines within cells, columns of nobody's and short lines: what is right is taken, and what is wrong is named and harms no other")]
    public async Task Torture()
    {
        using var admin = await Host.SignedInAsync();
        const string Table =
            "Number , TIME,备注,address,\"category\",Link\r\n"
            + "t0,2026-03-02 09:00:00,x,\"line one\r\nline two, \"\"quoted\"\"\",a,\r\n"
            + "\r\n"
            + "t1,2026-03-02 09:00:00,,\"\",b\r\n" // A cell is missing.
            + "t2,2026-03-02 09:00:00,,,c,,,\r\n" // More, but empty.
            + "t3,2026-03-02 09:00:00,,,c,,,extra\r\n"
            + ",2026-03-02 09:00:00,,,d,\r\n"
            + "t5,2026-02-30 09:00:00,,,e,\r\n"
            + "t6,2026-03-02 09:00:00,,say \"no\",f,\r\n" // A quote in a cell without quotes.
            + "t7,2026-03-02 09:00:00,,,g,javascript:alert(1)\r\n"
            + "\tt8 ,2026-03-02 09:00,,  ,h,https://example.org/?a=1\r\n"
            + "t9,2026-03-02 09:00:00,,\"never closed,i,\r\n"
            + "t10,2026-03-02 09:00:00,,,j,\r\n"; // So this is part of the cell, to the end of the table.

        var answer = await PostAsync(admin, "inspection", Encoding.UTF8.GetBytes(Table), "text/csv");

        Assert.Equal(
            [(1, ""), (3, ""), (4, "number"), (5, "time"), (6, ""), (7, "link"), (9, "")],
            answer["rejected"]!.AsArray().Select(row => ((int)row!["index"]!, (string)row["field"]!)));
        Assert.All(answer["rejected"]!.AsArray(), row => Assert.NotEmpty((string)row!["reason"]!));
        Assert.Contains("lines 13 to 15 ", (string)answer["rejected"]![6]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal((3, 0, 7), answer.Counts());
        var kept = (await ItemsAsync(admin, "/api/records/inspection")).ToDictionary(item => (string)item!["number"]!, item => item!);
        Assert.Equal(["t0", "t2", "t8"], kept.Keys.Order());
        Assert.Equal("line one\r\nline two, \"quoted\"", (string)kept["t0"]["address"]!);
        Assert.Null(kept["t8"]["address"]);
    }

    [Theory(DisplayName = "A table without what a record needs, or with two columns of one meaning, is refused as a whole")]
    [InlineData("kind,category\n1,2\n", "number time")]
    [InlineData("number,时间,发生时间\n1,2026-03-02 09:00,2026-03-02 09:00\n", "time")]
    [InlineData("\n", null)]
    [InlineData("", null)]
    public async Task Wrong_tables(string table, string? fields)
    {
        using var admin = await Host.SignedInAsync();
        var problem = await RefusedAsync(admin, "case", Encoding.UTF8.GetBytes(table), "text/csv", HttpStatusCode.BadRequest);
        Assert.Equal(fields, problem["errors"] is null ? null : string.Join(' ', problem.ErrorFields()));
    }

    [Fact(DisplayName = "A quote that swallows more than a cell may hold refuses the table, and says so; nothing of it is kept")]
    public async Task Swallowed_tables()
    {
        using var admin = await Host.SignedInAsync();
        var table = "number,time,state\ns1,2026-05-01 09:00,a\ns2,2026-05-01 09:00,\"a\n" + string.Concat(Enumerable.Repeat("s3,2026-05-01 09:00,a\n", 1000));
        var problem = await RefusedAsync(admin, "inspection", Encoding.UTF8.GetBytes(table), "text/csv", HttpStatusCode.BadRequest);
        Assert.Contains("not closed", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Empty(await ItemsAsync(admin, "/api/records/inspection?from=2026-05-01T00:00:00Z&to=2026-05-02T00:00:00Z"));
    }

    [Fact(DisplayName = "[REC-5] rows of JSON that are wrong are named by index, field and reason, and harm no other")]
    public async Task Wrong_rows()
    {
        using var admin = await Host.SignedInAsync();
        const string Body = """
            [{"number":"j0","time":"2026-03-02T01:00:00Z","unknown":{"a":[1]},"kind":null,"crs":null},
            7, "text", [], {"time":"2026-03-02T01:00:00Z"}, {"number":"j5"}, {"number":"j6","time":1772414430},
            {"number":"j7","time":"2026-03-02T01:00:00Z","lon":121.4}, {"number":"j8","time":"2026-03-02T01:00:00Z","lon":181,"lat":31.2},
            {"number":"j9","time":"2026-03-02T01:00:00Z","lon":"121.4","lat":31.2}, {"number":"j10","time":"2026-03-02T01:00:00Z","category":5},
            {"number":"j11","time":"2026-03-02T01:00:00Z","state":"\ud800"}, {"number":"j12","time":"2026-03-02T01:00:00Z","street":"a\u0000"},
            {"number":"a\u202e","time":"2026-03-02T01:00:00Z"}, {"number":"j14","time":"1889-03-02T01:00:00Z"},
            {"number":"j15","time":"2026-03-02T01:00:00Z","crs":"mars"}, {"number":"j16","time":"2026-03-02T01:00:00Z","link":"ftp://a/b"},
            {"number":"j17","time":"2026-03-02T01:00:00Z","updatedAt":"yesterday"}, {"number":18,"time":"2026-03-02T01:00:00Z"}]
            """;

        var answer = await admin.PostRecordsAsync("linkage", Body);

        Assert.Equal(
            [
                (1, ""), (2, ""), (3, ""), (4, "number"), (5, "time"), (6, "time"), (7, "lat"), (8, "lon"), (9, "lon"), (10, "category"), (11, ""),
                (12, "street"), (13, "number"), (14, "time"), (15, "crs"), (16, "link"), (17, "updatedAt"),
            ],
            answer["rejected"]!.AsArray().Select(row => ((int)row!["index"]!, (string)row["field"]!)));
        Assert.Equal((2, 0, 17), answer.Counts());
    }

    [Fact(DisplayName = "[REC-5] a line that is no JSON is refused alone; an array that is none is refused as a whole, and nothing of it is kept")]
    public async Task Not_json()
    {
        using var admin = await Host.SignedInAsync();
        const string Good = """{"number":"l1","time":"2026-03-05T01:00:00Z"}""";

        var lines = await admin.PostRecordsAsync("linkage", $"{Good}\n\n  \n{{\"number\":\n{Good.Replace("l1", "l2", StringComparison.Ordinal)} x\r\n{Good.Replace("l1", "l3", StringComparison.Ordinal)}\r\n", "application/x-ndjson");
        Assert.Equal([1, 2], lines["rejected"]!.AsArray().Select(row => (int)row!["index"]!));
        Assert.Equal((2, 0, 2), lines.Counts());

        foreach (var body in new[] { $"[{Good.Replace("l1", "l4", StringComparison.Ordinal)},", $"[{Good}] x", "[1,2", "", "  ", "[{]" })
        {
            await RefusedAsync(admin, "linkage", Encoding.UTF8.GetBytes(body), "application/json", HttpStatusCode.BadRequest);
        }

        Assert.Equal(["l3", "l1"], (await ItemsAsync(admin, "/api/records/linkage?from=2026-03-05T00:00:00Z&to=2026-03-06T00:00:00Z")).Select(item => (string)item!["number"]!));
    }

    [Fact(DisplayName = "[REC-3] positions of GCJ-02 and BD-09 become WGS-84, by the row or for all rows; 0/0 is no position")]
    public async Task Positions()
    {
        using var admin = await Host.SignedInAsync();
        var place = LatLng.Trusted(31.22, 121.42);
        string Row(string number, CoordinateSystem system, string? crs)
        {
            var moved = CoordinateSystems.FromWgs84(place, system);
            return string.Create(CultureInfo.InvariantCulture, $$"""{"number":"{{number}}","time":"2026-04-01T00:00:00Z","lon":{{moved.Longitude}},"lat":{{moved.Latitude}}{{(crs is null ? "" : $",\"crs\":\"{crs}\"")}}}""");
        }

        await admin.PostRecordsAsync("linkage?crs=gcj02", $"[{Row("p1", CoordinateSystem.Gcj02, null)},{Row("p2", CoordinateSystem.Bd09, "bd09")},{Row("p3", CoordinateSystem.Wgs84, "wgs84")}]");
        await admin.PostRecordsAsync("linkage", """[{"number":"p0","time":"2026-04-01T00:00:00Z","lon":0,"lat":0.0}]""");

        const string Range = "from=2026-04-01T00:00:00Z&to=2026-04-02T00:00:00Z";
        var items = await ItemsAsync(admin, $"/api/records/linkage?{Range}");
        Assert.All(items.Where(item => (string)item!["number"]! != "p0"), item =>
        {
            Assert.Equal(121.42, (double)item!["lon"]!, 6);
            Assert.Equal(31.22, (double)item["lat"]!, 6);
        });
        var points = await (await admin.GetAsync($"/api/records/linkage/points?{Range}&crs=gcj02")).JsonAsync();
        Assert.Equal((4, 0.25, 3), ((int)points["count"]!, (double)points["missing"]!, points["features"]!.AsArray().Count));
        Assert.Equal(CoordinateSystems.FromWgs84(place, CoordinateSystem.Gcj02).Longitude, (double)points["features"]![0]!["geometry"]!["coordinates"]![0]!, 6);
    }

    [Theory(DisplayName = "What is no upload is refused as problem details")]
    [InlineData("POST", "/api/records/police", "[]", "application/json", HttpStatusCode.NotFound, null)]
    [InlineData("POST", "/api/records/case", "a=b", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType, null)]
    [InlineData("POST", "/api/records/case?crs=mars", "[]", "application/json", HttpStatusCode.BadRequest, "crs")]
    [InlineData("POST", "/api/records/case?charset=big5", "编号", "text/csv", HttpStatusCode.BadRequest, "charset")]
    [InlineData("DELETE", "/api/records/case/none", null, null, HttpStatusCode.NotFound, null)]
    [InlineData("DELETE", "/api/records/police/1", null, null, HttpStatusCode.NotFound, null)]
    [InlineData("GET", "/api/records/police", null, null, HttpStatusCode.NotFound, null)]
    [InlineData("GET", "/api/records/case?theme=none&bbox=1&from=x&limit=0", null, null, HttpStatusCode.BadRequest, "bbox from limit theme")]
    [InlineData("GET", "/api/records/case?cursor=nonsense", null, null, HttpStatusCode.BadRequest, "cursor")]
    [InlineData("GET", "/api/records/case/points", null, null, HttpStatusCode.BadRequest, "from to")]
    [InlineData("GET", "/api/records/case/chart?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", null, null, HttpStatusCode.BadRequest, "by")]
    [InlineData("GET", "/api/records/case/chart?by=moon&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", null, null, HttpStatusCode.BadRequest, "by")]
    [InlineData("GET", "/api/records/case/chart?by=hour&from=2020-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", null, null, HttpStatusCode.UnprocessableEntity, null)]
    [InlineData("GET", "/api/heatmaps/records.police?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", null, null, HttpStatusCode.NotFound, null)]
    [InlineData("GET", "/api/heatmaps/records.case?theme=none&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", null, null, HttpStatusCode.BadRequest, "theme")]
    [InlineData("GET", "/api/heatmaps/fixes/table?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", null, null, HttpStatusCode.BadRequest, "by")]
    [InlineData("GET", "/api/heatmaps/fixes/table?by=moon&format=xml&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", null, null, HttpStatusCode.BadRequest, "by format")]
    [InlineData("GET", "/api/areas/moon", null, null, HttpStatusCode.NotFound, null)]
    [InlineData("POST", "/api/areas/moon/import", "{}", "application/json", HttpStatusCode.NotFound, null)]
    public async Task Refused(string method, string path, string? body, string? type, HttpStatusCode status, string? fields)
    {
        using var admin = await Host.SignedInAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, type!);

        var problem = await (await admin.SendAsync(request)).ProblemAsync(status);

        Assert.Equal(fields, problem["errors"] is null ? null : string.Join(' ', problem.ErrorFields().Distinct()));
    }

    [Theory(DisplayName = "An upload of too many rows, or of too many bytes, is refused whole and says how many are taken")]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    [InlineData("text/csv")]
    public async Task Too_much(string type)
    {
        using var admin = await Host.SignedInAsync();
        var row = type == "text/csv" ? "1,2026-03-02 09:00\n" : "7" + (type == "application/json" ? "," : "\n");
        var (head, end) = type switch { "text/csv" => ("number,time\n", ""), "application/json" => ("[", "7]"), _ => ("{}\n", "") };
        var rows = Encoding.UTF8.GetBytes(head + string.Concat(Enumerable.Repeat(row, 100_001)) + end);
        var problem = await RefusedAsync(admin, "case", rows, type, HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("100000 rows", (string)problem["detail"]!, StringComparison.Ordinal);

        await RefusedAsync(admin, "case", new byte[(32 * 1024 * 1024) + 1], type, HttpStatusCode.RequestEntityTooLarge);
        Assert.Empty(await ItemsAsync(admin, "/api/records/case"));
    }

    internal static async Task<JsonArray> ItemsAsync(HttpClient client, string path)
        => (await (await client.GetAsync(path)).JsonAsync())["items"]!.AsArray();

    private static async Task<JsonNode> PostAsync(HttpClient client, string system, byte[] body, string type)
    {
        using var content = Content(body, type);
        var answer = await client.PostAsync($"/api/records/{system}", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private static async Task<JsonNode> RefusedAsync(HttpClient client, string system, byte[] body, string type, HttpStatusCode status)
    {
        using var content = Content(body, type);
        return await (await client.PostAsync($"/api/records/{system}", content)).ProblemAsync(status);
    }

    private static ByteArrayContent Content(byte[] body, string type) => new(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
}
