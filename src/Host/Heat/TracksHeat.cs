using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;

namespace Vantage.Host.Heat;

/// <summary>Heat of units as their tracks have it. Some units are read at a time, each a piece of its track at a time.</summary>
internal static class TracksHeat
{
    public const int UnitsAtOnce = 4;

    /// <summary>Passes the heat of units within [fromHour, toHour), by one thread at a time.</summary>
    /// <returns>How many fixes storage could not read.</returns>
    public static async Task<long> ReadAsync(
        Situation situation, IEnumerable<UnitInfo> units, int fromHour, int toHour, Action<HeatDelta> add, CancellationToken cancelled)
    {
        var adding = new Lock();
        var unreadable = 0L;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = UnitsAtOnce, CancellationToken = cancelled };
        await Parallel.ForEachAsync(units, parallel, async (unit, stopped) =>
        {
            var lost = await ReadAsync(situation, unit, fromHour, toHour, AddAll, stopped);
            Interlocked.Add(ref unreadable, lost);
        });
        return unreadable;

        void AddAll(List<HeatDelta> deltas)
        {
            lock (adding)
            {
                deltas.ForEach(add);
            }

            deltas.Clear();
        }
    }

    private static async Task<long> ReadAsync(
        Situation situation, UnitInfo unit, int fromHour, int toHour, Action<List<HeatDelta>> addAll, CancellationToken cancelled)
    {
        var (fromMs, toMs) = (fromHour * HeatCube.HourMs, toHour * HeatCube.HourMs);
        var deltas = new List<HeatDelta>();
        var heat = new TrackHeat(fromHour, toHour, deltas.Add);
        var damaged = new HashSet<DamagedTrack>();
        await foreach (var piece in TrackWindows.ReadAsync(situation, unit, fromMs - HeatCube.MaxPresenceMs, toMs, cancelled))
        {
            damaged.UnionWith(piece.Damaged.Where(lost => lost.FromMs < toMs && lost.ToMs >= fromMs)); // One may reach over several pieces.
            foreach (var fix in piece.Fixes)
            {
                heat.Add(in fix);
            }

            addAll(deltas);
        }

        if (heat.HasBegun)
        {
            heat.EndsWith(await GoesOnAsync(situation, unit, toMs, cancelled));
            addAll(deltas);
        }

        return damaged.Sum(lost => (long)lost.Fixes);
    }

    /// <summary>Whether the unit has a fix at or after a time.</summary>
    private static async Task<bool> GoesOnAsync(Situation situation, UnitInfo unit, long timeMs, CancellationToken cancelled)
    {
        var next = await situation.ReadTrackAsync(unit, timeMs, long.MaxValue, atMost: 0, detail: null, cancelled);
        return next.Fixes.Count + next.Damaged.Count > 0;
    }
}
