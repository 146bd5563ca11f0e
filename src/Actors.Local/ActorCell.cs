using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

internal enum CellStatus
{
    /// <summary>Nothing to do.</summary>
    Idle,

    /// <summary>In the worker's queue of actors that have messages.</summary>
    Ready,

    /// <summary>In a turn, waiting for its append, or recovering: its mailbox waits.</summary>
    Busy,

    /// <summary>Waiting for its next recovery.</summary>
    BackingOff,
}

/// <summary>What the runtime holds of one actor while it is in memory or has messages.</summary>
/// <remarks>
/// <code>
///        mail               picked               no mail left
/// Idle ───────▶ Ready ─────────────▶ Busy ─────────────────────▶ Idle, or out of memory
///                 ▲     mail left    │  ▲
///                 └──────────────────┘  │ due
///                         again failed  ▼
///                                   BackingOff
/// </code>
/// </remarks>
internal sealed class ActorCell(ActorId id, int shard)
{
    public readonly ActorId Id = id;
    public readonly int Shard = shard;

    // Guarded by the worker's lock.
    public readonly MailQueue Mail = new();
    public Queue<Waiter>? Waiters;
    public CellStatus Status;
    public bool IsStarved;
    public bool ShutsInbox;
    public int PurgeAt = 64;

    // The worker thread's, but for Busy: then they are of whoever recovers it.
    public IBehaviour? Behaviour;
    public long Sequence;
    public bool NeedsRecovered;

    // The worker thread's alone.
    public Turn? Turn;
    public Dictionary<string, Deadline>? Timers;
    public LinkedListNode<ActorCell>? Idle;
    public long LastTurn;
    public int Failures;
    public bool PassivatesWhenEmpty;

    /// <summary>The actor's name as text: its stream in the journal.</summary>
    public string Stream { get; } = id.ToString();

    public bool HasTimers => Timers is { Count: > 0 };
}

/// <summary>Hashes keys only: kinds are few, and hashing both strings costs as much as the rest of a send.</summary>
internal sealed class ActorIdComparer : IEqualityComparer<ActorId>
{
    public bool Equals(ActorId x, ActorId y)
        => string.Equals(x.Key, y.Key, StringComparison.Ordinal) && string.Equals(x.Kind, y.Kind, StringComparison.Ordinal);

    public int GetHashCode(ActorId id) => string.GetHashCode(id.Key, StringComparison.Ordinal);
}
