using Vantage.Actors;
using Vantage.Actors.Cameras;
using Vantage.Actors.Runtime;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Video;

/// <summary>The configured video gateways. Reads what cameras they have, at the start and every few minutes, and keeps the camera register up to it.</summary>
internal sealed class VideoGateways : BackgroundService, IAsyncDisposable
{
    private const int MaxName = 100;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    /// <summary>After a failure: a gateway that was restarted is not waited for as long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, VideoGateway> _bySource;
    private readonly Situation _situation;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private bool _isDisposed;

    public VideoGateways(HostSettings settings, VideoMetrics metrics, TimeProvider time, Situation situation, ILogger<VideoGateways> log)
    {
        (_situation, _time, _log) = (situation, time, log);
        _bySource = settings.VideoSources.Where(source => source.Wvp is not null).ToDictionary(
            source => source.Name, source => new VideoGateway(source, new WvpClient(source.Wvp!, time, metrics), time, log), StringComparer.Ordinal);
    }

    public IReadOnlyCollection<VideoGateway> All => _bySource.Values;

    public VideoGateway? Find(string source) => _bySource.GetValueOrDefault(source);

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return; // The container knows it by two names.
        }

        _isDisposed = true;
        foreach (var gateway in All)
        {
            await gateway.DisposeAsync();
        }

        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(All.Select(gateway => FollowAsync(gateway, stoppingToken)));

    private async Task FollowAsync(VideoGateway gateway, CancellationToken stopping)
    {
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            var isRead = await TryReadAsync(gateway, stopping);
            try
            {
                await Task.Delay(isRead ? Period : Pause, _time, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<bool> TryReadAsync(VideoGateway gateway, CancellationToken stopping)
    {
        try
        {
            var catalog = await gateway.RefreshAsync(stopping);
            await RegisterAsync(gateway.Source, catalog, stopping);
            GatewayLog.Read(_log, gateway.Source, catalog.Channels.Count, catalog.Channels.Count(channel => channel.Place is null));
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (VideoProblem failed)
        {
            GatewayLog.NotRead(_log, gateway.Source, failed.Code, failed.Message);
        }
        catch (Exception failed) when (failed is IOException or TimeoutException or ActorFailedException)
        {
            GatewayLog.NotRead(_log, gateway.Source, "storage", failed.Message);
        }

        return false;
    }

    /// <summary>Name and place are the gateway's; classes, heading and addresses of a camera that is known stay as somebody entered them.</summary>
    private async Task RegisterAsync(string source, WvpCatalog catalog, CancellationToken stopping)
    {
        foreach (var channel in catalog.Channels.Where(channel => ActorId.FaultOf(channel.Key) is null))
        {
            var known = _situation.Cameras.Find(channel.Key)?.Registered;
            if (known is not null && known.Source != source)
            {
                continue; // Somebody's of the same name.
            }

            if (channel.Place is var (longitude, latitude))
            {
                var place = CoordinateSystems.ToWgs84(LatLng.Trusted(latitude, longitude), channel.IsGcj02 ? CoordinateSystem.Gcj02 : CoordinateSystem.Wgs84);
                var name = new string([.. channel.Name.Where(letter => !char.IsControl(letter)).Take(MaxName)]).Trim();
                var register = new RegisterCamera(
                    name.Length > 0 ? name : channel.Channel, WireDegrees.Round(place.Longitude), WireDegrees.Round(place.Latitude), source,
                    known?.Classes ?? [], known?.Heading, known?.Streams ?? []);
                if (known is null || (known.Name, known.Longitude, known.Latitude) != (register.Name, register.Longitude, register.Latitude))
                {
                    await _situation.ChangeCameraAsync(channel.Key, register, Origin.System, stopping);
                }
            }
        }

        foreach (var camera in _situation.Cameras.All.Where(camera => camera.Registered.Source == source).ToList())
        {
            // A camera that the gateway has never had is somebody else's to tell of.
            var channel = catalog.Find(camera.Registered.Camera);
            var state = channel?.IsOnline == true ? CameraState.Online : CameraState.Offline;
            if (state != camera.State && (channel is not null || camera.Registered.Camera.Contains('_', StringComparison.Ordinal)))
            {
                await _situation.ChangeCameraAsync(camera.Registered.Camera, new ReportCameraState(state), Origin.System, stopping);
            }
        }
    }
}
