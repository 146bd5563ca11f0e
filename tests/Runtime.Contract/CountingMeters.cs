using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Vantage.Runtime.Contract;

/// <summary>Adds up what counters of its own meters count, and reads their gauges, and those of no other test.</summary>
public sealed class CountingMeters : IMeterFactory
{
    private readonly ConcurrentDictionary<string, long> _sums = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _gauges = new(StringComparer.Ordinal);
    private readonly Lock _looking = new();
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener = new();

    public CountingMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this && instrument.Meter.Name == "Vantage.Actors")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) => (instrument.IsObservable ? _gauges : _sums).AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        _listener.Start();
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public long Sum(string instrument) => _sums.GetValueOrDefault(instrument);

    /// <summary>What a gauge shows now, added up over workers.</summary>
    /// <exception cref="KeyNotFoundException">There is no such gauge.</exception>
    public long Gauge(string instrument)
    {
        lock (_looking)
        {
            _gauges.Clear();
            _listener.RecordObservableInstruments();
            return _gauges[instrument];
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }
}
