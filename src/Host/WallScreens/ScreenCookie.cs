using Vantage.Host.Access;

namespace Vantage.Host.WallScreens;

/// <summary>The cookie that a wall screen carries its token in. Unlike a person's session it has no end of its own.</summary>
internal static class ScreenCookie
{
    private const string Name = "vantage-screen";

    /// <summary>The longest that browsers keep a cookie; each time the page asks who it is, it begins anew.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    public static string? Of(HttpRequest request) => request.Cookies[Name] is { Length: > 0 } token ? token : null;

    public static void Set(HttpContext context, string token) => context.Response.Cookies.Append(Name, token, Options(context, Longest));

    /// <summary>Keeps the cookie of a wall screen, and removes one that was withdrawn.</summary>
    public static void Renew(HttpContext context, Caller caller)
    {
        if (Of(context.Request) is not { } token)
        {
            return;
        }

        if (caller.IsWallScreen)
        {
            Set(context, token);
        }
        else
        {
            Delete(context);
        }
    }

    public static void Delete(HttpContext context)
    {
        if (Of(context.Request) is not null)
        {
            context.Response.Cookies.Delete(Name, Options(context, null));
        }
    }

    private static CookieOptions Options(HttpContext context, TimeSpan? length) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        MaxAge = length,
        Path = "/",
    };
}
