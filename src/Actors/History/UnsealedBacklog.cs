namespace Vantage.Actors.History;

/// <summary>How many fixes only the log holds, over all shards; holds the log up while they are too many.</summary>
/// <remarks>What waits here holds up those who send, too: memory stays within bounds, and nothing is acknowledged that is not durable.</remarks>
/// <param name="most">At so many the log waits.</param>
internal sealed class UnsealedBacklog(long most)
{
    private static readonly TimeSpan LookForStopEvery = TimeSpan.FromMilliseconds(100);

    private readonly object _roundEnded = new();
    private long _inShards;
    private long _onTheWay;
    private volatile bool _isHolding;

    /// <summary>The log is waiting: the next round should not.</summary>
    public bool IsHolding => _isHolding;

    public long Count => Volatile.Read(ref _inShards) + Volatile.Read(ref _onTheWay);

    /// <summary>Called by the log for what it delivers. Returns when there is room again, or at a stop.</summary>
    public void Delivered(int fixes, CancellationToken stop)
    {
        Interlocked.Add(ref _onTheWay, fixes);
        if (Count <= most)
        {
            return;
        }

        lock (_roundEnded)
        {
            _isHolding = true;
            while (Count > most && !stop.IsCancellationRequested)
            {
                Monitor.Wait(_roundEnded, LookForStopEvery);
            }

            _isHolding = false;
        }
    }

    /// <summary>What was delivered before the shards are asked what they hold.</summary>
    public long BeginCount() => Volatile.Read(ref _onTheWay);

    /// <param name="delivered">As <see cref="BeginCount"/> gave it.</param>
    /// <param name="inShards">What the shards said.</param>
    public void EndCount(long delivered, long inShards)
    {
        Volatile.Write(ref _inShards, inShards);
        Interlocked.Add(ref _onTheWay, -delivered);
    }

    public void EndRound()
    {
        lock (_roundEnded)
        {
            Monitor.PulseAll(_roundEnded);
        }
    }
}
