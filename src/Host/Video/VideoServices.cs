using Vantage.Host.Demo;
using Vantage.Host.Tours;

namespace Vantage.Host.Video;

internal static class VideoServices
{
    public static IServiceCollection AddVideo(this IServiceCollection services)
    {
        services.AddSingleton<VideoMetrics>();
        services.AddSingleton<PictureFetch>();
        services.AddSingleton<Stills>();
        services.AddSingleton<DemoFrames>();
        services.AddSingleton<VideoGateways>();
        services.AddSingleton<VideoFeeds>();
        services.AddSingleton<VideoSessions>();
        services.AddSingleton<VideoOrigins>();
        services.AddSingleton<TourCameras>();
        services.AddHostedService(provider => provider.GetRequiredService<VideoGateways>());
        services.AddHostedService(provider => provider.GetRequiredService<VideoSessions>()); // Stopped before the gateways, which it still calls.
        return services;
    }
}
