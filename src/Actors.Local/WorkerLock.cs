namespace Vantage.Actors.Local;

/// <summary>The lock over all that other threads may touch of one worker, and the bell that wakes it.</summary>
internal sealed class WorkerLock
{
    private bool _hasNews;

    /// <summary>Counts what others gave to the worker: two equal readings with a quiet worker between mean that nothing came.</summary>
    public long Given { get; private set; }

    public void Ring_NeedsLock()
    {
        Given++;
        if (!_hasNews)
        {
            _hasNews = true;
            Monitor.PulseAll(this);
        }
    }

    /// <summary>Sleeps until the bell rings; not at all when it has rung since the last time.</summary>
    public void AwaitNews()
    {
        lock (this)
        {
            while (!_hasNews)
            {
                Monitor.Wait(this);
            }

            _hasNews = false;
        }
    }
}
