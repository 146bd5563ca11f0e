using Vantage.Actors.Positions;

namespace Vantage.Actors.Wall;

/// <summary>What a unit is doing. On the wire a state is its number: never renumber.</summary>
public enum UnitState : byte
{
    Unknown = 0,
    Moving = 1,
    Stopped = 2,
    Idle = 3,

    /// <summary>No report for longer than the installation allows.</summary>
    Offline = 4,
    OffDuty = 5,
}

/// <summary>The newest fix of a unit that counts, and what the unit is doing.</summary>
public struct LiveUnit
{
    public Fix Fix;

    public UnitState State;
}

/// <summary>The last value of every unit, by number. One writer for each unit (its shard's thread), any number of readers; nobody waits.</summary>
/// <remarks>
/// Each unit has a counter that is odd while its value is being written (a sequence lock). A reader keeps the counter it last saw, and so
/// learns in one comparison whether there is anything new. Reading and writing allocate nothing but the first value of a block of units.
/// </remarks>
public sealed class LiveUnits
{
    private const int BlockBits = 10;
    private const int BlockSize = 1 << BlockBits;
    private const int MaxBlocks = 4096;

    private readonly Block?[] _blocks = new Block?[MaxBlocks];
    private int _count;

    /// <summary>The most units that can be held.</summary>
    public static int Capacity => BlockSize * MaxBlocks;

    /// <summary>One more than the greatest number that was ever written.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Replaces the value of a unit. For the unit's one writer only.</summary>
    public void Set(int unit, in Fix fix, UnitState state)
    {
        var block = BlockFor(unit);
        var index = unit & (BlockSize - 1);
        ref var version = ref block.Versions[index];
        Volatile.Write(ref version, version + 1);
        Interlocked.MemoryBarrier(); // The odd number is seen before any part of the value.
        block.Values[index].Fix = fix;
        block.Values[index].State = state;
        Volatile.Write(ref version, version + 1);
        RaiseCount(unit + 1);
    }

    /// <summary>Replaces the state alone. For the unit's one writer only; does nothing for a unit without a fix.</summary>
    public void SetState(int unit, UnitState state)
    {
        if (_blocks[unit >> BlockBits] is { } block && block.Versions[unit & (BlockSize - 1)] != 0)
        {
            Set(unit, block.Values[unit & (BlockSize - 1)].Fix, state);
        }
    }

    /// <summary>Reads the value of a unit; false when it never had one.</summary>
    public bool TryRead(int unit, out LiveUnit value)
    {
        var seen = 0;
        return TryReadNew(unit, ref seen, out value);
    }

    /// <summary>Reads the value of a unit if it is not the one seen last; false when there is nothing new.</summary>
    /// <param name="unit">The unit's number; any number may be asked for.</param>
    /// <param name="seen">What this reader's last call left here; 0 at first.</param>
    public bool TryReadNew(int unit, ref int seen, out LiveUnit value)
    {
        value = default;
        if ((uint)unit >= (uint)Capacity || Volatile.Read(ref _blocks[unit >> BlockBits]) is not { } block)
        {
            return false;
        }

        var index = unit & (BlockSize - 1);
        ref var version = ref block.Versions[index];
        var spin = default(SpinWait);
        while (true)
        {
            var before = Volatile.Read(ref version);
            if (before == seen)
            {
                return false;
            }

            if ((before & 1) == 0)
            {
                value = block.Values[index];
                Interlocked.MemoryBarrier(); // The value is read before the counter is looked at again.
                if (Volatile.Read(ref version) == before)
                {
                    seen = before;
                    return true;
                }
            }

            spin.SpinOnce();
        }
    }

    private Block BlockFor(int unit)
    {
        ref var slot = ref _blocks[unit >> BlockBits];
        return Volatile.Read(ref slot) ?? Interlocked.CompareExchange(ref slot, new Block(), null) ?? slot;
    }

    private void RaiseCount(int count)
    {
        var known = Volatile.Read(ref _count);
        while (known < count)
        {
            var found = Interlocked.CompareExchange(ref _count, count, known);
            if (found == known)
            {
                return;
            }

            known = found;
        }
    }

    private sealed class Block
    {
        public readonly int[] Versions = new int[BlockSize];

        public readonly LiveUnit[] Values = new LiveUnit[BlockSize];
    }
}
