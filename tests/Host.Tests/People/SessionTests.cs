using System.Net;
using System.Net.Http.Json;
using Vantage.Host.People;

namespace Vantage.Host.Tests.People;

public sealed class SessionTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private HostUnderTest Host => shared.Host;

    [Fact(DisplayName = "A stranger who asks who they are gets 401 as problem details, with demo false and no posts")]
    public async Task Stranger()
    {
        using var client = Host.Stranger();

        var problem = await (await client.GetAsync("/api/session")).ProblemAsync(HttpStatusCode.Unauthorized);

        Assert.False((bool)problem["demo"]!);
        Assert.Null(problem["posts"]);
    }

    [Fact(DisplayName = "The first administrator signs in with the password from the settings, and is known from then on")]
    public async Task Sign_in()
    {
        using var client = await Host.SignedInAsync();

        var session = await (await client.GetAsync("/api/session")).JsonAsync();

        Assert.Equal("admin", (string)session["user"]!);
        Assert.Equal("admin", (string)session["post"]!);
        Assert.Contains("tracks.read", session["rights"]!.AsArray().Select(right => (string)right!));
        Assert.False((bool)session["demo"]!);
    }

    [Fact(DisplayName = "The session's cookie is HttpOnly and SameSite=Strict")]
    public async Task Cookie()
    {
        using var client = Host.Stranger();

        var answer = await client.PostAsJsonAsync("/api/session", new { user = "admin", password = HostUnderTest.AdminPassword });

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie")).ToLowerInvariant();
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A wrong password and an unknown user are answered alike")]
    public async Task Wrong()
    {
        using var client = Host.Stranger();

        var known = await (await client.PostAsJsonAsync("/api/session", new { user = "admin", password = "wrong" })).ProblemAsync(HttpStatusCode.Unauthorized);
        var unknown = await (await client.PostAsJsonAsync("/api/session", new { user = "nobody", password = "wrong" })).ProblemAsync(HttpStatusCode.Unauthorized);

        Assert.Equal(known.ToJsonString(), unknown.ToJsonString());
        using var reset = await Host.SignedInAsync();
    }

    [Fact(DisplayName = "Signing out ends the session for good: a copy of the cookie is refused")]
    public async Task Sign_out()
    {
        using var client = Host.Stranger();
        var answer = await client.PostAsJsonAsync("/api/session", new { user = "admin", password = HostUnderTest.AdminPassword });
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/session")).StatusCode);

        using var thief = Host.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/session");
        request.Headers.Add("Cookie", cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SendAsync(request)).StatusCode);
    }

    [Fact(DisplayName = "Every missing field of a sign-in is named at once, by its JSON name")]
    public async Task Missing()
    {
        using var client = Host.Stranger();

        var problem = await (await client.PostAsJsonAsync("/api/session", new { })).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Equal(["password", "user"], problem.ErrorFields());
    }

    [Fact(DisplayName = "A new password ends the sessions that were made with the old one")]
    public async Task New_password()
    {
        using var person = await Host.AtPostAsync("watch");
        using var admin = await Host.SignedInAsync();

        (await admin.PutAsJsonAsync("/api/accounts/at-watch", new { password = "another one" })).EnsureSuccessStatusCode();

        Assert.Equal(HttpStatusCode.Unauthorized, (await person.GetAsync("/api/session")).StatusCode);
    }

    [Fact(DisplayName = "A token reads with its right and does nothing else; withdrawn, it is refused at once")]
    public async Task Tokens()
    {
        using var admin = await Host.SignedInAsync();
        var made = await (await admin.PostAsJsonAsync("/api/tokens", new { name = "screen", rights = new[] { "read" } })).JsonAsync();
        using var program = Host.Stranger();
        program.DefaultRequestHeaders.Authorization = new("Bearer", (string)made["token"]!);

        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/units")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await program.PutAsJsonAsync("/api/units/officer/1", new { name = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/tokens/{made["id"]}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/units")).StatusCode);
    }

    [Fact(DisplayName = "A token's secret is never listed, nor kept")]
    public async Task Secret()
    {
        using var admin = await Host.SignedInAsync();
        var token = await Host.TokenAsync("positions");

        var list = await admin.GetStringAsync("/api/tokens");

        Assert.True(Secrets.TryRead(token, out _, out var secret));
        Assert.DoesNotContain(secret, list, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A right that no token can have is refused, and the field is named")]
    public async Task Unknown_right()
    {
        using var admin = await Host.SignedInAsync();

        var problem = await (await admin.PostAsJsonAsync("/api/tokens", new { name = "x", rights = new[] { "everything" } })).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Equal(["rights"], problem.ErrorFields());
    }

    [Theory(DisplayName = "A request that changes something and comes from another site is refused, cookie or not")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Cross_site(string header, string value)
    {
        using var client = await Host.SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/session");
        request.Headers.Add(header, value);

        await (await client.SendAsync(request)).ProblemAsync(HttpStatusCode.Forbidden);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/session")).StatusCode);
    }

    [Fact(DisplayName = "The site's own pages may change something")]
    public async Task Same_site()
    {
        using var client = await Host.SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/session");
        request.Headers.Add("Origin", Host.Address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync(request)).StatusCode);
    }
}
