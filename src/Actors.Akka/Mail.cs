using Akka.Actor;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Akka;

/// <summary>A message on its way to an actor. Its Akka sender is the <see cref="OutboxActor"/> that gets what comes of it.</summary>
/// <param name="Ask">The number of the ask at its outbox; 0 for none.</param>
/// <param name="HasCredit">Whether the outbox counts it as waiting until the actor takes it. Actors send without.</param>
internal sealed record Mail(ActorId To, object Message, Origin Origin, long Ask = 0, bool HasCredit = false);

/// <summary>To an outbox: the reply to one of its asks.</summary>
internal sealed record Answered(long Ask, object Reply);

/// <summary>To an outbox: one of its asks will have no reply.</summary>
internal sealed record Unanswered(long Ask, Exception Reason);

/// <summary>To an outbox: an actor has taken that many of its messages out of the queue.</summary>
internal sealed record Taken(ActorId Actor, int Count);

/// <summary>To an actor's entity: how many mails of the outbox that asks wait there. Goes the way that mails go: those sent before have come, or never will.</summary>
internal sealed record CountWaiting(ActorId Actor, long Number);

/// <summary>To an outbox: so many of its mails wait in an actor's queue.</summary>
/// <param name="Number">Of the <see cref="CountWaiting"/> that asked.</param>
internal sealed record Waiting(ActorId Actor, long Number, int Count);

/// <summary>To a position shard's entity: a question from another node.</summary>
internal sealed record ShardAsk(int Shard, long Ask, IShardQuery Query);

/// <summary>To a position shard's entity: be there. It has nothing to do but to live somewhere.</summary>
internal sealed record WakeShard(int Shard);

/// <summary>From one node to another: part of the live feed.</summary>
internal sealed record NodeSaid(object Message);

/// <summary>What the journal keeps so that a long stream need not be read back whole: the fewest events that make the same state.</summary>
internal sealed record BehaviourSnapshot(IReadOnlyList<Journal.Envelope> Events);

/// <summary>To an entity, by its shard: finish what is queued, then stop.</summary>
internal sealed record Leave
{
    public static Leave Instance { get; } = new();
}

/// <summary>A timer of an entity. Each start makes a new one, so that what an old one sent is told apart.</summary>
/// <param name="due">In ticks of the runtime's <see cref="Clock"/>.</param>
internal sealed class EntityTimer(string name, object message, long due) : IDisposable
{
    private static long _lastNumber;
    private ITimer? _alarm;

    public string Name => name;

    public object Message => message;

    public long Due => due;

    /// <summary>Unlike any other's in this process.</summary>
    public long Number { get; } = Interlocked.Increment(ref _lastNumber);

    public void Set(ITimer alarm)
    {
        _alarm?.Dispose();
        _alarm = alarm;
    }

    public void Dispose() => _alarm?.Dispose();
}

/// <summary>A timer is due. Goes to its entity the way that mails go, so that it does not overtake what was sent before.</summary>
internal sealed record TimerRang(string Name, long Number);

/// <summary>What waits in an entity's queue: a mail, or a timer's message.</summary>
internal readonly record struct Letter(Mail Mail, IActorRef Sender, EntityTimer? Timer = null, bool IsStale = false);

/// <summary>From an entity to the behaviour below it: take these in one turn.</summary>
internal sealed record TakeTurn(Letter[] Letters);

/// <summary>To an entity: its behaviour is recovered and takes turns.</summary>
internal sealed record BehaviourReady
{
    public static BehaviourReady Instance { get; } = new();
}

/// <summary>To an entity: the behaviour could not be read back.</summary>
internal sealed record RecoveryFailed(Exception Reason);

/// <summary>To an entity: a turn's events are durable, its effects may be seen.</summary>
/// <param name="Processed">How many letters the turn got to, the one that threw among them.</param>
internal sealed record TurnDone(IReadOnlyList<Effect> Effects, int Processed, int Messages, Exception? Thrown);

/// <summary>To an entity: a turn's events could not be made durable.</summary>
internal sealed record TurnUndone(int Processed, int Messages, Exception Reason);
