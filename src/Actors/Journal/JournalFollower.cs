namespace Vantage.Actors.Journal;

/// <summary>Folds what all processes of a cluster record into this one's directories, in the journal's order.</summary>
/// <remarks>Reads again every so often, and at once when somebody wants to see what was just recorded. One thing is read at a time.</remarks>
public sealed class JournalFollower : IAsyncDisposable
{
    /// <summary>How long another process's event may take to be seen here, when nobody asks.</summary>
    public static readonly TimeSpan ReadEvery = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly IEventFeed _feed;
    private readonly Action<Envelope> _fold;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _onFailure;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private long _offset;
    private volatile int _failures;

    /// <param name="fold">Called for each envelope once, by one thread at a time.</param>
    /// <param name="onFailure">Told when the feed could not be read, or an envelope not be folded; it is tried again.</param>
    public JournalFollower(IEventFeed feed, Action<Envelope> fold, TimeProvider time, Action<Exception> onFailure)
        => (_feed, _fold, _time, _onFailure) = (feed, fold, time, onFailure);

    /// <summary>Where the feed has been folded to.</summary>
    public long Offset => Volatile.Read(ref _offset);

    /// <summary>The last two readings failed: what one failure may be has passed by the next.</summary>
    public bool IsFailing => _failures > 1;

    public void Start(long afterOffset)
    {
        _offset = afterOffset;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Completes when everything that was recorded before the call is folded.</summary>
    public Task CatchUpAsync(CancellationToken cancellationToken = default)
    {
        Task caughtUp;
        lock (_gate)
        {
            caughtUp = _next.Task;
            if (_asked.CurrentCount == 0)
            {
                _asked.Release();
            }
        }

        return caughtUp.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _next.TrySetCanceled();
    }

    private async Task RunAsync()
    {
        var rest = ReadEvery;
        while (!_stopping.IsCancellationRequested)
        {
            TaskCompletionSource reading;
            lock (_gate)
            {
                // Who asks from here on may miss this reading.
                (reading, _next) = (_next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            try
            {
                await ReadAsync().ConfigureAwait(false);
                _failures = 0;
                reading.TrySetResult();
                rest = ReadEvery;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                reading.TrySetCanceled();
                return;
            }
            catch (Exception failure) // The one supervisor: whatever it was, events are in the journal and must be folded.
            {
                _failures++;
                _onFailure(failure);
                rest = rest * 2 < LongestRetry ? rest * 2 : LongestRetry;
                KeepWaiting(reading);
            }

            await RestAsync(rest).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync()
    {
        await foreach (var envelope in _feed.FeedAsync(_offset, _stopping.Token).ConfigureAwait(false))
        {
            _fold(envelope);
            Volatile.Write(ref _offset, envelope.Offset);
        }
    }

    // Those who waited for a reading that failed are served by the next that does not.
    private void KeepWaiting(TaskCompletionSource failed)
    {
        lock (_gate)
        {
            _ = _next.Task.ContinueWith(
                next => next.IsCompletedSuccessfully ? failed.TrySetResult() : failed.TrySetCanceled(),
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task RestAsync(TimeSpan rest)
    {
        using var time = new CancellationTokenSource(rest, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, _stopping.Token);
        try
        {
            await _asked.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody asked.
        }
    }
}
