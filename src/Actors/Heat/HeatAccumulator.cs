using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Geo.H3;

namespace Vantage.Actors.Heat;

/// <summary>Adds up the heat of one shard between two commits: HEAT-1 and HEAT-2. Sums of integers, so that order means nothing.</summary>
internal sealed class HeatAccumulator
{
    private readonly Dictionary<(int Hour, ulong Cell), (int Fixes, long PresenceMs)> _cells = [];

    public static ulong CellOf(in Fix fix) => H3Cell.Of(fix.Latitude, fix.Longitude, HeatCube.BaseResolution).Value;

    public void AddFix(ulong cell, long timeMs, int sign) => Add(HourOf(timeMs), cell, sign, 0);

    /// <summary>Presence in a cell from a fix until the next; long waits count <see cref="HeatCube.MaxPresenceMs"/>.</summary>
    public void AddPresence(ulong cell, long fromMs, long untilMs, int sign)
    {
        untilMs = Math.Min(untilMs, fromMs + HeatCube.MaxPresenceMs);
        while (fromMs < untilMs)
        {
            var hour = HourOf(fromMs);
            var endMs = Math.Min(untilMs, (hour + 1) * HeatCube.HourMs);
            Add(hour, cell, 0, sign * (endMs - fromMs));
            fromMs = endMs;
        }
    }

    public void MoveTo(List<HeatDelta> deltas)
    {
        foreach (var ((hour, cell), (fixes, presenceMs)) in _cells)
        {
            if (fixes != 0 || presenceMs != 0)
            {
                deltas.Add(new HeatDelta(hour, cell, fixes, presenceMs));
            }
        }

        _cells.Clear();
    }

    private static int HourOf(long timeMs) => (int)Math.Floor((double)timeMs / HeatCube.HourMs);

    private void Add(int hour, ulong cell, int fixes, long presenceMs)
    {
        ref var sum = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_cells, (hour, cell), out _);
        sum = (sum.Fixes + fixes, sum.PresenceMs + presenceMs);
    }
}
