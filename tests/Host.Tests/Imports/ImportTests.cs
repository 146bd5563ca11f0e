using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Vantage.Host.Tests.Imports;

public sealed class ImportTests : IAsyncLifetime
{
    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;

    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync();
        _admin = await _host.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Theory(DisplayName = "[SET-2] units come from a table in GBK, or in UTF-8 with or without a mark, with Chinese or English headers; what it is written in is found out")]
    [InlineData("gbk")]
    [InlineData("utf-8")]
    [InlineData("utf-8 with a mark")]
    public async Task Encodings(string encoding)
    {
        await _admin.PutAsJsonAsync("/api/squads/tianshan", new { name = "天山路中队" });
        const string Table = "类型,警号,姓名,中队,备注,终端号\r\n队员,0132,李强,天山路中队,老同志,\r\n执法车,沪A12345,天山1号车,天山路中队,,013900000001；013900000002\r\n";
        byte[] bytes = encoding switch
        {
            "gbk" => Gbk.GetBytes(Table),
            "utf-8" => Encoding.UTF8.GetBytes(Table),
            _ => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Table)],
        };

        var view = await ViewAsync(await PostAsync("units", bytes));

        Assert.Equal((true, false, 2, 2, 0, "备注"), ((bool)view["applied"]!, (bool)view["dryRun"]!, (int)view["total"]!, (int)view["new"]!, (int)view["failed"]!, (string)view["ignored"]![0]!));
        var officer = await UnitAsync("officer/0132");
        Assert.Equal(("李强", "tianshan"), ((string)officer["name"]!, (string)officer["squad"]!));
        var vehicle = await UnitAsync("vehicle/沪A12345");
        Assert.Equal(["013900000001", "013900000002"], vehicle["devices"]!.AsArray().Select(device => (string)device!["key"]!));

        var english = await ViewAsync(await PostAsync("units", Encoding.UTF8.GetBytes("kind,key,name\nofficer,0132,李强\n")));
        Assert.Equal((1, 1), ((int)english["unchanged"]!, (int)english["total"]!));
    }

    [Fact(DisplayName = "[SET-2] a dry run tells what is new, changed, the same and wrong, by line and field, and changes nothing; for real all is refused until partial is asked for")]
    public async Task Dry_run()
    {
        await PostAsync("units", "kind,key,name\nofficer,1,甲\nofficer,2,乙\n");
        const string Table =
            """
            kind,key,name,plate,jt808
            officer,1,甲,,
            officer,2,乙乙,,
            officer,3,丙,,
            boat,4,丁,,
            officer,,戊,,
            officer,a/b,,,
            vehicle,,己,沪A1,13900000001
            vehicle,沪A2,庚,沪A2,0013900000001
            officer,3,辛,,
            officer,9,壬,,12-34
            officer,10
            """;

        var dry = await ViewAsync(await PostAsync("units", Table, "?dryRun=true"));

        Assert.Equal((true, false, 11, 2, 1, 1, 7), ((bool)dry["dryRun"]!, (bool)dry["applied"]!, (int)dry["total"]!, (int)dry["new"]!, (int)dry["changed"]!, (int)dry["unchanged"]!, (int)dry["failed"]!));
        Assert.Equal(
            ["5 kind", "6 key", "7 key", "7 name", "9 jt808", "10 key", "11 jt808", "12 "],
            dry["errors"]!.AsArray().Select(error => $"{error!["row"]} {error["field"]}"));
        Assert.Contains("line 8", (string)dry["errors"]![4]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(8, (int)dry["errorCount"]!);
        Assert.Equal(2, (await UnitsAsync()).Count);

        var refused = await (await PostAsync("units", Table)).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(7, (int)refused["result"]!["failed"]!);
        Assert.Equal(2, (await UnitsAsync()).Count);

        var partial = await ViewAsync(await PostAsync("units", Table, "?partial=true"));
        Assert.Equal((true, 2, 1), ((bool)partial["applied"]!, (int)partial["new"]!, (int)partial["changed"]!));
        Assert.Equal(["officer/1 甲", "officer/2 乙乙", "officer/3 丙", "vehicle/沪A1 己"], (await UnitsAsync()).Select(unit => $"{unit!["id"]} {unit["name"]}"));
    }

    [Fact(DisplayName = "[SET-3] a column that the table does not have leaves what is known; an empty cell clears it; imported again, nothing is changed")]
    public async Task Idempotent()
    {
        await PostAsync("units", "kind,key,name,squad,plate,osmand,jt808\nvehicle,1,车,tianshan,沪A1,phone,13900000001\n");
        Assert.Equal(1, (int)(await ViewAsync(await PostAsync("units", "kind,key,name\nvehicle,1,大车\n")))["changed"]!);
        var unit = await UnitAsync("vehicle/1");
        Assert.Equal(("大车", "tianshan", "沪A1", 2), ((string)unit["name"]!, (string)unit["squad"]!, (string)unit["plate"]!, unit["devices"]!.AsArray().Count));

        await PostAsync("units", "kind,key,name,squad,jt808\nvehicle,1,大车,,\n");
        unit = await UnitAsync("vehicle/1");
        Assert.Equal((null, "osmand"), (unit["squad"], (string)Assert.Single(unit["devices"]!.AsArray())!["protocol"]!));
        Assert.Equal(1, (int)(await ViewAsync(await PostAsync("units", "kind,key,name,squad,jt808\nvehicle,1,大车,,\n")))["unchanged"]!);
    }

    [Fact(DisplayName = "[SET-3] terminals may change hands within one table, and are not taken from a unit that the table leaves alone")]
    public async Task Terminals()
    {
        await PostAsync("units", "kind,key,name,jt808\nvehicle,1,甲,13900000001\nvehicle,2,乙,13900000002\nvehicle,3,丙,13900000003\n");
        var swapped = await ViewAsync(await PostAsync("units", "kind,key,name,jt808\nvehicle,1,甲,13900000002\nvehicle,2,乙,13900000001\n"));
        Assert.Equal((2, 0), ((int)swapped["changed"]!, (int)swapped["failed"]!));
        Assert.Equal("13900000001", (string)(await UnitAsync("vehicle/2"))["devices"]![0]!["key"]!);

        var taken = await ViewAsync(await PostAsync("units", "kind,key,name,jt808\nvehicle,1,甲,13900000003\n", "?dryRun=true"));
        Assert.Contains("丙 (vehicle/3)", (string)taken["errors"]![0]!["reason"]!, StringComparison.Ordinal);

        // The first row is refused, so its unit keeps what the second asks for.
        var chain = await ViewAsync(await PostAsync("units", "kind,key,name,jt808\nvehicle,1,甲,13900000003\nvehicle,4,丁,13900000002\n", "?dryRun=true"));
        Assert.Equal(["2 jt808", "3 jt808"], chain["errors"]!.AsArray().Select(error => $"{error!["row"]} {error["field"]}"));
    }

    [Fact(DisplayName = "Cameras come from a table in the coordinates of Chinese maps, or from points of GeoJSON; the same in both is unchanged")]
    public async Task Cameras()
    {
        const string Table = "点位编号,点位名称,经度,纬度,坐标系,来源,类别,朝向,状态\nC1,天山路口,121.41,31.21,gcj02,公安,重点道路；景观区域,90,在线\nC2,仙霞路口,121.4,31.2,,自建,,,\n";
        Assert.Equal(2, (int)(await ViewAsync(await PostAsync("cameras", Gbk.GetBytes(Table))))["new"]!);
        var one = (await _admin.GetFromJsonAsync<JsonNode>("/api/cameras/C1"))!;
        Assert.Equal(("天山路口", "公安", "online", 90), ((string)one["name"]!, (string)one["source"]!, (string)one["state"]!, (double)one["heading"]!));
        Assert.Equal(["重点道路", "景观区域"], one["classes"]!.AsArray().Select(each => (string)each!));
        Assert.InRange((double)one["lon"]!, 121.404, 121.407); // GCJ-02 lies some 400 m east of WGS-84 here.
        Assert.Equal(2, (int)(await ViewAsync(await PostAsync("cameras", Gbk.GetBytes(Table))))["unchanged"]!);

        var points = new JsonObject
        {
            ["type"] = "FeatureCollection",
            ["features"] = new JsonArray(
                Point("C2", "仙霞路口", 121.4, 31.2), Point("C3", "新", 121.5, 31.2), Point(null, "无编号", 121.5, 31.2),
                JsonNode.Parse("""{"type":"Feature","properties":{"key":"C5","name":"x"},"geometry":{"type":"LineString","coordinates":[[121,31],[122,31]]}}""")),
        };
        var view = await ViewAsync(await PostAsync("cameras", points, "?partial=true"));
        Assert.Equal((1, 1, 2), ((int)view["unchanged"]!, (int)view["new"]!, (int)view["failed"]!));
        Assert.Equal(["3 key", "4 geometry"], view["errors"]!.AsArray().Select(error => $"{error!["row"]} {error["field"]}"));
    }

    [Theory(DisplayName = "What is wrong with a camera is named by its field")]
    [InlineData("C1,x,,31.2,,,", "lon")]
    [InlineData("C1,x,181,31.2,,,", "lon")]
    [InlineData("C1,x,0,0,,,", "lon")]
    [InlineData("C1,x,东经121度,31.2,,,", "lon")]
    [InlineData("C1,x,121,31,mars,,", "crs")]
    [InlineData("C1,x,121,31,,半好,", "state")]
    [InlineData("C1,x,121,31,,,javascript:alert(1)", "streams")]
    [InlineData(".,x,121,31,,,", "key")]
    public async Task Wrong_cameras(string row, string field)
    {
        var view = await ViewAsync(await PostAsync("cameras", "key,name,lon,lat,crs,state,streams\n" + row + "\n", "?dryRun=true"));

        Assert.Equal([field], view["errors"]!.AsArray().Select(error => (string)error!["field"]!));
    }

    [Fact(DisplayName = "[SET-4] zones come from GeoJSON as they are put, or as circles from a table, which keeps the rules that a zone has; what was exported and comes back is unchanged")]
    public async Task Zones()
    {
        var park = JsonNode.Parse("""{"type":"Feature","id":"park","geometry":{"type":"Point","coordinates":[121.42,31.22]},"properties":{"name":"中山公园","radius":200,"rules":[{"key":"in","type":"enter"}]}}""");
        var bad = JsonNode.Parse("""{"type":"Feature","id":"bad","geometry":{"type":"Polygon","coordinates":[[[121,31],[122,31]]]},"properties":{"name":"x","colour":"red"}}""");
        var wrong = await ViewAsync(await PostAsync("zones", new JsonObject { ["type"] = "FeatureCollection", ["features"] = new JsonArray(park!.DeepClone(), bad) }, "?dryRun=true"));
        Assert.Equal((1, 1), ((int)wrong["new"]!, (int)wrong["failed"]!));
        Assert.Contains("properties.colour", wrong["errors"]!.AsArray().Select(error => (string)error!["field"]!));
        Assert.All(wrong["errors"]!.AsArray(), error => Assert.Equal(2, (int)error!["row"]!));

        var one = new JsonObject { ["type"] = "FeatureCollection", ["features"] = new JsonArray(park.DeepClone()) };
        Assert.Equal(1, (int)(await ViewAsync(await PostAsync("zones", one.DeepClone())))["new"]!);
        Assert.Equal(1, (int)(await ViewAsync(await PostAsync("zones", one.DeepClone())))["unchanged"]!);
        var exported = (await _admin.GetFromJsonAsync<JsonNode>("/api/zones"))!;
        Assert.Equal(1, (int)(await ViewAsync(await PostAsync("zones", exported)))["unchanged"]!);

        var circles = await ViewAsync(await PostAsync("zones", Gbk.GetBytes("区域编号,区域名称,经度,纬度,半径,级别\npark,中山公园,121.42,31.22,250,管控\nyard,工地,121.40,31.20,80,预警\n")));
        Assert.Equal((1, 1), ((int)circles["changed"]!, (int)circles["new"]!));
        var zone = (await _admin.GetFromJsonAsync<JsonNode>("/api/zones/park"))!["properties"]!;
        Assert.Equal((250, "critical", "in", 2), ((double)zone["radius"]!, (string)zone["level"]!, (string)zone["rules"]![0]!["key"]!, (int)zone["version"]!));
        var again = await ViewAsync(await PostAsync("zones", Gbk.GetBytes("区域编号,区域名称,经度,纬度,半径,级别\npark,中山公园,121.42,31.22,250,管控\n")));
        Assert.Equal(1, (int)again["unchanged"]!);
    }

    [Fact(DisplayName = "[SET-3] ten thousand units are imported in one go, and are there after a restart; a thousand errors are told of ten thousand")]
    public async Task Ten_thousand()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-import-");
        var table = new StringBuilder("类型,编号,姓名,中队,手机标识\n");
        for (var i = 0; i < 10_000; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"队员,{i:D5},队员{i},squad{i % 10},phone-{i}\n");
        }

        var bytes = Gbk.GetBytes(table.ToString());
        await using (var host = await HostUnderTest.StartAsync(folder: folder.FullName))
        {
            using var admin = await host.SignedInAsync();
            var took = Stopwatch.StartNew();
            Assert.Equal(10_000, (int)(await ViewAsync(await PostAsync("units", bytes, by: admin)))["new"]!);
            Assert.True(took.Elapsed < TimeSpan.FromSeconds(60), $"It took {took.Elapsed}.");
            Assert.Equal(10_000, (int)(await ViewAsync(await PostAsync("units", bytes, by: admin)))["unchanged"]!);
            var wrong = await ViewAsync(await PostAsync("units", Gbk.GetBytes(table.ToString().Replace("队员,", "船,", StringComparison.Ordinal)), "?dryRun=true", admin));
            Assert.Equal((10_000, 10_000, 1000), ((int)wrong["failed"]!, (int)wrong["errorCount"]!, wrong["errors"]!.AsArray().Count));
        }

        await using (var host = await HostUnderTest.StartAsync(folder: folder.FullName))
        {
            using var admin = await host.SignedInAsync();
            Assert.Equal(10_000, (int)(await ViewAsync(await PostAsync("units", bytes, "?dryRun=true", admin)))["unchanged"]!);
        }

        folder.Delete(recursive: true);
    }

    [Fact(DisplayName = "Of two who import the same at once both are told what they did, and it is there once")]
    public async Task Together()
    {
        const string Table = "kind,key,name\nofficer,1,甲\nofficer,2,乙\n";
        var views = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await ViewAsync(await PostAsync("units", Table))));

        Assert.Equal([0, 0, 0, 2], views.Select(view => (int)view["new"]!).Order());
        Assert.Equal(2, (await UnitsAsync()).Count);
    }

    [Theory(DisplayName = "What is wrong with a file as a whole is told at once")]
    [InlineData("units", "text/csv", "", HttpStatusCode.BadRequest)]
    [InlineData("units", "text/csv", "编号,备注\n1,x\n", HttpStatusCode.BadRequest)]
    [InlineData("units", "text/csv", "姓名,名称\n甲,乙\n", HttpStatusCode.BadRequest)]
    [InlineData("units", "application/json", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("zones", "application/json", "{}", HttpStatusCode.BadRequest)]
    [InlineData("zones", "application/json", "[", HttpStatusCode.BadRequest)]
    [InlineData("zones", "application/json", """{"features":[7]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("cameras", "application/json", """{"features":[null]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("cameras", "application/vnd.ms-excel", "PK", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("boats", "text/csv", "key\n1\n", HttpStatusCode.NotFound)]
    public async Task Wrong_files(string what, string type, string body, HttpStatusCode status)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        await (await _admin.PostAsync($"/api/import/{what}", content)).ProblemAsync(status);
    }

    [Fact(DisplayName = "More than 20,000 rows are refused with the limit, and a wrong charset by its field")]
    public async Task Limits()
    {
        var many = "kind,key,name\n" + string.Concat(Enumerable.Repeat("officer,1,甲\n", 20_001));
        await (await PostAsync("units", many, "?dryRun=true")).ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(["charset"], (await (await PostAsync("units", "kind,key,name\n", "?charset=big5")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        await (await PostAsync("units", Gbk.GetBytes("姓名\n甲\n"), "?charset=utf-8")).ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact(DisplayName = "Who may not register units, cameras or zones everywhere imports none, not even dry")]
    public async Task Rights()
    {
        using var commander = await _host.AtPostAsync("commander");
        using var technical = await _host.AtPostAsync("technical");
        foreach (var (client, what, status) in new[]
        {
            (commander, "units", HttpStatusCode.Forbidden), (commander, "cameras", HttpStatusCode.Forbidden), (technical, "zones", HttpStatusCode.Forbidden),
            (technical, "units", HttpStatusCode.OK), (technical, "cameras", HttpStatusCode.OK), (commander, "zones", HttpStatusCode.OK),
        })
        {
            var table = what switch { "units" => "kind,key,name\n", "cameras" => "key,name,lon,lat\n", _ => "key,name,lon,lat,radius\n" };
            Assert.Equal(status, (await PostAsync(what, table, "?dryRun=true", client)).StatusCode);
        }
    }

    private static JsonObject Point(string? key, string name, double lon, double lat) => new()
    {
        ["type"] = "Feature",
        ["properties"] = key is null ? new JsonObject { ["name"] = name } : new JsonObject { ["key"] = key, ["name"] = name },
        ["geometry"] = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(lon, lat) },
    };

    private static async Task<JsonNode> ViewAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }

    private Task<HttpResponseMessage> PostAsync(string what, string table, string query = "", HttpClient? by = null) => PostAsync(what, Encoding.UTF8.GetBytes(table), query, by);

    private async Task<HttpResponseMessage> PostAsync(string what, byte[] table, string query = "", HttpClient? by = null)
    {
        using var content = new ByteArrayContent(table);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return await (by ?? _admin).PostAsync($"/api/import/{what}{query}", content);
    }

    private async Task<HttpResponseMessage> PostAsync(string what, JsonNode features, string query = "")
    {
        using var content = new StringContent(features.ToJsonString(), Encoding.UTF8, "application/geo+json");
        return await _admin.PostAsync($"/api/import/{what}{query}", content);
    }

    private async Task<JsonNode> UnitAsync(string id) => (await _admin.GetFromJsonAsync<JsonNode>($"/api/units/{id}"))!;

    private async Task<JsonArray> UnitsAsync() => (await _admin.GetFromJsonAsync<JsonNode>("/api/units"))!["items"]!.AsArray();
}
