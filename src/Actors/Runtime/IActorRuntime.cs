using Vantage.Actors.Positions;

namespace Vantage.Actors.Runtime;

/// <summary>Hosts actors by name and position shards by number. <c>tests/Runtime.Contract</c> says what every runtime must do.</summary>
public interface IActorRuntime
{
    /// <summary>Sends without an answer. Waits while the receiver's mailbox is full: that is the back-pressure.</summary>
    ValueTask TellAsync(ActorId to, object message, Origin? origin = null, CancellationToken cancellationToken = default);

    /// <summary>Sends and waits for the reply.</summary>
    /// <exception cref="TimeoutException">No reply within <paramref name="timeout"/>.</exception>
    /// <exception cref="ActorFailedException">The message threw, or its events could not be made durable.</exception>
    Task<TReply> AskAsync<TReply>(
        ActorId to, object message, TimeSpan timeout, Origin? origin = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives a durable frame to its shard. Blocks while the shard's queue is full. The frame is released by the shard.
    /// Within a shard, frames are processed in the order of delivery.
    /// </summary>
    void Deliver(PositionFrame frame);

    /// <summary>Runs a function on the thread that owns a shard, between frames, and gives its result.</summary>
    Task<T> OnShardAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken = default);
}

/// <summary>The position half of the units of one shard. Always called by one thread at a time.</summary>
public interface IPositionShard
{
    void Process(PositionFrame frame);

    /// <summary>Called regularly between frames, at least every 250 ms of the runtime's clock: time-driven work.</summary>
    void Tick(DateTimeOffset now);
}

/// <summary>Which behaviour an actor has.</summary>
public interface IBehaviourFactory
{
    /// <summary>Creates the behaviour of an actor, or null when its kind has none here (the message is then a dead letter).</summary>
    IBehaviour? Create(ActorId id);
}

/// <summary>Where published deltas go: the wall feed and whoever else follows live.</summary>
public interface ILiveFeed
{
    /// <summary>Must not block and must not throw.</summary>
    void Publish(ActorId from, object delta);
}

/// <summary>An ask could not be answered because the receiver failed on it.</summary>
public sealed class ActorFailedException(ActorId actor, string reason, Exception? inner = null)
    : Exception($"{actor}: {reason}", inner)
{
    public ActorId Actor { get; } = actor;
}
