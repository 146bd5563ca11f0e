using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Host.Access;
using Vantage.Host.Tests.Access;
using Vantage.Support;

namespace Vantage.Host.Tests.WallScreens;

public sealed class WallScreenTests : IAsyncLifetime
{
    private const string CookieName = "vantage-screen";

    private static readonly object Hall = new
    {
        name = "指挥大厅",
        screens = new object[]
        {
            new { key = "left", name = "左屏", role = "map", link = "lead" },
            new { key = "right", name = "右屏", role = "map", link = "follow" },
        },
    };

    private HostUnderTest _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await HostUnderTest.StartAsync();
        _admin = await _host.SignedInAsync();
        (await _admin.PutAsJsonAsync("/api/stages/hall", Hall)).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Fact(DisplayName = "[SCR-1] [SCR-3] a stranger's screen shows a code, waits, and once it is approved is a session of its own with its place and no name of a person")]
    public async Task Approval()
    {
        using var browser = _host.Stranger();
        var begun = await BeginAsync(browser);
        Assert.Matches("^[0-9]{6}$", (string)begun["code"]!);
        Assert.Equal(600, (int)begun["validFor"]!);
        var waiting = await ClaimAsync(browser, begun);
        Assert.Equal(HttpStatusCode.Accepted, waiting.StatusCode);
        Assert.False(waiting.Headers.Contains("Set-Cookie"));

        var approved = await ApproveAsync(_admin, begun, "hall", "left");
        Assert.Equal(HttpStatusCode.Created, approved.StatusCode);
        Assert.Equal("系统管理员", (string)(await approved.JsonAsync())["approvedBy"]!);

        var claimed = await ClaimAsync(browser, begun);
        var cookie = Assert.Single(claimed.Headers.GetValues("Set-Cookie")).ToLowerInvariant();
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("max-age=34560000", cookie, StringComparison.Ordinal);
        var session = await (await browser.GetAsync("/api/session")).JsonAsync();
        Assert.Equal(("screen", "hall", "left", "左屏"), ((string)session["kind"]!, (string)session["stage"]!, (string)session["screen"]!, (string)session["name"]!));
        Assert.Equal(["cameras.read", "heat.read", "history.read", "live.read", "records.read", "video.watch"], session["rights"]!.AsArray().Select(right => (string)right!));
        Assert.Equal("person", (string)(await (await _admin.GetAsync("/api/session")).JsonAsync())["kind"]!);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/overview")).StatusCode);
    }

    [Fact(DisplayName = "[SCR-3] the answer to a claim may be lost: the same screen asks again and gets it; another that saw the code gets nothing")]
    public async Task Lost_answer()
    {
        using var browser = _host.Stranger();
        var begun = await BeginAsync(browser);
        await ApproveAsync(_admin, begun);
        using (var other = _host.Stranger())
        {
            await (await other.PostAsJsonAsync($"/api/screens/codes/{begun["code"]}/claim", new { secret = "not the secret" })).ProblemAsync(HttpStatusCode.NotFound);
        }

        using (var once = _host.Stranger())
        {
            Assert.Equal(HttpStatusCode.OK, (await ClaimAsync(once, begun)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await ClaimAsync(browser, begun)).StatusCode);
    }

    [Fact(DisplayName = "[SCR-2] of two who approve one code at the same moment one does, and the other is told that it was done")]
    public async Task Two_approve()
    {
        using var chief = await _host.AtPostAsync("duty-chief");
        for (var i = 0; i < 8; i++)
        {
            using var browser = _host.Stranger();
            var begun = await BeginAsync(browser);
            var answers = await Task.WhenAll(ApproveAsync(_admin, begun), ApproveAsync(chief, begun));
            Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
            Assert.Equal(i + 1, (await ScreensAsync()).Count);
        }
    }

    [Fact(DisplayName = "[SCR-2] codes are approved by who lays out walls and holds what a screen sees, or manages accounts; others are refused")]
    public async Task Who_approves()
    {
        using var watch = await _host.AtPostAsync("watch");
        using var program = await _host.WithTokenAsync("dispatch");
        using var browser = _host.Stranger();
        var begun = await BeginAsync(browser);
        foreach (var client in new[] { watch, program })
        {
            Assert.Equal("stages.write", (string)(await (await ApproveAsync(client, begun)).ProblemAsync(HttpStatusCode.Forbidden))["right"]!);
            await (await client.GetAsync("/api/screens")).ProblemAsync(HttpStatusCode.Forbidden);
        }

        await (await ApproveAsync(browser, begun)).ProblemAsync(HttpStatusCode.Unauthorized);
        using var technical = await _host.AtPostAsync("technical");
        var places = (await technical.GetFromJsonAsync<JsonNode>("/api/screens"))!["places"]!.AsArray();
        Assert.Equal(["指挥大厅 左屏", "指挥大厅 右屏"], places.Select(place => $"{place!["stageName"]} {place["screenName"]}"));
        Assert.Equal(HttpStatusCode.Created, (await ApproveAsync(technical, begun)).StatusCode);
    }

    [Fact(DisplayName = "[SCR-2] who lays out walls and may not see the live map connects no screen that shows it")]
    public async Task No_more_than_the_approver()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-roles-");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "roles.json"), """{"posts":[{"key":"admin","rights":["*"]},{"key":"painter","rights":["stages.write","live.read@squad"]}],"tokens":[]}""");
        await using (var host = await HostUnderTest.StartAsync(folder: folder.FullName))
        {
            using var painter = await host.AtPostAsync("painter@tianshan");
            using var browser = host.Stranger();
            Assert.Equal("live.read", (string)(await (await ApproveAsync(painter, await BeginAsync(browser))).ProblemAsync(HttpStatusCode.Forbidden))["right"]!);
        }

        folder.Delete(recursive: true);
    }

    [Fact(DisplayName = "[SCR-2] after ten wrong codes even the right one waits, and the answer says how long")]
    public async Task Guessing()
    {
        using var chief = await _host.AtPostAsync("commander");
        using var browser = _host.Stranger();
        var begun = await BeginAsync(browser);
        var wrong = ((int.Parse((string)begun["code"]!, CultureInfo.InvariantCulture) + 1) % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        for (var i = 0; i < 10; i++)
        {
            await (await chief.PostAsJsonAsync("/api/screens/approvals", new { code = wrong, name = "x" })).ProblemAsync(HttpStatusCode.NotFound);
        }

        var refused = await ApproveAsync(chief, begun);
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 500, 600);
        Assert.Equal(HttpStatusCode.Created, (await ApproveAsync(_admin, begun)).StatusCode);
    }

    [Theory(DisplayName = "What is wrong with an approval is named by its field, and does not use the code up")]
    [InlineData("""{"name":"x"}""", "code")]
    [InlineData("""{"code":"12345","name":"x"}""", "code")]
    [InlineData("""{"code":"12345六","name":"x"}""", "code")]
    [InlineData("""{"code":"#"}""", "name")]
    [InlineData("""{"code":"#","name":"x","stage":"hall"}""", "screen")]
    [InlineData("""{"code":"#","name":"x","screen":"left"}""", "stage")]
    [InlineData("""{"code":"#","name":"x","stage":"none","screen":"left"}""", "stage")]
    [InlineData("""{"code":"#","name":"x","stage":"hall","screen":"middle"}""", "screen")]
    [InlineData("""{"code":"#","name":"x","rights":["*"]}""", "rights")]
    public async Task Wrong_approvals(string body, string field)
    {
        using var browser = _host.Stranger();
        var begun = await BeginAsync(browser);
        var answer = await _admin.PostAsync("/api/screens/approvals", Json(body.Replace("#", (string)begun["code"]!, StringComparison.Ordinal)));

        Assert.Equal([field], (await answer.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Equal(HttpStatusCode.Created, (await ApproveAsync(_admin, begun)).StatusCode);
    }

    [Fact(DisplayName = "[SCR-1] one address gets at most 100 codes, each its own, and is told when to come back")]
    public async Task Rate()
    {
        using var browser = _host.Stranger();
        var codes = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(codes.Add((string)(await BeginAsync(browser))["code"]!), "Two screens show one code.");
        }

        for (var i = 0; i < 30; i++) // Beyond 100 there is no room for more of one address, and beyond 120 they came too fast.
        {
            var refused = await browser.PostAsync("/api/screens/codes", null);
            await refused.ProblemAsync(HttpStatusCode.TooManyRequests);
            Assert.Equal(60, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        }
    }

    [Fact(DisplayName = "[SCR-4] a wall screen is refused by every endpoint that changes something, open ones too")]
    public async Task Only_looks()
    {
        using var screen = _host.Stranger();
        await ConnectAsync(screen, "hall", "left");
        var endpoints = _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<HubMetadata>() is null);
        var tried = 0;
        var looking = new List<string>();
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Metadata.GetMetadata<OpenToWallScreens>() is not null)
            {
                looking.Add(endpoint.RoutePattern.RawText!.TrimEnd('/'));
                continue;
            }

            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods;
            foreach (var method in methods.All(method => method is "GET" or "HEAD") ? [] : methods)
            {
                var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : "x"));
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                request.Content = method is "GET" or "DELETE" ? null : AccessTests.Some(endpoint);
                var answer = await screen.SendAsync(request);
                Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{method} {path}: {(int)answer.StatusCode}");
                tried++;
            }
        }

        Assert.True(tried > 40, $"{tried} endpoints were tried.");
        Assert.Equal(["/api/cameras/{key}/play", "/api/tours/log", "/api/video/close", "/api/video/keep"], looking.Order(StringComparer.Ordinal));
        Assert.Equal("screen", (string)(await (await screen.GetAsync("/api/session")).JsonAsync())["kind"]!); // It could not even sign itself out.
    }

    [Fact(DisplayName = "[SCR-4] a wall screen sees records of other systems and key matters, neither tracks nor accounts, and takes nothing away")]
    public async Task No_tracks()
    {
        (await _admin.PutAsJsonAsync("/api/units/officer/1", new { name = "甲" })).EnsureSuccessStatusCode();
        using var screen = _host.Stranger();
        await ConnectAsync(screen, "hall", "left");
        const string Range = "from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
        foreach (var path in new[]
        {
            $"/api/units/officer/1/track?{Range}", $"/api/tracks?units=officer/1&{Range}", "/api/replays", $"/api/motion?{Range}", $"/api/exports/tracks?{Range}",
            "/api/accounts", "/api/tokens", "/api/audit", "/api/screens",
        })
        {
            await (await screen.GetAsync(path)).ProblemAsync(HttpStatusCode.Forbidden);
        }

        Assert.Equal(HttpStatusCode.OK, (await screen.GetAsync("/api/units")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await screen.GetAsync("/api/cameras")).StatusCode);
        foreach (var path in new[] { $"/api/records/case?{Range}", $"/api/records/case/points?{Range}", $"/api/records/case/chart?by=day&{Range}", "/api/themes" })
        {
            Assert.Equal(HttpStatusCode.OK, (await screen.GetAsync(path)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await screen.GetAsync($"/api/heatmaps/presence?{Range}")).StatusCode);
    }

    [Fact(DisplayName = "[SCR-5] a wall screen follows the replay that its own screen shows, while it shows it, and no other")]
    public async Task Replays()
    {
        (await _admin.PutAsJsonAsync("/api/units/officer/1", new { name = "甲" })).EnsureSuccessStatusCode();
        var (shown, other) = (await ReplayAsync(), await ReplayAsync());
        using var browser = _host.Stranger();
        await using var screen = await HelloAsync(await ConnectAsync(browser, "hall", "right"));
        await screen.InvokeAsync("Join", new { stage = "hall", screen = "right" });
        await (await browser.GetAsync($"/api/replays/{shown}/frame")).ProblemAsync(HttpStatusCode.Forbidden);
        (await _admin.PostAsJsonAsync("/api/stages/hall/picture", new { replay = shown })).EnsureSuccessStatusCode();

        Assert.Equal(shown, (string)(await screen.InvokeAsync("Follow", shown))!["key"]!);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/api/replays/{shown}/frame")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/api/replays/{shown}/tracks")).StatusCode);
        Assert.Contains("tracks.read:", (await Assert.ThrowsAsync<HubFailure>(() => screen.InvokeAsync("Follow", other))).Message, StringComparison.Ordinal);
        await (await browser.GetAsync($"/api/replays/{other}")).ProblemAsync(HttpStatusCode.Forbidden);
        await (await browser.GetAsync($"/api/exports/replays/{shown}")).ProblemAsync(HttpStatusCode.Forbidden);

        // Put on the other screen, it is on this one as little as before.
        (await _admin.PutAsJsonAsync("/api/stages/hall/screens/left/push", new { picture = new { replay = other } })).EnsureSuccessStatusCode();
        await (await browser.GetAsync($"/api/replays/{other}")).ProblemAsync(HttpStatusCode.Forbidden);
        (await _admin.PostAsJsonAsync("/api/stages/hall/picture", new { replay = (string?)null })).EnsureSuccessStatusCode();
        await (await browser.GetAsync($"/api/replays/{shown}/frame")).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact(DisplayName = "[SCR-6] a wall screen joins its own place and no other; the one that leads is a table to touch, the one that follows is not")]
    public async Task Own_place()
    {
        using var leftBrowser = _host.Stranger();
        using var rightBrowser = _host.Stranger();
        using var looseBrowser = _host.Stranger();
        await using var left = await HelloAsync(await ConnectAsync(leftBrowser, "hall", "left"));
        await using var right = await HelloAsync(await ConnectAsync(rightBrowser, "hall", "right"));
        await using var loose = await HelloAsync(await ConnectAsync(looseBrowser));
        foreach (var (screen, seat) in new[] { (left, "right"), (right, null), (loose, "left") })
        {
            Assert.Contains("elsewhere:", (await Assert.ThrowsAsync<HubFailure>(() => screen.InvokeAsync("Join", new { stage = "hall", screen = seat }))).Message, StringComparison.Ordinal);
        }

        await left.InvokeAsync("Join", new { stage = "hall", screen = "left" });
        await right.InvokeAsync("Join", new { stage = "hall", screen = "right" });
        var look = new { view = new { lon = 121.4, lat = 31.2, zoom = 14 } };
        Assert.Contains("follows:", (await Assert.ThrowsAsync<HubFailure>(() => right.InvokeAsync("Show", look))).Message, StringComparison.Ordinal);
        Assert.Contains("unknown:", (await Assert.ThrowsAsync<HubFailure>(() => loose.InvokeAsync("Show", look))).Message, StringComparison.Ordinal);
        await left.InvokeAsync("Show", look);
        Assert.Equal(14, (double)(await right.NextAsync("stage"))["stage"]!["picture"]!["view"]!["zoom"]!);
    }

    [Fact(DisplayName = "[SCR-7] a screen whose approval is withdrawn is told and ended at once; its cookie opens nothing, and it may show a code again")]
    public async Task Revocation()
    {
        using var browser = _host.Stranger();
        await using var hub = await HelloAsync(await ConnectAsync(browser, "hall", "left"));
        var row = Assert.Single(await ScreensAsync())!;
        Assert.Equal((1, "hall", "left"), ((int)row["connected"]!, (string)row["stage"]!, (string)row["screen"]!));
        Assert.Empty((await _admin.GetFromJsonAsync<JsonNode>("/api/tokens"))!["items"]!.AsArray());
        await (await _admin.DeleteAsync($"/api/tokens/{row["key"]}")).ProblemAsync(HttpStatusCode.NotFound);

        Assert.Equal(HttpStatusCode.NoContent, (await _admin.DeleteAsync($"/api/screens/{row["key"]}")).StatusCode);

        Assert.Equal("signed-out", (string)(await hub.NextAsync("notice"))["code"]!);
        await hub.EndAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/overview")).StatusCode);
        var gone = await browser.GetAsync("/api/session");
        await gone.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.StartsWith($"{CookieName}=;", Assert.Single(gone.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        Assert.Empty(await ScreensAsync());
        await (await _admin.DeleteAsync($"/api/screens/{row["key"]}")).ProblemAsync(HttpStatusCode.NotFound);
        await BeginAsync(browser);
    }

    [Fact(DisplayName = "[SCR-7] approving and withdrawing are on the record with who did it")]
    public async Task Recorded()
    {
        using var browser = _host.Stranger();
        await ConnectAsync(browser, "hall", "left");
        var key = (string)Assert.Single(await ScreensAsync())!["key"]!;
        await _admin.DeleteAsync($"/api/screens/{key}");

        var entries = (await _admin.GetFromJsonAsync<JsonNode>("/api/audit"))!["items"]!.AsArray().Where(entry => (string)entry!["subject"]! == $"screen/{key}");

        Assert.Equal(["admin withdrew '左屏'", "admin approved '左屏' for hall/left"], entries.Select(entry => $"{entry!["who"]} {entry["detail"]}"));
    }

    [Fact(DisplayName = "[SCR-3] a person who was signed in at the browser that becomes a wall screen is signed out there")]
    public async Task Person_leaves()
    {
        using var person = await _host.AtPostAsync("watch");
        await ConnectAsync(person);

        Assert.Equal("screen", (string)(await (await person.GetAsync("/api/session")).JsonAsync())["kind"]!);
        await (await person.PostAsJsonAsync("/api/session", new { user = "admin", password = HostUnderTest.AdminPassword })).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact(DisplayName = "[SCR-3] a wall screen outlives a restart; a code that was not approved before it is over")]
    public async Task Restart()
    {
        var folder = Directory.CreateTempSubdirectory("vantage-screens-");
        string token;
        JsonNode waiting;
        await using (var host = await HostUnderTest.StartAsync(folder: folder.FullName))
        {
            using var admin = await host.SignedInAsync();
            using var browser = host.Stranger();
            token = await ConnectAsync(browser, admin: admin);
            waiting = await BeginAsync(browser, isNew: true);
        }

        await using (var host = await HostUnderTest.StartAsync(folder: folder.FullName))
        {
            using var browser = host.Stranger();
            browser.DefaultRequestHeaders.Add("Cookie", $"{CookieName}={token}");
            Assert.Equal("screen", (string)(await (await browser.GetAsync("/api/session")).JsonAsync())["kind"]!);
            Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync("/hubs/wall/negotiate?negotiateVersion=1", null)).StatusCode);
            using var other = host.Stranger();
            await (await ClaimAsync(other, waiting)).ProblemAsync(HttpStatusCode.NotFound);

            // Another site's page cannot use the browser's cookie to open the hub.
            using var foreign = new HttpRequestMessage(HttpMethod.Get, "/hubs/wall");
            foreign.Headers.Add("Origin", "https://evil.example");
            await (await browser.SendAsync(foreign)).ProblemAsync(HttpStatusCode.Forbidden);
        }

        folder.Delete(recursive: true);
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static async Task<JsonNode> BeginAsync(HttpClient browser, bool isNew = false)
    {
        if (isNew)
        {
            browser = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = browser.BaseAddress };
        }

        var answer = await browser.PostAsync("/api/screens/codes", null);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private static Task<HttpResponseMessage> ClaimAsync(HttpClient browser, JsonNode begun)
        => browser.PostAsJsonAsync($"/api/screens/codes/{begun["code"]}/claim", new { secret = (string)begun["secret"]! });

    private static Task<HttpResponseMessage> ApproveAsync(HttpClient by, JsonNode begun, string? stage = null, string? screen = null)
        => by.PostAsJsonAsync("/api/screens/approvals", new { code = (string)begun["code"]!, name = screen == "right" ? "右屏" : "左屏", stage, screen });

    /// <summary>Makes a browser a wall screen; gives what its cookie holds.</summary>
    private async Task<string> ConnectAsync(HttpClient browser, string? stage = null, string? screen = null, HttpClient? admin = null)
    {
        var begun = await BeginAsync(browser);
        Assert.Equal(HttpStatusCode.Created, (await ApproveAsync(admin ?? _admin, begun, stage, screen)).StatusCode);
        var claimed = await ClaimAsync(browser, begun);
        return claimed.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith(CookieName, StringComparison.Ordinal)).Split(';')[0][(CookieName.Length + 1)..];
    }

    private async Task<JsonArray> ScreensAsync() => (await _admin.GetFromJsonAsync<JsonNode>("/api/screens"))!["items"]!.AsArray();

    private async Task<HubClient> HelloAsync(string token)
    {
        var screen = await HubClient.ConnectAsync(_host.Address, token);
        await screen.HelloAsync();
        return screen;
    }

    private async Task<string> ReplayAsync()
    {
        var now = DateTimeOffset.UtcNow;
        var answer = await _admin.PostAsJsonAsync("/api/replays", new { units = new[] { "officer/1" }, from = now.AddHours(-2).ToString("O", CultureInfo.InvariantCulture), to = now.AddHours(-1).ToString("O", CultureInfo.InvariantCulture) });
        return (string)(await answer.JsonAsync())["key"]!;
    }
}
