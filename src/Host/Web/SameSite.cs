using Vantage.Host.People;

namespace Vantage.Host.Web;

/// <summary>
/// Refuses what another site's page makes a signed-in browser send. The cookie is SameSite=Strict already; this does not rely on it.
/// </summary>
internal static class SameSite
{
    public static void UseSameSiteOnly(this IApplicationBuilder app) => app.Use((context, next)
        => CanChangeSomething(context.Request) && IsFromAnotherSite(context.Request)
            ? Problems.CrossSite().ExecuteAsync(context)
            : next(context));

    /// <summary>A WebSocket handshake is a GET, and is not bound to one origin by browsers. Programs with a token have no ambient sign-in.</summary>
    private static bool CanChangeSomething(HttpRequest request)
    {
        if (request.Headers.Authorization.Count > 0 || request.Path.StartsWithSegments("/osmand", StringComparison.Ordinal))
        {
            return false;
        }

        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        return !isSafe || (request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal) && BearerHandler.TokenOf(request) is null);
    }

    private static bool IsFromAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site && site is not ("same-origin" or "none"))
        {
            return true;
        }

        return request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
