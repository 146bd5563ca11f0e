using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

/// <summary>A track log that is kept in a database: one thread writes what all callers queued meanwhile as one transaction, then answers them.</summary>
/// <remarks>
/// All members but <see cref="Start"/> and <see cref="Dispose"/> are thread-safe. A failed commit answers its callers with
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
    public string? LastError => Writer.LastError;

    /// <inheritdoc/>
    /// <remarks>Covers a batch from the moment at which its <see cref="CommitAsync"/> completes.</remarks>
    public long LastSequence => Directory.LastSequence;

    private protected StorageOptions Options { get; }

    private protected UnitNumbers Units { get; } = new();

    private protected FrameDirectory Directory { get; } = new();

    private LogWriter Writer => _writer ?? throw new InvalidOperationException("The track log was not opened.");

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

        var number = Units.GetOrAdd(valid, out var added);
        if (added)
        {
            _queue.Nudge();
        }

        return number;
    }

    public ActorId UnitOf(int number) => Units.UnitOf(number);

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
            Units.Check(item.Unit);
        }

        return _queue.EnqueueAsync(batch, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Commits wait until this is called. When <paramref name="deliver"/> throws, the log takes no more fixes.</remarks>
    public void Start(Action<PositionFrame> deliver)
    {
        ArgumentNullException.ThrowIfNull(deliver);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Writer.Start(deliver);
    }

    /// <inheritdoc/>
    /// <remarks>Ends at what was the newest frame when the reading began.</remarks>
    public IEnumerable<PositionFrame> Read(int shard, long afterSequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Shards.Count);
        return ReadFrames(shard, afterSequence, LastSequence);
    }

    /// <inheritdoc/>
    /// <remarks>Frames yet to come are never dropped, however large the sequence.</remarks>
    public void Trim(int shard, long upToSequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Shards.Count);
        Directory.Trim(shard, Math.Min(upToSequence, LastSequence));
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
        if (_writer is null || _writer.Close())
        {
            CloseStore();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Keeps every frame until it is disposed of: for a backup.</summary>
    internal IDisposable HoldTrims() => Writer.HoldTrims();

    /// <summary>Once, when what is stored has been loaded.</summary>
    private protected void Open(ILogStore store) => _writer = new LogWriter(store, _queue, Units, Directory, Options, _metrics);

    /// <summary>Frames of a shard that were not trimmed, after the one sequence and up to the other.</summary>
    private protected abstract IEnumerable<PositionFrame> ReadFrames(int shard, long afterSequence, long lastSequence);

    private protected abstract void CloseStore();
}
