using System.Diagnostics.Metrics;

namespace Vantage.Host.Video;

/// <summary>Instruments of video.</summary>
internal sealed class VideoMetrics
{
    private readonly Counter<long> _snapshots;
    private readonly Counter<long> _failedSnapshots;
    private readonly Counter<long> _refusals;

    public VideoMetrics(IMeterFactory meters)
    {
        Meter = meters.Create("Vantage.Host");
        _snapshots = Meter.CreateCounter<long>("vantage.video.snapshots", "{picture}", "Pictures fetched from cameras.");
        _failedSnapshots = Meter.CreateCounter<long>("vantage.video.snapshots.failed", "{picture}", "Pictures that could not be had, by reason.");
        _refusals = Meter.CreateCounter<long>("vantage.video.gateway.failures", "{call}", "Calls of a video gateway that failed, by reason.");
    }

    public Meter Meter { get; }

    public void OnSnapshot() => _snapshots.Add(1);

    public void OnSnapshotFailed(string reason) => _failedSnapshots.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void OnGatewayFailed(string reason) => _refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
