using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>A function that waits for its turn on a position shard.</summary>
internal abstract class ShardCall(int shard)
{
    public int Shard => shard;

    public abstract void Run(IPositionShard on);

    public abstract void Fail(Exception reason);
}

internal sealed class ShardCall<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken) : ShardCall(shard)
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<T> WaitAsync()
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (call, token) => ((ShardCall<T>)call!)._result.TrySetCanceled(token), this);
        return await _result.Task.ConfigureAwait(false);
    }

    /// <summary>What the function throws is its caller's, not the shard's.</summary>
    public override void Run(IPositionShard on)
    {
        if (_result.Task.IsCompleted)
        {
            return;
        }

        try
        {
            _result.TrySetResult(function(on));
        }
        catch (Exception thrown)
        {
            _result.TrySetException(thrown);
        }
    }

    public override void Fail(Exception reason) => _result.TrySetException(reason);
}
