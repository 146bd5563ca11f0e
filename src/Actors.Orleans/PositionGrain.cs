using Orleans.Concurrency;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>Where this grain is active, a thread of the silo has its shard.</summary>
/// <remarks>
/// Reentrant: a question may wait long for its shard, and who wakes it must not wait behind. The grain is one activation in the cluster as far as
/// Orleans can tell; should there be two for a moment, history takes what the later one derives.
/// </remarks>
[KeepAlive]
[Reentrant]
[PositionPlacement]
internal sealed class PositionGrain(IGrainContext context, OrleansRuntime runtime, PositionPlaces places) : Grain, IPositionGrain
{
    private readonly int _shard = (int)context.GrainId.GetIntegerKey();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Reading it back may take longer than an activation may: who asks meanwhile waits at the shard's thread.
        RuntimeLog.ShardCame(runtime.Parts.Logger, _shard);
        _ = runtime.Positions.OpenAsync(_shard);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Its successor is not placed before this one has left.
        RuntimeLog.ShardLeft(runtime.Parts.Logger, _shard);
        await runtime.Positions.CloseAsync(_shard);
    }

    public Task WakeAsync()
    {
        if (places.IsElsewhere(_shard))
        {
            MigrateOnIdle();
        }

        return Task.CompletedTask;
    }

    public async Task<ShardAnswer> AskAsync(ShardQuestion question)
    {
        if (question.Query is not IShardQuery query)
        {
            return new ShardAnswer(null, new InvalidOperationException(((Unreadable)question.Query).Reason));
        }

        try
        {
            return new ShardAnswer(await runtime.Positions.CallAsync(_shard, query.Run, CancellationToken.None), null);
        }
        catch (Exception reason)
        {
            return new ShardAnswer(null, reason);
        }
    }
}
