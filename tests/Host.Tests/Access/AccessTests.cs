using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Host.Access;
using Vantage.Host.Wall;

namespace Vantage.Host.Tests.Access;

public sealed class AccessTests(SharedHost shared) : IClassFixture<SharedHost>
{
    /// <summary>All that strangers may call. Whoever adds a line here opens a door.</summary>
    private static readonly string[] Open =
    [
        "/api/screens/codes POST", "/api/screens/codes/{code}/claim POST", "/api/session DELETE", "/api/session GET", "/api/session POST", "/healthz GET",
        "/m/ca.crt GET", "/openapi/{documentName}.json GET", "/osmand GET,POST", "/readyz GET",
    ];

    private HostUnderTest Host => shared.Host;

    [Fact(DisplayName = "Every endpoint states the right it needs, or is on the list of open ones")]
    public void Every_endpoint_has_a_right()
    {
        var endpoints = Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        Assert.True(endpoints.Count > 30);
        var open = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<RightAttribute>() is null).ToList();
        Assert.All(open, endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<OpenToStrangers>()));
        Assert.Equal(Open, open.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.All(
            endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<RightAttribute>()?.Right).OfType<string>(),
            right => Assert.Contains(right, (string[])[.. Rights.Grantable, Rights.SignedIn]));
    }

    [Fact(DisplayName = "Every method of the hub states the right it needs")]
    public void Every_hub_method_has_a_right()
    {
        var methods = typeof(WallHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.GetBaseDefinition() == method).ToList();

        Assert.Equal(["Ack", "Beat", "Follow", "Hello", "Join", "SetViewport", "Show"], methods.Select(method => method.Name).Order(StringComparer.Ordinal));
        Assert.All(methods, method => Assert.NotNull(method.GetCustomAttribute<RightAttribute>()));
    }

    [Fact(DisplayName = "A stranger gets 401 from every endpoint that needs a right")]
    public async Task Strangers_are_kept_out()
    {
        using var client = Host.Stranger();
        var endpoints = Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<RightAttribute>() is { LoopbackIsEnough: false });
        foreach (var endpoint in endpoints)
        {
            var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => segment.IsSimple && segment.Parts[0].IsLiteral
                ? ((Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart)segment.Parts[0]).Content : "x"));
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (method is "POST" or "PUT")
            {
                request.Content = Some(endpoint);
            }

            var answer = await client.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {(int)answer.StatusCode}");
        }
    }

    [Fact(DisplayName = "A post reads what the role table gives it, and is refused the rest by the name of the right")]
    public async Task Posts()
    {
        using var statistics = await Host.AtPostAsync("statistics");

        Assert.Equal(HttpStatusCode.OK, (await statistics.GetAsync("/api/overview")).StatusCode);
        var problem = await (await statistics.GetAsync("/api/units/officer/1/track?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z"))
            .ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Equal("tracks.read", (string)problem["right"]!);
    }

    [Fact(DisplayName = "Whoever reads records may not write them, heat of them is heat, and areas are the technical post's to put")]
    public void Rights_of_records()
    {
        var rights = Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.Split('/') is [_, "api", "records" or "areas" or "themes" or "heatmaps", ..])
            .Select(endpoint => $"{NameOf(endpoint)}: {endpoint.Metadata.GetMetadata<RightAttribute>()!.Right}");

        Assert.Equal(
            [
                "/api/areas/{layer} GET: live.read", "/api/areas/{layer}/import POST: areas.write",
                .. new[] { "", "/compare", "/hotspots", "/rhythm", "/table", "/uncovered" }.SelectMany(
                    path => new[] { $"/api/heatmaps/{{layer}}{path} GET: heat.read", $"/api/heatmaps/{{layer}}{path} POST: heat.read" }),
                "/api/records/{system} GET: records.read", "/api/records/{system} POST: records.write",
                "/api/records/{system}/chart GET: records.read", "/api/records/{system}/points GET: records.read",
                "/api/records/{system}/{**number} DELETE: records.write", "/api/themes GET: records.read",
            ],
            rights.Order(StringComparer.Ordinal));
    }

    [Theory(DisplayName = "Records are for the posts that work with them; a token for records writes them and reads nothing")]
    [InlineData("complaints", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("watch", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("squad-room@tianshan", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("admin", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("token", HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    public async Task Readers_and_writers_of_records(string post, HttpStatusCode read, HttpStatusCode write)
    {
        using var client = post == "token" ? await Host.WithTokenAsync("records") : await Host.AtPostAsync(post);

        Assert.Equal(read, (await client.GetAsync("/api/records/case")).StatusCode);
        Assert.Equal(write, (await client.PostAsJsonAsync("/api/records/case", Array.Empty<int>())).StatusCode);
    }

    [Fact(DisplayName = "A right to records that reaches less than everything opens none: whose a record is, only its own system knows")]
    public async Task Narrow_rights_to_records()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-roles-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, RoleTable.FileName), """{"posts":[{"key":"admin","rights":["*"]},{"key":"room","rights":["records.read@squad"]}],"tokens":[]}""");
        await using (var host = await HostUnderTest.StartAsync(folder: folder.FullName))
        {
            using var room = await host.AtPostAsync("room@tianshan");
            foreach (var path in new[] { "", "/points?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", "/chart?by=day&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z" })
            {
                await (await room.GetAsync($"/api/records/case{path}")).ProblemAsync(HttpStatusCode.Forbidden);
            }
        }

        folder.Delete(recursive: true);
    }

    [Fact(DisplayName = "A squad's command room sees its own squad and nobody else")]
    public async Task Squad()
    {
        using var admin = await Host.SignedInAsync();
        await admin.PutAsJsonAsync("/api/units/officer/own", new { name = "Own", squad = "tianshan" });
        await admin.PutAsJsonAsync("/api/units/officer/other", new { name = "Other", squad = "xinhua" });
        using var room = await Host.AtPostAsync("squad-room@tianshan");

        var list = await (await room.GetAsync("/api/units")).JsonAsync();

        Assert.Equal(["officer/own"], list["items"]!.AsArray().Select(unit => (string)unit!["id"]!));
        Assert.Equal(HttpStatusCode.OK, (await room.GetAsync("/api/units/officer/own")).StatusCode);
        await (await room.GetAsync("/api/units/officer/other")).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact(DisplayName = "Every reading of a track is put on record, allowed or not, before it is answered")]
    public async Task Record()
    {
        using var admin = await Host.SignedInAsync();
        await admin.PutAsJsonAsync("/api/units/officer/watched", new { name = "Watched" });
        using var statistics = await Host.AtPostAsync("statistics");
        const string Track = "/api/units/officer/watched/track?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
        (await admin.GetAsync(Track)).EnsureSuccessStatusCode();
        (await admin.GetAsync(Track + "&format=csv")).EnsureSuccessStatusCode();
        await statistics.GetAsync(Track);

        var record = await (await admin.GetAsync("/api/audit")).JsonAsync();

        var entries = record["items"]!.AsArray().Where(entry => ((string)entry!["subject"]!).Contains("watched", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["at-statistics tracks.read False", "admin tracks.export True", "admin tracks.read True"],
            entries.Select(entry => $"{entry!["who"]} {entry["action"]} {entry["allowed"]!.GetValue<bool>()}"));
    }

    /// <summary>A body of a type that the endpoint takes: of another, routing itself refuses it.</summary>
    internal static StringContent Some(RouteEndpoint endpoint) => new(
        "{}", System.Text.Encoding.UTF8, endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IAcceptsMetadata>()?.ContentTypes[0] ?? "application/json");

    private static string NameOf(RouteEndpoint endpoint)
        => $"/{endpoint.RoutePattern.RawText!.Trim('/')} {string.Join(',', endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])}".TrimEnd();
}
