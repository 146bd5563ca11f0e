using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>How messages come in, and what holds senders back.</summary>
internal sealed partial class ActorHost
{
    private const int FirstPurge = 64;

    /// <summary>
    /// A send from outside. Null when the mailbox took it (or nobody ever will: then it was a dead letter); else what to wait for.
    /// </summary>
    public Waiter? Post(ActorId to, in Mail mail)
    {
        lock (gate.Lock)
        {
            if (!_refusesOutside)
            {
                var cell = CellOf_NeedsLock(to);
                if (cell.Waiters is not { Count: > 0 } && HasRoom_NeedsLock(cell))
                {
                    Enqueue_NeedsLock(cell, in mail);
                    return null;
                }

                return Wait_NeedsLock(cell, in mail);
            }
        }

        parts.DeadLetter(to, in mail, "stopped", "the runtime is stopping");
        return null;
    }

    /// <summary>A send by an actor or a position shard, which cannot wait: it may pass the bound, but not the limit.</summary>
    public void PostFromInside(ActorId to, in Mail mail)
    {
        bool isClosed;
        lock (gate.Lock)
        {
            isClosed = _isClosed;
            if (!isClosed)
            {
                var cell = CellOf_NeedsLock(to);
                if (cell.Mail.Count < _options.MailboxLimit)
                {
                    Enqueue_NeedsLock(cell, in mail);
                    return;
                }
            }
        }

        parts.DeadLetter(to, in mail, isClosed ? "stopped" : "overflow", isClosed ? "the runtime has stopped" : "the mailbox is full");
    }

    /// <summary>From here on outside sends are dead letters; actors may still send while they finish what they have.</summary>
    public void RefuseOutside()
    {
        lock (gate.Lock)
        {
            _refusesOutside = true;
        }
    }

    /// <summary>The end: all that is left is a dead letter. On the worker's thread, as its last deed.</summary>
    public void Close()
    {
        ActorCell[] left;
        lock (gate.Lock)
        {
            _refusesOutside = true;
            _isClosed = true;
            left = [.. _cells.Values];
            _cells.Clear();
            _ready.Clear();
            _completed.Clear();
        }

        foreach (var cell in left)
        {
            foreach (var ask in cell.Turn?.AllAsks ?? [])
            {
                ask.Fail(new ActorFailedException(cell.Id, "the runtime stopped before its events were known to be durable"));
            }

            Discard(cell, "stopped", "the runtime has stopped");
        }
    }

    private ActorCell CellOf_NeedsLock(ActorId id)
    {
        if (!_cells.TryGetValue(id, out var cell))
        {
            cell = new ActorCell(id);
            _cells.Add(id, cell);
        }

        return cell;
    }

    private bool HasRoom_NeedsLock(ActorCell cell) => cell.Mail.Count < _options.MailboxCapacity && _queued < _options.WorkerCapacity;

    private void Enqueue_NeedsLock(ActorCell cell, in Mail mail)
    {
        cell.Mail.Enqueue(in mail);
        _queued++;
        if (cell.Status == CellStatus.Idle)
        {
            Ready_NeedsLock(cell);
        }

        gate.Ring_NeedsLock();
    }

    private void Ready_NeedsLock(ActorCell cell)
    {
        cell.Status = CellStatus.Ready;
        _ready.Enqueue(cell);
    }

    private Waiter Wait_NeedsLock(ActorCell cell, in Mail mail)
    {
        var waiter = new Waiter(mail);
        cell.Waiters ??= [];
        if (cell.Waiters.Count >= cell.PurgeAt)
        {
            // Asks that timed out leave their place only here or when the mailbox gets to them.
            cell.Waiters = new Queue<Waiter>(cell.Waiters.Where(waiting => !waiting.IsWithdrawn));
            cell.PurgeAt = Math.Max(FirstPurge, cell.Waiters.Count * 2);
        }

        cell.Waiters.Enqueue(waiter);
        Starve_NeedsLock(cell);
        return waiter;
    }

    /// <summary>Takes a turn's messages out of the mailbox, and lets in who waited for the room.</summary>
    private int Take_NeedsLock(ActorCell cell)
    {
        var count = Math.Min(cell.Mail.Count, _batch.Length);
        for (var i = 0; i < count; i++)
        {
            _batch[i] = cell.Mail.Dequeue();
        }

        _queued -= count;
        Admit_NeedsLock(cell);
        AdmitStarved_NeedsLock();
        return count;
    }

    private int Take(ActorCell cell)
    {
        lock (gate.Lock)
        {
            return Take_NeedsLock(cell);
        }
    }

    /// <summary>Gives back what the turn did not get to, in front of what came since.</summary>
    private void PutBack(ActorCell cell, int from, int count)
    {
        if (from == count)
        {
            return;
        }

        lock (gate.Lock)
        {
            for (var i = count - 1; i >= from; i--)
            {
                cell.Mail.PushFront(in _batch[i]);
            }

            _queued += count - from;
        }
    }

    private void Admit_NeedsLock(ActorCell cell)
    {
        while (cell.Waiters is { Count: > 0 } && HasRoom_NeedsLock(cell))
        {
            var waiter = cell.Waiters.Dequeue();
            if (waiter.TryAdmit())
            {
                Enqueue_NeedsLock(cell, waiter.Mail);
            }
        }

        Starve_NeedsLock(cell);
        if (cell is { Status: CellStatus.Idle, Behaviour: null, Mail.Count: 0 } && cell.Waiters is not { Count: > 0 })
        {
            // It was here for senders alone, and all of them gave up.
            _cells.Remove(cell.Id);
        }
    }

    /// <summary>Notes an actor whose senders wait for the worker's bound, not for its own.</summary>
    private void Starve_NeedsLock(ActorCell cell)
    {
        if (!cell.IsStarved && cell.Waiters is { Count: > 0 } && cell.Mail.Count < _options.MailboxCapacity)
        {
            cell.IsStarved = true;
            _starved.Enqueue(cell);
        }
    }

    private void AdmitStarved_NeedsLock()
    {
        while (_queued < _options.WorkerCapacity && _starved.TryDequeue(out var cell))
        {
            cell.IsStarved = false;
            Admit_NeedsLock(cell);
        }
    }

    /// <summary>Makes dead letters of all that waits for an actor that is not, or no longer, there.</summary>
    private void Discard(ActorCell cell, string reason, string explanation)
    {
        List<Mail> letters = [];
        lock (gate.Lock)
        {
            _queued -= cell.Mail.Count;
            while (cell.Mail.Count > 0)
            {
                letters.Add(cell.Mail.Dequeue());
            }

            while (cell.Waiters is { Count: > 0 })
            {
                var waiter = cell.Waiters.Dequeue();
                if (waiter.TryAdmit())
                {
                    letters.Add(waiter.Mail);
                }
            }

            AdmitStarved_NeedsLock();
        }

        foreach (var letter in letters)
        {
            parts.DeadLetter(cell.Id, in letter, reason, explanation);
        }
    }
}
