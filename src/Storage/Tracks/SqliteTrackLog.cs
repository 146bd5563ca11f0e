using System.Diagnostics;
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
    private const int IdleWorkMs = 100;
    private const int TrimRowsBesideCommit = 512;
    private const int TrimRowsWhenIdle = 4096;
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(8);

    private readonly StorageOptions _options;
    private readonly StorageMetrics _metrics;
    private readonly LogFile _file;
    private readonly CommitQueue _queue;
    private readonly UnitNumbers _units = new();
    private readonly FrameDirectory _directory = new();
    private readonly FramePool _pool = new();
    private readonly List<PendingCommit> _taken = [];
    private readonly PositionFrame?[] _frames = new PositionFrame?[Shards.Count];
    private readonly int[] _counts = new int[Shards.Count];

    private Thread? _thread;
    private Action<PositionFrame>? _deliver;
    private int _durableUnits;
    private readonly Lock _trimGate = new();
    private int _trimHolds;
    private volatile bool _hasTrims;
    private volatile bool _isClosing;
    private volatile string? _commitError;
    private volatile string? _idleError;
    private volatile Exception? _deliveryFailure;
    private bool _disposed;

    internal SqliteTrackLog(string folder, StorageOptions options, StorageMetrics metrics)
    {
        (_options, _metrics) = (options, metrics);
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

        _durableUnits = _units.Count;
        metrics.ObserveQueue(() => _queue.QueuedFixes);
    }

    public int UnitCount => _units.Count;

    /// <summary>False from a failed commit until the next that succeeds.</summary>
    public bool IsHealthy => LastError is null;

    /// <summary>Why the last commit, trimming or checkpoint failed, for <c>/readyz</c>; null when it did not.</summary>
    public string? LastError => _commitError ?? _idleError;

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
        if (_thread is not null)
        {
            throw new InvalidOperationException("The track log was already started.");
        }

        _deliver = deliver;
        _thread = new Thread(Run) { IsBackground = true, Name = "Vantage track log" };
        _thread.Start();
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
        if (!_hasTrims)
        {
            _hasTrims = true;
            _queue.Nudge();
        }
    }

    /// <summary>Writes what is queued, without delivering it (it is read from the log at the next start), and closes the file.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _isClosing = true;
        _queue.Close();
        if (_thread is null)
        {
            RefuseQueued();
        }
        else if (!_thread.Join(CloseTimeout))
        {
            return; // Held back by a delivery that never returns. What was acknowledged is on the disk; the file closes with the process.
        }

        TryIdleWork();
        _file.Dispose();
    }

    /// <summary>Keeps every frame in the file until it is disposed of: for a backup.</summary>
    internal IDisposable HoldTrims()
    {
        lock (_trimGate)
        {
            _trimHolds++;
        }

        return new TrimHold(this);
    }

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

    private void Run()
    {
        var lastBegin = 0L;
        while (true)
        {
            var spare = _options.MinCommitInterval - Stopwatch.GetElapsedTime(lastBegin);
            if (lastBegin != 0 && spare > TimeSpan.Zero)
            {
                _queue.Linger(spare, _options.MaxCommitFixes);
            }

            switch (_queue.Take(_taken, _options.MaxCommitFixes, HasIdleWork ? IdleWorkMs : Timeout.Infinite))
            {
                case Taken.Batches:
                    lastBegin = Stopwatch.GetTimestamp();
                    CommitTaken();
                    break;
                case Taken.Nothing:
                    TryIdleWork();
                    break;
                case Taken.Closed:
                    return;
            }
        }
    }

    private bool HasIdleWork => _hasTrims || _durableUnits < _units.Count || _file.Checkpointer.HasIdleWork;

    private void CommitTaken()
    {
        try
        {
            if (_deliveryFailure is { } broken)
            {
                throw new StorageException("A shard failed to take a frame; the log takes no more fixes until a restart.", broken);
            }

            Partition();
            Write(TrimRowsBesideCommit);
            _commitError = null;
        }
        catch (Exception reason) // Supervisor of the thread: whatever it was, the callers must hear of it.
        {
            Refuse(reason);
            return;
        }

        foreach (var pending in _taken)
        {
            pending.Succeed();
        }

        _taken.Clear();
        Deliver();
        TryCheckpoint();
    }

    /// <summary>Counting sort of all fixes by shard, in the order of the queue.</summary>
    private void Partition()
    {
        Array.Clear(_counts);
        foreach (var pending in _taken)
        {
            foreach (ref readonly var item in pending.Batch!.Items)
            {
                _counts[_units.ShardOf(item.Unit)]++;
            }
        }

        var commit = _directory.LastCommit + 1;
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            if (_counts[shard] > 0)
            {
                var frame = _pool.Rent(_counts[shard]);
                (frame.Shard, frame.Sequence, frame.Count) = (shard, FrameDirectory.SequenceOf(commit, shard), 0);
                _frames[shard] = frame;
            }
        }

        foreach (var pending in _taken)
        {
            foreach (ref readonly var item in pending.Batch!.Items)
            {
                var frame = _frames[_units.ShardOf(item.Unit)]!;
                frame.Buffer[frame.Count++] = item;
            }
        }
    }

    /// <summary>One transaction: a little trimming, new units, frames. On return it is on the disk.</summary>
    private void Write(int maxTrimmedRows)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var unitCount = _units.Count;
        var bytes = 0L;
        try
        {
            _file.Begin();

            // First, so that a file that is full by its own limit has room for what follows.
            WriteTrims(maxTrimmedRows);
            for (var number = _durableUnits; number < unitCount; number++)
            {
                _file.InsertUnit(number, _units.UnitOf(number));
            }

            foreach (var frame in _frames)
            {
                bytes += frame is null ? 0 : _file.InsertFrame(frame);
            }

            _file.Commit();
        }
        catch
        {
            _file.Rollback();
            _file.ForgetStoredMarks();
            _hasTrims = true;
            _metrics.OnFailure(LogFile.Schema.Name);
            throw;
        }

        _durableUnits = unitCount;
        var fixes = 0;
        foreach (var frame in _frames)
        {
            if (frame is not null)
            {
                _directory.Add(frame.Sequence);
                fixes += frame.Count;
            }
        }

        _file.Checkpointer.OnCommit(bytes);
        _metrics.OnLogCommit(LogFile.Schema.Name, startedAt, bytes, fixes);
    }

    private void WriteTrims(int maxRows)
    {
        lock (_trimGate) // A hold that begins now must not miss marks that are just being read.
        {
            if (_hasTrims && _trimHolds == 0)
            {
                _hasTrims = false; // Before the marks are read: a mark that is set meanwhile sets it again.
                _hasTrims |= _file.Trim(_directory, maxRows);
            }
        }
    }

    private void Deliver()
    {
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            if (_frames[shard] is not { } frame)
            {
                continue;
            }

            _frames[shard] = null;
            if (_isClosing || _deliveryFailure is not null)
            {
                frame.Release(); // Read from the log at the next start.
                continue;
            }

            try
            {
                _deliver!(frame);
            }
            catch (Exception reason) // A shard that missed a frame must not get the next one: it would lose the first for good.
            {
                _deliveryFailure = reason;
                _commitError = $"A shard failed to take a frame: {reason.Message}";
            }
        }
    }

    private void Refuse(Exception reason)
    {
        _commitError = reason.Message;
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            _frames[shard]?.Release();
            _frames[shard] = null;
        }

        foreach (var pending in _taken)
        {
            // Each caller its own exception: they are thrown on different threads.
            pending.Fail(new StorageException(reason.Message, reason));
        }

        _taken.Clear();
        if (_hasTrims)
        {
            TryIdleWork(); // Trimming alone may succeed, and make the room that was missing.
        }
    }

    private void RefuseQueued()
    {
        while (_queue.Take(_taken, int.MaxValue, 0) == Taken.Batches)
        {
            Refuse(CommitQueue.Closed());
        }
    }

    private void TryIdleWork()
    {
        try
        {
            if (_durableUnits < _units.Count || _hasTrims)
            {
                Write(TrimRowsWhenIdle);
            }
            else if (_file.Checkpointer.HasIdleWork)
            {
                _file.Checkpointer.Run();
            }

            _idleError = null;
        }
        catch (Exception reason) // Tried again at the next commit or the next idle moment.
        {
            _idleError = reason.Message;
        }
    }

    private void TryCheckpoint()
    {
        try
        {
            _file.Checkpointer.RunIfDue();
        }
        catch (StorageException reason)
        {
            _idleError = reason.Message;
        }
    }

    private sealed class TrimHold(SqliteTrackLog log) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            {
                return;
            }

            lock (log._trimGate)
            {
                log._trimHolds--;
            }

            log._queue.Nudge();
        }
    }
}
