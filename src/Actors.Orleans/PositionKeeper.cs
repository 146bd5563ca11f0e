namespace Vantage.Actors.Orleans;

/// <summary>Sees to it that every position shard lives somewhere: each silo says so, as any of them may be the last.</summary>
/// <remarks>On the system's time, like all of Orleans.</remarks>
internal sealed class PositionKeeper(IGrainFactory grains, TimeSpan interval) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task[] _wakes = [.. Enumerable.Repeat(Task.CompletedTask, Shards.Count)];
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Has every shard live somewhere, and move that belongs elsewhere.</summary>
    public void WakeAll()
    {
        lock (_wakes)
        {
            for (var shard = 0; shard < _wakes.Length; shard++)
            {
                // A shard whose silo is lost does not answer until the cluster says so: one that waits is enough.
                if (_wakes[shard].IsCompleted)
                {
                    _wakes[shard] = WakeAsync(shard);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            do
            {
                WakeAll();
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task WakeAsync(int shard)
    {
        try
        {
            await grains.GetGrain<IPositionGrain>(shard).WakeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whatever it was, the next round tries again.
        }
    }
}
