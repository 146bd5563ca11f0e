using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Settings;
using Vantage.Host.Startup;
using Vantage.Host.Tests.Records;
using Vantage.Host.Web;
using Vantage.Support;

namespace Vantage.Host.Tests.Imports;

public sealed class CityGridTests : IAsyncLifetime
{
    private const string Wkt =
        """PROJCS["示例城市",GEOGCS["CGCS2000",DATUM["CGCS2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",31.2],PARAMETER["central_meridian",121.45],PARAMETER["scale_factor",1],PARAMETER["false_easting",1000],PARAMETER["false_northing",2000],UNIT["metre",1]]""";

    private static readonly CityGrid Grid = CityGrid.TryRead(Wkt, out var grid, out var problem) ? grid : throw new InvalidOperationException(problem);

    private readonly TempFolder _folder = new();
    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync(settings => settings with { CityGrid = Grid });
        _admin = await _host.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(DisplayName = "Zones are taken in metres of the city's grid, one by one, by the file and from a table, and kept in degrees")]
    public async Task Zones()
    {
        var polygon = Feature("plan", $"[[{City(121.41, 31.21)},{City(121.43, 31.21)},{City(121.43, 31.23)},{City(121.41, 31.21)}]]");
        (await PostAsync("/api/zones/import?crs=city", Collection(polygon))).EnsureSuccessStatusCode();
        AssertAt(121.41, 31.21, (await ZoneAsync("plan"))["geometry"]!["coordinates"]![0]![0]!);

        (await PostAsync("/api/import/zones?crs=city", Collection(Feature("plan2", polygon["geometry"]!["coordinates"]!.ToJsonString())))).EnsureSuccessStatusCode();
        AssertAt(121.43, 31.23, (await ZoneAsync("plan2"))["geometry"]!["coordinates"]![0]![2]!);

        using var one = new StringContent(Feature("put", polygon["geometry"]!["coordinates"]!.ToJsonString()).ToJsonString(), Encoding.UTF8, "application/geo+json");
        (await _admin.PutAsync("/api/zones/put?crs=city", one)).EnsureSuccessStatusCode();
        AssertAt(121.41, 31.21, (await ZoneAsync("put"))["geometry"]!["coordinates"]![0]![3]!);

        var (east, north) = Metres(121.42, 31.22);
        (await TableAsync("zones?crs=city", $"key,name,lon,lat,radius\ncircle,圆,{Text(east)},{Text(north)},50\n")).EnsureSuccessStatusCode();
        AssertAt(121.42, 31.22, (await ZoneAsync("circle"))["geometry"]!["coordinates"]!);
    }

    [Fact(DisplayName = "Areas, cameras and records are taken in metres of the city's grid, all of an import or row by row")]
    public async Task Others()
    {
        var ring = $"[[{City(121.41, 31.21)},{City(121.43, 31.21)},{City(121.43, 31.23)},{City(121.41, 31.21)}]]";
        (await PostAsync("/api/areas/street/import?crs=city", Collection(Feature("a", ring)))).EnsureSuccessStatusCode();
        AssertAt(121.43, 31.21, (await GetAsync("/api/areas/street"))["features"]![0]!["geometry"]!["coordinates"]![0]![1]!);

        var (east, north) = Metres(121.42, 31.22);
        (await TableAsync("cameras", $"key,name,lon,lat,crs\nC1,甲,{Text(east)},{Text(north)},city\nC2,乙,121.42,31.22,\n")).EnsureSuccessStatusCode();
        var (one, other) = (await GetAsync("/api/cameras/C1"), await GetAsync("/api/cameras/C2"));
        Assert.Equal((double)other["lon"]!, (double)one["lon"]!, 1.1e-7);
        Assert.Equal((double)other["lat"]!, (double)one["lat"]!, 1.1e-7);

        var answer = await _admin.PostRecordsAsync(
            "case?crs=city",
            $$"""[{"number":"1","time":"2026-03-02T01:00:00Z","lon":{{Text(east)}},"lat":{{Text(north)}}},{"number":"2","time":"2026-03-02T01:00:00Z","lon":121.42,"lat":31.22,"crs":"cgcs2000"}]""");
        Assert.Equal((2, 0, 0), answer.Counts());
        foreach (var record in (await GetAsync("/api/records/case"))["items"]!.AsArray())
        {
            Assert.Equal(121.42, (double)record!["lon"]!, 1.1e-7);
            Assert.Equal(31.22, (double)record["lat"]!, 1.1e-7);
        }
    }

    [Fact(DisplayName = "A position outside of the grid is named with its numbers, and is never taken for degrees, nor degrees for metres")]
    public async Task Outside()
    {
        var far = Collection(Feature("far", "[[[900000,100],[900100,100],[900100,200],[900000,100]]]"));
        var zones = await (await PostAsync("/api/zones/import?crs=city", far)).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["features[0].geometry"], zones.ErrorFields());
        Assert.Contains("示例城市", zones["errors"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), StringComparison.Ordinal);
        Assert.Contains("[900000, 100]", zones["errors"]!.ToJsonString(), StringComparison.Ordinal);

        var areas = await (await PostAsync("/api/areas/street/import?crs=city", far)).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["features[0].geometry.coordinates"], areas.ErrorFields());

        var cameras = await (await TableAsync("cameras?crs=city&dryRun=true", "key,name,lon,lat\nC1,甲,900000,100\nC2,乙,1e10,100\nC3,丙,0,0\nC4,丁,121.42,31.22\nC5,戊,121.42,41.22\n")).JsonAsync();
        Assert.Equal(["2 lon place", "3 lon number", "4 lon place", "5 lon place"], cameras["errors"]!.AsArray().Select(error => $"{error!["row"]} {error["field"]} {error["code"]}"));

        var degrees = Collection(Feature("degrees", "[[[121.41,31.21],[121.43,31.21],[121.43,31.23],[121.41,31.21]]]"));
        Assert.Equal(["features[0].geometry"], (await (await PostAsync("/api/zones/import?crs=city", degrees)).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());

        var records = await _admin.PostRecordsAsync("case?crs=city", """[{"number":"9","time":"2026-03-02T01:00:00Z","lon":900000,"lat":100}]""");
        Assert.Equal("lon", (string)Assert.Single(records["rejected"]!.AsArray())!["field"]!);
    }

    [Fact(DisplayName = "A zone in metres of the city's grid is tried on the past as the same zone in degrees is, and answered in WGS-84")]
    public async Task Trial()
    {
        var start = new DateTime(2026, 3, 9, 1, 0, 0, DateTimeKind.Utc);
        await _admin.PutAsJsonAsync("/api/units/vehicle/v1", new { name = "试车" });
        var posted = await _admin.PostAsJsonAsync(
            "/api/positions", Enumerable.Range(0, 40).Select(i => new { unit = "vehicle/v1", time = start.AddSeconds(30 * i), lon = 121.40 + (0.001 * i), lat = 31.22 }));
        var query = $"from=2026-03-09T00:00:00Z&to=2026-03-10T00:00:00Z&after={posted.Headers.GetValues("Vantage-Watermark").Single()}";
        var metres = $"[[{City(121.41, 31.21)},{City(121.43, 31.21)},{City(121.43, 31.23)},{City(121.41, 31.23)},{City(121.41, 31.21)}]]";

        var inMetres = await TryAsync($"{query}&crs=city", metres);
        var inDegrees = await TryAsync(query, "[[[121.41,31.21],[121.43,31.21],[121.43,31.23],[121.41,31.23],[121.41,31.21]]]");

        Assert.Equal(1, (int)inMetres["breachCount"]!);
        Assert.Equal(inDegrees["breaches"]![0]!["startedAt"]!.ToJsonString(), inMetres["breaches"]![0]!["startedAt"]!.ToJsonString());
        Assert.Equal((double)inDegrees["breaches"]![0]!["lon"]!, (double)inMetres["breaches"]![0]!["lon"]!);

        async Task<JsonNode> TryAsync(string asked, string coordinates)
        {
            var feature = Feature("trial", coordinates);
            feature["properties"]!["rules"] = JsonNode.Parse("""[{"key":"in","type":"enter"}]""");
            return await (await PostAsync($"/api/zones/trial/trial?{asked}", feature)).JsonAsync();
        }
    }

    [Fact(DisplayName = "A session tells the name of the city's grid, for those who choose what an import is in")]
    public async Task Named() => Assert.Equal("示例城市", (string?)(await GetAsync("/api/session"))["cityGrid"]);

    [Fact(DisplayName = "The city's grid is for imports: nothing is given out in it, and that is said by the field")]
    public async Task Imports_alone()
    {
        Assert.Equal(["crs"], (await (await _admin.GetAsync("/api/zones?crs=city")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Contains("imports alone", (await (await _admin.GetAsync("/api/units?crs=city")).ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["crs"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A host without a grid says so to an import in it, by the query and by the row")]
    public async Task No_grid()
    {
        await using var host = await HostUnderTest.StartAsync();
        using var admin = await host.SignedInAsync();
        Assert.Null((await (await admin.GetAsync("/api/session")).JsonAsync())["cityGrid"]);
        using var zones = new StringContent(Collection(Feature("x", "[]")).ToJsonString(), Encoding.UTF8, "application/geo+json");
        var problem = await (await admin.PostAsync("/api/zones/import?crs=city", zones)).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Contains("--city-grid", problem["errors"]!["crs"]!.ToJsonString(), StringComparison.Ordinal);

        using var table = new StringContent("key,name,lon,lat,crs\nC1,甲,1000,2000,city\n", Encoding.UTF8, "text/csv");
        var view = await (await admin.PostAsync("/api/import/cameras?dryRun=true", table)).JsonAsync();
        Assert.Equal(["crs"], view["errors"]!.AsArray().Select(error => (string)error!["field"]!));

        var records = await admin.PostRecordsAsync("case", """[{"number":"1","time":"2026-03-02T01:00:00Z","lon":1000,"lat":2000,"crs":"city"}]""");
        Assert.Equal("crs", (string)Assert.Single(records["rejected"]!.AsArray())!["field"]!);
    }

    [Theory(DisplayName = "The grid's Chinese name is read, whatever its file is written in")]
    [InlineData("utf-8")]
    [InlineData("gbk")]
    public async Task Chinese_name(string charset)
    {
        var path = _folder["name.prj"];
        await File.WriteAllTextAsync(path, Wkt, CsvSheet.CharsetOf(charset)!);
        var settings = new SettingsReader(new Dictionary<string, string?> { ["city-grid"] = path }, _ => null, new ConfigurationBuilder().Build()).TryRead(out var errors);

        Assert.Empty(errors);
        Assert.Equal("示例城市", settings!.CityGrid!.Name);
    }

    [Theory(DisplayName = "A file that is no grid stops the start, with one line that names it and says what is wrong")]
    [InlineData("foot", "its unit is 'foot' of 0.3048: only metres are taken.")]
    [InlineData("cut", "it is no well-known text: at character ")]
    [InlineData("empty", "it is no well-known text: at character 1 a word is expected.")]
    [InlineData("large", "is larger than 65536 bytes, and no well-known text.")]
    [InlineData("missing", "is not a file that is there.")]
    public async Task Bad_file(string what, string why)
    {
        var path = _folder["city.wkt"];
        if (what != "missing")
        {
            await File.WriteAllTextAsync(path, what switch
            {
                "foot" => Wkt.Replace("\"metre\",1", "\"foot\",0.3048", StringComparison.Ordinal),
                "cut" => Wkt[..200],
                "empty" => "",
                _ => Wkt + new string(' ', 70_000),
            });
        }

        using var error = new StringWriter();
        string[] args = ["--data", _folder["data"], "--urls", "http://127.0.0.1:0", "--jt808-port", "0", "--city-grid", path];
        var code = await HostCommand.RunAsync(args, TextWriter.Null, error, new LocalModule());

        Assert.Equal(HostCommand.Refused, code);
        var line = Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("--city-grid: ", line, StringComparison.Ordinal);
        Assert.Contains(path, line, StringComparison.Ordinal);
        Assert.Contains(why, line, StringComparison.Ordinal);
    }

    private static (double East, double North) Metres(double lon, double lat)
        => Grid.TryFromWgs84(LatLng.Trusted(lat, lon), out var east, out var north) ? (east, north) : throw new ArgumentOutOfRangeException(nameof(lon));

    private static string Text(double metres) => metres.ToString("F3", CultureInfo.InvariantCulture);

    private static string City(double lon, double lat) => Metres(lon, lat) is var (east, north) ? $"[{Text(east)},{Text(north)}]" : "";

    private static JsonNode Feature(string key, string coordinates) => JsonNode.Parse(
        $$$"""{"type":"Feature","geometry":{"type":"Polygon","coordinates":{{{coordinates}}}},"properties":{"key":"{{{key}}}","name":"规划"}}""")!;

    private static JsonObject Collection(JsonNode feature) => new() { ["type"] = "FeatureCollection", ["features"] = new JsonArray(feature.DeepClone()) };

    private static void AssertAt(double lon, double lat, JsonNode position)
    {
        Assert.Equal(lon, (double)position[0]!, 1.1e-7); // As it is kept: a centimetre.
        Assert.Equal(lat, (double)position[1]!, 1.1e-7);
    }

    private async Task<JsonNode> GetAsync(string path) => await (await _admin.GetAsync(path)).JsonAsync();

    private Task<JsonNode> ZoneAsync(string key) => GetAsync($"/api/zones/{key}");

    private async Task<HttpResponseMessage> PostAsync(string path, JsonNode features)
    {
        using var content = new StringContent(features.ToJsonString(), Encoding.UTF8, "application/geo+json");
        return await _admin.PostAsync(path, content);
    }

    private async Task<HttpResponseMessage> TableAsync(string what, string table)
    {
        using var content = new StringContent(table, Encoding.UTF8, "text/csv");
        return await _admin.PostAsync($"/api/import/{what}", content);
    }
}
