using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Vantage.Actors.People;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.WallScreens;
using Vantage.Host.Web;

namespace Vantage.Host.People;

/// <summary><c>/api/session</c>: sign in, sign out, who am I.</summary>
internal static class SessionEndpoints
{
    public static void MapSession(this IEndpointRouteBuilder app)
    {
        var session = app.MapGroup("/api/session").WithTags("Session");
        session.MapPost("", SignInAsync).IsOpen("Signing in is how one stops being a stranger.").RequireRateLimiting(PeopleServices.SignInRate)
            .Accepts<SignInBody>("application/json").Produces<SessionView>().WithSummary("Sign in; sets the session's cookie.");
        session.MapDelete("", SignOutAsync).IsOpen("Signing out twice is no mistake.").WithSummary("Sign out.");
        session.MapGet("", WhoAmI).IsOpen("A stranger learns here that there is no session, and how to begin one.")
            .Produces<SessionView>().ProducesProblem(401).WithSummary("Who am I.");
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, SignIn signIn, AccountBook book, CallerDirectory callers, RoleTable roles, HostSettings settings)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        var user = fields.Text("user", 100, required: true);
        var isOneTap = user is not null && settings.Demo && context.IsFromThisMachine() && DemoPosts.Has(user);
        var password = fields.Text("password", 200, required: !isOneTap);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        ScreenCookie.Delete(context); // One that was withdrawn, or the caller would be a wall screen; it goes before a person's.
        if (isOneTap && password is null)
        {
            return await BeginAsync(context, book.FindAccount(user!)!, callers, roles, settings);
        }

        return await signIn.TryAsync(user!, password!, context.RequestAborted) switch
        {
            SignInAnswer.Welcome welcome => await BeginAsync(context, welcome.Account, callers, roles, settings),
            SignInAnswer.Locked locked => Problems.TooManyAttempts(locked.For),
            _ => Problems.WrongPassword(),
        };
    }

    private static async Task<IResult> BeginAsync(
        HttpContext context, Account account, CallerDirectory callers, RoleTable roles, HostSettings settings)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(CallerClaims.User, account.User),
                new Claim(CallerClaims.Session, Secrets.NewId()),
                new Claim(CallerClaims.Stamp, AccountBook.StampOf(account)),
            ],
            CookieAuthenticationDefaults.AuthenticationScheme);
        var principal = new ClaimsPrincipal(identity);
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, principal);
        return TypedResults.Ok(SessionView.Of(callers.Of(principal), roles, settings));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, CallerDirectory callers)
    {
        if (context.Caller().Session is { } session)
        {
            callers.End(session);
        }

        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.NoContent();
    }

    private static IResult WhoAmI(HttpContext context, RoleTable roles, HostSettings settings)
    {
        var caller = context.Caller();
        ScreenCookie.Renew(context, caller);
        if (!caller.IsStranger)
        {
            return TypedResults.Ok(SessionView.Of(caller, roles, settings));
        }

        var more = new Dictionary<string, object?>(StringComparer.Ordinal) { ["demo"] = settings.Demo };
        if (settings.Demo && context.IsFromThisMachine())
        {
            more["posts"] = PostView.Offered(DemoPosts.OfWall, roles);
            more["officers"] = PostView.Offered(DemoPosts.OfUnits, roles);
        }

        return Problems.NotSignedIn(more);
    }
}

internal sealed record SignInBody(string User, string? Password);

/// <summary>A session as the wall reads it.</summary>
/// <param name="CityGrid">The name of the city's grid that imports may be in; null: the host has none.</param>
/// <param name="Kind"><c>person</c>, <c>program</c> or <c>screen</c>.</param>
/// <param name="Stage">Of a wall screen that stands on one: the key of the stage. With it goes the key of its <paramref name="Screen"/>.</param>
internal sealed record SessionView(
    string User, string Name, string? Post, IReadOnlyList<string> Rights, bool Demo, string? PostName, string TimeZone, string? CityGrid, string Kind,
    string? Stage, string? Screen)
{
    public static SessionView Of(Caller caller, RoleTable roles, HostSettings settings) => new(
        caller.Who,
        caller.Name,
        caller.Post,
        [.. caller.Grants.Keys.Order(StringComparer.Ordinal)],
        settings.Demo,
        caller.Post is null ? null : roles.NameOfPost(caller.Post),
        settings.TimeZone,
        settings.CityGrid?.Name,
        caller.IsWallScreen ? "screen" : caller.Token is null ? "person" : "program",
        caller.Wall?.Stage,
        caller.Wall?.Screen);
}

/// <summary>A post that can be taken by one tap.</summary>
internal sealed record PostView(string User, string Name, string Post)
{
    public static IReadOnlyList<PostView> Offered(IEnumerable<(string User, string Name, string Post)> posts, RoleTable roles)
        => [.. posts.Select(post => new PostView(post.User, roles.NameOfPost(post.Post), post.Post))];
}
