using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Akka;

/// <summary>
/// The sharded entity of one actor: its queue, timers, effects and back-off. The behaviour itself lives in the
/// <see cref="BehaviourEntity"/> below, which comes and goes with failures while the queue stays.
/// </summary>
/// <remarks>
/// <code>
///              read back                 mail               durable, mail left
/// Recovering ────────────▶ Ready ─────────────▶ InTurn ◀───────┐
///      ▲                     ▲   durable, none left │ └────────┘
///      │  due                └──────────────────────┤
///      └──────── BackingOff ◀───────────────────────┘ failed
/// </code>
/// With nothing queued it asks its shard to let it leave; what comes meanwhile is kept by the shard, or queued here and still taken.
/// </remarks>
internal sealed class EntityHost : UntypedActor
{
    private readonly RuntimeParts _parts;
    private readonly ActorId _id;
    private readonly Queue<Letter> _letters = [];
    private readonly Dictionary<string, EntityTimer> _timers = new(StringComparer.Ordinal);
    private IActorRef _behaviour = ActorRefs.Nobody;
    private HostState _state;
    private Letter[] _inTurn = [];
    private ITimer? _alarm;
    private long _lastTurn;
    private int _taken;
    private int _failures;
    private bool _leavesWhenEmpty;
    private bool _isLeaving;

    public EntityHost(RuntimeParts parts, ActorId id)
    {
        _parts = parts;
        _id = id;
    }

    private enum HostState
    {
        /// <summary>The behaviour is being read back.</summary>
        Recovering,

        /// <summary>Nothing to do.</summary>
        Ready,

        /// <summary>The behaviour has letters, or their events are on their way to storage.</summary>
        InTurn,

        /// <summary>Waiting for the next recovery.</summary>
        BackingOff,

        /// <summary>Nothing here behaves as this kind.</summary>
        Nobody,
    }

    public static Props Props(RuntimeParts parts, ActorId id) => global::Akka.Actor.Props.Create(() => new EntityHost(parts, id));

    protected override void PreStart()
    {
        _parts.Counts.OnActivated();
        _lastTurn = _parts.Clock.Ticks;
        _alarm = Alarm(_parts.Options.IdleAfter, IdleCheck.Instance);
        Recover();
    }

    protected override void PostStop()
    {
        _parts.Counts.OnDeactivated();
        _parts.Counts.OnQueued(_taken - _letters.Count);
        _alarm?.Dispose();
        CancelTimers();
        foreach (var (index, letter) in _letters.Index())
        {
            DeadLetter(letter, "stopped", "its node has stopped", returnsCredit: index >= _taken);
        }
    }

    /// <summary>A behaviour that is broken is forgotten and read back, after the back-off; Akka's own restart would know neither.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Mail { Message: TimerRang rang }:
                OnTimer(rang);
                break;
            case Mail mail:
                Accept(new Letter(mail, Sender));
                break;
            case CountWaiting count:
                Sender.Tell(new Waiting(_id, count.Number, _letters.Skip(_taken).Count(letter => letter.Mail.HasCredit && letter.Sender.Equals(Sender))));
                break;
            case BehaviourReady when Sender.Equals(_behaviour):
                StartTurn();
                break;
            case TurnDone done when Sender.Equals(_behaviour):
                OnTurnDone(done);
                break;
            case TurnUndone undone when Sender.Equals(_behaviour):
                OnTurnUndone(undone);
                break;
            case RecoveryFailed failed when Sender.Equals(_behaviour):
                OnRecoveryFailed(failed.Reason);
                break;
            case Terminated stopped when stopped.ActorRef.Equals(_behaviour):
                OnBehaviourStopped();
                break;
            case Retry when _state == HostState.BackingOff:
                Recover();
                break;
            case IdleCheck:
                LeaveIfIdle();
                break;
            case Leave:
                _isLeaving = true;
                Rest();
                break;
            case BehaviourReady or TurnDone or TurnUndone or RecoveryFailed or Terminated or Retry:
                // From a behaviour that was given up.
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Accept(in Letter letter)
    {
        if (_state == HostState.Nobody)
        {
            DeadLetter(letter, "no_behaviour", "nothing here behaves as its kind");
            Rest();
        }
        else if (!letter.Mail.HasCredit && letter.Timer is null && _letters.Count - _inTurn.Length >= _parts.Options.MailboxLimit)
        {
            DeadLetter(letter, "overflow", "the mailbox is full");
        }
        else
        {
            _letters.Enqueue(letter);
            _parts.Counts.OnQueued(1);
            if (_state == HostState.Ready)
            {
                StartTurn();
            }
        }
    }

    private void StartTimer(string name, object message, long due)
    {
        CancelTimer(name);
        SetAlarm(_timers[name] = new EntityTimer(name, message, due));
    }

