using Vantage.Host.Access;

namespace Vantage.Host.Telemetry;

/// <summary><c>/metrics</c>: for a scraper on this machine, or one with a token.</summary>
internal static class MetricsEndpoint
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<PrometheusExporter>();
        return services;
    }

    public static void MapMetrics(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<PrometheusExporter>(); // Counting begins with the program, not with the first scrape.
        app.MapGet("/metrics", (PrometheusExporter exporter) => TypedResults.Text(exporter.Write(), "text/plain; version=0.0.4"))
            .WithMetadata(new RightAttribute(Rights.MetricsRead) { LoopbackIsEnough = true })
            .ExcludeFromDescription();
    }
}
