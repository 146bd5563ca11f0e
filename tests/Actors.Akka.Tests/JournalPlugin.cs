using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Vantage.Actors.Journal;
using Envelope = Vantage.Actors.Journal.Envelope;

namespace Vantage.Actors.Akka.Tests;

/// <summary>Gives an actor system the journal that its <see cref="JournalPlugin"/> writes to.</summary>
/// <param name="kept">The plugin that keeps what that journal has let through; none where that journal is all there is.</param>
internal sealed class JournalSetup(IJournal journal, string? kept = null) : Setup
{
    public IJournal Journal => journal;

    public string? Kept => kept;
}

/// <summary>Akka.Persistence over the journal of the contract suite, which can be held, made to fail, and looked into; or that journal before a real one.</summary>
/// <remarks>
/// Not an <c>AsyncWriteJournal</c>: that one hands out the answers to all actors' writes in the order in which they were asked, so
/// that one slow write holds up everybody. An actor has one write on its way at most, so its own order needs no help. Nor does it
/// need a replay filter: the journal refuses a second writer by its expected sequence.
/// </remarks>
internal sealed class JournalPlugin : WriteJournalBase
{
    private readonly IJournal _journal = SetupOf(Context.System).Journal;
    private readonly IActorRef? _kept = SetupOf(Context.System).Kept is { } plugin ? Persistence.Instance.Apply(Context.System).JournalFor(plugin) : null;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                _ = WriteAsync(write);
                return true;
            case ReplayMessages replay:
                // On the pool: the journal may read for long before it first yields.
                _ = Task.Run(() => ReplayAsync(replay));
                return true;
            case DeleteMessagesTo delete:
                delete.PersistentActor.Tell(new DeleteMessagesFailure(
                    new NotSupportedException("Events are kept for good."), delete.ToSequenceNr));
                return true;
            default:
                return false;
        }
    }

    private async Task WriteAsync(WriteMessages write)
    {
        var writes = write.Messages.OfType<AtomicWrite>().ToArray();
        Exception? failure = null;
        foreach (var atomic in writes)
        {
            // After one has failed the sequences of the rest do not fit any more.
            failure ??= await AppendAsync(atomic).ConfigureAwait(false);
        }

        if (failure is null && _kept is not null)
        {
            _kept.Tell(write, ActorRefs.NoSender);
            return;
        }

        var actor = write.PersistentActor;
        actor.Tell(failure is null ? WriteMessagesSuccessful.Instance : new WriteMessagesFailed(failure, writes.Length), ActorRefs.NoSender);
        foreach (var envelope in write.Messages)
        {
            if (envelope is not AtomicWrite atomic)
            {
                actor.Tell(new LoopMessageSuccess(envelope.Payload, write.ActorInstanceId), envelope.Sender);
                continue;
            }

            foreach (var written in EventsOf(atomic))
            {
                actor.Tell(
                    failure is null
                        ? new WriteMessageSuccess(written, write.ActorInstanceId)
                        : new WriteMessageFailure(written, failure, write.ActorInstanceId),
                    written.Sender);
            }
        }
    }

    private async Task<Exception?> AppendAsync(AtomicWrite atomic)
    {
        try
        {
            Envelope[] envelopes = [.. EventsOf(atomic).Select(written => (Envelope)written.Payload)];
            await _journal.AppendAsync(atomic.PersistenceId, atomic.LowestSequenceNr - 1, envelopes).ConfigureAwait(false);
            return null;
        }
        catch (Exception refused)
        {
            return refused;
        }
    }

    private async Task ReplayAsync(ReplayMessages replay)
    {
        var actor = replay.PersistentActor;
        var sequence = replay.FromSequenceNr - 1;
        try
        {
            await foreach (var envelope in _journal.ReadAsync(replay.PersistenceId, sequence).ConfigureAwait(false))
            {
                if (envelope.Sequence != sequence + 1)
                {
                    throw new InvalidDataException(
                        $"{replay.PersistenceId} goes from {sequence} to {envelope.Sequence}: events are missing.");
                }

                sequence = envelope.Sequence;
                if (_kept is null && sequence <= replay.ToSequenceNr && sequence - replay.FromSequenceNr < replay.Max)
                {
                    var persistent = new Persistent(envelope, sequence, replay.PersistenceId);
                    actor.Tell(new ReplayedMessage(persistent), ActorRefs.NoSender);
                }
            }

            if (_kept is not null)
            {
                _kept.Tell(replay, ActorRefs.NoSender);
                return;
            }

            actor.Tell(new RecoverySuccess(sequence), ActorRefs.NoSender);
        }
        catch (Exception unreadable)
        {
            actor.Tell(new ReplayMessagesFailure(unreadable), ActorRefs.NoSender);
        }
    }

    private static JournalSetup SetupOf(ActorSystem system) => system.Settings.Setup.Get<JournalSetup>().Value;

    private static IEnumerable<IPersistentRepresentation> EventsOf(AtomicWrite atomic) => (IEnumerable<IPersistentRepresentation>)atomic.Payload;
}
