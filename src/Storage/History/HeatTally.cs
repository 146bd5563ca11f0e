using System.Runtime.InteropServices;
using Vantage.Actors.Heat;
using Vantage.Actors.History;

namespace Vantage.Storage.History;

/// <summary>Adds up rows of heat by cells of a resolution, in arrays: a question over months reads each cell from many rows.</summary>
/// <remarks>An array stands for the cells below one three levels up, and is there once one of them is: it takes less than a dictionary of them would.</remarks>
internal sealed class HeatTally(int resolution)
{
    private const int SlotBits = 9;

    private readonly int _kept = Math.Max(resolution, HeatCube.BlockResolution);
    private readonly Dictionary<(ulong Block, int Group), Counts[]> _groups = [];

    public int Resolution => resolution;

    /// <summary>Adds a row's cells.</summary>
    /// <param name="rowResolution">That of the row's cells; the tally's or finer.</param>
    /// <exception cref="InvalidDataException">The bytes are not what <see cref="HeatBlock.Encode"/> wrote.</exception>
    public void Add(ReadOnlySpan<byte> encoded, ulong block, int rowResolution)
    {
        var dropped = 3 * (rowResolution - _kept);
        var (group, slots) = (-1, Array.Empty<Counts>());
        for (var reader = new HeatBlock.Reader(encoded); reader.Next();)
        {
            var child = reader.Child >> dropped;
            if (child >> SlotBits != group)
            {
                group = child >> SlotBits;
                slots = SlotsOf(block, group);
            }

            ref var counts = ref slots[child & ((1 << SlotBits) - 1)];
            counts.Fixes += reader.Fixes;
            counts.PresenceMs += reader.PresenceMs;
        }
    }

    /// <summary>Gives each cell that has anything; a cell that is coarser than blocks as often as it has blocks.</summary>
    public void Give(Action<HeatSum> add)
    {
        foreach (var ((block, group), slots) in _groups)
        {
            for (var slot = 0; slot < slots.Length; slot++)
            {
                if (slots[slot] is { Fixes: not 0 } or { PresenceMs: not 0 })
                {
                    var child = ((group << SlotBits) | slot) << (3 * (HeatCube.BaseResolution - _kept));
                    add(new HeatSum(H3Blocks.ParentOf(H3Blocks.CellOf(block, (ushort)child), resolution), slots[slot].Fixes, slots[slot].PresenceMs));
                }
            }
        }
    }

    private Counts[] SlotsOf(ulong block, int group)
    {
        ref var slots = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, (block, group), out _);
        return slots ??= new Counts[1 << Math.Min(SlotBits, 3 * (_kept - HeatCube.BlockResolution))];
    }

    private struct Counts
    {
        public long Fixes;
        public long PresenceMs;
    }
}
