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
