using System.Net;
using System.Text;

namespace Vantage.Host.Tests.Web;

public sealed class FuzzTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const int Inputs = 1500;

    private static readonly string[] Seeds =
    [
        """[{"unit":"officer/f","time":"2026-03-02T01:20:30.000Z","lon":121.42,"lat":31.22,"speed":1.5,"heading":90,"accuracy":8,"crs":"gcj02"}]""",
        """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121.41,31.21],[121.43,31.21],[121.43,31.23],[121.41,31.21]]]},"properties":{"name":"公园","hysteresis":{"metres":5,"fixes":2},"rules":[{"key":"in","type":"enter","units":["vehicle/*"],"schedule":"Mon-Fri 08:00-18:00"},{"key":"s","type":"speed","above":8.3}]}}""",
        """{"device_id":"p1","location":{"timestamp":"2026-03-02T01:20:30Z","coords":{"latitude":31.22,"longitude":121.44,"speed":-1},"battery":{"level":0.5}}}""",
        """{"name":"张伟","squad":"tianshan","plate":"沪A1","devices":[{"protocol":"osmand","key":"x"}]}""",
    ];

    private static readonly string[] Spices =
        ["null", "true", "-1", "1e999", "\"\\ud800\"", "[]", "{}", "\"\"", "NaN", "99999999999999999999", "\"2026-13-45T99:99:99Z\"", "\\", "\u0000", "\"", "[[[[[[[[", "\"\\u0000\""];

    [Theory(DisplayName = "No body, however damaged, is answered with anything but 2xx or 4xx")]
    [InlineData("POST", "/api/positions", 0)]
    [InlineData("PUT", "/api/zones/fuzz", 1)]
    [InlineData("PUT", "/api/zones/fuzz?crs=bd09", 1)]
    [InlineData("POST", "/osmand", 2)]
    [InlineData("PUT", "/api/units/officer/fuzz", 3)]
    public async Task Bodies(string method, string path, int seed)
    {
        var random = new Random(seed);
        using var admin = await shared.Host.WithTokenAsync("admin");
        for (var i = 0; i < Inputs; i++)
        {
            var body = Damage(Encoding.UTF8.GetBytes(Seeds[seed]), random);
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/json");

            using var answer = await admin.SendAsync(request);

            Assert.True(IsFine(answer), $"{(int)answer.StatusCode} for input {i}: {Encoding.UTF8.GetString(body)}");
        }

        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/readyz")).StatusCode);
    }

    [Fact(DisplayName = "No query, however odd, is answered with anything but 2xx or 4xx")]
    public async Task Queries()
    {
        var random = new Random(7);
        using var admin = await shared.Host.WithTokenAsync("admin");
        string[] paths = ["/api/units", "/api/units/nearest", "/api/breaches", "/api/visits", "/api/heatmaps/presence", "/api/heatmaps/fixes/compare", "/api/heatmaps/fixes/hotspots", "/api/heatmaps/records.case/uncovered", "/api/cameras", "/api/tracks", "/api/motion", "/api/exports/tracks", "/api/zones", "/api/audit", "/osmand"];
        string[] names = ["from", "to", "lon", "lat", "bbox", "limit", "cursor", "zone", "unit", "units", "state", "crs", "near", "resolution", "id", "kind", "squad", "format", "count", "timestamp", "hours", "days", "againstFrom", "againstTo", "ring", "fdr", "covered", "polygon"];
        string[] values = ["", "0", "-1", "1e308", "NaN", "121,31,122,32", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z", "officer/1", "a/b/c", "%00", "%ff", "沪", "wgs84", "csv", "15"];
        for (var i = 0; i < Inputs; i++)
        {
            var query = string.Join('&', Enumerable.Range(0, random.Next(6)).Select(_ => $"{names[random.Next(names.Length)]}={values[random.Next(values.Length)]}"));
            var path = $"{paths[random.Next(paths.Length)]}?{query}";

            using var answer = await admin.GetAsync(path);

            Assert.True(IsFine(answer), $"{(int)answer.StatusCode} for {path}");
        }
    }

    private static bool IsFine(HttpResponseMessage answer) => (int)answer.StatusCode is (>= 200 and < 300) or (>= 400 and < 500);

    private static byte[] Damage(byte[] seed, Random random)
    {
        var body = seed.ToList();
        for (var times = random.Next(1, 4); times > 0 && body.Count > 1; times--)
        {
            var at = random.Next(body.Count);
            var spice = Encoding.UTF8.GetBytes(Spices[random.Next(Spices.Length)]);
            switch (random.Next(5))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(random.Next(1, 20), body.Count - at));
                    break;
                case 2:
                    body.InsertRange(at, spice);
                    break;
                case 3:
                    body.InsertRange(at, body.GetRange(at, Math.Min(random.Next(1, 40), body.Count - at)));
                    break;
                default:
                    ReplaceValue(body, spice, at);
                    break;
            }
        }

        return [.. body];
    }

    // The value after the next colon, so that the whole stays JSON more often.
    private static void ReplaceValue(List<byte> body, byte[] spice, int at)
    {
        var colon = body.IndexOf((byte)':', at);
        if (colon < 0)
        {
            return;
        }

        var end = body.FindIndex(colon, b => b is (byte)',' or (byte)'}' or (byte)']');
        body.RemoveRange(colon + 1, Math.Max(0, (end < 0 ? body.Count : end) - colon - 1));
        body.InsertRange(colon + 1, spice);
    }
}
