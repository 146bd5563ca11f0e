namespace Vantage.Actors.Local;

/// <summary>The lock over all that other threads may touch of one worker, and the bell that wakes it.</summary>
internal sealed class WorkerLock
{
    /// <summary>So often others get the processor before the worker sleeps: to be woken costs both sides more, and whoever sends often sends again at once.</summary>
    private const int LooksBeforeSleep = 10;

    private readonly object _bell = new();
    private bool _hasNews;
    private bool _isAsleep;
    private bool _hasRung;

    /// <summary>Not a monitor that is also waited on: such a one is heavy, and every turn takes it.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Counts what others gave to the worker: two equal readings with a quiet worker between mean that nothing came.</summary>
    public long Given { get; private set; }

    /// <summary>For what was given without the lock, once it is found.</summary>
    public void CountGiven_NeedsLock() => Given++;

    /// <summary>For what was given under the lock.</summary>
    public void Ring_NeedsLock()
    {
        CountGiven_NeedsLock();
        Volatile.Write(ref _hasNews, true);
        Wake_NeedsLock();
    }

    /// <summary>For what was given without the lock: the worker finds it before it sleeps, or is woken.</summary>
    public void Ring()
    {
        // What was given is seen before the news are looked at: if they stand, the worker has yet to clear them, and looks for what came after that.
        Interlocked.MemoryBarrier();
        if (!Volatile.Read(ref _hasNews))
        {
            Volatile.Write(ref _hasNews, true);
            Interlocked.MemoryBarrier();
        }

        // Everyone looks: who left the news may have been stopped before it could.
        if (Volatile.Read(ref _isAsleep))
        {
            lock (Lock)
            {
                Wake_NeedsLock();
            }
        }
    }

    /// <summary>Sleeps until the bell rings; not at all when it has rung since the last time.</summary>
    public void AwaitNews()
    {
        for (var i = 0; i < LooksBeforeSleep && !Volatile.Read(ref _hasNews); i++)
        {
            Thread.Yield();
        }

        if (FallsAsleep())
        {
            lock (_bell)
            {
                while (!_hasRung)
                {
                    Monitor.Wait(_bell);
                }

                _hasRung = false;
            }
        }

        Volatile.Write(ref _hasNews, false);
        Interlocked.MemoryBarrier(); // The news are cleared before the worker looks.
    }

    private bool FallsAsleep()
    {
        lock (Lock)
        {
            _isAsleep = true;
            Interlocked.MemoryBarrier(); // Who rings leaves news and then looks for a sleeper: one of the two sees the other.
            _isAsleep = !Volatile.Read(ref _hasNews);
            return _isAsleep;
        }
    }

    private void Wake_NeedsLock()
    {
        if (!_isAsleep)
        {
            return;
        }

        _isAsleep = false;
        lock (_bell)
        {
            _hasRung = true;
            Monitor.Pulse(_bell);
        }
    }
}
