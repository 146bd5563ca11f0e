using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

/// <summary>The track log on SQLite: one thread writes what all callers queued meanwhile as one transaction, then answers them.</summary>
/// <remarks>
/// All members but <see cref="Start"/> and <see cref="Dispose"/> are thread-safe. A failed commit answers its callers with
/// <see cref="IOException"/> and delivers nothing; the log goes on trying with later ones, see <see cref="IsHealthy"/>. A batch that
/// failed may still be found after a crash, when the disk kept it after all: senders repeat it, and doubles are dropped.
/// </remarks>
public sealed class SqliteTrackLog : ITrackLog, IDisposable
{
    private readonly LogFile _file;
    private readonly CommitQueue _queue;
    private readonly LogWriter _writer;
    private readonly UnitNumbers _units = new();
    private readonly FrameDirectory _directory = new();
    private bool _disposed;

    internal SqliteTrackLog(string folder, StorageOptions options, StorageMetrics metrics)
    {
        _queue = new CommitQueue(options.QueueFixes);
        _file = new LogFile(folder, options, metrics);
        try
        {
            _file.LoadUnits(_units);
            _file.LoadFrames(_directory);
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        _writer = new LogWriter(_file, _queue, _units, _directory, options, metrics);
        metrics.ObserveQueue(() => _queue.QueuedFixes);
    }

    public int UnitCount => _units.Count;

    /// <summary>False from a failed commit until the next that succeeds.</summary>
    public bool IsHealthy => LastError is null;

    /// <summary>Why the last commit, trimming or checkpoint failed, for <c>/readyz</c>; null when it did not.</summary>
    public string? LastError => _writer.LastError;

    /// <inheritdoc/>
    /// <remarks>Covers a batch from the moment at which its <see cref="CommitAsync"/> completes.</remarks>
    public long LastSequence => _directory.LastSequence;

    internal Sqlite.DatabaseFile File => _file.File;

    public int NumberOf(ActorId unit)
    {
        if (_units.TryGet(unit, out var known))
        {
            return known;
        }

        if (!ActorId.TryCreate(unit.Kind, unit.Key, out var valid))
        {
            throw new ArgumentException($"\"{unit}\" is not an actor's id.", nameof(unit));
        }

        var number = _units.GetOrAdd(valid, out var added);
        if (added)
        {
            _queue.Nudge();
        }

        return number;
    }

    public ActorId UnitOf(int number) => _units.UnitOf(number);

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
            _units.Check(item.Unit);
        }

        return _queue.EnqueueAsync(batch, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Commits wait until this is called. When <paramref name="deliver"/> throws, the log takes no more fixes.</remarks>
    public void Start(Action<PositionFrame> deliver)
    {
        ArgumentNullException.ThrowIfNull(deliver);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _writer.Start(deliver);
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
        _directory.Trim(shard, Math.Min(upToSequence, LastSequence));
        _writer.TrimLater();
    }

    /// <summary>Writes what is queued, without delivering it (it is read from the log at the next start), and closes the file.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_writer.Close())
        {
            _file.Dispose();
        }
    }

    /// <summary>Keeps every frame in the file until it is disposed of: for a backup.</summary>
    internal IDisposable HoldTrims() => _writer.HoldTrims();

    private IEnumerable<PositionFrame> ReadFrames(int shard, long afterSequence, long lastSequence)
    {
        using var loan = _file.File.Read();
        var frame = new PositionFrame(256);
        for (var next = _directory.Next(shard, afterSequence);
             next != 0 && next <= lastSequence;
             next = _directory.Next(shard, next))
        {
            if (LogFile.TryRead(loan.Database, next, frame))
            {
                yield return frame;
            }
        }
    }
}
