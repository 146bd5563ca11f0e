using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>Hosts the behaviour of one actor, over the journal.</summary>
/// <remarks>
/// A call is a turn, and Orleans runs one at a time. After a failure the behaviour is dropped and replayed behind the turn's back, not left to
/// the next message: timers that were running must be armed again. A turn that comes meanwhile waits for it. So does a tick of the reminder, which
/// Orleans lets in as it does a turn.
/// </remarks>
[KeepAlive]
internal sealed class ActorGrain : Grain, IActorGrain, IRemindable
{
    private readonly RuntimeParts _parts;
    private readonly Outboxes _outboxes;
    private readonly ActorState _actor;
    private readonly Turn _turn;
    private readonly ActorReminder _reminder;
    private ActorTimers? _timers;
    private Task<bool>? _recovery;
    private long _lastTurn;
    private int _failures;
    private bool _leavesWhenEmpty;

    public ActorGrain(IGrainContext context, OrleansRuntime runtime)
    {
        _parts = runtime.Parts;
        _outboxes = runtime.Outboxes;
        var name = context.GrainId.Key.ToString()!;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        _actor = new ActorState(new ActorId(name[..slash], name[(slash + 1)..]));
        _turn = new Turn(_actor, _parts.Clock, _parts.Catalog);
        _reminder = new ActorReminder(this, _actor.Id, _parts);
    }

    /// <summary>There from the first recovery on, so that an actor that does nothing is reminded of it, too.</summary>
    private ActorTimers Timers => _timers!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _parts.Counts.OnActivated();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _timers?.Dispose();
        _parts.Counts.OnDeactivated();

        // Whoever comes next may put a reminder on record: not before the last of this one is off it.
        await _reminder.Released.WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task<TurnResult> TakeAsync(Parcel parcel)
    {
        if (_recovery is null && parcel.IsOwn)
        {
            // Timers of an activation that has left in the meantime.
            DeactivateOnIdle();
            return new TurnResult { Taken = parcel.Mails.Length };
        }

        if (!await (_recovery ??= RecoverAsync(TimeSpan.Zero)))
        {
            Leave();
            return new TurnResult { Taken = parcel.Mails.Length, IsNobody = true };
        }

        var taken = Receive(parcel);
        _parts.Metrics.OnTurn(_turn.Messages);
        if (await AppendAsync() is { } refused)
        {
            OnAppendFailed(refused);
            return new TurnResult { Taken = taken, Refused = new ActorFailedException(_actor.Id, "its events could not be made durable", refused) };
        }

        var replies = Commit();
        if (_turn.Thrown is { } thrown)
        {
            // Messages before the one that threw have succeeded: the failure is then the first in a row.
            _failures = _turn.Messages > 1 ? 0 : _failures;
            var message = parcel.Mails[taken - 1].Message.GetType().Name;
            OnMessageFailed(thrown, message);
            return new TurnResult
            {
                Taken = taken,
                Replies = replies,
                Thrown = new ActorFailedException(_actor.Id, $"{message} threw {thrown.GetType().Name}", thrown),
            };
        }

        Finish(taken == parcel.Mails.Length);
        return new TurnResult { Taken = taken, Replies = replies };
    }

    /// <summary>Timers of this actor ran when it was last heard of. To have recovered is all there is to do about it.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var wasAway = _recovery is null;
        if (await (_recovery ??= RecoverAsync(TimeSpan.Zero)) && !Timers.IsEmpty)
        {
            return;
        }

