using Vantage.Actors.Positions;

namespace Vantage.Actors.Units;

/// <summary>What a unit does by its newest fixes: MOT-1 and MOT-2. Whether it is offline is a matter of the reader's clock: MOT-3.</summary>
public enum UnitMotion
{
    Unknown = 0,
    Moving = 1,
    Stopped = 2,
    Idle = 3,
}

/// <summary>The last known of a unit.</summary>
/// <param name="Newest">The newest fix that counts.</param>
/// <param name="Zones">Numbers of the zones that the unit is in; never mutated.</param>
/// <param name="Stamp">Differs after every change of this unit.</param>
public readonly record struct LiveUnit(Fix Newest, UnitMotion Motion, int[] Zones, uint Stamp);

/// <summary>The last known of every unit, by its number: written by the unit's shard, wherever it lives, read by anybody, without locks.</summary>
/// <remarks>
/// Each slot is a seqlock: the stamp is odd while it is written, and a reader that saw it change reads again. A shard that moves to another
/// process has two writers for a moment, of which the second waits.
/// So "what changed since" is a scan over stamps: ten thousand units take some ten microseconds.
/// </remarks>
public sealed class LiveUnits
{
    private const int ChunkSize = 1024;

    private readonly Lock _growing = new();
    private Slot[][] _chunks = [];
    private int _count;

    /// <summary>One more than the greatest number ever set.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many of the unit's changes were seen; 0: never heard of.</summary>
    public uint StampOf(int unit) => TrySlot(unit, out var chunk) ? Volatile.Read(ref chunk[unit % ChunkSize].Stamp) & ~1u : 0;

    public bool TryGet(int unit, out LiveUnit live)
    {
        live = default;
        if (!TrySlot(unit, out var chunk))
        {
            return false;
        }

        ref var slot = ref chunk[unit % ChunkSize];
        var wait = default(SpinWait);
        while (true)
        {
            var before = Volatile.Read(ref slot.Stamp);
            if (before == 0)
            {
                return false;
            }

            if ((before & 1) == 0)
            {
                live = new LiveUnit(slot.Newest, slot.Motion, slot.Zones, before);
                Thread.MemoryBarrier();
                if (Volatile.Read(ref slot.Stamp) == before)
                {
                    return true;
                }
            }

            wait.SpinOnce();
        }
    }

    /// <summary>Shows a unit as its track has it now. Called by the thread that owns the unit's shard.</summary>
    internal void Show(UnitTrack track)
    {
        var newest = track.Newest;
        if (newest >= 0)
        {
            Set(track.Number, in track.At(newest), UnitMotionRules.Of(track), track.ZonesInside());
        }
    }

    internal void Set(int unit, in Fix newest, UnitMotion motion, int[] zones)
    {
        if (!TrySlot(unit, out var chunk))
        {
            chunk = Grow(unit);
        }

        ref var slot = ref chunk[unit % ChunkSize];
        var stamp = Volatile.Read(ref slot.Stamp) & ~1u;
        for (var wait = default(SpinWait); Interlocked.CompareExchange(ref slot.Stamp, unchecked(stamp + 1), stamp) != stamp; wait.SpinOnce())
        {
            stamp = Volatile.Read(ref slot.Stamp) & ~1u;
        }

        slot.Newest = newest;
        slot.Motion = motion;
        slot.Zones = zones;
        var next = unchecked(stamp + 2);
        Volatile.Write(ref slot.Stamp, next == 0 ? 2 : next);
    }

    private bool TrySlot(int unit, out Slot[] chunk)
    {
        var chunks = Volatile.Read(ref _chunks);
        var index = unit / ChunkSize;
        chunk = index < chunks.Length ? chunks[index] : [];
        return index < chunks.Length;
    }

    private Slot[] Grow(int unit)
    {
        lock (_growing)
        {
            var chunks = _chunks;
            if (unit / ChunkSize >= chunks.Length)
            {
                chunks = [.. chunks, .. Enumerable.Range(chunks.Length, (unit / ChunkSize) + 1 - chunks.Length).Select(_ => new Slot[ChunkSize])];
                Volatile.Write(ref _chunks, chunks);
            }

            Volatile.Write(ref _count, chunks.Length * ChunkSize);
            return chunks[unit / ChunkSize];
        }
    }

    private struct Slot
    {
        public uint Stamp;
        public UnitMotion Motion;
        public Fix Newest;
        public int[] Zones;
    }
}
