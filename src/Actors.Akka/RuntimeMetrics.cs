using System.Diagnostics.Metrics;

namespace Vantage.Actors.Akka;

/// <summary>The instruments of the meter <c>Vantage.Actors</c>. Their names are stable, and the same in every runtime.</summary>
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
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _append;

    public RuntimeMetrics(IMeterFactory? factory)
    {
        // A meter of a factory is the factory's to dispose.
        _ownsMeter = factory is null;
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _turns = _meter.CreateCounter<long>("vantage.actors.turns", "{turn}", "Turns taken by actors.");
        _messages = _meter.CreateCounter<long>("vantage.actors.messages", "{message}", "Messages received by actors.");
        _failures = _meter.CreateCounter<long>(
            "vantage.actors.failures", "{failure}", "Failures by kind: message, append, recovery, shard, runtime.");
        _deadLetters = _meter.CreateCounter<long>(
            "vantage.actors.dead_letters", "{message}", "Messages that nobody received, by reason: no_behaviour, overflow, stopped.");
        _frames = _meter.CreateCounter<long>("vantage.actors.frames", "{frame}", "Frames processed by position shards.");
        _fixes = _meter.CreateCounter<long>("vantage.actors.fixes", "{fix}", "Fixes in the frames processed by position shards.");
        _active = _meter.CreateUpDownCounter<long>("vantage.actors.active", "{actor}", "Actors in memory.");
        _append = _meter.CreateHistogram("vantage.actors.append.duration", "s", "Time until a turn's events were durable.", tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
        });
    }

    public void OnActive(int change) => _active.Add(change);

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
}
