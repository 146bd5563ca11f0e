namespace Vantage.Actors.Runtime;

/// <summary>What an actor is: a plain class that gets one message at a time and knows no runtime.</summary>
/// <remarks>
/// <see cref="Receive"/> decides and <see cref="IActorContext.Record"/>s; <see cref="Apply"/> alone changes durable state, live and in
/// recovery alike, and must be pure and total. A message that throws is logged and counted, and leaves the actor with its
/// last durable state.
/// </remarks>
public interface IBehaviour
{
    void Receive(object message, IActorContext context);

    /// <summary>Folds one event in. Throws <see cref="System.Diagnostics.UnreachableException"/> for an event it has no rule for.</summary>
    void Apply(object @event);

    /// <summary>
    /// The fewest events that, folded into a new behaviour, give the state that this one has: what is kept instead of a long stream. Null: there is
    /// nothing shorter than the stream itself.
    /// </summary>
    IReadOnlyList<object>? Snapshot() => null;

    /// <summary>After recovery, and after a failed turn was undone: timers are derived from state and re-armed here.</summary>
    void Recovered(IActorContext context)
    {
    }
}

/// <summary>What a behaviour may do. Effects (tell, reply, publish) are held until the turn's events are durable.</summary>
public interface IActorContext
{
    ActorId Self { get; }

    /// <summary>The time of this turn: the same for all that one message causes.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Who caused the message, for the journal's envelope.</summary>
    Origin Origin { get; }

    /// <summary>Applies the event at once and makes it durable before any effect of the turn is seen outside.</summary>
    void Record(object @event);

    void Tell(ActorId to, object message);

    /// <summary>Answers the ask that the message came with; without one it is dropped.</summary>
    void Reply(object message);

    /// <summary>Shows something to whoever follows the live feed.</summary>
    void Publish(object delta);

    /// <summary>Starts, or starts anew, the timer of that name: after <paramref name="due"/> the actor gets <paramref name="message"/>.</summary>
    void StartTimer(string name, TimeSpan due, object message);

    void CancelTimer(string name);

    /// <summary>Lets the actor leave memory once its mailbox is empty; the next message brings it back.</summary>
    void Passivate();
}

/// <summary>Who is behind a message: the person, the post held at the time, or the token of a program.</summary>
/// <param name="Name">What the person or program is called, for those who read it later; not part of the envelope.</param>
public sealed record Origin(
    string? Person = null, string? Post = null, string? Token = null, string? Cause = null, string? Correlation = null, string? Name = null)
{
    /// <summary>The system itself: timers, recovery, projections.</summary>
    public static Origin System { get; } = new();

    /// <summary>Who it is, for those who read it later; null: the system.</summary>
    public string? Who => Name ?? Person ?? Token;
}
