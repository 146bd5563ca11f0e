using System.Diagnostics.Metrics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>The instruments of the meter <c>Vantage.Actors</c>. Their names are stable, and the same for every runtime.</summary>
internal sealed class RuntimeMetrics : IDisposable
{
    public const string MeterName = "Vantage.Actors";

    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private readonly Counter<long> _turns;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _fixes;
    private readonly Histogram<double> _append;
    private long _active;
    private long _queued;

    public RuntimeMetrics(IMeterFactory? factory, Func<ShardThreads?> shards)
    {
        // A meter of a factory is the factory's to dispose.
        _ownsMeter = factory is null;
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _turns = _meter.CreateCounter<long>("vantage.actors.turns", "{turn}", "Turns taken by actors.");
        _messages = _meter.CreateCounter<long>("vantage.actors.messages", "{message}", "Messages received by actors.");
        _failures = _meter.CreateCounter<long>(
            "vantage.actors.failures", "{failure}", "Failures by kind: message, append, recovery, shard, runtime.");
        _deadLetters = _meter.CreateCounter<long>(
            "vantage.actors.dead_letters", "{message}", "Messages that nobody received, by reason: no_behaviour, overflow, stopped, lost.");
        _frames = _meter.CreateCounter<long>("vantage.actors.frames", "{frame}", "Frames processed by position shards.");
        _fixes = _meter.CreateCounter<long>("vantage.actors.fixes", "{fix}", "Fixes in the frames processed by position shards.");
        _append = _meter.CreateHistogram("vantage.actors.append.duration", "s", "Time until a turn's events were durable.", tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
        });
        _meter.CreateObservableGauge("vantage.actors.mailbox.depth", () => Volatile.Read(ref _queued), "{message}", "Messages that wait for actors.");
        _meter.CreateObservableGauge("vantage.actors.active", () => Volatile.Read(ref _active), "{actor}", "Actors in memory.");
        _meter.CreateObservableGauge(
            "vantage.actors.frames.queued", () => (long)(shards()?.QueuedFrames ?? 0), "{frame}", "Frames that wait for position shards.");
        _meter.CreateObservableGauge(
            "vantage.actors.fixes.queued", () => (long)(shards()?.QueuedFixes ?? 0), "{fix}", "Fixes in frames that wait for position shards.");
    }

    public void OnTurn(int messages)
    {
        _turns.Add(1);
        _messages.Add(messages);
    }

    public void OnFailure(string kind) => _failures.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void OnDeadLetter(string reason) => _deadLetters.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void OnFrame(int fixes)
    {
        _frames.Add(1);
        _fixes.Add(fixes);
    }

    public void OnAppend(TimeSpan duration) => _append.Record(duration.TotalSeconds);

    public void OnQueued(int messages) => Interlocked.Add(ref _queued, messages);

    public void OnActivated() => Interlocked.Increment(ref _active);

    public void OnDeactivated() => Interlocked.Decrement(ref _active);

    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }
}
