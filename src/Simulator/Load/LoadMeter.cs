using System.Globalization;

namespace Vantage.Simulator.Load;

/// <summary>What a load run has sent and been told. Thread-safe.</summary>
public sealed class LoadMeter
{
    private long _sent;
    private long _acknowledged;
    private long _refused;
    private long _broken;

    public LatencyHistogram Latency { get; } = new();

    public long Sent => Interlocked.Read(ref _sent);

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Reports that the host would not have, or whose request failed.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Connections that ended before the run did.</summary>
    public long Broken => Interlocked.Read(ref _broken);

    public long Unanswered => Sent - Acknowledged - Refused;

    public void OnSent(int count) => Interlocked.Add(ref _sent, count);

    public void OnAnswered(int acknowledged, int refused, TimeSpan latency)
    {
        Interlocked.Add(ref _acknowledged, acknowledged);
        Interlocked.Add(ref _refused, refused);
        Latency.Add(latency);
    }

    public void OnBroken() => Interlocked.Increment(ref _broken);
}

/// <summary>A moment's reading of a meter, and how it reads.</summary>
internal sealed record LoadReading(TimeSpan At, long Sent, long Acknowledged, long Refused, long Broken, LatencyHistogram Latency)
{
    public static readonly LoadReading Zero = new(TimeSpan.Zero, 0, 0, 0, 0, new());

    public static LoadReading Of(LoadMeter meter, TimeSpan at)
        => new(at, meter.Sent, meter.Acknowledged, meter.Refused, meter.Broken, meter.Latency.Snapshot());

    /// <summary>One line about the time since an earlier reading.</summary>
    public string LineSince(LoadReading before)
    {
        var seconds = Math.Max(0.001, (At - before.At).TotalSeconds);
        var latency = Latency.Since(before.Latency);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{At.TotalSeconds,6:0.0} s   sent {PerSecond(Sent - before.Sent),8:0}/s   acknowledged {PerSecond(Acknowledged - before.Acknowledged),8:0}/s   refused {PerSecond(Refused - before.Refused),6:0}/s   ack p50 {Ms(latency, 0.5):0.00} ms   p99 {Ms(latency, 0.99):0.00} ms");

        double PerSecond(long count) => count / seconds;
    }

    /// <summary>The last line: everything, as key=value.</summary>
    public string Summary(LoadOptions options, TimeSpan sending) => string.Create(
        CultureInfo.InvariantCulture,
        $"summary protocol={options.Protocol.ToString().ToLowerInvariant()} units={options.Units} seconds={sending.TotalSeconds:0.00} sent={Sent} acknowledged={Acknowledged} refused={Refused} unanswered={Sent - Acknowledged - Refused} broken_connections={Broken} acknowledged_per_second={Acknowledged / Math.Max(0.001, sending.TotalSeconds):0} ack_p50_ms={Ms(Latency, 0.5):0.00} ack_p99_ms={Ms(Latency, 0.99):0.00} ack_max_ms={Ms(Latency, 1):0.00}");

    private static double Ms(LatencyHistogram latency, double share) => latency.Percentile(share).TotalMilliseconds;
}
