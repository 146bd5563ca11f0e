using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Journal;

/// <summary>The journal on SQLite. Offsets are given in the order of commits, so a feed that saw one misses none before it. Thread-safe.</summary>
/// <remarks>Times are kept as UTC instants; they come back with offset zero.</remarks>
public sealed class SqliteJournal : IJournal
{
    private const int PageLength = 256;
    private const string Columns =
        "SELECT position, stream, sequence, type, version, occurred_ticks, recorded_ticks, person, post, token, cause, correlation, body FROM events ";

    private readonly JournalFile _file;

    internal SqliteJournal(JournalFile file) => _file = file;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An envelope is of another stream, or their sequences do not follow the expected one.</exception>
    public async ValueTask AppendAsync(
        string stream, long expectedSequence, IReadOnlyList<Envelope> envelopes, CancellationToken cancellationToken = default)
    {
        AppendCheck.Require(stream, expectedSequence, envelopes);
        if (envelopes.Count > 0)
        {
            await _file.WriteAsync(database => Append(database, stream, expectedSequence, envelopes), cancellationToken).ConfigureAwait(false);
        }
    }

    public IAsyncEnumerable<Envelope> ReadAsync(string stream, long afterSequence = 0, CancellationToken cancellationToken = default)
        => Pages(
            Columns + "WHERE stream = ?3 AND sequence > ?1 ORDER BY sequence LIMIT ?2",
            stream, afterSequence, envelope => envelope.Sequence, cancellationToken).ToAsyncEnumerable();

    public IAsyncEnumerable<Envelope> FeedAsync(long afterOffset = 0, CancellationToken cancellationToken = default)
        => Pages(
            Columns + "WHERE position > ?1 ORDER BY position LIMIT ?2",
            stream: null, afterOffset, envelope => envelope.Offset, cancellationToken).ToAsyncEnumerable();

    public ValueTask<(long Sequence, ReadOnlyMemory<byte> Body)?> ReadSnapshotAsync(string stream, CancellationToken cancellationToken = default)
    {
        using var loan = _file.Read();
        var select = loan.Database.Prepare("SELECT sequence, body FROM snapshots WHERE stream = ?1").Bind(1, stream);
        return ValueTask.FromResult<(long, ReadOnlyMemory<byte>)?>(
            select.Step() ? (select.Int64(0), select.Blob(1).ToArray()) : null);
    }

    /// <summary>Replaces the stream's snapshot, unless there is a later one.</summary>
    public async ValueTask WriteSnapshotAsync(
        string stream, long sequence, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        await _file.WriteAsync(
            database =>
            {
                database.Prepare(
                    """
                    INSERT INTO snapshots (stream, sequence, body) VALUES (?1, ?2, ?3)
                    ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, body = excluded.body WHERE excluded.sequence >= sequence
                    """).Bind(1, stream).Bind(2, sequence).Bind(3, body.Span).Run();
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static bool Append(Database database, string stream, long expectedSequence, IReadOnlyList<Envelope> envelopes)
    {
        var head = database.Prepare("SELECT max(sequence) FROM events WHERE stream = ?1").Bind(1, stream);
        head.Step();
        var actual = head.NullableInt64(0) ?? 0;
        head.Reset();
        if (actual != expectedSequence)
        {
            throw new JournalConflictException(stream, expectedSequence);
        }

        foreach (var envelope in envelopes)
        {
            database.Prepare(
                """
                INSERT INTO events (stream, sequence, type, version, occurred_ticks, recorded_ticks, person, post, token, cause, correlation, body)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                """)
                .Bind(1, envelope.Stream).Bind(2, envelope.Sequence).Bind(3, envelope.Type).Bind(4, envelope.Version)
                .Bind(5, envelope.OccurredAt.UtcTicks).Bind(6, envelope.RecordedAt.UtcTicks)
                .Bind(7, envelope.By.Person).Bind(8, envelope.By.Post).Bind(9, envelope.By.Token).Bind(10, envelope.By.Cause)
                .Bind(11, envelope.By.Correlation).Bind(12, envelope.Body.Span).Run();
        }

        return true;
    }

    /// <summary>Page by page, so that a slow reader holds no old state of the file. Ends at the newest.</summary>
    private IEnumerable<Envelope> Pages(
        string sql, string? stream, long after, Func<Envelope, long> positionOf, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = ReadPage(sql, stream, after);
            foreach (var envelope in page)
            {
                yield return envelope;
            }

            if (page.Count < PageLength)
            {
                yield break;
            }

            after = positionOf(page[^1]);
        }
    }

    private List<Envelope> ReadPage(string sql, string? stream, long after)
    {
        using var loan = _file.Read();
        var select = loan.Database.Prepare(sql).Bind(1, after).Bind(2, PageLength);
        if (stream is not null)
        {
            select.Bind(3, stream);
        }

        List<Envelope> page = [];
        while (select.Step())
        {
            page.Add(ReadRow(select));
        }

        return page;
    }

    private static Envelope ReadRow(Statement row) => new(
        row.Text(1),
        row.Int64(2),
        row.Text(3),
        row.Int32(4),
        new DateTimeOffset(row.Int64(5), TimeSpan.Zero),
        new DateTimeOffset(row.Int64(6), TimeSpan.Zero),
        new Origin(row.NullableText(7), row.NullableText(8), row.NullableText(9), row.NullableText(10), row.NullableText(11)),
        row.Blob(12).ToArray())
    {
        Offset = row.Int64(0),
    };
}
