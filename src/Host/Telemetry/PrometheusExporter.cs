using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Vantage.Host.Telemetry;

/// <summary>Listens to the program's instruments and writes them as Prometheus text (exposition format 0.0.4).</summary>
/// <remarks>
/// Names become snake case with the unit behind, counters end in <c>_total</c>. An instrument keeps at most <see cref="MaxSeries"/> combinations of
/// tags; what comes beyond is added up under <c>overflow="true"</c>, so that a tag that runs wild cannot fill the memory.
/// </remarks>
internal sealed class PrometheusExporter : IDisposable
{
    /// <summary>Combinations of tags kept for one instrument.</summary>
    public const int MaxSeries = 500;

    private static readonly double[] Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly string[] Meters = ["Vantage.", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, Family> _families = new();

    public PrometheusExporter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Any(prefix => instrument.Meter.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                var family = _families.GetOrAdd(instrument, static instrument => new Family(instrument));
                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) => _families.Remove(instrument, out Family? _);
        Listen<byte>(value => value);
        Listen<short>(value => value);
        Listen<int>(value => value);
        Listen<long>(value => value);
        Listen<float>(value => value);
        Listen<double>(value => value);
        Listen<decimal>(value => (double)value);
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();

        // Two meters may hold the same instrument (one a container); one family is written of both.
        foreach (var name in _families.Values.GroupBy(family => family.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            name.First().WriteHead(text);
            foreach (var family in name.Where(family => family.Type == name.First().Type))
            {
                family.WriteSeries(text);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Listen<T>(Func<T, double> toDouble)
        where T : struct
        => _listener.SetMeasurementEventCallback<T>((_, value, tags, state) => ((Family)state!).Record(toDouble(value), tags));

    private enum SeriesType
    {
        Counter,
        Gauge,
        Histogram,
    }

    /// <summary>One instrument with its series.</summary>
    private sealed class Family
    {
        private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly string _help;
        private readonly bool _isAbsolute;
        private readonly double[] _bounds;

        public Family(Instrument instrument)
        {
            var kind = instrument.GetType().Name;
            (Type, _isAbsolute) = kind switch
            {
                _ when kind.StartsWith("ObservableCounter", StringComparison.Ordinal) => (SeriesType.Counter, true),
                _ when kind.StartsWith("Counter", StringComparison.Ordinal) => (SeriesType.Counter, false),
                _ when kind.StartsWith("Histogram", StringComparison.Ordinal) => (SeriesType.Histogram, false),
                _ when kind.StartsWith("UpDownCounter", StringComparison.Ordinal) => (SeriesType.Gauge, false),
                _ => (SeriesType.Gauge, true),
            };
            Name = NameOf(instrument, Type);
            _help = (instrument.Description ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
            _bounds = AdviceOf(instrument) ?? Buckets;
        }

        private static double[]? AdviceOf(Instrument instrument) => instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds],
            Histogram<int> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
            Histogram<long> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
            _ => null,
        };

        public string Name { get; }

        public SeriesType Type { get; }

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = Labels(tags);
            lock (_series)
            {
                if (!_series.TryGetValue(labels, out var series))
                {
                    if (_series.Count >= MaxSeries)
                    {
                        labels = "overflow=\"true\"";
                    }

                    if (!_series.TryGetValue(labels, out series))
                    {
                        _series[labels] = series = new Series(Type == SeriesType.Histogram ? new long[_bounds.Length + 1] : []);
                    }
                }

                series.Sum = _isAbsolute ? value : series.Sum + value;
                series.Count++;
                if (Type == SeriesType.Histogram)
                {
                    var index = Array.FindIndex(_bounds, bound => value <= bound);
                    series.InBucket[index < 0 ? _bounds.Length : index]++;
                }
            }
        }

        public void WriteHead(StringBuilder text)
        {
            var type = Type switch
            {
                SeriesType.Counter => "counter",
                SeriesType.Histogram => "histogram",
                _ => "gauge",
            };
            text.Append("# HELP ").Append(Name).Append(' ').Append(_help).Append('\n').Append("# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
        }

        public void WriteSeries(StringBuilder text)
        {
            lock (_series)
            {
                foreach (var (labels, series) in _series)
                {
                    if (Type == SeriesType.Histogram)
                    {
                        WriteHistogram(text, labels, series);
                    }
                    else
                    {
                        Line(text, Name, labels, series.Sum);
                    }
                }
            }
        }

        private void WriteHistogram(StringBuilder text, string labels, Series series)
        {
            var comma = labels.Length == 0 ? "" : ",";
            var below = 0L;
            for (var i = 0; i < _bounds.Length; i++)
            {
                below += series.InBucket[i];
                Line(text, Name + "_bucket", $"{labels}{comma}le=\"{Number(_bounds[i])}\"", below);
            }

            Line(text, Name + "_bucket", $"{labels}{comma}le=\"+Inf\"", series.Count);
            Line(text, Name + "_sum", labels, series.Sum);
            Line(text, Name + "_count", labels, series.Count);
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0)
            {
                text.Append('{').Append(labels).Append('}');
            }

            text.Append(' ').Append(Number(value)).Append('\n');
        }

        private static string Number(double value) => value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            _ => value.ToString(CultureInfo.InvariantCulture),
        };

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.IsEmpty)
            {
                return "";
            }

            var text = new StringBuilder();
            foreach (var (key, value) in tags)
            {
                var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)?
                    .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
                text.Append(text.Length == 0 ? "" : ",").Append(Snake(key)).Append("=\"").Append(escaped).Append('"');
            }

            return text.ToString();
        }

        private static string NameOf(Instrument instrument, SeriesType type)
        {
            var unit = instrument.Unit switch
            {
                "s" => "_seconds",
                "ms" => "_milliseconds",
                "By" => "_bytes",
                "m" => "_metres",
                _ => "",
            };
            var name = Snake(instrument.Name);
            name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
            return type == SeriesType.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
        }

        private static string Snake(string name)
        {
            var snake = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));
            return char.IsAsciiDigit(snake[0]) ? "_" + snake : snake;
        }
    }

    private sealed class Series(long[] inBucket)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] InBucket { get; } = inBucket;
    }
}
