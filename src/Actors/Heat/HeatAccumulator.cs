using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;

namespace Vantage.Actors.Heat;

/// <summary>Adds up the heat of one shard between two commits: HEAT-1 and HEAT-2. Sums of integers, so that order means nothing.</summary>
internal sealed class HeatAccumulator
{
    private readonly Dictionary<(int Hour, ulong Cell), (int Fixes, long PresenceMs)> _cells = [];

    /// <summary>The newest fix of a track, and the presence that it gives to the one before.</summary>
    /// <param name="before">The index of the fix before that counts, or -1.</param>
    public void Append(UnitTrack track, int index, int before)
    {
        ref readonly var fix = ref track.At(index);
        var cell = HeatCube.CellOf(in fix);
        AddFix(cell, fix.TimeMs, 1);
        if (before >= 0)
        {
            AddPresence(track.LastCell, track.At(before).TimeMs, fix.TimeMs, 1);
        }

        track.LastCell = cell;
    }

    /// <summary>A fix among others: what its neighbours gave each other, or the fix that it outranks had, is taken back.</summary>
    public void Insert(UnitTrack track, in TrackPlacement.Placement placed, int before, int after)
    {
        ref readonly var fix = ref track.At(placed.Index);
        var cell = HeatCube.CellOf(in fix);
        AddFix(cell, fix.TimeMs, 1);
        if (placed.Outranked is { } loser)
        {
            var loserCell = HeatCube.CellOf(in loser);
            AddFix(loserCell, loser.TimeMs, -1);
            if (after >= 0)
            {
                AddPresence(loserCell, loser.TimeMs, track.At(after).TimeMs, -1);
            }
        }
        else if (before >= 0)
        {
            var beforeCell = HeatCube.CellOf(in track.At(before));
            if (after >= 0)
            {
                AddPresence(beforeCell, track.At(before).TimeMs, track.At(after).TimeMs, -1);
            }

            AddPresence(beforeCell, track.At(before).TimeMs, fix.TimeMs, 1);
        }

        if (after >= 0)
        {
            AddPresence(cell, fix.TimeMs, track.At(after).TimeMs, 1);
        }
        else
        {
            track.LastCell = cell; // It outranked the newest.
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

    private void AddFix(ulong cell, long timeMs, int sign) => Add(HeatCube.HourOf(timeMs), cell, sign, 0);

    // Presence in a cell from a fix until the next.
    private void AddPresence(ulong cell, long fromMs, long untilMs, int sign)
    {
        var hour = HeatCube.HourOf(fromMs);
        var (itsMs, nextMs) = HeatCube.PresenceOf(fromMs, untilMs);
        Add(hour, cell, 0, sign * itsMs);
        if (nextMs > 0)
        {
            Add(hour + 1, cell, 0, sign * nextMs);
        }
    }

    private void Add(int hour, ulong cell, int fixes, long presenceMs)
    {
        ref var sum = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_cells, (hour, cell), out _);
        sum = (sum.Fixes + fixes, sum.PresenceMs + presenceMs);
    }
}
