using System.Diagnostics.Tracing;

namespace Vantage.Bench.Pipeline;

/// <summary>Tells which types memory goes to, by the runtime's own sampling (one event for about every 100 kB).</summary>
internal sealed class AllocationSampler : EventListener
{
    private const EventKeywords GcKeyword = (EventKeywords)0x1;

    private readonly Dictionary<string, long> _bytesByType = new(StringComparer.Ordinal);

    public void Print(double reports)
    {
        lock (_bytesByType)
        {
            foreach (var (type, bytes) in _bytesByType.OrderByDescending(entry => entry.Value).Take(15))
            {
                Console.WriteLine(FormattableString.Invariant($"  {bytes / reports,8:F1} B a report  {type}"));
            }
        }
    }

    public void Clear()
    {
        lock (_bytesByType)
        {
            _bytesByType.Clear();
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, GcKeyword);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) != true || eventData.Payload is not { Count: > 5 } payload)
        {
            return;
        }

        var type = payload[5] as string ?? "?";
        lock (_bytesByType)
        {
            _bytesByType[type] = _bytesByType.GetValueOrDefault(type) + Convert.ToInt64(payload[3], System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
