using Vantage.Host.Video;

namespace Vantage.Host.Web;

/// <summary>What a browser must be told about every answer.</summary>
internal static class SecurityHeaders
{
    /// <remarks>
    /// Nothing leaves the house: everything comes from this host, but for video, which comes from where it was connected. MapLibre runs its worker from a blob, and styles its markers inline.
    /// </remarks>
    private static string Policy(string video) =>
        "default-src 'self'; script-src 'self'; worker-src 'self' blob:; child-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data: blob:; font-src 'self' data:; "
        + $"media-src 'self' blob:{video}; connect-src 'self' blob: data:{video}; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(context.RequestServices.GetRequiredService<VideoOrigins>().Sources());
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self), window-management=(self)";
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            headers.CacheControl = "no-store";
        }

        return next(context);
    });
}
