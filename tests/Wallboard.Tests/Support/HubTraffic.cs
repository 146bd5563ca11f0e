using System.Text.Json.Nodes;

namespace Vantage.Wallboard.Tests;

/// <summary>Where a unit was last said to be.</summary>
public readonly record struct Seen(double Longitude, double Latitude, long TimeMs);

/// <summary>The hub's messages as they pass: JSON, each ended by 0x1E. Thread-safe.</summary>
public sealed class HubTraffic
{
    private const char End = '\x1e';

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Seen> _units = [];
    private MapArea? _area;

    /// <summary>The newest position of every unit in sight, by its number.</summary>
    public IReadOnlyDictionary<int, Seen> Units
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<int, Seen>(_units);
            }
        }
    }

    /// <summary>What the page last said that its map shows.</summary>
    public MapArea? Area
    {
        get
        {
            lock (_lock)
            {
                return _area;
            }
        }
    }

    internal void Send(string? text)
    {
        foreach (var area in Arguments(text, "SetViewport"))
        {
            lock (_lock)
            {
                _area = MapArea.Of(area);
            }
        }
    }

    internal void Receive(string? text)
    {
        foreach (var frame in Arguments(text, "frame"))
        {
            lock (_lock)
            {
                Take_NeedsLock(frame["units"]!);
            }
        }
    }

    private static IEnumerable<JsonNode> Arguments(string? text, string target) => (text ?? "")
        .Split(End, StringSplitOptions.RemoveEmptyEntries)
        .Where(message => message.Contains($"\"target\":\"{target}\"", StringComparison.Ordinal))
        .Select(message => JsonNode.Parse(message)!["arguments"]![0]!);

    private void Take_NeedsLock(JsonNode columns)
    {
        var numbers = columns["n"]!.AsArray();
        for (var i = 0; i < numbers.Count; i++)
        {
            _units[(int)numbers[i]!] = new((double)columns["lon"]![i]!, (double)columns["lat"]![i]!, (long)columns["time"]![i]!);
        }
    }
}
