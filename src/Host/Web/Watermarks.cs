using Vantage.Actors.History;
using Vantage.Host.Situations;

namespace Vantage.Host.Web;

/// <summary>Reading one's own writes: answers to writes carry a watermark, and a query with <c>?after=</c> waits until it is covered.</summary>
internal static class Watermarks
{
    public const string Header = "Vantage-Watermark";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static void SetWatermark(this HttpContext context, string watermark) => context.Response.Headers[Header] = watermark;

    /// <summary>Makes a query endpoint obey <c>?after=</c>.</summary>
    public static RouteHandlerBuilder WaitsForWatermark(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(async (invocation, next) =>
    {
        var context = invocation.HttpContext;
        if (context.Request.Query["after"].ToString() is not { Length: > 0 } after)
        {
            return await next(invocation);
        }

        if (!Watermark.TryParse(after, out var mark))
        {
            return Problems.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["after"] = [$"Is not a {Header} that this host gave."] });
        }

        try
        {
            await context.RequestServices.GetRequiredService<Situation>().WaitForAsync(mark, Longest, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            return Problems.Behind(TimeSpan.FromSeconds(1));
        }

        return await next(invocation);
    });
}
