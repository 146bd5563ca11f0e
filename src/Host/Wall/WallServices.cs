using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Vantage.Host.Access;

namespace Vantage.Host.Wall;

internal static class WallServices
{
    /// <summary>What a screen may send in one message: a viewport with its filters.</summary>
    private const int MaxMessageBytes = 32 * 1024;

    public static IServiceCollection AddWall(this IServiceCollection services)
    {
        services.AddSingleton<Screens>();
        services.AddSingleton<BreachBoard>();
        services.AddSingleton<SummaryMaker>();
        services.AddSingleton<WallMetrics>();
        services.AddHostedService<WallFeed>();
        services
            .AddSignalR(hub =>
            {
                hub.MaximumReceiveMessageSize = MaxMessageBytes;
                hub.MaximumParallelInvocationsPerClient = 1;
                hub.EnableDetailedErrors = false;
                hub.HandshakeTimeout = TimeSpan.FromSeconds(15);
                hub.ClientTimeoutInterval = TimeSpan.FromSeconds(30);
                hub.AddFilter<HubRights>();
            })
            .AddJsonProtocol(json => json.PayloadSerializerOptions = WallJson.Options);
        services.AddSingleton<HubRights>();
        services.AddSingleton<IHubProtocol, WallProtocol>(); // Of two of one name the later is taken.
        return services;
    }

    public static void MapWall(this IEndpointRouteBuilder app)
    {
        app.MapHub<WallHub>("/hubs/wall", hub => hub.CloseOnAuthenticationExpiration = true).Needs(Rights.SignedIn);
        app.MapGet("/api/overview", (HttpContext context, SummaryMaker summaries) => TypedResults.Ok(summaries.Make(context.Caller())))
            .Needs(Rights.LiveRead).WithTags("Wall").WithSummary("The installation in a few numbers.");
    }
}
