using System.Diagnostics.Metrics;

namespace Vantage.Host.Wall;

/// <summary>Instruments of the wall's feed.</summary>
internal sealed class WallMetrics
{
    private readonly Histogram<double> _tick;
    private readonly Histogram<double> _latency;
    private readonly Histogram<double> _painted;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _heldBack;
    private readonly Counter<long> _busy;

    public WallMetrics(IMeterFactory meters, Screens screens)
    {
        var meter = meters.Create("Vantage.Host");
        _tick = meter.CreateHistogram<double>("vantage.wall.tick.duration", "s", "Time to look at all changes and compose all frames.");
        _latency = meter.CreateHistogram<double>(
            "vantage.wall.latency", "s", "From a fix's arrival until a frame with it was handed to a screen's connection; of each frame the longest.");
        _painted = meter.CreateHistogram<double>(
            "vantage.wall.painted", "s", "From a fix's arrival until a screen had painted it, as the screens tell it: once a second each, of its newest frame.");
        _failures = meter.CreateCounter<long>("vantage.wall.tick.failures", "{tick}", "Ticks that threw.");
        _frames = meter.CreateCounter<long>("vantage.wall.frames", "{frame}", "Frames sent to screens.");
        _bytes = meter.CreateCounter<long>("vantage.wall.frame.size", "By", "Bytes of frames sent, without names.");
        _heldBack = meter.CreateCounter<long>("vantage.wall.frames.held_back", "{frame}", "Frames not made as two were unacknowledged.");
        _busy = meter.CreateCounter<long>("vantage.wall.screens.busy", "{tick}", "Ticks at which a screen's last send had not ended.");
        meter.CreateObservableGauge("vantage.wall.screens", () => screens.Count, "{screen}", "Connected screens.");
    }

    public void OnTick(TimeSpan duration) => _tick.Record(duration.TotalSeconds);

    public void OnShown(TimeSpan sinceArrival) => _latency.Record(sinceArrival.TotalSeconds);

    public void OnPainted(double sinceArrival) => _painted.Record(sinceArrival);

    public void OnTickFailed() => _failures.Add(1);

    public void OnFrame(int bytes)
    {
        _frames.Add(1);
        _bytes.Add(bytes);
    }

    public void OnFrameHeldBack() => _heldBack.Add(1);

    public void OnScreenBusy() => _busy.Add(1);
}