        await _reminder.DropAsync();
        if (wasAway && !_outboxes.HasMail(_actor.Id))
        {
            Leave();
        }
    }

    /// <summary>How many messages the behaviour received: all, or up to one that threw.</summary>
    private int Receive(Parcel parcel)
    {
        _turn.Begin();
        var taken = 0;
        var goesOn = true;
        while (goesOn && taken < parcel.Mails.Length)
        {
            ref readonly var mail = ref parcel.Mails[taken];
            if (mail.Message is Unreadable unreadable)
            {
                _parts.OnUnreadable(unreadable);
                _parts.DeadLetter(_actor.Id, in mail, "unreadable", unreadable.Reason);
                _turn.Refuse(in mail, unreadable, taken);
            }
            else if (!mail.IsOwn || (mail.Owner is NamedTimer timer && !_turn.Overrides(timer.Name) && Timers.TryConsume(timer)))
            {
                goesOn = _turn.Receive(_actor.Behaviour!, in mail, taken);
            }

            taken++;
        }

        return taken;
    }

    /// <summary>Null when the turn's events are durable, and that timers run is on record; else why they are not.</summary>
    private async Task<Exception?> AppendAsync()
    {
        if (_turn.StartsTimer)
        {
            try
            {
                // Before the events: a silo that dies in between leaves a reminder too many, never one too few.
                await _reminder.HoldAsync();
            }
            catch (IOException refused)
            {
                return refused;
            }
        }

        if (_turn.Events.Count == 0)
        {
            return null;
        }

        var started = _parts.Clock.Ticks;
        try
        {
            // An array of its own: the journal may keep it longer than the turn lasts.
            var append = _parts.Journal.AppendAsync(_actor.Stream, _actor.Sequence, [.. _turn.Events], CancellationToken.None);
            if (append.IsCompleted)
            {
                await append;
            }
            else
            {
                await append.AsTask().WaitAsync(_parts.Ended);
            }
        }
        catch (Exception refused)
        {
            return refused;
        }

        _parts.Metrics.OnAppend(new TimeSpan(_parts.Clock.Ticks - started));
        return null;
    }

    /// <summary>The turn's events are durable: now its effects may be seen. Replies go back with the result.</summary>
    private List<(int Index, object Message)> Commit()
    {
        _actor.Sequence += _turn.Events.Count;
        List<(int, object)> replies = [];
        foreach (var effect in _turn.Effects)
        {
            switch (effect.Kind)
            {
                case EffectKind.Tell:
                    _outboxes.PostFromInside(effect.To, new Mail(effect.Payload!, effect.Origin!));
                    break;
                case EffectKind.Reply:
                    replies.Add((effect.Index, effect.Payload!));
                    break;
                case EffectKind.Publish:
                    Publish(effect.Payload!);
                    break;
                case EffectKind.StartTimer:
                    Timers.Start(effect.Name!, effect.Due, effect.Payload!);
                    break;
                case EffectKind.CancelTimer:
                    Timers.Cancel(effect.Name!);
                    break;
                case EffectKind.Passivate:
                    _leavesWhenEmpty = true;
                    break;
                default:
                    throw new UnreachableException($"No rule for effect {effect.Kind}.");
            }
        }

        return replies;
    }

    private void Publish(object delta)
    {
        try
        {
            _parts.Feed.Publish(_actor.Id, delta);
        }
        catch (Exception thrown)
        {
            RuntimeLog.FeedFailed(_parts.Logger, thrown, _actor.Id);
        }
    }

    /// <summary>The end of a turn that went well: on to the next messages, to rest, or out of memory.</summary>
    private void Finish(bool isEmpty)
    {
        ReleaseUnlessTimed();
        var now = _parts.Clock.Ticks;
        var wasIdle = _turn.Messages == 0 && Timers.IsEmpty && now - _lastTurn >= _parts.Options.IdleAfter.Ticks;
        if (_turn.Messages > 0)
        {
            _failures = 0;
            _lastTurn = now;
        }

        // Only of this process: what others send meanwhile Orleans keeps for the next activation.
        if (isEmpty && (_leavesWhenEmpty || wasIdle) && !_outboxes.HasMail(_actor.Id))
        {
            Leave();
        }
    }

    private void Leave()
    {
        _timers?.Dispose();
        _timers = null;
        _reminder.Release();
        _actor.Behaviour = null;
        _recovery = null;
        _leavesWhenEmpty = false;
        DeactivateOnIdle();
    }

    private void ReleaseUnlessTimed()
    {
        if (Timers.IsEmpty)
        {
            _reminder.Release();
        }
    }

    private void OnMessageFailed(Exception reason, string message)
    {
        var delay = CountFailure("message");
        RuntimeLog.MessageFailed(_parts.Logger, reason, _actor.Id, message, delay);
        Restart(delay);
    }

    private void OnAppendFailed(Exception reason)
    {
        if (_parts.Ended.IsCancellationRequested)
        {
            return;
        }

        Restart(CountAppendFailure(reason));
    }

    private TimeSpan CountAppendFailure(Exception reason)
    {
        var delay = CountFailure("append");
        if (_parts.AppendLog.Admits())
        {
            RuntimeLog.AppendFailed(_parts.Logger, reason, _actor.Id, _turn.Messages, delay);
        }

        return delay;
    }

    private TimeSpan CountFailure(string kind)
    {
        _parts.Metrics.OnFailure(kind);
        return _parts.Options.BackOff(++_failures);
    }

    private void Restart(TimeSpan delay)
    {
        _actor.Behaviour = null;
        Timers.Clear();
        _recovery = RecoverAsync(delay);
    }

    /// <summary>Replays the behaviour until it stands, its <c>Recovered</c> received. False when nothing behaves as an actor of this kind.</summary>
    private async Task<bool> RecoverAsync(TimeSpan delay)
    {
        _timers ??= new ActorTimers(_parts.Clock, _parts.Options.IdleAfter, mail => _outboxes.PostFromInside(_actor.Id, in mail));
        while (true)
        {
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, _parts.Clock.Provider, _parts.Ended);
            }

            try
            {
                if (_parts.Behaviours.Create(_actor.Id) is not { } behaviour)
                {
                    return false;
                }

                await ReplayAsync(behaviour);
            }
            catch (Exception thrown) when (!_parts.Ended.IsCancellationRequested)
            {
                delay = CountFailure("recovery");
                RuntimeLog.RecoveryFailed(_parts.Logger, thrown, _actor.Id, delay);
                continue;
            }

            if (await WakeAsync() is not { } again)
            {
                _lastTurn = _parts.Clock.Ticks;
                return true;
            }

            delay = again;
        }
    }

    private async Task ReplayAsync(IBehaviour behaviour)
    {
        await _parts.Recoveries.WaitAsync(_parts.Ended);
        try
        {
            var sequence = 0L;
            await foreach (var envelope in _parts.Journal.ReadAsync(_actor.Stream, cancellationToken: _parts.Ended))
            {
                if (envelope.Sequence != sequence + 1)
                {
                    throw new InvalidDataException($"{_actor.Stream} goes from {sequence} to {envelope.Sequence}: events are missing.");
                }

                behaviour.Apply(_parts.Catalog.Unwrap(envelope));
                sequence = envelope.Sequence;
            }

            _actor.Sequence = sequence;
            _actor.Behaviour = behaviour;
        }
        finally
        {
            _parts.Recoveries.Release();
        }
    }

    /// <summary>Has the behaviour receive <c>Recovered</c>, as a turn of its own. Null when that went well, else the wait before the next try.</summary>
    private async Task<TimeSpan?> WakeAsync()
    {
        _turn.Begin();
        var hasThrown = !_turn.Receive(_actor.Behaviour!, default);
        if (hasThrown)
        {
            var delay = CountFailure("message");
            RuntimeLog.MessageFailed(_parts.Logger, _turn.Thrown!, _actor.Id, nameof(IBehaviour.Recovered), delay);
            return delay;
        }

        if (await AppendAsync() is { } refused)
        {
            _parts.Ended.ThrowIfCancellationRequested();
            return CountAppendFailure(refused);
        }

        Commit();
        ReleaseUnlessTimed();
        return null;
    }
}
