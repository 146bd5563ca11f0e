using System.Data;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;
using Vantage.Storage.Journal;

namespace Vantage.Storage.Postgres;

/// <summary>The journal on PostgreSQL: one thread writes what callers ask for meanwhile as one transaction, then all are answered. Thread-safe.</summary>
/// <remarks>
/// Every process that appends takes one lock until its commit is visible, and gives the offsets that follow the newest: they have no gaps
/// and become visible in their order, so a feed that saw one misses none before it. When the connection breaks at the very moment of a
/// commit, callers are refused though it may have been kept: a repetition then conflicts, and what was written is read back.
/// Times are kept as UTC instants; they come back with offset zero.
/// </remarks>
public sealed class PostgresJournal : IJournal, IDisposable
{
    private const int PageLength = 256;
    private const int QueueLength = 4096;
    private const int MaxWritesPerCommit = 512;
    private const string MetricsName = "journal";
    private const string Columns =
        "SELECT position, stream, sequence, type, version, occurred_ticks, recorded_ticks, person, post, token, cause, correlation, body FROM events ";

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(8);

    private readonly PostgresDatabase _database;
    private readonly StorageMetrics _metrics;
    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly List<Write> _taken = [];
    private readonly Thread _thread;
    private volatile string? _lastError;

    internal PostgresJournal(PostgresDatabase database, StorageMetrics metrics)
    {
        _database = database;
        _metrics = metrics;
        _thread = new Thread(Run) { IsBackground = true, Name = "Vantage journal" };
        _thread.Start();
    }

    /// <summary>Why the last commit failed; null when it did not.</summary>
    public string? LastError => _lastError;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An envelope is of another stream, or their sequences do not follow the expected one.</exception>
    public async ValueTask AppendAsync(
        string stream, long expectedSequence, IReadOnlyList<Envelope> envelopes, CancellationToken cancellationToken = default)
    {
        AppendCheck.Require(stream, expectedSequence, envelopes);
        if (envelopes.Count > 0)
        {
            await WriteAsync(new Append(stream, expectedSequence, envelopes), cancellationToken).ConfigureAwait(false);
        }
    }

    public IAsyncEnumerable<Envelope> ReadAsync(string stream, long afterSequence = 0, CancellationToken cancellationToken = default)
        => PagesAsync(
            Columns + "WHERE stream = $3 AND sequence > $1 ORDER BY sequence LIMIT $2",
            stream, afterSequence, envelope => envelope.Sequence, cancellationToken);

    public IAsyncEnumerable<Envelope> FeedAsync(long afterOffset = 0, CancellationToken cancellationToken = default)
        => PagesAsync(
            Columns + "WHERE position > $1 ORDER BY position LIMIT $2",
            stream: null, afterOffset, envelope => envelope.Offset, cancellationToken);

