using System.Collections.Concurrent;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Tests.Engine;

/// <summary>Runs what concerns a shard at once, on the caller's thread.</summary>
internal sealed class OneThread(Func<int, PositionShard> create) : IActorRuntime
{
    private readonly ConcurrentDictionary<int, PositionShard> _shards = new();

    public OneThread(ShardParts parts)
        : this(shard => new PositionShard(shard, parts))
    {
    }

    public Task<T> OnShardAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken = default)
    {
        var owner = _shards.GetOrAdd(shard, create);
        owner.Tick(DateTimeOffset.UnixEpoch);
        return Task.FromResult(function(owner));
    }

    public ValueTask TellAsync(ActorId to, object message, Origin? origin = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public Task<TReply> AskAsync<TReply>(
        ActorId to, object message, TimeSpan timeout, Origin? origin = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public void Deliver(PositionFrame frame) => throw new NotSupportedException();
}
