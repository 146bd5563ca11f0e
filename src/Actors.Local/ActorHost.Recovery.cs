using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>Coming into memory, coming back after a failure, and leaving.</summary>
internal sealed partial class ActorHost
{
    private const int LeavesARound = 64;

    /// <summary>Lets actors go that had nothing to do for long. Those with running timers stay: their timers live in memory.</summary>
    public void PassivateIdle(long now)
    {
        for (var i = 0; i < LeavesARound && _idle.First is { Value: var cell }; i++)
        {
            if (now - cell.LastTurn < _options.IdleAfter.Ticks)
            {
                return;
            }

            lock (gate.Lock)
            {
                if (cell.Status != CellStatus.Idle || cell.HasTimers || cell.IsStarved || cell.Waiters is { Count: > 0 })
                {
                    Touch(cell);
                    continue;
                }

                _cells.Remove(cell.Id);
            }

            Drop(cell);
        }
    }

    private void Recover(ActorCell cell)
    {
        IBehaviour? behaviour;
        try
        {
            behaviour = parts.Behaviours.Create(cell.Id);
        }
        catch (Exception thrown)
        {
            OnRecoveryFailed(cell, thrown);
            return;
        }

        if (behaviour is null)
        {
            lock (gate.Lock)
            {
                _busy--;
                _cells.Remove(cell.Id);
            }

            Discard(cell, "no_behaviour", "nothing here behaves as its kind");
            return;
        }

        // On the pool: the journal may read, and the behaviour replay, for long.
        _ = Task.Run(() => RecoverAsync(cell, behaviour));
    }

    private async Task RecoverAsync(ActorCell cell, IBehaviour behaviour)
    {
        Exception? failure = null;
        await parts.Recoveries.WaitAsync().ConfigureAwait(false);
        try
        {
            var sequence = 0L;
            await foreach (var envelope in parts.Journal.ReadAsync(cell.Stream).ConfigureAwait(false))
            {
                if (envelope.Sequence != sequence + 1)
                {
                    throw new InvalidDataException($"{cell.Stream} goes from {sequence} to {envelope.Sequence}: events are missing.");
                }

                behaviour.Apply(parts.Catalog.Unwrap(envelope));
                sequence = envelope.Sequence;
            }

            cell.Sequence = sequence;
            cell.NeedsRecovered = true;
            cell.Behaviour = behaviour;
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }
        finally
        {
            parts.Recoveries.Release();
        }

        Complete(cell, failure, isRecovery: true);
    }

    private void OnMessageFailed(ActorCell cell, Exception reason, in Mail mail)
    {
        var name = mail.Message?.GetType().Name ?? nameof(IBehaviour.Recovered);
        var delay = CountFailure(cell, "message");
        RuntimeLog.MessageFailed(parts.Logger, reason, cell.Id, name, delay);
        mail.Ask?.Fail(new ActorFailedException(cell.Id, $"{name} threw {reason.GetType().Name}", reason));
        Restart(cell, delay);
    }

    private void OnAppendFailed(ActorCell cell, Exception reason)
    {
        var turn = cell.Turn!;
        var delay = CountFailure(cell, "append");
        if (parts.AppendLog.Admits())
        {
            RuntimeLog.AppendFailed(parts.Logger, reason, cell.Id, turn.Messages, delay);
        }

        foreach (var ask in turn.AllAsks)
        {
            ask.Fail(new ActorFailedException(cell.Id, "its events could not be made durable", reason));
        }

        Restart(cell, delay);
    }

    private void OnRecoveryFailed(ActorCell cell, Exception reason)
    {
        var delay = CountFailure(cell, "recovery");
        RuntimeLog.RecoveryFailed(parts.Logger, reason, cell.Id, delay);
        Restart(cell, delay);
    }

    private TimeSpan CountFailure(ActorCell cell, string kind)
    {
        parts.Metrics.OnFailure(kind);
        return _options.BackOff(++cell.Failures);
    }

    /// <summary>
    /// Forgets the behaviour and replays it, at once or after the back-off; its mailbox waits. Not left to the next message:
    /// timers that were running must be armed again.
    /// </summary>
    private void Restart(ActorCell cell, TimeSpan delay)
    {
        cell.Turn?.Begin();
        Drop(cell);
        if (delay == TimeSpan.Zero)
        {
            Recover(cell);
            return;
        }

        lock (gate.Lock)
        {
            cell.Status = CellStatus.BackingOff;
            _busy--;
        }

        _deadlines.Add(new Deadline(cell, null, null), _clock.Ticks + delay.Ticks);
    }

    private void Drop(ActorCell cell)
    {
        cell.Behaviour = null;
        foreach (var timer in cell.Timers?.Values ?? Enumerable.Empty<Deadline>())
        {
            _deadlines.Cancel(timer);
        }

        cell.Timers?.Clear();
        if (cell.Idle is { List: not null })
        {
            _idle.Remove(cell.Idle);
        }
    }

    private void Touch(ActorCell cell)
    {
        cell.LastTurn = _clock.Ticks;
        if (cell.Idle is { List: not null })
        {
            _idle.Remove(cell.Idle);
        }

        _idle.AddLast(cell.Idle ??= new LinkedListNode<ActorCell>(cell));
    }
}
