using System.Collections.Concurrent;
using Vantage.Actors.Positions;

namespace Vantage.Devices;

/// <summary>How often each unit's reports were refused, by reason, since the process began. Thread-safe; grows with known units only.</summary>
public sealed class RefusalLedger
{
    private static readonly int Reasons = Enum.GetValues<Refusal>().Length;

    private readonly ConcurrentDictionary<int, long[]> _units = new();

    public void Count(int unit, Refusal refusal)
        => Interlocked.Increment(ref _units.GetOrAdd(unit, static _ => new long[Reasons])[(int)refusal]);

    /// <summary>The reasons that occurred, with their counts.</summary>
    public IReadOnlyDictionary<Refusal, long> Of(int unit)
    {
        var counts = _units.GetValueOrDefault(unit, []);
        return Enumerable.Range(0, counts.Length)
            .Select(reason => KeyValuePair.Create((Refusal)reason, Interlocked.Read(ref counts[reason])))
            .Where(pair => pair.Value > 0)
            .ToDictionary();
    }
}

/// <summary>Names of refusals for tags, made once.</summary>
internal static class RefusalNames
{
    private static readonly string[] Names = [.. Enum.GetValues<Refusal>().Select(refusal => refusal.ToString())];

    public static string Of(Refusal refusal) => Names[(int)refusal];
}
