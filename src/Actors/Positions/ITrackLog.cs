namespace Vantage.Actors.Positions;

/// <summary>One shard's part of one durable write, in the order in which it was logged.</summary>
/// <remarks>
/// The log is the queue: frames are delivered to the shard after they are durable, and delivered again from the log
/// after a crash. <see cref="Release"/> gives the buffer back once the shard is done with it.
/// </remarks>
public sealed class PositionFrame
{
    private Action<PositionFrame>? _release;

    public PositionFrame(int capacity, Action<PositionFrame>? release = null)
    {
        Buffer = new UnitFix[capacity];
        _release = release;
    }

    public int Shard { get; set; }

    /// <summary>Grows with every frame of the whole log; the position that a shard has reached.</summary>
    public long Sequence { get; set; }

    /// <summary>Storage for <see cref="Count"/> fixes; may be longer, and may be replaced by a longer one.</summary>
    public UnitFix[] Buffer { get; set; }

    public int Count { get; set; }

    public ReadOnlySpan<UnitFix> Fixes => Buffer.AsSpan(0, Count);

    public void Release() => _release?.Invoke(this);
}

/// <summary>The durable log of accepted fixes, written by shard, and the numbers by which it knows units.</summary>
public interface ITrackLog : IPositionIngest
{
    /// <summary>The number of a unit, given on first use and durable no later than the first fix that uses it.</summary>
    /// <exception cref="IOException">The log cannot be reached, and the number is not known here.</exception>
    int NumberOf(ActorId unit);

    /// <summary>The unit of a number that <see cref="NumberOf"/> gave, in this process or an earlier one.</summary>
    ActorId UnitOf(int number);

    /// <summary>One more than the greatest number in use, as far as this process knows: at least of every frame that it was given or read.</summary>
    int UnitCount { get; }

    /// <summary>The sequence of the newest durable frame that this process wrote, read, or was given; 0 for a new log.</summary>
    long LastSequence { get; }

    /// <summary>
    /// Starts delivery: every durable frame goes to <paramref name="deliver"/>, shard by shard in log order, on the log's own thread.
    /// In a log of one process a delivery that waits holds back the writers, and so the senders: that is the back-pressure. In one
    /// that several share it holds back what comes after it here, and nobody else.
    /// </summary>
    void Start(Action<PositionFrame> deliver);

    /// <summary>
    /// From now on a shard's frames are delivered to this process, whoever writes them. Those committed before this call returned are
    /// there to be read: what is delivered and what is read overlap at most, and leave nothing out between them.
    /// </summary>
    /// <remarks>A log of one process delivers every shard from the start: nothing to do.</remarks>
    /// <exception cref="IOException">The log cannot be reached: the shard is not followed.</exception>
    void Follow(int shard)
    {
    }

    /// <summary>Ends <see cref="Follow"/>. A frame that is being delivered may still arrive; none does after it.</summary>
    void Unfollow(int shard)
    {
    }

    /// <summary>Frames of a shard after a sequence, oldest first. The frame given is reused for the next one.</summary>
    IEnumerable<PositionFrame> Read(int shard, long afterSequence);

    /// <summary>Drops frames of a shard up to and including a sequence: their fixes are in sealed chunks.</summary>
    void Trim(int shard, long upToSequence);
}
