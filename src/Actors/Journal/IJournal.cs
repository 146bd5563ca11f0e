namespace Vantage.Actors.Journal;

/// <summary>One event as it is kept.</summary>
/// <param name="Stream">The actor's id as text.</param>
/// <param name="Sequence">1, 2, 3 … within the stream.</param>
/// <param name="Type">The event's stable name, see <see cref="EventCatalog"/>.</param>
/// <param name="Version">The version of that event's shape. Shapes only gain fields, so that older ones read as they are; a newer one is refused.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="RecordedAt">When it was written.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record Envelope(
    string Stream,
    long Sequence,
    string Type,
    int Version,
    DateTimeOffset OccurredAt,
    DateTimeOffset RecordedAt,
    Runtime.Origin By,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>Where this envelope stands in the feed of all streams; 0 until it is written.</summary>
    public long Offset { get; init; }
}

/// <summary>The events of all streams, for whoever folds them into something to read.</summary>
public interface IEventFeed
{
    /// <summary>Events of all streams after an offset, in an order that keeps each stream's own. Ends at the newest.</summary>
    /// <remarks>Who has read up to an offset misses nothing that came before it, whichever process wrote it.</remarks>
    IAsyncEnumerable<Envelope> FeedAsync(long afterOffset = 0, CancellationToken cancellationToken = default);
}

/// <summary>The durable record of all events but positions.</summary>
public interface IJournal : IEventFeed
{
    /// <summary>Writes all or nothing; completes when durable.</summary>
    /// <param name="expectedSequence">The sequence of the stream's last event; 0 for a new one.</param>
    /// <exception cref="JournalConflictException">Somebody else wrote to the stream.</exception>
    /// <exception cref="IOException">Storage refused; nothing was written.</exception>
    ValueTask AppendAsync(
        string stream, long expectedSequence, IReadOnlyList<Envelope> envelopes, CancellationToken cancellationToken = default);

    /// <summary>Events of one stream after a sequence, in order.</summary>
    IAsyncEnumerable<Envelope> ReadAsync(string stream, long afterSequence = 0, CancellationToken cancellationToken = default);

    /// <summary>The latest snapshot of a stream, or null.</summary>
    ValueTask<(long Sequence, ReadOnlyMemory<byte> Body)?> ReadSnapshotAsync(string stream, CancellationToken cancellationToken = default);

    ValueTask WriteSnapshotAsync(
        string stream, long sequence, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);
}

public sealed class JournalConflictException(string stream, long expected)
    : Exception($"Stream {stream} is not at sequence {expected}.");
