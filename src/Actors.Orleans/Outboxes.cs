using System.Collections.Concurrent;

namespace Vantage.Actors.Orleans;

/// <summary>The way of all messages from this process to actors.</summary>
internal sealed class Outboxes(RuntimeParts parts)
{
    private readonly ConcurrentDictionary<ActorId, Outbox> _outboxes = new();
    private volatile bool _refusesOutside;
    private volatile bool _isClosed;

    public RuntimeParts Parts => parts;

    /// <summary>Set once there is a silo, before the first message.</summary>
    public IGrainFactory? Grains { get; set; }

    /// <summary>Whether nothing waits and no turn that was sent from here is under way.</summary>
    public bool IsQuiet => _outboxes.IsEmpty;

    public IActorGrain GrainOf(ActorId id) => Silo.GetGrain<IActorGrain>(id.ToString());

    public IPositionGrain PositionOf(int shard) => Silo.GetGrain<IPositionGrain>(shard);

    public bool HasMail(ActorId id) => _outboxes.TryGetValue(id, out var outbox) && outbox.HasMail;

    /// <summary>A send from outside. Null when the mailbox took it (or nobody ever will: then it was a dead letter); else what to wait for.</summary>
    public Waiter? Post(ActorId to, in Mail mail)
    {
        MustNameActor(to);
        while (!_refusesOutside)
        {
            if (OutboxOf(to).TryPost(in mail, out var waiter))
            {
                CloseIfLate(to);
                return waiter;
            }
        }

        parts.DeadLetter(to, in mail, "stopped", "the runtime is stopping");
        return null;
    }

    /// <summary>A send by an actor or a position shard. Timers end with the welcome to outside.</summary>
    public void PostFromInside(ActorId to, in Mail mail)
    {
        MustNameActor(to);
        while (!_isClosed && !(mail.IsOwn && _refusesOutside))
        {
            if (OutboxOf(to).TryPostFromInside(in mail, out var isFull))
            {
                CloseIfLate(to);
                if (isFull)
                {
                    parts.DeadLetter(to, in mail, "overflow", "the mailbox is full");
                }

                return;
            }
        }

        parts.DeadLetter(to, in mail, "stopped", "the runtime has stopped");
    }

    public void Remove(ActorId to, Outbox outbox) => _outboxes.TryRemove(new(to, outbox));

    /// <summary>From here on outside sends are dead letters; actors may still send while they finish what they have.</summary>
    public void RefuseOutside() => _refusesOutside = true;

    public void Close()
    {
        _refusesOutside = true;
        _isClosed = true;
        foreach (var (id, _) in _outboxes)
        {
            CloseIfLate(id);
        }
    }

    private IGrainFactory Silo => Grains ?? throw new InvalidOperationException("The silo does not run yet.");

    private static void MustNameActor(ActorId id)
    {
        if (string.IsNullOrEmpty(id.Kind) || string.IsNullOrEmpty(id.Key))
        {
            throw new ArgumentException($"'{id}' names no actor.", nameof(id));
        }
    }

    private Outbox OutboxOf(ActorId id) => _outboxes.GetOrAdd(id, static (id, owner) => new Outbox(id, owner), this);

    /// <summary>A send that passed the check before the end may have made an outbox after it.</summary>
    private void CloseIfLate(ActorId id)
    {
        if (_isClosed && _outboxes.TryRemove(id, out var outbox))
        {
            outbox.Close();
        }
    }
}
