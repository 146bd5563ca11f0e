using Vantage.Host.Access;
using Vantage.Host.Situations;

namespace Vantage.Host.Web;

/// <summary><c>/healthz</c>: the process is alive. <c>/readyz</c>: it has recovered and takes requests.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("alive")).IsOpen("Says nothing but that the process lives.").ExcludeFromDescription();
        app.MapGet("/readyz", Ready).IsOpen("Says nothing but whether it is ready.").ExcludeFromDescription();
    }

    private static IResult Ready(Readiness readiness, IHostApplicationLifetime lifetime)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Problems.Problem("stopping", "Stopping", 503, null);
        }

        return readiness.WaitingFor is { } reason ? Problems.Problem("not-ready", "Not ready yet", 503, reason) : TypedResults.Text("ready");
    }
}
