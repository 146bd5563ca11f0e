using System.Net;
using System.Net.Http.Json;
using System.Text;

namespace Vantage.Host.Tests.Web;

public sealed class ProblemTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private HostUnderTest Host => shared.Host;

    [Theory(DisplayName = "Whatever is refused is refused as problem details")]
    [InlineData("GET", "/nowhere", null, null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/units/officer/nobody", null, null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/units/tank/1", null, null, HttpStatusCode.NotFound)]
    [InlineData("PATCH", "/api/units", null, null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/api/units/officer/1", "name=x", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("PUT", "/api/units/officer/1", "{\"name\":", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/api/units/officer/1", "[]", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/api/units/officer/1", "{\"name\":7,\"plate\":true}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/api/positions", "x", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/units?limit=0", null, null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/units?after=yesterday", null, null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/breaches?cursor=nonsense", null, null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/visits?cursor=nonsense", null, null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/breaches?state=broken", null, null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/breaches?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", null, null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/visits?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", null, null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/heatmaps/gold?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", null, null, HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/breaches/none/actions/handle", null, null, HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/zones/none", null, null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/zones/none/occupants", null, null, HttpStatusCode.NotFound)]
    public async Task Refused(string method, string path, string? body, string? type, HttpStatusCode status)
    {
        using var admin = await Host.SignedInAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, type!);
        }

        await (await admin.SendAsync(request)).ProblemAsync(status);
    }

    [Fact(DisplayName = "Every wrong field and parameter is named at once")]
    public async Task Fields()
    {
        using var admin = await Host.SignedInAsync();

        var body = await (await admin.PutAsJsonAsync("/api/cameras/c1", new { lon = 181, lat = "x", heading = 400, state = "broken" })).ProblemAsync(HttpStatusCode.BadRequest);
        var query = await (await admin.GetAsync("/api/units/nearest?lon=181&count=0&kind=tank&crs=mars")).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Equal(["heading", "lat", "lon", "name", "state"], body.ErrorFields());
        Assert.Equal(["count", "crs", "kind", "lat", "lon"], query.ErrorFields());
    }

    [Fact(DisplayName = "A body above the limit is refused as too large, announced or not")]
    public async Task Too_large()
    {
        using var admin = await Host.SignedInAsync();
        var large = $"{{\"name\":\"{new string('x', 70_000)}\"}}";
        using var announced = new StringContent(large, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/units/officer/1")
        {
            Content = new StringContent(large, Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = true },
        };

        await (await admin.PutAsync("/api/units/officer/1", announced)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        await (await admin.SendAsync(request)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory(DisplayName = "A body of positions a little above the limit is read away, so that the sender sees why it is refused")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Too_many_positions(bool isAnnounced)
    {
        using var admin = await Host.SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/positions")
        {
            Content = new ByteArrayContent(new byte[33 * 1024 * 1024]) { Headers = { ContentType = new("application/json") } },
            Headers = { TransferEncodingChunked = !isAnnounced },
        };
        request.Content.Headers.ContentLength = isAnnounced ? 33 * 1024 * 1024 : null;

        await (await admin.SendAsync(request)).ProblemAsync(isAnnounced ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.BadRequest);
    }

    [Theory(DisplayName = "However far a body is above the limit, and whoever sends it, the sender sees why it is refused")]
    [InlineData("PUT", "/api/units/officer/1", 413, true)]
    [InlineData("PUT", "/api/units/officer/1", 413, false)]
    [InlineData("PUT", "/api/zones/z", 413, true)]
    [InlineData("POST", "/osmand", 413, true)]
    [InlineData("POST", "/osmand", 413, false)]
    [InlineData("POST", "/api/session", 413, false)]
    [InlineData("DELETE", "/api/tokens/none", 404, true)]
    [InlineData("POST", "/nowhere", 404, false)]
    [InlineData("PUT", "/api/accounts/none", 401, true)]
    public async Task Far_too_large(string method, string path, int status, bool isAnnounced)
    {
        const int Length = 48 * 1024 * 1024;
        using var client = status == 401 ? Host.Stranger() : await Host.SignedInAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = new ByteArrayContent(new byte[Length]) { Headers = { ContentType = new("application/json") } },
            Headers = { TransferEncodingChunked = !isAnnounced },
        };
        request.Content.Headers.ContentLength = isAnnounced ? Length : null;

        await (await client.SendAsync(request)).ProblemAsync((HttpStatusCode)status);
        Assert.Equal("alive", await client.GetStringAsync("/healthz"));
    }

    [Theory(DisplayName = "An ill-formed id is refused as ill-formed at every door, with the reason")]
    [InlineData("PUT", "/api/units/vehicle/A%E2%80%AE1", """{"name":"x"}""", "id", "U+202E")]
    [InlineData("PUT", "/api/units/vehicle/%EF%BB%BFA1", """{"name":"x"}""", "id", "U+FEFF")]
    [InlineData("PUT", "/api/units/tank/1", """{"name":"x"}""", "id", "officer, vehicle, drone")]
    [InlineData("PUT", "/api/units/vehicle/1", """{"name":"x","squad":".."}""", "squad", "'..'")]
    [InlineData("PUT", "/api/units/vehicle/1", """{"name":"x","devices":[{"protocol":"osmand","key":"a\u200b"}]}""", "devices[0]", "invisible")]
    [InlineData("GET", "/api/units/vehicle/A%E2%80%AE1", null, "id", "U+202E")]
    [InlineData("GET", "/api/breaches?unit=vehicle/A%E2%80%AE1", null, "unit", "U+202E")]
    [InlineData("GET", "/api/tracks?units=vehicle/..&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", null, "units", "'..'")]
    [InlineData("PUT", "/api/zones/a%E2%80%8B", """{"type":"Feature","geometry":{"type":"Point","coordinates":[121,31]},"properties":{"radius":9}}""", "key", "U+200B")]
    [InlineData("PUT", "/api/zones/a", """{"type":"Feature","geometry":{"type":"Point","coordinates":[121,31]},"properties":{"radius":9,"rules":[{"key":"r","type":"enter","units":["vehicle/.."]}]}}""", "properties.rules[0].units", "'..'")]
    [InlineData("POST", "/api/zones/import", """{"features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[121,31]},"properties":{"key":"..","radius":9}}]}""", "features[0].key", "'..'")]
    [InlineData("PUT", "/api/cameras/a%E2%80%8B", """{"name":"x","lon":121,"lat":31}""", "key", "U+200B")]
    [InlineData("PUT", "/api/squads/a%E2%80%8B", """{"name":"x"}""", "key", "U+200B")]
    [InlineData("PUT", "/api/accounts/a%E2%80%8B", """{"name":"x","post":"commander","password":"long enough"}""", "user", "invisible")]
    public async Task Ill_formed_ids(string method, string path, string? body, string field, string reason)
    {
        using var admin = await Host.SignedInAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");

        var problem = await (await admin.SendAsync(request)).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Contains(reason, string.Join(' ', problem["errors"]![field]!.AsArray().Select(one => (string)one!)), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A position under an ill-formed id is refused as ill-formed, and no unit comes to be; ordinary keys are taken")]
    public async Task Ill_formed_units()
    {
        using var admin = await Host.SignedInAsync();
        string[] units = ["vehicle/..", "vehicle/沪A\u202e1", "vehicle/\ufeff沪A1", "camera/1", "沪A1", "vehicle/沪A12345", "vehicle/沪AD12345"];
        using var body = new StringContent(
            $"[{string.Join(',', units.Select(unit => $$"""{"unit":"{{unit}}","time":"2026-03-02T01:20:30Z","lon":121.4,"lat":31.2}"""))}]", Encoding.UTF8, "application/json");

        var answer = await (await admin.PostAsync("/api/positions", body)).JsonAsync();

        Assert.Equal(2, (int)answer["accepted"]!);
        Assert.All(answer["rejected"]!.AsArray(), one => Assert.Equal("unit", (string)one!["field"]!));
        string[] reasons = ["'..'", "U+202E", "U+FEFF", "officer, vehicle, drone", "officer, vehicle, drone"];
        Assert.All(
            answer["rejected"]!.AsArray().Zip(reasons, (one, reason) => (Told: (string)one!["reason"]!, Reason: reason)),
            pair => Assert.Contains(pair.Reason, pair.Told, StringComparison.Ordinal));
        Assert.Equal(reasons.Length, answer["rejected"]!.AsArray().Count);
    }

    [Fact(DisplayName = "Headers beyond the server's limits are refused with the status that says so, and the host goes on")]
    public async Task Enormous_headers()
    {
        using var client = Host.Stranger();
        using var large = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "X-Large", new string('x', 40_000) } } };
        using var many = new HttpRequestMessage(HttpMethod.Get, "/healthz");
        for (var i = 0; i < 200; i++)
        {
            many.Headers.Add($"X-{i}", "x");
        }

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await client.SendAsync(large)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await client.SendAsync(many)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, (await client.GetAsync("/" + new string('x', 9_000))).StatusCode);
        Assert.Equal("alive", await client.GetStringAsync("/healthz"));
    }

    [Fact(DisplayName = "A compressed body is refused for being compressed")]
    public async Task Compressed()
    {
        using var admin = await Host.SignedInAsync();
        using var packed = new ByteArrayContent([0x1F, 0x8B]) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } };

        var problem = await (await admin.PostAsync("/api/positions", packed)).ProblemAsync(HttpStatusCode.UnsupportedMediaType);

        Assert.Contains("Content-Encoding", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Metrics are open on this machine, and closed to whoever comes by a proxy on it")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Real-IP")]
    [InlineData("Via")]
    public async Task Proxied_metrics(string mark)
    {
        using var client = Host.Stranger();
        using var proxied = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        proxied.Headers.TryAddWithoutValidation(mark, "1.1 x");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/metrics")).StatusCode);
        await (await client.SendAsync(proxied)).ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact(DisplayName = "Every answer tells the browser to load from here alone, and to guess no types")]
    public async Task Headers()
    {
        using var client = Host.Stranger();

        var answer = await client.GetAsync("/api/session");

        Assert.Contains("worker-src 'self' blob:", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact(DisplayName = "The API describes itself")]
    public async Task OpenApi()
    {
        using var client = Host.Stranger();

        var document = await (await client.GetAsync("/openapi/v1.json")).JsonAsync();

        var paths = document["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.All(
            ["/api/session", "/api/tokens", "/api/units", "/api/units/{kind}/{key}", "/api/units/nearest", "/api/positions", "/api/zones/{key}", "/api/breaches", "/api/heatmaps/{layer}"],
            path => Assert.Contains(path, paths));
    }

    [Fact(DisplayName = "Metrics are Prometheus text for this machine, and hidden from a stranger behind a proxy")]
    public async Task Metrics()
    {
        using var client = Host.Stranger();

        var text = await client.GetStringAsync("/metrics");

        Assert.Contains("# TYPE vantage_wall_screens gauge", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE vantage_wall_tick_duration_seconds histogram", text, StringComparison.Ordinal);
        Assert.All(
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'),
            line => Assert.Matches("^[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*\\})? (-?[0-9.eE+-]+|NaN|[+-]Inf)$", line));
        using var proxied = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        proxied.Headers.Add("X-Forwarded-For", "10.0.0.1");
        await (await client.SendAsync(proxied)).ProblemAsync(HttpStatusCode.Unauthorized);
    }
}
