using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Support;

namespace Vantage.Host.Tests.Web;

/// <summary>Damaged requests to every door that takes a body, through the whole pipeline but the sockets.</summary>
public sealed class MemoryFuzzTests
{
    private const string Position = """{"unit":"vehicle/沪A12345","time":"2026-03-02T01:20:30.000Z","lon":121.42,"lat":31.22,"speed":8.3,"heading":90,"accuracy":8,"altitude":4,"crs":"gcj02"}""";
    private const string Record = """{"number":"甲1","time":"2026-03-02T09:20:30+08:00","category":"渣土","state":"立案","lon":121.42,"lat":31.22,"address":"长宁路1018号","link":"https://a/b","updatedAt":"2026-03-02 09:20"}""";
    private const string Zone = """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121.41,31.21],[121.43,31.21],[121.43,31.23],[121.41,31.21]]]},"properties":{"key":"z1","name":"公园","hysteresis":{"metres":5,"fixes":2},"rules":[{"key":"in","type":"enter","units":["vehicle/*"],"schedule":"Mon-Fri 08:00-18:00"},{"key":"s","type":"speed","above":8.3}]}}""";

    private static readonly Door[] Doors =
    [
        new("POST", "/api/positions", "application/json", $"[{Position},{Position}]", Weight: 200),
        new("POST", "/api/positions", "application/x-ndjson", $"{Position}\n{Position}\n{Position}\n", Weight: 150),
        new("GET", "/osmand", null, "id=known&lat=31.22&lon=121.42&timestamp=1772414430&speed=3.2&bearing=90&altitude=5&accuracy=8&batt=80", Weight: 150, IsQuery: true),
        new("POST", "/osmand", "application/x-www-form-urlencoded", "id=known&lat=31.22&lon=121.42&timestamp=2026-03-02T01:20:30Z&speed=3.2", Weight: 150),
        new("POST", "/osmand", "application/json", """{"device_id":"known","location":{"timestamp":"2026-03-02T01:20:30Z","coords":{"latitude":31.22,"longitude":121.44,"speed":-1,"heading":3},"event":"motionchange","is_moving":true,"battery":{"level":0.5,"is_charging":false}}}""", Weight: 150),
        new("PUT", "/api/zones/z1", "application/geo+json", Zone, Weight: 40),
        new("PUT", "/api/zones/z2?crs=bd09", "application/json", Zone, Weight: 40),
        new("POST", "/api/zones/import", "application/json", $$"""{"type":"FeatureCollection","features":[{{Zone}}]}""", Weight: 30),
        new("PUT", "/api/units/vehicle/沪A12345", "application/json", """{"name":"张伟","squad":"tianshan","plate":"沪A12345","devices":[{"protocol":"osmand","key":"x"},{"protocol":"jt808","key":"013912345678"}]}""", Weight: 40),
        new("PUT", "/api/squads/tianshan", "application/json", """{"name":"天山"}""", Weight: 10),
        new("PUT", "/api/cameras/c1", "application/json", """{"name":"路口","lon":121.4,"lat":31.2,"state":"online","heading":5,"classes":["ptz"],"streams":["https://a/b"],"crs":"gcj02"}""", Weight: 30),
        new("POST", "/api/tokens", "application/json", """{"name":"网关","rights":["positions","read"]}""", Weight: 10),
        new("POST", "/api/breaches/none/actions/acknowledge", "application/json", """{"note":"看过"}""", Weight: 20),
        new("POST", "/api/records/case", "application/json", $"[{Record},{Record}]", Weight: 40),
        new("POST", "/api/records/诉件?crs=bd09", "application/x-ndjson", $"{Record}\n{Record}\n", Weight: 40),
        new("POST", "/api/records/duty", "text/csv; charset=gbk", "number,time,lon,lat,address\r\n1,2026-03-02 09:20:30,121.42,31.22,\"a, \"\"b\"\"\"\r\n2,2026/3/2 9:20,,,c\r\n", Weight: 40),
        new("POST", "/api/areas/street/import", "application/json", $$"""{"type":"FeatureCollection","features":[{{Zone}}]}""", Weight: 30),
        // A password takes long to check, by intent.
        new("POST", "/api/session", "application/json", """{"user":"nobody","password":"wrong wrong"}""", Weight: 1),
        new("PUT", "/api/accounts/zhang", "application/json", """{"name":"张","post":"commander","password":"long enough"}""", Weight: 1),
    ];

    private static readonly Door[] ByWeight = [.. Doors.SelectMany(door => Enumerable.Repeat(door, door.Weight))];