    private void SetAlarm(EntityTimer timer)
    {
        var rang = new Mail(_id, new TimerRang(timer.Name, timer.Number), Origin.System);
        timer.Set(_parts.Clock.Alarm(new TimeSpan(timer.Due - _parts.Clock.Ticks), () => _parts.Send(rang, ActorRefs.NoSender)));
    }

    private void OnTimer(TimerRang rang)
    {
        if (!_timers.TryGetValue(rang.Name, out var timer) || timer.Number != rang.Number)
        {
            return;
        }

        if (timer.Due > _parts.Clock.Ticks)
        {
            // It is further off than one alarm reaches.
            SetAlarm(timer);
            return;
        }

        Accept(new Letter(new Mail(_id, timer.Message, Origin.System), ActorRefs.Nobody, timer));
    }

    /// <summary>Between its becoming due and its turn, a timer may have been cancelled or started anew.</summary>
    private bool IsCurrent(EntityTimer timer) => _timers.TryGetValue(timer.Name, out var current) && current == timer;

    /// <summary>Gives the behaviour what is queued, nothing too: a new one arms its timers in its first turn.</summary>
    private void StartTurn()
    {
        _state = HostState.InTurn;
        _inTurn = [.. _letters
            .Take(_parts.Options.MessagesPerTurn)
            .Select(letter => letter.Timer is { } timer && !IsCurrent(timer) ? letter with { IsStale = true } : letter)];
        ReturnCredit();
        _behaviour.Tell(new TakeTurn(_inTurn));
    }

    /// <summary>Tells outboxes that there is room again. Letters that an earlier turn did not get to were told of then.</summary>
    private void ReturnCredit()
    {
        foreach (var sender in _inTurn.Skip(_taken).Where(letter => letter.Mail.HasCredit).GroupBy(letter => letter.Sender))
        {
            sender.Key.Tell(new Taken(_id, sender.Count()));
        }

        var taken = Math.Max(_taken, _inTurn.Length);
        _parts.Counts.OnQueued(_taken - taken);
        _taken = taken;
    }

    private void OnTurnDone(TurnDone done)
    {
        _parts.Metrics.OnTurn(done.Messages);
        var letters = EndTurn(done.Processed);
        foreach (var letter in letters)
        {
            if (letter is { Timer: { } timer, IsStale: false } && IsCurrent(timer))
            {
                CancelTimer(timer.Name);
            }
        }

        foreach (var effect in done.Effects)
        {
            Perform(effect);
        }

        if (done.Thrown is { } thrown)
        {
            // Messages before the one that threw have succeeded: the failure is then the first in a row.
            _failures = done.Messages > 1 ? 0 : _failures;
            OnMessageThrew(thrown, done.Processed > 0 ? letters[^1] : default);
            return;
        }

        _failures = done.Messages > 0 ? 0 : _failures;
        if (_letters.Count > 0)
        {
            StartTurn();
            return;
        }

        _state = HostState.Ready;
        Rest();
    }

    private void OnTurnUndone(TurnUndone undone)
    {
        _parts.Metrics.OnTurn(undone.Messages);
        var delay = CountFailure("append");
        if (_parts.AppendLog.Admits())
        {
            RuntimeLog.AppendFailed(_parts.Logger, undone.Reason, _id, undone.Messages, delay);
        }

        Restart(delay, EndTurn(undone.Processed), "its events could not be made durable", undone.Reason);
    }

    private void OnMessageThrew(Exception reason, in Letter letter)
    {
        var name = letter.Mail?.Message.GetType().Name ?? nameof(IBehaviour.Recovered);
        var delay = CountFailure("message");
        RuntimeLog.MessageFailed(_parts.Logger, reason, _id, name, delay);
        Restart(delay, letter.Mail is null ? [] : [letter], $"{name} threw {reason.GetType().Name}", reason);
    }

    private void OnRecoveryFailed(Exception reason)
    {
        var delay = CountFailure("recovery");
        RuntimeLog.RecoveryFailed(_parts.Logger, reason, _id, delay);
        Restart(delay, [], "", reason);
    }

    /// <summary>It always says why before it stops, unless it met an error of this adapter or of Akka.</summary>
    private void OnBehaviourStopped()
    {
        var delay = CountFailure("runtime");
        RuntimeLog.BehaviourStopped(_parts.Logger, _id, delay);
        Restart(delay, EndTurn(_inTurn.Length), "its behaviour stopped, and whether its events are durable is not known", null);
    }

    private Letter[] EndTurn(int processed)
    {
        var letters = _inTurn[..processed];
        _inTurn = [];
        _taken -= processed;
        _lastTurn = _parts.Clock.Ticks;
        for (var i = 0; i < processed; i++)
        {
            _letters.Dequeue();
        }

        return letters;
    }