    public async ValueTask<(long Sequence, ReadOnlyMemory<byte> Body)?> ReadSnapshotAsync(
        string stream, CancellationToken cancellationToken = default)
    {
        try
        {
            using var connection = _database.Connect();
            using var select = new NpgsqlCommand("SELECT sequence, body FROM snapshots WHERE stream = $1", connection);
            select.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream });
            using var rows = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            return await rows.ReadAsync(cancellationToken).ConfigureAwait(false) ? (rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)) : null;
        }
        catch (NpgsqlException failure)
        {
            throw _database.Failure(failure);
        }
    }

    /// <summary>Replaces the stream's snapshot, unless there is a later one.</summary>
    public async ValueTask WriteSnapshotAsync(
        string stream, long sequence, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        await WriteAsync(new Snapshot(stream, sequence, body), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what is queued.</summary>
    public void Dispose()
    {
        if (_queue.Writer.TryComplete())
        {
            _thread.Join(CloseTimeout);
        }
    }

    private async ValueTask WriteAsync(Write write, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new StorageException("The journal is closed: nothing was stored.");
        }

        await write.Done.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_taken.Count < MaxWritesPerCommit && _queue.Reader.TryRead(out var write))
            {
                _taken.Add(write);
            }

            Commit(_taken);
            _taken.Clear();
        }
    }

    private void Commit(List<Write> writes)
    {
        var startedAt = Stopwatch.GetTimestamp();
        List<Append> conflicts = [];
        try
        {
            using var connection = _database.Connect();
            using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
            WriteAppends(connection, [.. writes.OfType<Append>()], conflicts);
            WriteSnapshots(connection, [.. writes.OfType<Snapshot>()]);
            transaction.Commit();
        }
        catch (PostgresException refused) when (writes.Count > 1 && IsAboutData(refused))
        {
            writes.ForEach(write => Commit([write])); // What the server cannot keep fails alone.
            return;
        }
        catch (Exception reason) // Supervisor of the thread: whatever it was, the callers must hear of it.
        {
            var failure = _database.Failure(reason);
            _lastError = IsAboutData(reason) ? _lastError : failure.Message;
            _metrics.OnFailure(MetricsName);

            // Each caller its own exception: they are thrown on different threads.
            writes.ForEach(write => write.Done.SetException(new StorageException(failure.Message, reason)));
            return;
        }

        _lastError = null;
        conflicts.ForEach(append => append.Done.SetException(new JournalConflictException(append.Stream, append.ExpectedSequence)));
        writes.ForEach(write => write.Done.TrySetResult());
        _metrics.OnCommit(MetricsName, startedAt, 0);
    }

    /// <summary>True for a value that PostgreSQL does not take, such as a text with U+0000.</summary>
    private static bool IsAboutData(Exception reason)
        => reason is PostgresException { SqlState: var code } && code.StartsWith("22", StringComparison.Ordinal);

    /// <summary>An append that conflicts leaves the others of the transaction alone.</summary>
    private static void WriteAppends(NpgsqlConnection connection, List<Append> appends, List<Append> conflicts)
    {
        if (appends.Count == 0)
        {
            return;
        }

        var (position, heads) = LockAndReadHeads(connection, [.. appends.Select(append => append.Stream).Distinct(StringComparer.Ordinal)]);
        List<Envelope> accepted = [];
        foreach (var append in appends)
        {
            if (heads[append.Stream] == append.ExpectedSequence)
            {
                accepted.AddRange(append.Envelopes);
                heads[append.Stream] += append.Envelopes.Count;
            }
            else
            {
                conflicts.Add(append);
            }
        }

        if (accepted.Count > 0)
        {
            Insert(connection, position, accepted);
        }
    }

    /// <summary>The newest offset, and the newest sequence of each stream: nobody can change them before this transaction ends.</summary>
    private static (long Position, Dictionary<string, long> Heads) LockAndReadHeads(NpgsqlConnection connection, string[] streams)
    {
        // Statements of their own: what they see is what is committed when each begins, and so after the lock was had.
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock({(long)PostgresLock.Journal})"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT coalesce(max(position), 0) FROM events"));
        var select = new NpgsqlBatchCommand(
            """
            SELECT s.stream, coalesce((SELECT sequence FROM events WHERE stream = s.stream ORDER BY sequence DESC LIMIT 1), 0)
            FROM unnest($1) AS s (stream)
            """);
        select.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = streams });
        batch.BatchCommands.Add(select);

        using var rows = batch.ExecuteReader();
        rows.NextResult();
        rows.Read();
        var position = rows.GetInt64(0);
        rows.NextResult();
        var heads = new Dictionary<string, long>(StringComparer.Ordinal);
        while (rows.Read())
        {
            heads.Add(rows.GetString(0), rows.GetInt64(1));
        }

        return (position, heads);
    }

    private static void Insert(NpgsqlConnection connection, long position, List<Envelope> envelopes)
    {
        using var insert = new NpgsqlCommand(
            """
            INSERT INTO events (position, stream, sequence, type, version, occurred_ticks, recorded_ticks, person, post, token, cause, correlation, body)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            connection);
        void Add<T>(NpgsqlDbType type, Func<Envelope, T> of) => insert.Parameters.Add(
            new NpgsqlParameter<T[]> { TypedValue = [.. envelopes.Select(of)], NpgsqlDbType = NpgsqlDbType.Array | type });

        Add(NpgsqlDbType.Bigint, _ => ++position);
        Add(NpgsqlDbType.Text, envelope => envelope.Stream);
        Add(NpgsqlDbType.Bigint, envelope => envelope.Sequence);
        Add(NpgsqlDbType.Text, envelope => envelope.Type);
        Add(NpgsqlDbType.Integer, envelope => envelope.Version);
        Add(NpgsqlDbType.Bigint, envelope => envelope.OccurredAt.UtcTicks);
        Add(NpgsqlDbType.Bigint, envelope => envelope.RecordedAt.UtcTicks);
        Add(NpgsqlDbType.Text, envelope => envelope.By.Person);
        Add(NpgsqlDbType.Text, envelope => envelope.By.Post);
        Add(NpgsqlDbType.Text, envelope => envelope.By.Token);
        Add(NpgsqlDbType.Text, envelope => envelope.By.Cause);
        Add(NpgsqlDbType.Text, envelope => envelope.By.Correlation);
        Add(NpgsqlDbType.Bytea, envelope => envelope.Body);
        insert.ExecuteNonQuery();
    }

    private static void WriteSnapshots(NpgsqlConnection connection, List<Snapshot> snapshots)
    {
        foreach (var snapshot in snapshots)
        {
            using var write = new NpgsqlCommand(
                """
                INSERT INTO snapshots (stream, sequence, body) VALUES ($1, $2, $3) ON CONFLICT (stream)
                DO UPDATE SET sequence = excluded.sequence, body = excluded.body WHERE excluded.sequence >= snapshots.sequence
                """,
                connection);
            write.Parameters.Add(new NpgsqlParameter<string> { TypedValue = snapshot.Stream });
            write.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot.Sequence });
            write.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = snapshot.Body, NpgsqlDbType = NpgsqlDbType.Bytea });
            write.ExecuteNonQuery();
        }
    }

    /// <summary>Page by page, so that a slow reader holds no connection and no old state. Ends at the newest.</summary>
    private async IAsyncEnumerable<Envelope> PagesAsync(
        string sql, string? stream, long after, Func<Envelope, long> positionOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await ReadPageAsync(sql, stream, after, cancellationToken).ConfigureAwait(false);
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

    private async Task<List<Envelope>> ReadPageAsync(string sql, string? stream, long after, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = _database.Connect();
#pragma warning disable CA2100 // One of two texts of this class.
            using var select = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            select.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
            select.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageLength });
            if (stream is not null)
            {
                select.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream });
            }

            List<Envelope> page = [];
            using var rows = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                page.Add(ReadRow(rows));
            }

            return page;
        }
        catch (NpgsqlException failure)
        {
            throw _database.Failure(failure);
        }
    }

    private static Envelope ReadRow(NpgsqlDataReader row) => new(
        row.GetString(1),
        row.GetInt64(2),
        row.GetString(3),
        row.GetInt32(4),
        new DateTimeOffset(row.GetInt64(5), TimeSpan.Zero),
        new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero),
        new Origin(NullableText(row, 7), NullableText(row, 8), NullableText(row, 9), NullableText(row, 10), NullableText(row, 11)),
        row.GetFieldValue<byte[]>(12))
    {
        Offset = row.GetInt64(0),
    };

    private static string? NullableText(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private abstract class Write
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Append(string stream, long expectedSequence, IReadOnlyList<Envelope> envelopes) : Write
    {
        public string Stream => stream;

        public long ExpectedSequence => expectedSequence;

        public IReadOnlyList<Envelope> Envelopes => envelopes;
    }

    private sealed class Snapshot(string stream, long sequence, ReadOnlyMemory<byte> body) : Write
    {
        public string Stream => stream;

        public long Sequence => sequence;

        public ReadOnlyMemory<byte> Body => body;
    }
}
