using System.Diagnostics;
using System.Runtime.InteropServices;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>The actors of one worker: their mailboxes, turns, recovery and leave from memory.</summary>
/// <remarks>
/// Sends come from any thread, through the inbox or under the worker's lock; all else runs on the worker's thread. Reading and writing the
/// journal are the exception: meanwhile the actor is busy, and the end of it comes back through <see cref="_completed"/>.
/// </remarks>
internal sealed partial class ActorHost(WorkerLock gate, RuntimeParts parts)
{
    private const int TurnsARound = 16;

    private readonly LocalRuntimeOptions _options = parts.Options;
    private readonly Clock _clock = parts.Clock;
    private readonly Mail[] _batch = new Mail[parts.Options.MessagesPerTurn];
    private readonly Deadlines _deadlines = new();
    private readonly LinkedList<ActorCell> _idle = [];
    private readonly Inbox _inbox = new(parts.Options);

    // Guarded by the worker's lock.
    private readonly Dictionary<ActorId, ActorCell> _cells = new(new ActorIdComparer());
    private readonly Queue<ActorCell> _ready = [];
    private readonly Queue<ActorCell> _starved = [];
    private readonly Queue<(ActorCell Cell, Exception? Failure, bool IsRecovery)> _completed = [];
    private int _queued;
    private int _busy;
    private bool _refusesOutside;
    private bool _isClosed;

    public int Queued_NeedsLock => _queued;

    public int Active_NeedsLock => _cells.Count;

    /// <summary>When the next timer or back-off is due, in <see cref="Clock"/> ticks.</summary>
    public long NextDeadline => _deadlines.Next;

    public bool IsQuiet_NeedsLock => _queued == 0 && _busy == 0 && _completed.Count == 0;

    /// <summary>One fair share of all that waits: what came due, what the journal finished, some turns. False when there was nothing.</summary>
    public bool DoSome()
    {
        var worked = TakeDue(_clock.Ticks);
        worked |= TakeCompleted();
        for (var i = 0; i < TurnsARound && TryPick(out var cell, out var count); i++)
        {
            worked = true;
            if (cell.Behaviour is null)
            {
                Recover(cell);
            }
            else
            {
                RunTurn(cell, count);
            }
        }

        return worked;
    }

    /// <summary>The next actor that has messages, and how many of them its turn has taken: none when it has to be recovered first.</summary>
    private bool TryPick(out ActorCell cell, out int count)
    {
        count = 0;
        lock (gate.Lock)
        {
            Sort_NeedsLock();
            if (!_ready.TryDequeue(out cell!))
            {
                return false;
            }

            cell.Status = CellStatus.Busy;
            _busy++;
            if (cell.Behaviour is not null)
            {
                count = Take_NeedsLock(cell);
            }

            return true;
        }
    }

    private void RunTurn(ActorCell cell, int count)
    {
        var turn = cell.Turn ??= new Turn(cell, _clock, parts.Catalog);
        turn.Begin();

        var goesOn = true;
        if (cell.NeedsRecovered)
        {
            cell.NeedsRecovered = false;
            goesOn = turn.Receive(cell.Behaviour!, default);
        }

        var next = 0;
        while (goesOn && next < count)
        {
            ref readonly var mail = ref _batch[next++];
            if (mail.Timer is null || IsCurrent(cell, turn, mail.Timer))
            {
                goesOn = turn.Receive(cell.Behaviour!, in mail);
            }
        }

        PutBack(cell, next, count);
        Array.Clear(_batch, 0, count);
        parts.Metrics.OnTurn(turn.Messages);
        if (turn.Events.Count == 0)
        {
            Commit(cell, turn);
        }
        else
        {
            Append(cell, turn);
        }
    }

    private void Append(ActorCell cell, Turn turn)
    {
        var started = _clock.Ticks;
        ValueTask append;
        try
        {
            // An array of its own: the journal may keep it longer than the turn lasts.
            append = parts.Journal.AppendAsync(cell.Stream, cell.Sequence, [.. turn.Events], CancellationToken.None);
            if (!append.IsCompleted)
            {
                _ = AwaitAppendAsync(cell, append, started);
                return;
            }

            append.GetAwaiter().GetResult();
        }
        catch (Exception refused)
        {
            OnAppendFailed(cell, refused);
            return;
        }

        parts.Metrics.OnAppend(new TimeSpan(_clock.Ticks - started));
        Commit(cell, turn);
    }