    private TimeSpan CountFailure(string kind)
    {
        _parts.Metrics.OnFailure(kind);
        return _parts.Options.BackOff(++_failures);
    }

    /// <summary>
    /// Forgets the behaviour and replays it, at once or after the back-off. Not left to the next message: timers that were running
    /// must be armed again.
    /// </summary>
    private void Restart(TimeSpan delay, Letter[] failed, string explanation, Exception? reason)
    {
        foreach (var letter in failed)
        {
            Fail(letter, new ActorFailedException(_id, explanation, reason));
        }

        CancelTimers();
        if (!_behaviour.IsNobody())
        {
            Context.Unwatch(_behaviour);
            Context.Stop(_behaviour);
            _behaviour = ActorRefs.Nobody;
        }

        _inTurn = [];
        if (delay == TimeSpan.Zero)
        {
            Recover();
            return;
        }

        _state = HostState.BackingOff;
        _ = Alarm(delay, Retry.Instance);
        Rest();
    }

    private void Recover()
    {
        IBehaviour? behaviour;
        try
        {
            behaviour = _parts.Behaviours.Create(_id);
        }
        catch (Exception thrown)
        {
            OnRecoveryFailed(thrown);
            return;
        }

        if (behaviour is null)
        {
            _state = HostState.Nobody;
            return;
        }

        _state = HostState.Recovering;
        _behaviour = Context.Watch(Context.ActorOf(global::Akka.Actor.Props.Create(() => new BehaviourEntity(_parts, _id, behaviour))));
    }

    private void Perform(in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Tell:
                _parts.Send(new Mail(effect.To, effect.Payload!, effect.Origin!), ActorRefs.NoSender);
                break;
            case EffectKind.Reply:
                effect.Asker!.Tell(new Answered(effect.Ask, effect.Payload!));
                break;
            case EffectKind.Publish:
                Publish(effect.Payload!);
                break;
            case EffectKind.StartTimer:
                StartTimer(effect.Name!, effect.Payload!, effect.Due);
                break;
            case EffectKind.CancelTimer:
                CancelTimer(effect.Name!);
                break;
            case EffectKind.Passivate:
                _leavesWhenEmpty = true;
                break;
            default:
                throw new UnreachableException($"No rule for effect {effect.Kind}.");
        }
    }

    private void Publish(object delta)
    {
        try
        {
            _parts.Feed.Publish(_id, delta);
        }
        catch (Exception thrown)
        {
            RuntimeLog.FeedFailed(_parts.Logger, thrown, _id);
        }
    }

    private void CancelTimer(string name)
    {
        if (_timers.Remove(name, out var timer))
        {
            timer.Dispose();
        }
    }

    private void CancelTimers()
    {
        foreach (var timer in _timers.Values)
        {
            timer.Dispose();
        }

        _timers.Clear();
    }

    /// <summary>With nothing left to take: stops when the shard said so, or asks it to say so.</summary>
    private void Rest()
    {
        if (_letters.Count > 0 || _state == HostState.InTurn)
        {
            return;
        }

        if (_isLeaving)
        {
            Context.Stop(Self);
        }
        else if (_leavesWhenEmpty || _state == HostState.Nobody)
        {
            Context.Parent.Tell(new Passivate(Leave.Instance));
        }
    }

    /// <summary>Those with running timers stay: their timers live in memory.</summary>
    private void LeaveIfIdle()
    {
        var left = _lastTurn + _parts.Options.IdleAfter.Ticks - _parts.Clock.Ticks;
        if (left <= 0 && _timers.Count == 0 && _state is HostState.Ready or HostState.Nobody)
        {
            _leavesWhenEmpty = true;
            Rest();
            left = 0;
        }

        _alarm?.Dispose();
        _alarm = Alarm(left > 0 ? new TimeSpan(left) : _parts.Options.IdleAfter, IdleCheck.Instance);
    }

    private ITimer Alarm(TimeSpan due, object message)
    {
        var self = Self;
        return _parts.Clock.Alarm(due, () => self.Tell(message));
    }

    private void DeadLetter(in Letter letter, string reason, string explanation, bool returnsCredit = true)
    {
        _parts.OnDeadLetter(letter.Mail, reason);
        if (letter.Mail.HasCredit && returnsCredit)
        {
            letter.Sender.Tell(new Taken(_id, 1));
        }

        Fail(letter, new ActorFailedException(_id, explanation));
    }

    private static void Fail(in Letter letter, Exception reason)
    {
        if (letter.Mail.Ask != 0)
        {
            letter.Sender.Tell(new Unanswered(letter.Mail.Ask, reason));
        }
    }

    private sealed record IdleCheck
    {
        public static IdleCheck Instance { get; } = new();
    }

    private sealed record Retry
    {
        public static Retry Instance { get; } = new();
    }
}
