using Vantage.Actors.Positions;

namespace Vantage.Actors.Orleans;

/// <summary>A ring of frames, bounded by their number and by the fixes in them. Guarded by its owner; allocates nothing after construction.</summary>
internal sealed class FrameQueue(int frameCapacity, int fixCapacity)
{
    private readonly PositionFrame?[] _ring = new PositionFrame?[frameCapacity];
    private int _head;

    public int Count { get; private set; }

    public int Fixes { get; private set; }

    /// <summary>A frame that alone holds more fixes than the bound is taken when nothing else waits.</summary>
    public bool TryEnqueue(PositionFrame frame)
    {
        if (Count == _ring.Length || (Count > 0 && Fixes + frame.Count > fixCapacity))
        {
            return false;
        }

        _ring[(_head + Count) % _ring.Length] = frame;
        Count++;
        Fixes += frame.Count;
        return true;
    }

    public bool TryDequeue(out PositionFrame frame)
    {
        if (Count == 0)
        {
            frame = null!;
            return false;
        }

        frame = _ring[_head]!;
        _ring[_head] = null;
        _head = (_head + 1) % _ring.Length;
        Count--;
        Fixes -= frame.Count;
        return true;
    }
}
