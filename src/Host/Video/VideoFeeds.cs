using Vantage.Actors.Cameras;
using Vantage.Host.Demo;
using Vantage.Host.Settings;

namespace Vantage.Host.Video;

/// <summary>Where the pictures of each camera come from: its registered addresses, and those of its source as it is configured.</summary>
internal sealed class VideoFeeds(HostSettings settings, Stills stills, PictureFetch pictures, VideoGateways gateways, DemoFrames frames, TimeProvider time)
{
    private readonly Dictionary<string, VideoSource> _sources = settings.VideoSources.ToDictionary(source => source.Name, StringComparer.Ordinal);

    /// <summary>The addresses that a browser plays, in the order to try them, without a gateway's.</summary>
    public IReadOnlyList<StreamView> StreamsOf(CameraRegistered camera)
    {
        var known = SourceOf(camera)?.Streams.Select(template => template.Fill(camera)) ?? [];
        return [.. camera.Streams.Concat(known).Distinct(StringComparer.Ordinal)
            .Select(address => StreamAddress.ProtocolOf(address) is { } protocol ? new StreamView(protocol, address) : null).OfType<StreamView>()];
    }

    /// <summary>The gateway that plays a camera; null: none.</summary>
    public (VideoGateway Gateway, WvpChannel Channel)? GatewayOf(CameraRegistered camera)
        => camera.Source is { } source && gateways.Find(source) is { } gateway && gateway.Find(camera.Camera) is { } channel ? (gateway, channel) : null;

    /// <summary>Whether there is anything to fetch a picture from.</summary>
    public bool HasStill(CameraRegistered camera) => AddressOf(camera) is not null || GatewayOf(camera) is not null || frames.Has(camera.Camera);

    /// <summary>The newest picture of a camera.</summary>
    /// <exception cref="VideoProblem">It has none connected.</exception>
    public Task<StillAnswer> StillAsync(CameraView camera)
    {
        var known = camera.Registered;
        return AddressOf(known) is { } address ? stills.NewestAsync(known.Camera, address, () => pictures.FetchAsync(new Uri(address)))
            : GatewayOf(known) is var (gateway, channel) ? stills.NewestAsync(known.Camera, gateway.Source, () => SnapAsync(gateway, channel))
            : frames.Has(known.Camera) ? Task.FromResult(frames.Draw(camera, time.GetUtcNow()))
            : throw new VideoProblem(VideoProblem.NoPictures, "No pictures are connected for this camera: neither by an address of its own nor by its source.");
    }

    /// <summary>To who asks for a picture it is the same whether camera or gateway failed.</summary>
    private static async Task<Still> SnapAsync(VideoGateway gateway, WvpChannel channel)
    {
        try
        {
            return await gateway.Client.SnapAsync(channel);
        }
        catch (VideoProblem failed) when (failed.Code is VideoProblem.GatewayUnreachable or VideoProblem.GatewayRefused)
        {
            throw new VideoProblem(failed.Code == VideoProblem.GatewayUnreachable ? VideoProblem.Unreachable : VideoProblem.Refused, failed.Message);
        }
    }

    private VideoSource? SourceOf(CameraRegistered camera) => camera.Source is { } source ? _sources.GetValueOrDefault(source) : null;

    /// <summary>A camera's own address comes before its source's.</summary>
    private string? AddressOf(CameraRegistered camera)
        => camera.Streams.FirstOrDefault(StreamAddress.IsPicture) ?? SourceOf(camera)?.Snapshot?.Fill(camera);
}

/// <summary>An address to play.</summary>
/// <param name="Protocol"><c>hls</c>, <c>flv</c>, <c>whep</c> or <c>still</c>.</param>
internal sealed record StreamView(string Protocol, string Url);
