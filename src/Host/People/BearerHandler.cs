using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Vantage.Host.Access;
using Vantage.Host.WallScreens;

namespace Vantage.Host.People;

/// <summary>
/// Signs programs in by <c>Authorization: Bearer</c>; on the hub also by <c>access_token</c>, as WebSockets carry no headers; and wall screens by
/// their cookie.
/// </summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccountBook book)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    /// <summary>The token that a request carries, or null.</summary>
    public static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header["Bearer ".Length..].Trim();
        }

        return request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal) && request.Query["access_token"] is [{ } inQuery]
            ? inQuery
            : null;
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if ((TokenOf(Request) ?? ScreenCookie.Of(Request)) is not { } text)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (!Secrets.TryRead(text, out var id, out var secret)
            || book.FindToken(id) is not { } token || !Secrets.Matches(secret, token.SecretHash))
        {
            return Task.FromResult(AuthenticateResult.Fail("No such token."));
        }

        var identity = new ClaimsIdentity([new Claim(CallerClaims.Token, token.Id), new Claim(CallerClaims.User, $"token:{token.Id}")], SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}
