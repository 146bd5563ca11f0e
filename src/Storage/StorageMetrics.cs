using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vantage.Storage;

/// <summary>The instruments of all stored files, on the meter <c>Vantage.Storage</c>. Names and units are stable.</summary>
internal sealed class StorageMetrics : IDisposable
{
    public const string MeterName = "Vantage.Storage";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _commitSeconds;
    private readonly Histogram<int> _commitFixes;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _checkpointSeconds;
    private readonly Counter<long> _damaged;

    public StorageMetrics()
    {
        _commitSeconds = _meter.CreateHistogram(
            "vantage.storage.commit.duration",
            unit: "s",
            description: "From the begin of a transaction until it is on the disk.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5] });
        _commitFixes = _meter.CreateHistogram(
            "vantage.storage.commit.fixes",
            unit: "{fix}",
            description: "Fixes made durable by one commit of the track log.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 10, 100, 1_000, 10_000, 65_536] });
        _bytes = _meter.CreateCounter<long>("vantage.storage.written", "By", "Payload handed to the files, before pages and write-ahead log.");
        _failures = _meter.CreateCounter<long>("vantage.storage.commit.failures", "{commit}", "Commits that were refused by the disk.");
        _checkpointSeconds = _meter.CreateHistogram<double>(
            "vantage.storage.checkpoint.duration", "s", "Copying a write-ahead log into its file; commits of that file wait.");
        _damaged = _meter.CreateCounter<long>("vantage.storage.damaged", "{chunk}", "Chunks of tracks, and rows of heat, that were met and cannot be read, each counted once.");
    }

    public void ObserveQueue(Func<long> queuedFixes)
        => _meter.CreateObservableGauge("vantage.storage.queue.fixes", queuedFixes, "{fix}", "Fixes waiting for the track log.");

    public void OnCommit(string file, long startedAt, long payloadBytes)
    {
        var tag = new KeyValuePair<string, object?>("file", file);
        _commitSeconds.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, tag);
        _bytes.Add(payloadBytes, tag);
    }

    public void OnLogCommit(string file, long startedAt, long payloadBytes, int fixes)
    {
        OnCommit(file, startedAt, payloadBytes);
        if (fixes > 0)
        {
            _commitFixes.Record(fixes);
        }
    }

    public void OnDamage() => _damaged.Add(1);

    public void OnFailure(string file) => _failures.Add(1, new KeyValuePair<string, object?>("file", file));

    public void OnCheckpoint(string file, long startedAt)
        => _checkpointSeconds.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, new KeyValuePair<string, object?>("file", file));

    public void Dispose() => _meter.Dispose();
}
