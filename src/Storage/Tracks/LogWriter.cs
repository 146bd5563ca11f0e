using System.Diagnostics;
using Vantage.Actors;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

/// <summary>The track log's thread: writes what all callers queued meanwhile as one transaction, answers them, and delivers.</summary>
/// <remarks>Private members run on that thread alone, or after its end; the others are for anybody.</remarks>
internal sealed class LogWriter(
    ILogStore store, CommitQueue queue, UnitNumbers units, StorageOptions options, StorageMetrics metrics)
{
    private const int IdleWorkMs = 100;
    private const int TrimRowsBesideCommit = 512;
    private const int TrimRowsWhenIdle = 4096;
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(8);

    private readonly CommitFrames _frames = new(units);
    private readonly List<PendingCommit> _taken = [];
    private Thread? _thread;
    private Action<PositionFrame>? _deliver;
    private volatile bool _hasTrims;
    private volatile bool _isClosing;
    private volatile string? _commitError;
    private volatile string? _idleError;
    private volatile string? _storeError;
    private volatile Exception? _deliveryFailure;

    /// <summary>Why the last commit, trimming or the store's own work failed; null when it did not.</summary>
    public string? LastError => _commitError ?? _idleError ?? _storeError;

    public void Start(Action<PositionFrame> deliver)
    {
        if (_thread is not null)
        {
            throw new InvalidOperationException("The track log was already started.");
        }

        _deliver = deliver;
        _thread = new Thread(Run) { IsBackground = true, Name = "Vantage track log" };
        _thread.Start();
    }

    /// <summary>Takes no more fixes: a shard missed a frame, and must not get the next one. It would lose the first for good.</summary>
    public void OnDeliveryFailed(Exception reason)
    {
        _deliveryFailure = reason;
        _commitError = $"A shard failed to take a frame: {reason.Message}";
    }

    /// <summary>Has rows deleted that the marks say are trimmed, when there is time.</summary>
    public void TrimLater()
    {
        if (!_hasTrims)
        {
            _hasTrims = true;
            queue.Nudge();
        }
    }

    /// <summary>Has new units stored before the next commit brings the first fix of one.</summary>
    public void StoreUnitsLater() => queue.Nudge();

    /// <summary>Writes what is queued, without delivering it (it is read from the log at the next start).</summary>
    /// <returns>
    /// False when the thread is held back by a delivery that never returns: what was acknowledged is on the disk, and the file closes with the process.
    /// </returns>
    public bool Close()
    {
        _isClosing = true;
        queue.Close();
        if (_thread is null)
        {
            RefuseQueued();
        }
        else if (!_thread.Join(CloseTimeout))
        {
            return false;
        }

        TryIdleWork();
        return true;
    }

    private void Run()
    {
        var lastBegin = 0L;
        while (true)
        {
            var spare = options.MinCommitInterval - Stopwatch.GetElapsedTime(lastBegin);
            if (lastBegin != 0 && spare > TimeSpan.Zero)
            {
                queue.Linger(spare, options.MaxCommitFixes);
            }

            switch (queue.Take(_taken, options.MaxCommitFixes, HasIdleWork ? IdleWorkMs : Timeout.Infinite))
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

    private bool HasIdleWork => _hasTrims || store.HasNewUnits || store.IsAway || store.HasIdleWork;

    private void CommitTaken()
    {
        try
        {
            if (_deliveryFailure is { } broken)
            {
                throw new StorageException("A shard failed to take a frame; the log takes no more fixes until a restart.", broken);
            }

            _frames.Fill(_taken);
            Write(TrimRowsBesideCommit);
            _commitError = null;
            _idleError = null; // Under a steady load no idle moment would come to say so.
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
        if (store.HasDueWork)
        {
            TryStoreWork();
        }
    }

    /// <summary>One transaction: a little trimming, new units, frames. On return it is on the disk.</summary>
    private void Write(int maxTrimmedRows)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var bytes = 0;
        try
        {
            store.Begin();

            // First, so that a file that is full by its own limit has room for what follows.
            WriteTrims(maxTrimmedRows);
            store.InsertNewUnits();
            bytes = store.InsertFrames(_frames);
            store.Commit();
        }
        catch
        {
            store.Rollback();
            _hasTrims = true;
            metrics.OnFailure(store.Name);
            throw;
        }

        var fixes = 0;
        foreach (var frame in _frames.All)
        {
            fixes += frame?.Count ?? 0;
        }

        metrics.OnLogCommit(store.Name, startedAt, bytes, fixes);
    }

    private void WriteTrims(int maxRows)
    {
        if (_hasTrims)
        {
            _hasTrims = false; // Before the marks are read: a mark that is set meanwhile sets it again.
            _hasTrims |= store.Trim(maxRows);
        }
    }

    private void Deliver()
    {
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            if (_frames.Take(shard) is not { } frame)
            {
                continue;
            }

            if (_isClosing || _deliveryFailure is not null)
            {
                frame.Release(); // Read from the log at the next start.
                continue;
            }

            try
            {
                _deliver!(frame);
            }
            catch (Exception reason)
            {
                OnDeliveryFailed(reason);
            }
        }
    }

    private void Refuse(Exception reason)
    {
        _commitError = reason.Message;
        _frames.Release();
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
        while (queue.Take(_taken, int.MaxValue, 0) == Taken.Batches)
        {
            Refuse(CommitQueue.Closed());
        }
    }

    private void TryIdleWork()
    {
        var wasAway = store.IsAway;
        if (!store.HasNewUnits && !_hasTrims && !wasAway)
        {
            if (store.HasIdleWork)
            {
                TryStoreWork();
            }

            return;
        }

        try
        {
            Write(TrimRowsWhenIdle);
            _commitError = wasAway && _deliveryFailure is null ? null : _commitError; // Else nobody who heeds it would ever send again.
            _idleError = null;
        }
        catch (Exception reason) // Tried again at the next commit or the next idle moment.
        {
            _idleError = reason.Message;
        }
    }

    private void TryStoreWork()
    {
        try
        {
            store.RunOwnWork();
            _storeError = null;
        }
        catch (StorageException reason) // Tried again when it is due, or at the next idle moment.
        {
            _storeError = reason.Message;
        }
    }
}