    private static readonly string?[] Types =
    [
        null, "", "text/plain", "application/json; charset=utf-16", "application/json; charset=gb2312", "application/json; charset=\"", "application/json;;;",
        "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data; boundary=x", "multipart/form-data", "application/octet-stream", "*/*", "沪",
    ];

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "沪", "get"];
    private static readonly string[] Queries = ["?crs=mars", "?after=x", "?crs=%FF", "?crs=gcj02&crs=bd09", "?%00=%00", "?limit=-1", "?=&&=", "?unit=vehicle/%E2%80%AE"];

    [Fact(DisplayName = "No request, however damaged, is answered with anything but 2xx or 4xx; each refusal says why, is counted, and leaves the host at work")]
    public async Task Requests()
    {
        foreach (var batch in Fuzz.Batches(6_000, size: 10_000))
        {
            await RequestsAsync(batch); // On a fresh host: thousands of versions of one zone are another test's matter.
        }
    }

    private static async Task RequestsAsync(int[] batch)
    {
        var server = new MemoryServer();
        await using var host = await HostUnderTest.StartAsync(
            settings => settings with { SignInsPerMinute = int.MaxValue }, parts: services => services.AddSingleton<IServer>(server));
        var token = await TokenAsync(server);
        var unit = await server.SendAsync("PUT", "/api/units/officer/phone", """{"name":"P","devices":[{"protocol":"osmand","key":"known"}]}"""u8.ToArray(), token, ("Content-Type", "application/json"));
        Assert.Equal(201, unit.Status);
        var statuses = new ConcurrentDictionary<(string Path, int Status), int>();

        await Fuzz.ForEachAsync(batch, random => TryAsync(server, token, random, statuses));

        // Every door was passed and was closed: otherwise the damage is too great, or too small, to test anything.
        foreach (var path in Doors.Where(door => door.Weight >= 30).Select(door => door.Path).Distinct())
        {
            Assert.True(batch.Length < 6_000 || Has(path, 200, 299) && Has(path, 400, 499), $"{path}: {string.Join(' ', statuses.Where(count => count.Key.Path == path))}");
        }

        var good = await server.SendAsync("POST", "/api/positions", Encoding.UTF8.GetBytes($"[{Position}]"), token, ("Content-Type", "application/json"));
        Assert.Equal((200, 1), (good.Status, (int)JsonNode.Parse(good.Body)!["accepted"]!));
        Assert.Equal(200, (await server.SendAsync("GET", "/readyz")).Status);
        var metrics = (await server.SendAsync("GET", "/metrics", null, token)).Body;
        Assert.All(
            ["vantage_devices_report_refusals_total{protocol=\"json\"", "vantage_devices_report_refusals_total{protocol=\"osmand\"", "http_response_status_code=\"400\"", "http_response_status_code=\"415\""],
            counted => Assert.Contains(counted, metrics, StringComparison.Ordinal));

        bool Has(string path, int least, int most) => statuses.Keys.Any(key => key.Path == path && key.Status >= least && key.Status <= most);
    }

    private static async Task TryAsync(
        MemoryServer server, (string, string) token, Random random, ConcurrentDictionary<(string Path, int Status), int> statuses)
    {
        var door = ByWeight[random.Next(ByWeight.Length)];
        var seed = Encoding.UTF8.GetBytes(door.Body);
        var body = random.Next(20) == 0 ? seed : door.Body.StartsWith("id=", StringComparison.Ordinal) ? Fuzz.Mutate(random, seed) : Fuzz.MutateJson(random, seed);
        var headers = new List<(string Name, string Value)> { random.Next(50) == 0 ? ("Authorization", "Bearer vt_沪_" + random.Next()) : token };
        var method = random.Next(30) == 0 ? Methods[random.Next(Methods.Length)] : door.Method;
        var target = door.IsQuery ? $"{door.Path}?{Encoding.Latin1.GetString(body)}" : door.Path;
        target += random.Next(20) == 0 ? Queries[random.Next(Queries.Length)] : "";
        if ((random.Next(12) == 0 ? Types[random.Next(Types.Length)] : door.Type) is { } type)
        {
            headers.Add(("Content-Type", type));
        }

        if (random.Next(30) == 0)
        {
            headers.Add(("Content-Encoding", random.Next(2) == 0 ? "gzip" : "br, gzip"));
            body = Packed(body);
        }

        var answer = await server.SendAsync(method, target, door.IsQuery ? null : body, [.. headers]);

        statuses.AddOrUpdate((door.Path, answer.Status), 1, (_, count) => count + 1);
        var sent = $"{method} {target} {string.Join(' ', headers.Skip(1))}\n{Encoding.UTF8.GetString(body)}\n{answer.Status} {answer.Body}";
        Assert.True(answer.Status is (>= 200 and < 300) or (>= 400 and < 500), sent);
        if (answer.Status >= 400)
        {
            AssertExplains(answer, sent);
        }
        else if (answer.Body.StartsWith("{\"accepted\"", StringComparison.Ordinal))
        {
            Assert.All(JsonNode.Parse(answer.Body)!["rejected"]!.AsArray(), one => Assert.False(string.IsNullOrEmpty((string?)one!["reason"]), sent));
        }
    }

    private static void AssertExplains(MemoryAnswer answer, string sent)
    {
        Assert.True(answer.ContentType == "application/problem+json", sent);
        var problem = JsonNode.Parse(answer.Body)!;
        Assert.True((int)problem["status"]! == answer.Status && ((string)problem["type"]!).StartsWith("urn:vantage:problem:", StringComparison.Ordinal), sent);
        Assert.False(string.IsNullOrEmpty((string?)problem["title"]), sent);
        Assert.True(answer.Status != 400 || problem["errors"] is not null || problem["detail"] is not null, sent);
        Assert.True(answer.Body.Length < 200_000, sent);
    }

    private static async Task<(string, string)> TokenAsync(MemoryServer server)
    {
        var session = await server.SendAsync(
            "POST", "/api/session", Encoding.UTF8.GetBytes($$"""{"user":"admin","password":"{{HostUnderTest.AdminPassword}}"}"""), ("Content-Type", "application/json"));
        var cookie = session.Cookies.ToString().Split(';')[0];
        var made = await server.SendAsync("POST", "/api/tokens", """{"name":"fuzz","rights":["admin","positions"]}"""u8.ToArray(), ("Cookie", cookie), ("Content-Type", "application/json"));
        return ("Authorization", $"Bearer {JsonNode.Parse(made.Body)!["token"]}");
    }

    private static byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }

    private sealed record Door(string Method, string Path, string? Type, string Body, int Weight, bool IsQuery = false);
}
