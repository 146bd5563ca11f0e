using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

internal enum Taken
{
    Batches,

    /// <summary>Nothing came within the time.</summary>
    Nothing,

    /// <summary>Somebody has other work for the thread.</summary>
    Nudge,

    /// <summary>No more batches, now or later.</summary>
    Closed,
}

/// <summary>
/// Callers on one side, the log's thread on the other. First in, first out; bounded in fixes: when full, callers wait, and when too many wait
/// already, as they do where storage hangs, they are refused.
/// </summary>
/// <remarks>Batches are not copied: they belong to the queue until their call completes.</remarks>
internal sealed class CommitQueue(int capacityFixes)
{
    private const int MaxPooled = 4096;

    /// <summary>So many times what may be queued may wait for it: callers hold their batches meanwhile.</summary>
    public const int WaitingToQueued = 4;

    // A Monitor, not a Lock: the log's thread waits on it.
    private readonly object _gate = new();
    private readonly Queue<PendingCommit> _queue = new();
    private readonly Queue<PendingCommit> _waiting = new();
    private readonly Stack<PendingCommit> _pool = new();
    private long _queuedFixes;
    private long _waitingFixes;
    private bool _isIdle;
    private bool _isNudged;
    private bool _isClosed;
    private int _lingerUntilFixes = int.MaxValue;

    public long QueuedFixes => Interlocked.Read(ref _queuedFixes);

    /// <summary>Completes when the batch is durable. A token is heeded until the batch has its place in the queue.</summary>
    /// <exception cref="IOException">The log was closed, or too many wait for it.</exception>
    public ValueTask EnqueueAsync(PositionBatch batch, CancellationToken cancellationToken)
    {
        PendingCommit pending;
        bool mayCancel;
        lock (_gate)
        {
            if (_isClosed)
            {
                return ValueTask.FromException(Closed());
            }

            var mustWait = _waiting.Count > 0 || !HasRoom_NeedsLock(batch.Count);
            if (mustWait && _waitingFixes > 0 && _waitingFixes + batch.Count > (long)capacityFixes * WaitingToQueued)
            {
                return ValueTask.FromException(new StorageException(
                    $"The track log is behind: {_waitingFixes} fixes wait for {_queuedFixes} to be written. Nothing of this batch was stored."));
            }

            pending = _pool.TryPop(out var pooled) ? pooled : new PendingCommit(this);
            pending.Batch = batch;
            pending.Count = batch.Count;
            if (!mustWait)
            {
                Admit_NeedsLock(pending);
                mayCancel = false;
            }
            else
            {
                pending.Stage = PendingStage.WaitingForRoom;
                _waiting.Enqueue(pending);
                _waitingFixes += pending.Count;
                mayCancel = cancellationToken.CanBeCanceled;
            }
        }

        if (mayCancel)
        {
            pending.Registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((PendingCommit)state!).TryCancel(token), pending);
        }

        return pending.Task;
    }

    /// <summary>Moves what is queued to the list, whole batches, about <paramref name="maxFixes"/> at most; waits when there is nothing.</summary>
    public Taken Take(List<PendingCommit> into, int maxFixes, int timeoutMs)
    {
        lock (_gate)
        {
            _isIdle = true;
            var isTimedOut = false;
            while (_queue.Count == 0 && !_isNudged && !_isClosed && !isTimedOut)
            {
                isTimedOut = !Monitor.Wait(_gate, timeoutMs);
            }

            _isIdle = false;
            if (_queue.Count == 0)
            {
                var outcome = _isClosed ? Taken.Closed : _isNudged ? Taken.Nudge : Taken.Nothing;
                _isNudged = false;
                return outcome;
            }

            var fixes = 0;
            while (_queue.TryPeek(out var next) && (fixes == 0 || fixes + next.Count <= maxFixes))
            {
                _queue.Dequeue();
                fixes += next.Count;
                into.Add(next);
            }

            _queuedFixes -= fixes;
            AdmitWaiting_NeedsLock();
            return Taken.Batches;
        }
    }

    /// <summary>Lets more callers join the next commit: returns after the time, or as soon as a full commit is queued.</summary>
    public void Linger(TimeSpan time, int fullFixes)
    {
        lock (_gate)
        {
            if (_queuedFixes < fullFixes && !_isClosed)
            {
                _lingerUntilFixes = fullFixes;
                Monitor.Wait(_gate, (int)Math.Ceiling(time.TotalMilliseconds)); // Rounded down it would not wait at all.
                _lingerUntilFixes = int.MaxValue;
            }
        }
    }

    /// <summary>Wakes the log's thread for work other than batches.</summary>
    public void Nudge()
    {
        lock (_gate)
        {
            _isNudged = true;
            if (_isIdle)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Takes no more batches. Those who wait for room are refused; those with a place are still taken.</summary>
    public void Close()
    {
        List<PendingCommit> refused = [];
        lock (_gate)
        {
            _isClosed = true;
            refused.AddRange(_waiting.Where(pending => pending.Stage == PendingStage.WaitingForRoom));
            refused.ForEach(pending => pending.Stage = PendingStage.Queued);
            _waiting.Clear();
            _waitingFixes = 0;
            Monitor.PulseAll(_gate);
        }

        refused.ForEach(pending => pending.Fail(Closed()));
    }

    public static IOException Closed() => new StorageException("The track log is closed: nothing of this batch was stored.");

    internal void Return(PendingCommit pending)
    {
        lock (_gate)
        {
            if (_pool.Count < MaxPooled)
            {
                _pool.Push(pending);
            }
        }
    }

    /// <summary>True when the batch had no place yet: it will not be written.</summary>
    internal bool TryWithdraw(PendingCommit pending)
    {
        lock (_gate)
        {
            if (pending.Stage != PendingStage.WaitingForRoom)
            {
                return false;
            }

            pending.Stage = PendingStage.Cancelled;
            _waitingFixes -= pending.Count;
            return true;
        }
    }

    private bool HasRoom_NeedsLock(int fixes) => _queuedFixes == 0 || _queuedFixes + fixes <= capacityFixes;

    private void Admit_NeedsLock(PendingCommit pending)
    {
        pending.Stage = PendingStage.Queued;
        _queue.Enqueue(pending);
        _queuedFixes += pending.Count;
        if (_isIdle || _queuedFixes >= _lingerUntilFixes)
        {
            Monitor.Pulse(_gate);
        }
    }

    private void AdmitWaiting_NeedsLock()
    {
        while (_waiting.TryPeek(out var next) && (next.Stage == PendingStage.Cancelled || HasRoom_NeedsLock(next.Count)))
        {
            _waiting.Dequeue();
            if (next.Stage != PendingStage.Cancelled)
            {
                _waitingFixes -= next.Count;
                Admit_NeedsLock(next);
            }
        }
    }
}
