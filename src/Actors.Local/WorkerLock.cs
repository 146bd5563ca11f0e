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

    /// <summary>Not a monitor that is also waited on: such a one is heavy, and every send takes it.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Counts what others gave to the worker: two equal readings with a quiet worker between mean that nothing came.</summary>
    public long Given { get; private set; }

    public void Ring_NeedsLock()
    {
        Given++;
        Volatile.Write(ref _hasNews, true);
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

    /// <summary>Sleeps until the bell rings; not at all when it has rung since the last time.</summary>
    public void AwaitNews()
    {
        for (var i = 0; i < LooksBeforeSleep && !Volatile.Read(ref _hasNews); i++)
        {
            Thread.Yield();
        }

        lock (Lock)
        {
            if (_hasNews)
            {
                _hasNews = false;
                return;
            }

            _isAsleep = true;
        }

        lock (_bell)
        {
            while (!_hasRung)
            {
                Monitor.Wait(_bell);
            }

            _hasRung = false;
        }

        lock (Lock)
        {
            _hasNews = false;
        }
    }
}
