using System.Runtime.InteropServices;
using Vantage.Actors.Positions;
using Vantage.Actors.Visits;
using Vantage.Geo;

namespace Vantage.Actors.Units;

/// <summary>The recent part of one unit's track, in order, with what is derived from it. Owned by the shard's thread.</summary>
internal sealed class UnitTrack(UnitInfo info)
{
    private Fix[] _fixes = new Fix[64];
    private long _sealToMs = long.MinValue;
    private int[] _zonesInside = [];

    public UnitInfo Info { get; set; } = info;

    public int Number => Info.Number;

    public int Count { get; private set; }

    public ReadOnlySpan<Fix> Fixes => _fixes.AsSpan(0, Count);

    /// <summary>Every stored fix at or after this time is here; <see cref="long.MinValue"/> when nothing older is stored.</summary>
    public long LoadedFromMs { get; set; } = long.MinValue;

    /// <summary>The times of fixes that are only in the log: [from, to]; from above to when there are none.</summary>
    public long UnsealedFromMs { get; private set; } = long.MaxValue;

    public long UnsealedToMs { get; private set; } = long.MinValue;

    /// <summary>The machines of zones that hold the unit or are about to.</summary>
    public List<ZoneState> States { get; } = [];

    /// <summary>Visits that reach into the window, by start; several zones mixed.</summary>
    public List<Visit> Visits { get; } = [];

    /// <summary>The least <see cref="Visit.NextCheckMs"/> of all visits.</summary>
    public long NextCheckMs { get; set; } = long.MaxValue;

    /// <summary>Since when the newest fixes say that the unit does not move; <see cref="Visit.None"/> while it moves.</summary>
    public long StillSinceMs { get; set; } = Visit.None;

    /// <summary>The heat cell of the newest fix that counts.</summary>
    public ulong LastCell { get; set; }

    /// <summary>States must be rebuilt from the window before the next fix is judged.</summary>
    public bool NeedsRebuild { get; set; }

    /// <summary>Rule, zone → start of the last announced breach, for cooldown.</summary>
    public Dictionary<(int Zone, string Rule), long>? Announced { get; set; }

    /// <summary>The machine of a zone; idle when none is kept.</summary>
    public ZoneState StateOf(int zone)
    {
        var at = IndexOfState(zone);
        return at >= 0 ? States[at] : new ZoneState { Zone = zone };
    }

    /// <summary>Keeps the machine of a zone, as long as it knows anything.</summary>
    public void SetState(in ZoneState state)
    {
        var at = IndexOfState(state.Zone);
        if (at >= 0 && !state.IsIdle)
        {
            States[at] = state;
        }
        else if (at >= 0)
        {
            States.RemoveAt(at);
        }
        else if (!state.IsIdle)
        {
            States.Add(state);
        }
    }

    /// <summary>Numbers of the zones that hold the unit: a new array when they change, never mutated.</summary>
    public int[] ZonesInside()
    {
        var count = 0;
        var isSame = true;
        foreach (ref readonly var state in CollectionsMarshal.AsSpan(States))
        {
            if (state.IsInside)
            {
                isSame &= count < _zonesInside.Length && _zonesInside[count] == state.Zone;
                count++;
            }
        }

        return isSame && count == _zonesInside.Length ? _zonesInside : _zonesInside = CopyOfZonesInside(count);
    }

    private int IndexOfState(int zone)
    {
        for (var i = 0; i < States.Count; i++)
        {
            if (States[i].Zone == zone)
            {
                return i;
            }
        }

        return -1;
    }

    private int[] CopyOfZonesInside(int count)
    {
        var zones = count == 0 ? [] : new int[count];
        foreach (ref readonly var state in CollectionsMarshal.AsSpan(States))
        {
            if (state.IsInside)
            {
                zones[^count--] = state.Zone;
            }
        }

        return zones;
    }

    /// <summary>
    /// The part that only the log holds and that is old enough to be sealed, and with it what stands between; what remains is sealed the next time.
    /// </summary>
    /// <remarks>
    /// Old enough is what was the newest at the call before. Fixes that come a little late then find their place still unsealed, and no chunk is
    /// written anew for them.
    /// </remarks>
    public bool TakeSealable(out long fromMs, out long toMs, out ReadOnlySpan<Fix> fixes)
    {
        (fromMs, toMs) = (UnsealedFromMs, Math.Min(UnsealedToMs, _sealToMs));
        fixes = fromMs <= toMs ? Fixes[IndexAtOrAfter(fromMs)..IndexAtOrAfter(toMs + 1)] : [];
        _sealToMs = Count > 0 ? _fixes[Count - 1].TimeMs : long.MinValue;
        if (fromMs > toMs)
        {
            return false;
        }

        (UnsealedFromMs, UnsealedToMs) = toMs < UnsealedToMs ? (toMs + 1, UnsealedToMs) : (long.MaxValue, long.MinValue);
        return true;
    }

