using System.Diagnostics.Metrics;

namespace Vantage.Actors.Runtime;

/// <summary>What waits and lives in one worker of a runtime, or in a runtime that has none.</summary>
/// <param name="Worker">Its number, or null.</param>
/// <param name="QueuedMessages">Messages that wait for actors.</param>
/// <param name="ActiveActors">Actors in memory.</param>
/// <param name="QueuedFrames">Frames that wait for position shards.</param>
/// <param name="QueuedFixes">Fixes in those frames.</param>
internal readonly record struct RuntimeLoad(int? Worker, long QueuedMessages, long ActiveActors, long QueuedFrames, long QueuedFixes);

/// <summary>Messages and actors of a runtime without workers, counted where they come and go. Thread-safe.</summary>
internal sealed class ActorCounts
{
    private long _queued;
    private long _active;

    public void OnQueued(int messages) => Interlocked.Add(ref _queued, messages);

    public void OnActivated() => Interlocked.Increment(ref _active);

    public void OnDeactivated() => Interlocked.Decrement(ref _active);

    /// <summary>Together with what waits for the position shards beside them, which may not be there yet.</summary>
    public RuntimeLoad With(ShardThreads? shards)
        => new(null, Volatile.Read(ref _queued), Volatile.Read(ref _active), shards?.QueuedFrames ?? 0, shards?.QueuedFixes ?? 0);
}

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

    /// <param name="factory">Whose meter it is; null for one of its own.</param>
    /// <param name="loads">Asked when somebody looks at the gauges.</param>
    public RuntimeMetrics(IMeterFactory? factory, Func<IEnumerable<RuntimeLoad>> loads)
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
        Observe("vantage.actors.mailbox.depth", "{message}", "Messages that wait for actors.", load => load.QueuedMessages);
        Observe("vantage.actors.active", "{actor}", "Actors in memory.", load => load.ActiveActors);
        Observe("vantage.actors.frames.queued", "{frame}", "Frames that wait for position shards.", load => load.QueuedFrames);
        Observe("vantage.actors.fixes.queued", "{fix}", "Fixes in frames that wait for position shards.", load => load.QueuedFixes);

        void Observe(string name, string unit, string description, Func<RuntimeLoad, long> read)
            => _meter.CreateObservableGauge(name, () => loads().Select(load => Measure(in load, read(load))), unit, description);
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

    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }

    private static Measurement<long> Measure(in RuntimeLoad load, long value)
        => load.Worker is { } worker ? new Measurement<long>(value, new KeyValuePair<string, object?>("worker", worker)) : new Measurement<long>(value);
}
