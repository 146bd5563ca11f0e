using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Vantage.Actors.Journal;
using Envelope = Vantage.Actors.Journal.Envelope;

namespace Vantage.Actors.Akka;

/// <summary>The events of all actors of a cluster, through Persistence.Query: what directories are folded from.</summary>
/// <remarks>
/// Numbers of events are given when they are written, and seen when their transaction commits, which may be in another order. The query waits at a
/// number that is not there yet, and gives it up after a while, as it may never come: see <c>journal-sequence-retrieval</c> in runtime.conf.
/// </remarks>
/// <param name="system">Gives the system once it runs.</param>
public sealed class PersistenceFeed(Func<ActorSystem> system) : IEventFeed
{
    public async IAsyncEnumerable<Envelope> FeedAsync(long afterOffset = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var journal = PersistenceQuery.Get(system()).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier);
        var events = journal.CurrentAllEvents(Offset.Sequence(afterOffset)).RunAsAsyncEnumerable(system().Materializer());
        await foreach (var stored in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            // Others than ours are Akka's own: what sharding remembers.
            if (stored is { Event: Envelope envelope, Offset: Sequence offset })
            {
                yield return envelope with { Offset = offset.Value };
            }
        }
    }
}
