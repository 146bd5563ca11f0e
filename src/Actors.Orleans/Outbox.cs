using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>What this process sends to one actor: the queue in front of its grain, and what holds senders back.</summary>
/// <remarks>
/// One call to the grain is under way at a time, and what comes meanwhile shares the next. That keeps the order of sending, which Orleans does
/// not promise between calls, makes turns of several messages, and bounds what waits. Here for as long as there is something to send.
/// </remarks>
internal sealed class Outbox(ActorId to, Outboxes owner)
{
    private const int FirstPurge = 64;

    /// <summary>Between calls that Orleans refuses: a grain whose silo died is placed anew within seconds.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly MailQueue _mail = new();
    private readonly RuntimeParts _parts = owner.Parts;
    private Queue<Waiter>? _waiters;
    private int _purgeAt = FirstPurge;
    private Parcel? _underWay;
    private bool _isSending;
    private bool _isGone;

    /// <summary>Whether messages wait behind the turn that is under way.</summary>
    public bool HasMail
    {
        get
        {
            lock (_lock)
            {
                return _mail.Count > 0 || _waiters is { Count: > 0 };
            }
        }
    }

    /// <summary>A send from outside, which waits while the mailbox is full. False when this outbox is gone: there is another.</summary>
    public bool TryPost(in Mail mail, out Waiter? waiter)
    {
        waiter = null;
        lock (_lock)
        {
            if (_isGone)
            {
                return false;
            }

            if (_waiters is not { Count: > 0 } && HasRoom_NeedsLock())
            {
                Enqueue_NeedsLock(in mail);
            }
            else
            {
                waiter = Wait_NeedsLock(in mail);
            }

            return true;
        }
    }

    /// <summary>A send by an actor or a position shard, which cannot wait: it may pass the bound, but not the limit.</summary>
    public bool TryPostFromInside(in Mail mail, out bool isFull)
    {
        lock (_lock)
        {
            // What an activation sends itself is bounded by its timers.
            isFull = !mail.IsOwn && _mail.Count >= _parts.Options.MailboxLimit;
            if (!_isGone && !isFull)
            {
                Enqueue_NeedsLock(in mail);
            }

            return !_isGone;
        }
    }

    /// <summary>The end: what is left is a dead letter, and the turn under way is not waited for.</summary>
    public void Close()
    {
        List<Mail> left;
        Parcel? underWay;
        lock (_lock)
        {
            _isGone = true;
            underWay = _underWay;
            left = Empty_NeedsLock();
        }

        foreach (var mail in underWay?.Mails ?? [])
        {
            mail.Ask?.Fail(new ActorFailedException(to, "the runtime stopped before its events were known to be durable"));
        }

        foreach (var mail in left)
        {
            _parts.DeadLetter(to, in mail, "stopped", "the runtime has stopped");
        }
    }

    private bool HasRoom_NeedsLock() => _mail.Count < _parts.Options.MailboxCapacity;

    private void Enqueue_NeedsLock(in Mail mail)
    {
        _mail.Enqueue(in mail);
        _parts.Counts.OnQueued(1);
        if (!_isSending)
        {
            _isSending = true;

            // Off the sender's thread and context: a grain that sends must not call in its own name, as turns are no one's children.
            ThreadPool.UnsafeQueueUserWorkItem(static outbox => _ = outbox.SendAsync(), this, preferLocal: false);
        }
    }

    private Waiter Wait_NeedsLock(in Mail mail)
    {
        var waiter = new Waiter(mail);
        _waiters ??= [];
        if (_waiters.Count >= _purgeAt)
        {
            // Asks that timed out leave their place only here or when the mailbox gets to them.
            _waiters = new Queue<Waiter>(_waiters.Where(waiting => !waiting.IsWithdrawn));
            _purgeAt = Math.Max(FirstPurge, _waiters.Count * 2);
        }

        _waiters.Enqueue(waiter);
        return waiter;
    }

    private void Admit_NeedsLock()
    {
        while (_waiters is { Count: > 0 } && HasRoom_NeedsLock())
        {
            var waiter = _waiters.Dequeue();
            if (waiter.TryAdmit())
            {
                Enqueue_NeedsLock(waiter.Mail);
            }
        }
    }

