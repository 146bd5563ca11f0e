namespace Vantage.Actors.History;

/// <summary>Those who wait until queries see everything up to a watermark. Safe from any thread.</summary>
internal sealed class WatermarkWaiters(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<(Watermark Mark, TaskCompletionSource Done)> _waiters = [];
    private Watermark _covered;

    /// <summary>Somebody waits.</summary>
    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _waiters.Count > 0;
            }
        }
    }

    /// <exception cref="TimeoutException">Not within the time.</exception>
    public async Task WaitAsync(Watermark mark, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TaskCompletionSource done;
        lock (_gate)
        {
            if (_covered.Covers(mark))
            {
                return;
            }

            done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((mark, done));
        }

        try
        {
            await done.Task.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiters.RemoveAll(waiter => waiter.Done == done);
            }
        }
    }

    /// <summary>Queries see everything up to here now.</summary>
    public void Cover(Watermark mark)
    {
        lock (_gate)
        {
            _covered = mark;
            foreach (var (wanted, done) in _waiters)
            {
                if (mark.Covers(wanted))
                {
                    done.TrySetResult();
                }
            }
        }
    }
}
