using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>How messages come in, and what holds senders back.</summary>
internal sealed partial class ActorHost
{
    private const int FirstPurge = 64;

    /// <summary>
    /// A send from outside. Null when the mailbox took it (or nobody ever will: then it was a dead letter); else what to wait for.
    /// </summary>
    public Waiter? Post(ActorId to, int shard, in Mail mail)
    {
        if (!Volatile.Read(ref _refusesOutside) && TryPut(to, shard, in mail))
        {
            return null;
        }

        lock (gate.Lock)
        {
            if (!_refusesOutside)
            {
                Sort_NeedsLock();
                var cell = CellOf_NeedsLock(to, shard);
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
    public void PostFromInside(ActorId to, int shard, in Mail mail)
    {
        if (TryPut(to, shard, in mail))
        {
            return;
        }

        bool isClosed;
        lock (gate.Lock)
        {
            isClosed = _isClosed;
            if (!isClosed)
            {
                Sort_NeedsLock();
                var cell = CellOf_NeedsLock(to, shard);
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
            Interlocked.MemoryBarrier(); // Whoever puts something into the inbox after this sees that nobody takes it out.
            SortAll_NeedsLock();
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

    /// <summary>Leaves a message without the lock. False when there may be no room for it.</summary>
    private bool TryPut(ActorId to, int shard, in Mail mail)
    {
        if (!_inbox.TryPut(to, shard, in mail))
        {
            return false;
        }

        gate.Ring();
        if (Volatile.Read(ref _isClosed))
        {
            while (_inbox.TryTake(out var late))
            {
                parts.DeadLetter(late.To, in late.Mail, "stopped", "the runtime has stopped");
            }
        }

        return true;
    }

    /// <summary>Puts what came to the inbox into mailboxes: before anything else is put into one, as order counts.</summary>
    public void Sort_NeedsLock()
    {
        if (!_isClosed)
        {
            SortAll_NeedsLock(); // What comes after the end is its sender's to take back.
        }
    }

    private void SortAll_NeedsLock()
    {
        while (_inbox.TryTake(out var letter))
        {
            Append_NeedsLock(CellOf_NeedsLock(letter.To, letter.Shard), in letter.Mail);
            CountQueued_NeedsLock(1); // Its shard counted it when it came.
            gate.CountGiven_NeedsLock();
        }
    }

    private ActorCell CellOf_NeedsLock(ActorId id, int shard)
    {
        if (!_cells.TryGetValue(id, out var cell))
        {
            cell = new ActorCell(id, shard);
            _cells.Add(id, cell);
        }

        return cell;
    }

    private bool HasRoom_NeedsLock(ActorCell cell) => cell.Mail.Count < _options.MailboxCapacity && _queued < _options.WorkerCapacity;

    private void Enqueue_NeedsLock(ActorCell cell, in Mail mail)
    {
        Append_NeedsLock(cell, in mail);
        Count_NeedsLock(cell, 1);
        gate.Ring_NeedsLock();
    }

    private void Append_NeedsLock(ActorCell cell, in Mail mail)
    {
        cell.Mail.Enqueue(in mail);
        if (cell.Status == CellStatus.Idle)
        {
            Ready_NeedsLock(cell);
        }
    }

    /// <summary>Messages that came to a mailbox by another way than the inbox, or, negative, that have left it.</summary>
    private void Count_NeedsLock(ActorCell cell, int messages)
    {
        CountQueued_NeedsLock(messages);
        _inbox.Add(cell.Shard, messages);
    }

    private void CountQueued_NeedsLock(int messages)
    {
        _queued += messages;
        _inbox.SetFull(_queued >= _options.WorkerCapacity);
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
        ShutOrReopen_NeedsLock(cell);
        Starve_NeedsLock(cell);
        return waiter;
    }

    /// <summary>While senders wait, none may pass them by the inbox.</summary>
    private void ShutOrReopen_NeedsLock(ActorCell cell)
    {
        var shuts = cell.Waiters is { Count: > 0 };
        if (shuts == cell.ShutsInbox)
        {
            return;
        }

        cell.ShutsInbox = shuts;
        if (shuts)
        {
            _inbox.Shut(cell.Shard);
        }
        else
        {
            _inbox.Reopen(cell.Shard);
        }
    }

    /// <summary>Takes a turn's messages out of the mailbox, and lets in who waited for the room.</summary>
    private int Take_NeedsLock(ActorCell cell)
    {
        var count = Math.Min(cell.Mail.Count, _batch.Length);
        for (var i = 0; i < count; i++)
        {
            _batch[i] = cell.Mail.Dequeue();
        }

        Count_NeedsLock(cell, -count);
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

            Count_NeedsLock(cell, count - from);
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

        ShutOrReopen_NeedsLock(cell);
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
            Count_NeedsLock(cell, -cell.Mail.Count);
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

            ShutOrReopen_NeedsLock(cell);
            AdmitStarved_NeedsLock();
        }

        foreach (var letter in letters)
        {
            parts.DeadLetter(cell.Id, in letter, reason, explanation);
        }
    }
}
