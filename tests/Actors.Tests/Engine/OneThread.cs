using System.Collections.Concurrent;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Tests.Engine;

/// <summary>Runs what concerns a shard at once, on the caller's thread. What throws there is the answer's failure.</summary>
internal sealed class OneThread(Func<int, PositionShard> create) : IActorRuntime
{
    private readonly ConcurrentDictionary<int, PositionShard> _shards = new();

    public OneThread(ShardParts parts)
        : this(shard => new PositionShard(shard, parts))
    {
    }

    /// <summary>Told of every function that ran: the shard, and what it gave.</summary>
    public Action<int, object?>? Called { get; init; }

    public Task<T> OnShardAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken = default)
    {
        try
        {
            var owner = _shards.GetOrAdd(shard, create);
            owner.Tick(DateTimeOffset.UnixEpoch);
            var result = function(owner);
            Called?.Invoke(shard, result);
            return Task.FromResult(result);
        }
        catch (Exception failure)
        {
            return Task.FromException<T>(failure);
        }
    }

    public IReadOnlyList<int> OwnShards { get; } = [.. Enumerable.Range(0, Shards.Count)];

    public Task<T> AskShardAsync<T>(int shard, IShardQuery<T> query, TimeSpan timeout, CancellationToken cancellationToken = default)
        where T : notnull
        => OnShardAsync(shard, query.Run, cancellationToken);

    public void Surrender(int shard) => _shards.TryRemove(shard, out _);

    public ValueTask TellAsync(ActorId to, object message, Origin? origin = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public Task<TReply> AskAsync<TReply>(
        ActorId to, object message, TimeSpan timeout, Origin? origin = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public void Deliver(PositionFrame frame) => throw new NotSupportedException();
}
