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
    private readonly string _stream = id.ToString();
    private Turn? _turn;
    private long _snapshotAt;
    private bool _hasTakenTurn;

    public override string PersistenceId => _stream;

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case Envelope envelope:
                behaviour.Apply(parts.Catalog.Unwrap(envelope));
                break;
            case SnapshotOffer { Snapshot: BehaviourSnapshot snapshot } offer:
                _snapshotAt = offer.Metadata.SequenceNr;
                foreach (var envelope in snapshot.Events)
                {
                    behaviour.Apply(parts.Catalog.Unwrap(envelope));
                }

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
        switch (message)
        {
            case TakeTurn take:
                Take(take);
                break;
            case SaveSnapshotSuccess saved:
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)); // The older ones have had their day.
                break;
            case SaveSnapshotFailure or DeleteSnapshotsSuccess or DeleteSnapshotsFailure:
                break; // The stream itself is there, and the next snapshot will come.
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Undo(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        Undo(cause);
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Context.Parent.Tell(new RecoveryFailed(reason));

    private void Take(TakeTurn take)
    {
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
                SaveSnapshotIfDue();
            }
        });
    }

    private void SaveSnapshotIfDue()
    {
        if (LastSequenceNr - _snapshotAt >= parts.Options.SnapshotEvery && behaviour.Snapshot() is { } events)
        {
            _snapshotAt = LastSequenceNr;
            SaveSnapshot(new BehaviourSnapshot(
                [.. events.Select(@event => parts.Catalog.Wrap(_stream, LastSequenceNr, @event, parts.Clock.UtcNow, Origin.System))]));
        }
    }

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
