using Vantage.Actors.Positions;

namespace Vantage.Actors.Runtime;

/// <summary>Bounds and times of <see cref="ShardThreads"/>, and whom they tell what happens.</summary>
/// <param name="Threads">Each owns the shards whose number modulo this is its own. 1 to <see cref="Shards.Count"/>.</param>
/// <param name="FrameCapacity">Frames that wait for one thread before delivery blocks.</param>
/// <param name="FixCapacity">Fixes in the frames that wait for one thread before delivery blocks; a larger frame is taken when alone.</param>
/// <param name="FunctionCapacity">Functions that wait for one thread before who brings one more waits.</param>
/// <param name="TickInterval">How often shards get their tick.</param>
/// <param name="BackOff">How long to wait before a shard is built anew, by the number of failures in a row.</param>
/// <param name="Create">Builds a shard on its thread, reading it back from the log.</param>
/// <param name="Processed">Told of every frame that was processed, with the number of its fixes.</param>
/// <param name="Failed">Told of a shard that threw, or could not be built, and of the wait before it is tried again.</param>
internal sealed record ShardThreadSetup(
    int Threads,
    int FrameCapacity,
    int FixCapacity,
    int FunctionCapacity,
    TimeSpan TickInterval,
    Func<int, TimeSpan> BackOff,
    Func<int, IPositionShard> Create,
    Action<int> Processed,
    Action<int, Exception, TimeSpan> Failed);

/// <summary>The position shards that live in this process, for runtimes whose shards come and go: on threads beside the runtime's own.</summary>
/// <remarks>
/// Threads and not actors: frames are many and their order counts, delivery has to block while the queue is full, and reading a shard back from its
/// log may take long, which the pool that actors share must not feel. Thread-safe.
/// </remarks>
internal sealed class ShardThreads : IDisposable
{
    private readonly ShardThread[] _threads;
    private readonly Lock _gate = new();
    private readonly SortedSet<int> _open = [];
    private volatile int[] _own = [];

    public ShardThreads(ShardThreadSetup setup, Clock clock)
        => _threads = [.. Enumerable.Range(0, setup.Threads).Select(number => new ShardThread(setup, clock, number))];

    /// <summary>The shards that were opened and not closed, in order.</summary>
    public IReadOnlyList<int> Own => _own;

    public int QueuedFrames => _threads.Sum(thread => thread.QueuedFrames);

    public int QueuedFixes => _threads.Sum(thread => thread.QueuedFixes);

    /// <summary>Nothing is queued, and nothing is being done.</summary>
    public bool IsQuiet => Array.TrueForAll(_threads, thread => thread.IsQuiet);

    /// <summary>Completes when all threads have left.</summary>
    public Task Exited => Task.WhenAll(_threads.Select(thread => thread.Exited));

    public void Start() => Array.ForEach(_threads, thread => thread.Start());

    /// <summary>The shard lives here from now on. Completes when it has been read back, or that was tried: it is tried again.</summary>
    public Task OpenAsync(int shard)
    {
        var thread = ThreadOf(shard);
        lock (_gate)
        {
            var opened = thread.SetOpen(shard, isOpen: true);
            Publish(_open.Add(shard)); // After that: who finds it here must not come before it.
            return opened;
        }
    }

    /// <summary>The shard lives here no longer. Completes when it has left: what was queued for it is in the log.</summary>
    public Task CloseAsync(int shard)
    {
        var thread = ThreadOf(shard);
        lock (_gate)
        {
            Publish(_open.Remove(shard));
            return thread.SetOpen(shard, isOpen: false);
        }
    }

    /// <summary>Another process has the shard: it is given up, and built anew after a wait if it is still meant to live here.</summary>
    public void Surrender(int shard) => _ = ThreadOf(shard).Surrender(shard);

    /// <summary>Blocks while the queue is full.</summary>
    public void Deliver(PositionFrame frame) => ThreadOf(frame.Shard).Deliver(frame);

    public Task<T> CallAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken)
        => ThreadOf(shard).CallAsync(shard, function, cancellationToken);

    /// <summary>Takes nothing more, and lets go of who waits to deliver; what is queued goes on.</summary>
    public void Refuse() => Array.ForEach(_threads, thread => thread.Refuse());

    /// <summary>Ends after what is being done now: frames that are left stay in the log.</summary>
    public void End() => Array.ForEach(_threads, thread => thread.End());

    public void Dispose() => Array.ForEach(_threads, thread => thread.Dispose());

    private void Publish(bool isChanged)
    {
        if (isChanged)
        {
            _own = [.. _open];
        }
    }

    private ShardThread ThreadOf(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Shards.Count);
        return _threads[shard % _threads.Length];
    }
}
