using Akka.Actor;
using Akka.Persistence;
using Vantage.Actors.Runtime;
using Envelope = Vantage.Actors.Journal.Envelope;

namespace Vantage.Actors.Akka;

/// <summary>
/// The persistent actor that holds a behaviour: reads it back, lets it take turns, and makes each turn's events durable with one
/// <c>PersistAll</c>. Lives below its <see cref="EntityHost"/>, as Akka stops it for good whenever persisting fails.
/// </summary>
internal sealed class BehaviourEntity(RuntimeParts parts, ActorId id, IBehaviour behaviour) : UntypedPersistentActor
{
    private Turn? _turn;
    private bool _hasTakenTurn;

    public override string PersistenceId { get; } = id.ToString();

    /// <summary>Behaviours have no snapshots: streams are short.</summary>
    public override Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case Envelope envelope:
                behaviour.Apply(parts.Catalog.Unwrap(envelope));
                break;
            case RecoveryCompleted:
                Context.Parent.Tell(BehaviourReady.Instance);
                break;
            default:
                throw new InvalidDataException($"{PersistenceId} holds a {message.GetType().Name}, which is no envelope.");
        }
    }

    protected override void OnCommand(object message)
    {
        if (message is not TakeTurn take)
        {
            Unhandled(message);
            return;
        }

        var turn = _turn = new Turn(id, behaviour, LastSequenceNr, parts.Clock, parts.Catalog);
        turn.Take(take.Letters, isFirst: !_hasTakenTurn);
        _hasTakenTurn = true;
        if (turn.Events.Count == 0)
        {
            Done(turn);
            return;
        }

        var started = parts.Clock.Ticks;
        var left = turn.Events.Count;
        PersistAll(turn.Events, _ =>
        {
            if (--left == 0)
            {
                parts.Metrics.OnAppend(new TimeSpan(parts.Clock.Ticks - started));
                Done(turn);
            }
        });
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Undo(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        Undo(cause);
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Context.Parent.Tell(new RecoveryFailed(reason));

    private void Done(Turn turn)
    {
        _turn = null;
        Context.Parent.Tell(new TurnDone(turn.Effects, turn.Processed, turn.Messages, turn.Thrown));
    }

    private void Undo(Exception reason)
    {
        // Called for each event of the turn.
        if (_turn is { } turn)
        {
            _turn = null;
            Context.Parent.Tell(new TurnUndone(turn.Processed, turn.Messages, reason));
        }
    }
}