    private async Task AwaitAppendAsync(ActorCell cell, ValueTask append, long started)
    {
        Exception? failure = null;
        try
        {
            await append.ConfigureAwait(false);
            parts.Metrics.OnAppend(new TimeSpan(_clock.Ticks - started));
        }
        catch (Exception refused)
        {
            failure = refused;
        }

        Complete(cell, failure, isRecovery: false);
    }

    /// <summary>The turn's events are durable: now its effects may be seen.</summary>
    private void Commit(ActorCell cell, Turn turn)
    {
        cell.Sequence += turn.Events.Count;
        foreach (ref readonly var effect in CollectionsMarshal.AsSpan(turn.Effects))
        {
            Perform(cell, in effect);
        }

        if (turn.Failure is { } failure)
        {
            // Messages before the one that threw have succeeded: the failure is then the first in a row.
            cell.Failures = turn.Messages > 1 ? 0 : cell.Failures;
            OnMessageFailed(cell, failure.Reason, in failure.Mail);
            return;
        }

        cell.Failures = turn.Messages > 0 ? 0 : cell.Failures;
        turn.Begin();
        Finish(cell);
    }

    private void Perform(ActorCell cell, in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Tell:
                var shard = Shards.Of(effect.To);
                parts.WorkerOf(shard).Actors.PostFromInside(effect.To, shard, new Mail(effect.Payload!, effect.Origin!));
                break;
            case EffectKind.Reply:
                effect.Ask!.Answer(effect.Payload!);
                break;
            case EffectKind.Publish:
                Publish(cell.Id, effect.Payload!);
                break;
            case EffectKind.StartTimer:
                StartTimer(cell, effect.Name!, effect.Due, effect.Payload!);
                break;
            case EffectKind.CancelTimer:
                CancelTimer(cell, effect.Name!);
                break;
            case EffectKind.Passivate:
                cell.PassivatesWhenEmpty = true;
                break;
            default:
                throw new UnreachableException($"No rule for effect {effect.Kind}.");
        }
    }

    private void Publish(ActorId from, object delta)
    {
        try
        {
            parts.Feed.Publish(from, delta);
        }
        catch (Exception thrown)
        {
            RuntimeLog.FeedFailed(parts.Logger, thrown, from);
        }
    }

    /// <summary>The end of a turn that went well: on to the next messages, to rest, or out of memory.</summary>
    private void Finish(ActorCell cell)
    {
        lock (gate.Lock)
        {
            _busy--;
            if (cell.PassivatesWhenEmpty)
            {
                Sort_NeedsLock();
            }

            if (cell.Mail.Count > 0)
            {
                Ready_NeedsLock(cell);
            }
            else if (cell.PassivatesWhenEmpty && cell.Waiters is not { Count: > 0 })
            {
                _cells.Remove(cell.Id);
            }
            else
            {
                cell.Status = CellStatus.Idle;
            }

            if (cell.Status != CellStatus.Busy)
            {
                Touch(cell);
                return;
            }
        }

        Drop(cell);
    }

    private bool TakeCompleted()
    {
        for (var i = 0; i < TurnsARound; i++)
        {
            (ActorCell Cell, Exception? Failure, bool IsRecovery) completed;
            lock (gate.Lock)
            {
                if (!_completed.TryDequeue(out completed))
                {
                    return i > 0;
                }
            }

            switch (completed)
            {
                case { IsRecovery: true, Failure: null }:
                    RunTurn(completed.Cell, Take(completed.Cell));
                    break;
                case { IsRecovery: true }:
                    OnRecoveryFailed(completed.Cell, completed.Failure);
                    break;
                case { Failure: null }:
                    Commit(completed.Cell, completed.Cell.Turn!);
                    break;
                default:
                    OnAppendFailed(completed.Cell, completed.Failure);
                    break;
            }
        }

        return true;
    }

    private void Complete(ActorCell cell, Exception? failure, bool isRecovery)
    {
        lock (gate.Lock)
        {
            if (!_isClosed)
            {
                _completed.Enqueue((cell, failure, isRecovery));
                gate.Ring_NeedsLock();
            }
        }
    }
}
