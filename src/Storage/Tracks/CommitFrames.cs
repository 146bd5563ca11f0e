using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

/// <summary>What one commit writes: the fixes of all its batches, one frame a shard. Reused from commit to commit.</summary>
internal sealed class CommitFrames(UnitNumbers units)
{
    /// <summary>Of a frame that no commit has given a number yet.</summary>
    private const long NoSequence = -1;

    private readonly FramePool _pool = new();
    private readonly PositionFrame?[] _frames = new PositionFrame?[Shards.Count];
    private readonly int[] _counts = new int[Shards.Count];

    /// <summary>By shard; null where nothing came for one.</summary>
    public ReadOnlySpan<PositionFrame?> All => _frames;

    /// <summary>Counting sort by shard, in the order of the queue.</summary>
    public void Fill(List<PendingCommit> taken)
    {
        Array.Clear(_counts);
        foreach (var pending in taken)
        {
            foreach (ref readonly var item in pending.Batch!.Items)
            {
                _counts[units.ShardOf(item.Unit)]++;
            }
        }

        for (var shard = 0; shard < Shards.Count; shard++)
        {
            if (_counts[shard] > 0)
            {
                var frame = _pool.Rent(_counts[shard]);
                (frame.Shard, frame.Sequence, frame.Count) = (shard, NoSequence, 0);
                _frames[shard] = frame;
            }
        }

        foreach (var pending in taken)
        {
            foreach (ref readonly var item in pending.Batch!.Items)
            {
                var frame = _frames[units.ShardOf(item.Unit)]!;
                frame.Buffer[frame.Count++] = item;
            }
        }
    }

    /// <summary>Gives all of them the number of their commit.</summary>
    public void Number(long commit)
    {
        foreach (var frame in _frames)
        {
            if (frame is not null)
            {
                frame.Sequence = FrameDirectory.SequenceOf(commit, frame.Shard);
            }
        }
    }

    /// <summary>Hands a shard's frame over to whoever releases it.</summary>
    public PositionFrame? Take(int shard)
    {
        var frame = _frames[shard];
        _frames[shard] = null;
        return frame;
    }

    public void Release()
    {
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            Take(shard)?.Release();
        }
    }
}