    public ref Fix At(int index) => ref _fixes[index];

    /// <summary>The first index whose fix is at or after a time.</summary>
    public int IndexAtOrAfter(long timeMs)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_fixes[middle].TimeMs < timeMs)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Whether a fix that counts lies in a box within [from, to).</summary>
    public bool HasFixWithin(GeoBox box, long fromMs, long toMs)
    {
        foreach (ref readonly var fix in Fixes[IndexAtOrAfter(fromMs)..IndexAtOrAfter(toMs)])
        {
            if ((fix.Flags & FixFlags.Outranked) == 0 && box.Contains(fix.Position))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The nearest index before that counts, or -1.</summary>
    public int Previous(int index)
    {
        while (--index >= 0 && (_fixes[index].Flags & FixFlags.Outranked) != 0)
        {
        }

        return index;
    }

    /// <summary>The nearest index after that counts, or -1.</summary>
    public int Next(int index)
    {
        while (++index < Count)
        {
            if ((_fixes[index].Flags & FixFlags.Outranked) == 0)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The fix before is so long ago that a visit does not last from there to here (VIS-4).</summary>
    public bool IsAfterGap(int index) => Previous(index) is >= 0 and var before && _fixes[index].TimeMs - _fixes[before].TimeMs > VisitMachine.GapMs;

    /// <summary>The index of the newest fix that counts, or -1.</summary>
    public int Newest => Previous(Count);

    /// <summary>Puts a fix where <see cref="Fix.Compare"/> says; -1 when the same report is there already.</summary>
    public int Insert(in Fix fix)
    {
        var index = Count;
        while (index > 0)
        {
            var order = Fix.Compare(in _fixes[index - 1], in fix);
            if (order == 0)
            {
                return -1;
            }

            if (order < 0)
            {
                break;
            }

            index = _fixes[index - 1].TimeMs > fix.TimeMs ? Math.Min(index - 1, IndexAtOrAfter(fix.TimeMs + 1)) : index - 1;
        }

        if (Count == _fixes.Length)
        {
            Array.Resize(ref _fixes, Count + (Count / 2)); // Not doubled: ten thousand windows too large are half a gigabyte.
        }

        if (index < Count)
        {
            Array.Copy(_fixes, index, _fixes, index + 1, Count - index);
        }

        _fixes[index] = fix;
        Count++;
        UnsealedFromMs = Math.Min(UnsealedFromMs, fix.TimeMs);
        UnsealedToMs = Math.Max(UnsealedToMs, fix.TimeMs);
        return index;
    }

    /// <summary>Puts older, sealed fixes in front; they must all be before the first.</summary>
    public void Prepend(List<Fix> older)
    {
        if (older.Count == 0)
        {
            return;
        }

        var grown = new Fix[Math.Max(64, (older.Count + Count) * 5 / 4)];
        older.CopyTo(grown);
        Array.Copy(_fixes, 0, grown, older.Count, Count);
        _fixes = grown;
        Count += older.Count;
    }

    /// <summary>A fix changed in place: it must be sealed anew.</summary>
    public void Touch(int index)
    {
        UnsealedFromMs = Math.Min(UnsealedFromMs, _fixes[index].TimeMs);
        UnsealedToMs = Math.Max(UnsealedToMs, _fixes[index].TimeMs);
    }

    /// <summary>Forgets all but the newest <paramref name="keep"/> fixes; what goes must be sealed and its commit durable.</summary>
    public void TrimTo(int keep)
    {
        var drop = Count - keep;
        while (drop > 0 && _fixes[drop - 1].TimeMs == _fixes[drop].TimeMs)
        {
            drop--; // One millisecond stays together.
        }

        if (drop <= 0)
        {
            return;
        }

        Array.Copy(_fixes, drop, _fixes, 0, Count - drop);
        Count -= drop;
        LoadedFromMs = _fixes[0].TimeMs;
        if (_fixes.Length > 4 * Math.Max(Count, 16)) // A flood long past; what comes and goes with every seal stays.
        {
            Array.Resize(ref _fixes, Count * 2);
        }

        Visits.RemoveAll(visit => !visit.IsOpen && !visit.IsQueued && visit.NextCheckMs == long.MaxValue && visit.ToMs < LoadedFromMs
            && (visit.ExitMs == Visit.None || visit.ExitMs < LoadedFromMs) && !IsInState(visit));
    }

    private bool IsInState(Visit visit)
    {
        foreach (ref readonly var state in CollectionsMarshal.AsSpan(States))
        {
            if (state.Visit == visit)
            {
                return true;
            }
        }

        return false;
    }
}
