using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>The grain that is an actor. Its key is the actor's id as text.</summary>
internal interface IActorGrain : IGrainWithStringKey
{
    /// <summary>
    /// One turn: receives messages from the front of the parcel, and completes when their events are durable and their effects are out.
    /// What the turn did not get to is the sender's to send again.
    /// </summary>
    /// <remarks>
    /// A turn lasts as long as its append, or the recovery before it: a timeout would only make its outcome unknown. A silo that dies ends the
    /// call at once.
    /// </remarks>
    [ResponseTimeout("1.00:00:00")]
    Task<TurnResult> TakeAsync(Parcel parcel);
}

/// <summary>Messages for one actor, in the order in which they were sent. Read by the turn, and again by the sender when it is over.</summary>
internal sealed class Parcel(Mail[] mails)
{
    public Mail[] Mails => mails;

    /// <summary>Whether there is nothing in it but what an activation sent itself: not worth waking another for.</summary>
    public bool IsOwn => Array.TrueForAll(mails, mail => mail.IsOwn);
}

/// <summary>What became of a turn.</summary>
internal sealed class TurnResult
{
    /// <summary>How many messages it took from the front of the parcel.</summary>
    public required int Taken { get; init; }

    /// <summary>Which of them was answered with what.</summary>
    public IReadOnlyList<(int Index, object Message)> Replies { get; init; } = [];

    /// <summary>What the last of them threw. Nothing of that message is left; those before it are durable.</summary>
    public ActorFailedException? Thrown { get; init; }

    /// <summary>Why the turn's events could not be made durable: nothing of the turn is left.</summary>
    public ActorFailedException? Refused { get; init; }

    /// <summary>Nothing behaves as an actor of this kind.</summary>
    public bool IsNobody { get; init; }
}