    private List<Mail> Empty_NeedsLock()
    {
        List<Mail> left = [];
        _parts.Counts.OnQueued(-_mail.Count);
        while (_mail.Count > 0)
        {
            left.Add(_mail.Dequeue());
        }

        while (_waiters is { Count: > 0 })
        {
            var waiter = _waiters.Dequeue();
            if (waiter.TryAdmit())
            {
                left.Add(waiter.Mail);
            }
        }

        return left;
    }

    private async Task SendAsync()
    {
        var refusals = 0;
        while (TryTake(out var parcel))
        {
            try
            {
                Settle(parcel, await owner.GrainOf(to).TakeAsync(parcel).ConfigureAwait(false));
                refusals = 0;
            }
            catch (OrleansMessageRejectionException refused)
                when (refused is not SiloUnavailableException && !_parts.Ended.IsCancellationRequested)
            {
                await PutBackAsync(parcel, refused, ++refusals).ConfigureAwait(false);
            }
            catch (Exception broken)
            {
                Lose(parcel, broken);
            }
        }
    }

    private bool TryTake(out Parcel parcel)
    {
        lock (_lock)
        {
            parcel = null!;
            _underWay = null;
            if (_isGone)
            {
                return false;
            }

            var mails = new Mail[Math.Min(_mail.Count, _parts.Options.MessagesPerTurn)];
            for (var i = 0; i < mails.Length; i++)
            {
                mails[i] = _mail.Dequeue();
            }

            _parts.Counts.OnQueued(-mails.Length);
            Admit_NeedsLock();
            if (mails.Length > 0)
            {
                parcel = _underWay = new Parcel(mails);
                return true;
            }

            if (_mail.Count > 0)
            {
                // Only senders that wait were let in just now: theirs is the next turn.
                return TryTake(out parcel);
            }

            _isGone = true;
        }

        owner.Remove(to, this);
        return false;
    }

    /// <summary>Tells askers what became of their messages, and takes back what the turn did not get to, in front of what came since.</summary>
    private void Settle(Parcel parcel, TurnResult result)
    {
        var mails = parcel.Mails;
        PutBack(mails.AsSpan(result.Taken));
        if (result.IsNobody)
        {
            foreach (ref readonly var mail in mails.AsSpan())
            {
                _parts.DeadLetter(to, in mail, "no_behaviour", "nothing here behaves as its kind");
            }
        }
        else if (result.Refused is { } refused)
        {
            foreach (ref readonly var mail in mails.AsSpan(0, result.Taken))
            {
                mail.Ask?.Fail(refused);
            }
        }
        else
        {
            foreach (var (index, message) in result.Replies)
            {
                if (message is Unreadable unreadable)
                {
                    mails[index].Ask?.Fail(new ActorFailedException(to, unreadable.Reason));
                }
                else
                {
                    mails[index].Ask?.Answer(message);
                }
            }

            if (result.Thrown is { } thrown)
            {
                mails[result.Taken - 1].Ask?.Fail(thrown);
            }
        }
    }

    private void PutBack(ReadOnlySpan<Mail> mails)
    {
        lock (_lock)
        {
            for (var i = mails.Length - 1; i >= 0; i--)
            {
                _mail.PushFront(in mails[i]);
            }

            _parts.Counts.OnQueued(mails.Length);
        }
    }

    /// <summary>Orleans refused the call, as while it moves a grain: it was not received, and is sent again.</summary>
    private async Task PutBackAsync(Parcel parcel, Exception refused, int refusals)
    {
        var delay = _parts.Options.BackOff(refusals);
        delay = delay < LongestPause ? delay : LongestPause;
        RuntimeLog.TurnRefused(_parts.Logger, refused, to, parcel.Mails.Length, delay);
        PutBack(parcel.Mails);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _parts.Clock.Provider, _parts.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The call failed under way: nobody knows whether it was received, so it is not sent again.</summary>
    private void Lose(Parcel parcel, Exception broken)
    {
        if (_parts.Ended.IsCancellationRequested)
        {
            return;
        }

        _parts.Metrics.OnFailure("runtime");
        RuntimeLog.TurnLost(_parts.Logger, broken, to, parcel.Mails.Length);
        foreach (ref readonly var mail in parcel.Mails.AsSpan())
        {
            _parts.DeadLetter(to, in mail, "lost", "the call to its grain broke off; whether the message was received is not known", broken);
        }
    }
}
