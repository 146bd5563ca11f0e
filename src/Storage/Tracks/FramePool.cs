using System.Numerics;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

/// <summary>Lends frames, by powers of two of their capacity, so that a steady load allocates none. Thread-safe.</summary>
internal sealed class FramePool
{
    private const int SmallestLog2 = 4;
    private const int Buckets = 14;

    /// <summary>The most that lies idle: what two threads with full queues give back at once. 48 bytes each, so at most 50 MB.</summary>
    private const int MaxIdleFixes = 1 << 20;

    private readonly Stack<PositionFrame>[] _idle = [.. Enumerable.Range(0, Buckets).Select(_ => new Stack<PositionFrame>())];
    private readonly Lock _gate = new();
    private readonly Action<PositionFrame> _release;
    private int _idleFixes;

    public FramePool() => _release = Release;

    public PositionFrame Rent(int count)
    {
        var log2 = Math.Max(SmallestLog2, BitOperations.Log2((uint)Math.Max(1, count - 1)) + 1);
        var bucket = log2 - SmallestLog2;
        lock (_gate)
        {
            if (bucket < Buckets && _idle[bucket].TryPop(out var frame))
            {
                _idleFixes -= frame.Buffer.Length;
                return frame;
            }
        }

        return new PositionFrame(1 << log2, _release);
    }

    private void Release(PositionFrame frame)
    {
        lock (_gate)
        {
            if (frame.Sequence == 0)
            {
                throw new InvalidOperationException("A frame was released twice: its fixes may already be another's.");
            }

            frame.Sequence = 0;
            frame.Count = 0;

            // A frame whose buffer was replaced goes where its new length still keeps the promise of its bucket.
            var bucket = BitOperations.Log2((uint)frame.Buffer.Length) - SmallestLog2;
            if (bucket is >= 0 and < Buckets && _idleFixes + frame.Buffer.Length <= MaxIdleFixes)
            {
                _idle[bucket].Push(frame);
                _idleFixes += frame.Buffer.Length;
            }
        }
    }
}
