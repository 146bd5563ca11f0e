using System.Collections.Concurrent;
using Akka.Actor;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Akka;

/// <summary>What goes out to actors from outside of them: holds senders back while a receiver is full, and keeps the asks.</summary>
/// <remarks>
/// A receiver's queue is wherever in the cluster it lives, so room in it is counted here: each mail sent takes a credit of its
/// receiver's, which comes back when the receiver takes the mail out of its queue. A mail that is lost on its way, with a node or as that node does not
/// know its version, would keep its credit: so from time to time receivers are asked how many they hold.
/// </remarks>
internal sealed class Outbox(RuntimeParts parts, IActorRef self)
{
    private readonly ConcurrentDictionary<long, (ActorId To, Ask Ask)> _asks = new();
    private readonly Dictionary<ActorId, Lane>[] _shards = [.. Enumerable.Range(0, Shards.Count).Select(_ => new Dictionary<ActorId, Lane>())];
    private long _lastAsk;
    private long _lastCount;
    private volatile bool _isClosed;

    /// <summary>Completes when the mail is on its way, or is a dead letter.</summary>
    public ValueTask TellAsync(ActorId to, object message, Origin origin, CancellationToken cancellationToken)
        => Post(new Mail(to, message, origin, HasCredit: true), ask: null) is { } waiter ? waiter.WaitAsync(cancellationToken) : default;

    public void Ask<TReply>(ActorId to, object message, Origin origin, Ask<TReply> ask)
    {
        Post(new Mail(to, message, origin, Keep(to, ask), HasCredit: true), ask);
    }

    public Task<T> AskShardAsync<T>(
        IActorRef region, int shard, IShardQuery<T> query, TimeProvider time, TimeSpan timeout, CancellationToken cancellationToken)
        where T : notnull
    {
        var to = new ActorId(PositionEntity.Region, shard.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var ask = new Ask<T>(to);
        ask.Arm(time, timeout, cancellationToken);
        region.Tell(new ShardAsk(shard, Keep(to, ask), query), self);
        return ask.Task;
    }

    public void OnAnswered(Answered answered)
    {
        if (_asks.TryRemove(answered.Ask, out var waiting))
        {
            waiting.Ask.Answer(answered.Reply);
        }
    }

    public void OnUnanswered(Unanswered unanswered)
    {
        if (_asks.TryRemove(unanswered.Ask, out var waiting))
        {
            waiting.Ask.Fail(unanswered.Reason);
        }
    }

    public void OnTaken(Taken taken)
    {
        var lanes = LanesOf(taken.Actor);
        lock (lanes)
        {
            if (lanes.TryGetValue(taken.Actor, out var lane))
            {
                SetQueued_NeedsLock(lanes, taken.Actor, lane, Math.Max(0, lane.Queued - taken.Count));
            }
        }
    }

    /// <summary>Asks every receiver that seems to hold mails how many it does.</summary>
    public void CountCredits()
    {
        foreach (var lanes in _shards)
        {
            lock (lanes)
            {
                foreach (var (actor, lane) in lanes)
                {
                    if (lane.Queued > 0)
                    {
                        lane.Count = Interlocked.Increment(ref _lastCount);
                        lane.SentBeforeCount = lane.Sent;
                        parts.Regions[actor.Kind].Tell(new CountWaiting(actor, lane.Count), self);
                    }
                }
            }
        }
    }

    public void OnWaiting(Waiting waiting)
    {
        var lanes = LanesOf(waiting.Actor);
        lock (lanes)
        {
            if (lanes.TryGetValue(waiting.Actor, out var lane) && lane.Count == waiting.Number)
            {
                SetQueued_NeedsLock(lanes, waiting.Actor, lane, waiting.Count + (int)(lane.Sent - lane.SentBeforeCount));
            }
        }
    }

    /// <summary>From here on what is sent is a dead letter, and so is what waited.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (var lanes in _shards)
        {
            lock (lanes)
            {
                foreach (var waiter in lanes.Values.SelectMany(lane => lane.Waiters))
                {
                    if (waiter.TryAdmit())
                    {
                        DeadLetter(waiter.Mail, waiter.Ask);
                    }
                }

                lanes.Clear();
            }
        }
    }

    /// <summary>Nobody will answer any more.</summary>
    public void FailAsks()
    {
        foreach (var (to, ask) in _asks.Values)
        {
            ask.Fail(new ActorFailedException(to, "the runtime stopped before there was an answer"));
        }
    }

