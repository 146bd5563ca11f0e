using System.Globalization;
using Akka.Cluster.Sharding;

namespace Vantage.Actors.Akka;

/// <summary>Where the actors of one kind live: the entity is the key, the shard is that of the product, the same in every runtime.</summary>
internal sealed class ShardExtractor(string kind) : IMessageExtractor
{
    private static readonly string[] Names = [.. Enumerable.Range(0, Shards.Count).Select(shard => shard.ToString(CultureInfo.InvariantCulture))];

    public string? EntityId(object message) => message switch
    {
        Mail mail => mail.To.Key,
        CountWaiting count => count.Actor.Key,
        _ => null,
    };

    public object? EntityMessage(object message) => message;

    public string ShardId(string entityId, object? messageHint = null) => Names[Shards.Of(new ActorId(kind, entityId))];

    [Obsolete("Part of the interface; sharding calls the other one.")]
    public string? ShardId(object message) => EntityId(message) is { } key ? ShardId(key) : null;
}
