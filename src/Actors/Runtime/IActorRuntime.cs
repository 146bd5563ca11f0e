using Vantage.Actors.Positions;

namespace Vantage.Actors.Runtime;

/// <summary>Hosts actors by name and position shards by number. <c>tests/Runtime.Contract</c> says what every runtime must do.</summary>
/// <remarks>
/// An actor, and a position shard, lives in one process of however many there are, and may move to another. What goes to an actor, and what is
/// asked of a shard, finds it wherever it lives; frames and functions are for the shards of this process.
/// </remarks>
public interface IActorRuntime
{
    /// <summary>The numbers of the position shards that live in this process at this moment, in order.</summary>
    IReadOnlyList<int> OwnShards { get; }

    /// <summary>Sends without an answer. Waits while the receiver's mailbox is full: that is the back-pressure.</summary>
    ValueTask TellAsync(ActorId to, object message, Origin? origin = null, CancellationToken cancellationToken = default);

    /// <summary>Sends and waits for the reply.</summary>
    /// <exception cref="TimeoutException">No reply within <paramref name="timeout"/>.</exception>
    /// <exception cref="ActorFailedException">The message threw, or its events could not be made durable.</exception>
    Task<TReply> AskAsync<TReply>(
        ActorId to, object message, TimeSpan timeout, Origin? origin = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives a durable frame to its shard. Blocks while the shard's queue is full. The frame is released by the shard, or at once when the
    /// shard does not live here. Within a shard, frames are processed in the order of delivery.
    /// </summary>
    void Deliver(PositionFrame frame);

    /// <summary>Runs a function on the thread that owns a shard, between frames, and gives its result.</summary>
    /// <exception cref="InvalidOperationException">The shard is down and will be built anew, or it does not live in this process.</exception>
    Task<T> OnShardAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken = default);

    /// <summary>Puts a question to a shard in whichever process it lives.</summary>
    /// <exception cref="TimeoutException">No answer within <paramref name="timeout"/>: the shard may be on its way to another process.</exception>
    /// <exception cref="InvalidOperationException">The shard is down and will be built anew.</exception>
    Task<T> AskShardAsync<T>(int shard, IShardQuery<T> query, TimeSpan timeout, CancellationToken cancellationToken = default)
        where T : notnull;

    /// <summary>Another process has taken the shard: whatever this one still has of it is given up. It is built anew if it belongs here after all.</summary>
    void Surrender(int shard);
}

/// <summary>A question to a position shard. It may travel, and so may its answer: both are in <see cref="SituationEngine.Messages"/>.</summary>
public interface IShardQuery<out T> : IShardQuery
    where T : notnull
{
    /// <summary>Called on the thread that owns the shard, between frames.</summary>
    new T Run(IPositionShard shard);

    object IShardQuery.Run(IPositionShard shard) => Run(shard);
}

/// <summary>A <see cref="IShardQuery{T}"/>, whatever its answer is.</summary>
public interface IShardQuery
{
    /// <inheritdoc cref="IShardQuery{T}.Run"/>
    object Run(IPositionShard shard);
}

/// <summary>The position half of the units of one shard. Always called by one thread at a time; disposed of when it leaves the process.</summary>
public interface IPositionShard : IDisposable
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

    /// <summary>The sentence, without the actor's name.</summary>
    public string Reason { get; } = reason;
}