    private long Keep<TReply>(ActorId to, Ask<TReply> ask)
    {
        var number = Interlocked.Increment(ref _lastAsk);
        _asks[number] = (to, ask);
        _ = ask.Task.ContinueWith(
            _ => _asks.TryRemove(number, out (ActorId, Ask) _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return number;
    }

    private Waiter? Post(Mail mail, Ask? ask)
    {
        var lanes = LanesOf(mail.To);
        lock (lanes)
        {
            if (!_isClosed)
            {
                if (!lanes.TryGetValue(mail.To, out var lane))
                {
                    lanes.Add(mail.To, lane = new Lane());
                }

                if (lane.Waiters.Count == 0 && lane.Queued < parts.Options.MailboxCapacity)
                {
                    Send_NeedsLock(lanes, lane, mail, ask);
                    return null;
                }

                return lane.Wait(mail, ask);
            }
        }

        DeadLetter(mail, ask);
        return null;
    }

    /// <summary>Under the lock, so that mails go in the order in which they were let in.</summary>
    private void Send_NeedsLock(Dictionary<ActorId, Lane> lanes, Lane lane, Mail mail, Ask? ask)
    {
        if (parts.Send(mail, self))
        {
            lane.OnSent();
            return;
        }

        lanes.Remove(mail.To);
        ask?.Fail(new ActorFailedException(mail.To, "nothing here behaves as its kind"));
    }

    private void SetQueued_NeedsLock(Dictionary<ActorId, Lane> lanes, ActorId actor, Lane lane, int queued)
    {
        lane.Queued = queued;
        Admit_NeedsLock(lane);
        if (lane is { Queued: 0, Waiters.Count: 0 })
        {
            lanes.Remove(actor);
        }
    }

    private void Admit_NeedsLock(Lane lane)
    {
        while (lane.Waiters.Count > 0 && lane.Queued < parts.Options.MailboxCapacity)
        {
            var waiter = lane.Waiters.Dequeue();
            if (waiter.TryAdmit() && parts.Send(waiter.Mail, self))
            {
                lane.OnSent();
            }
        }
    }

    private void DeadLetter(Mail mail, Ask? ask)
    {
        parts.OnDeadLetter(mail, "stopped");
        ask?.Fail(new ActorFailedException(mail.To, "the runtime is stopping"));
    }

    private Dictionary<ActorId, Lane> LanesOf(ActorId id) => _shards[Shards.Of(id)];

    /// <summary>What is queued at one receiver, as far as this node sent it, and who waits to send more.</summary>
    private sealed class Lane
    {
        private int _purgeAt = 64;

        public int Queued { get; set; }

        /// <summary>Mails sent so far.</summary>
        public long Sent { get; private set; }

        /// <summary>The number of the count that is under way, or was the last.</summary>
        public long Count { get; set; }

        /// <summary>What <see cref="Sent"/> was when the count began: it tells of those alone.</summary>
        public long SentBeforeCount { get; set; }

        public Queue<Waiter> Waiters { get; private set; } = [];

        public void OnSent()
        {
            Queued++;
            Sent++;
        }

        public Waiter Wait(Mail mail, Ask? ask)
        {
            if (Waiters.Count >= _purgeAt)
            {
                // Asks that timed out leave their place only here or when there is room for them.
                Waiters = new Queue<Waiter>(Waiters.Where(waiting => !waiting.IsWithdrawn));
                _purgeAt = Math.Max(64, Waiters.Count * 2);
            }

            var waiter = new Waiter(mail, ask);
            Waiters.Enqueue(waiter);
            return waiter;
        }
    }

    /// <summary>A mail that found its receiver full. Its task completes when the mail is let in.</summary>
    private sealed class Waiter(Mail mail, Ask? ask) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Mail Mail => mail;

        public Ask? Ask => ask;

        public bool IsWithdrawn => Task.IsCanceled || ask is { IsOver: true };

        /// <summary>False when the sender gave up meanwhile: the mail must then not be sent.</summary>
        public bool TryAdmit() => ask is not { IsOver: true } && TrySetResult();

        public async ValueTask WaitAsync(CancellationToken cancellationToken)
        {
            using var registration = cancellationToken.UnsafeRegister(
                static (waiter, token) => ((Waiter)waiter!).TrySetCanceled(token), this);
            await Task.ConfigureAwait(false);
        }
    }
}

/// <summary>The address of an outbox: what comes of its mails is sent here.</summary>
internal sealed class OutboxActor : UntypedActor
{
    private readonly RuntimeParts _parts;
    private readonly Outbox _outbox;
    private ITimer? _alarm;

    public OutboxActor(RuntimeParts parts, TaskCompletionSource<Outbox> made)
    {
        _parts = parts;
        _outbox = new Outbox(parts, Self);
        made.SetResult(_outbox);
    }

    protected override void PreStart() => SetAlarm();

    protected override void PostStop() => _alarm?.Dispose();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Answered answered:
                _outbox.OnAnswered(answered);
                break;
            case Unanswered unanswered:
                _outbox.OnUnanswered(unanswered);
                break;
            case Taken taken:
                _outbox.OnTaken(taken);
                break;
            case Waiting waiting:
                _outbox.OnWaiting(waiting);
                break;
            case CountCredits:
                _outbox.CountCredits();
                SetAlarm();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void SetAlarm()
    {
        var self = Self;
        _alarm?.Dispose();
        _alarm = _parts.Clock.Alarm(_parts.Options.CountCreditsEvery, () => self.Tell(CountCredits.Instance));
    }

    private sealed record CountCredits
    {
        public static CountCredits Instance { get; } = new();
    }
}
