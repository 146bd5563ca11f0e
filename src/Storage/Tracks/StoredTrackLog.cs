using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

/// <summary>A track log that is kept in a database: one thread writes what all callers queued meanwhile as one transaction, then answers them.</summary>
/// <remarks>
/// All members but <see cref="Start(Action{PositionFrame})"/> and <see cref="Dispose"/> are thread-safe. A failed commit answers its callers with
/// <see cref="IOException"/> and delivers nothing; the log goes on trying with later ones, see <see cref="IsHealthy"/>. A batch that
/// failed may still be found after a crash, when the database kept it after all: senders repeat it, and doubles are dropped.
/// </remarks>
public abstract class StoredTrackLog : ITrackLog, IDisposable
{
    private readonly CommitQueue _queue;
    private readonly StorageMetrics _metrics;
    private LogWriter? _writer;
    private bool _disposed;

    private protected StoredTrackLog(StorageOptions options, StorageMetrics metrics)
    {
        Options = options;
        _metrics = metrics;
        _queue = new CommitQueue(options.QueueFixes);
        metrics.ObserveQueue(() => _queue.QueuedFixes);
    }

    public int UnitCount => Units.Count;

    /// <summary>False from a failed commit until the next that succeeds.</summary>
    public bool IsHealthy => LastError is null;

    /// <summary>Why the last commit, trimming or the store's own work failed, for <c>/readyz</c>; null when it did not.</summary>
    public virtual string? LastError => Writer.LastError;

    /// <inheritdoc/>
    /// <remarks>Covers a batch from the moment at which its <see cref="CommitAsync"/> completes.</remarks>
    public abstract long LastSequence { get; }

    private protected StorageOptions Options { get; }

    private protected UnitNumbers Units { get; } = new();

    private protected LogWriter Writer => _writer ?? throw new InvalidOperationException("The track log was not opened.");

    public int NumberOf(ActorId unit)
    {
        if (Units.TryGet(unit, out var known))
        {
            return known;
        }

        if (!ActorId.TryCreate(unit.Kind, unit.Key, out var valid))
        {
            throw new ArgumentException($"\"{unit}\" is not an actor's id.", nameof(unit));
        }

        return Add(valid);
    }

    public ActorId UnitOf(int number)
    {
        Check(number);
        return Units.UnitOf(number);
    }

    /// <summary>Completes when the batch is durable. The token is heeded until the batch has its place in the queue.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A fix names a unit number that was never given.</exception>
    public ValueTask CommitAsync(PositionBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellationToken.ThrowIfCancellationRequested();
        if (batch.Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        foreach (ref readonly var item in batch.Items)
        {
            Check(item.Unit);
        }

        return _queue.EnqueueAsync(batch, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Commits wait until this is called. When <paramref name="deliver"/> throws, the log takes no more fixes.</remarks>
    public void Start(Action<PositionFrame> deliver)
    {
        ArgumentNullException.ThrowIfNull(deliver);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Deliver(deliver);
    }

    public virtual void Follow(int shard)
    {
        // Every shard is.
    }

    public virtual void Unfollow(int shard)
    {
        // None ever is.
    }

    /// <inheritdoc/>
    /// <remarks>Ends at what was the newest frame when the reading began.</remarks>
    public IEnumerable<PositionFrame> Read(int shard, long afterSequence)
    {
        CheckShard(shard);
        return ReadFrames(shard, afterSequence);
    }

    /// <inheritdoc/>
    /// <remarks>Frames yet to come are never dropped, however large the sequence.</remarks>
    public void Trim(int shard, long upToSequence)
    {
        CheckShard(shard);
        MarkTrimmed(shard, Math.Min(upToSequence, LastSequence));
        Writer.TrimLater();
    }

    /// <summary>Writes what is queued, without delivering it (it is read from the log at the next start), and closes the store.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        EndDelivery();
        if (_writer is null || _writer.Close())
        {
            CloseStore();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Once, when what is stored has been loaded.</summary>
    private protected void Open(ILogStore store) => _writer = new LogWriter(store, _queue, Units, Options, _metrics);

    private protected static void CheckShard(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Shards.Count);
    }

    /// <summary>The number of a unit that has none here.</summary>
    private protected abstract int Add(ActorId unit);

    /// <exception cref="ArgumentOutOfRangeException">No unit has that number.</exception>
    private protected virtual void Check(int number) => Units.Check(number);

    /// <summary>Starts the writer, and whoever delivers.</summary>
    private protected virtual void Deliver(Action<PositionFrame> deliver) => Writer.Start(deliver);

    /// <summary>Before the writer ends. What it writes from here on is read from the log at the next start.</summary>
    private protected virtual void EndDelivery()
    {
        // The writer's own ends with the writer.
    }

    /// <summary>Frames of a shard that were not trimmed, after the sequence and up to what is the newest now.</summary>
    private protected abstract IEnumerable<PositionFrame> ReadFrames(int shard, long afterSequence);

    private protected abstract void MarkTrimmed(int shard, long upToSequence);

    private protected abstract void CloseStore();
}
