using System.Threading.Tasks.Sources;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tracks;

internal enum PendingStage
{
    Queued,

    /// <summary>The queue is full; the caller may still change its mind.</summary>
    WaitingForRoom,
    Cancelled,
}

/// <summary>One call of <see cref="CommitQueue.EnqueueAsync"/>. Pooled; continuations run on the thread pool, never on the log's thread.</summary>
internal sealed class PendingCommit(CommitQueue owner) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    public PositionBatch? Batch { get; set; }

    public int Count { get; set; }

    /// <summary>Guarded by the queue's lock.</summary>
    public PendingStage Stage { get; set; }

    public CancellationTokenRegistration Registration { get; set; }

    public ValueTask Task => new(this, _core.Version);

    public void Succeed() => _core.SetResult(true);

    public void Fail(Exception reason) => _core.SetException(reason);

    public void TryCancel(CancellationToken token)
    {
        if (owner.TryWithdraw(this))
        {
            Fail(new OperationCanceledException(token));
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    public void GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            // Disposing waits for a cancellation that is just being delivered: after it, nobody else knows this object,
            // unless it was cancelled, when it still stands in the queue of those who wait.
            Registration.Dispose();
            Registration = default;
            if (Stage != PendingStage.Cancelled)
            {
                _core.Reset();
                Batch = null;
                owner.Return(this);
            }
        }
    }
}
