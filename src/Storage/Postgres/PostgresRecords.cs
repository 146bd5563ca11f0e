using Npgsql;
using NpgsqlTypes;
using Vantage.Actors.History;
using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Storage.Records;

namespace Vantage.Storage.Postgres;

/// <summary>Records of other systems on PostgreSQL, for any number of processes, of which one writes at a time. Thread-safe.</summary>
internal sealed class PostgresRecords(PostgresDatabase database) : IRecords, IDisposable
{
    /// <summary>Records that are compared and written by one statement.</summary>
    private const int RowsAtOnce = 2000;

    private const string Upsert = $"""
        INSERT INTO records ({RecordList.Columns}) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (system, number) DO UPDATE SET time_ms = excluded.time_ms, kind = excluded.kind, category = excluded.category,
            state = excluded.state, street = excluded.street, squad = excluded.squad, lon = excluded.lon, lat = excluded.lat,
            address = excluded.address, link = excluded.link, updated_ms = excluded.updated_ms
        """;

    // Who waits here holds no connection and no thread.
    private readonly SemaphoreSlim _writing = new(1);

    public async ValueTask<int> SaveAsync(IReadOnlyList<ExternalRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        var saved = 0;
        await WriteAsync(transaction => saved = records.Chunk(RowsAtOnce).Sum(some => Save(transaction, some)), cancellationToken).ConfigureAwait(false);
        return saved;
    }

    public async ValueTask<bool> DeleteAsync(string system, string number, CancellationToken cancellationToken = default)
    {
        if (PostgresText.IsUnknown(system) || PostgresText.IsUnknown(number))
        {
            return false;
        }

        var isDeleted = false;
        await WriteAsync(
            transaction =>
            {
                transaction.Add("DELETE FROM records WHERE system = $1 AND number = $2 RETURNING 1", _ => isDeleted = true).With(system).With(number);
                transaction.Run();
            },
            cancellationToken).ConfigureAwait(false);
        return isDeleted;
    }

    /// <inheritdoc/>
    public Page<ExternalRecord> Query(RecordFilter filter, int limit, string? cursor)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var list = ListOf(filter);
        list.Page(limit, cursor);
        List<ExternalRecord> found = [];
        Read(list, found.Add);
        return RecordList.Cut(found, limit);
    }

    public void Read(RecordFilter filter, Action<ExternalRecord> onRecord)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Read(ListOf(filter), onRecord);
    }

    public void Dispose() => _writing.Dispose();

    private async ValueTask WriteAsync(Action<PostgresStatements> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var transaction = PostgresStatements.Transaction(database);
            transaction.Add($"SELECT pg_advisory_xact_lock({(long)PostgresLock.Records})", _ => { });
            transaction.Run();
            work(transaction);
            transaction.Commit();
        }
        finally
        {
            _writing.Release();
        }
    }

    private static int Save(PostgresStatements transaction, ExternalRecord[] records)
    {
        var kept = ReadKept(transaction, records);
        var changed = new Dictionary<(string, string), ExternalRecord>();
        var saved = 0;
        foreach (var record in records)
        {
            var key = (record.System, record.Number);
            if (record.Replaces(kept.GetValueOrDefault(key)))
            {
                kept[key] = changed[key] = record;
                saved++;
            }
        }

        if (changed.Count > 0)
        {
            Write(transaction, changed.Values);
        }

        return saved;
    }

    private static Dictionary<(string, string), ExternalRecord> ReadKept(PostgresStatements transaction, ExternalRecord[] records)
    {
        var kept = new Dictionary<(string, string), ExternalRecord>();
        transaction.Add(
            $"SELECT {RecordList.Columns} FROM records WHERE (system, number) IN (SELECT * FROM unnest($1, $2))",
            row =>
            {
                var record = ReadRow(row);
                kept[(record.System, record.Number)] = record;
            })
            .With(NpgsqlDbType.Text, records, record => record.System)
            .With(NpgsqlDbType.Text, records, record => record.Number);
        transaction.Run();
        return kept;
    }

    private static void Write(PostgresStatements transaction, IReadOnlyCollection<ExternalRecord> records)
    {
        transaction.Add(Upsert)
            .With(NpgsqlDbType.Text, records, record => record.System)
            .With(NpgsqlDbType.Text, records, record => record.Number)
            .With(NpgsqlDbType.Bigint, records, record => record.TimeMs)
            .With(NpgsqlDbType.Text, records, record => record.Kind)
            .With(NpgsqlDbType.Text, records, record => record.Category)
            .With(NpgsqlDbType.Text, records, record => record.State)
            .With(NpgsqlDbType.Text, records, record => record.Street)
            .With(NpgsqlDbType.Text, records, record => record.Squad)
            .With(NpgsqlDbType.Double, records, record => record.Place?.Longitude)
            .With(NpgsqlDbType.Double, records, record => record.Place?.Latitude)
            .With(NpgsqlDbType.Text, records, record => record.Address)
            .With(NpgsqlDbType.Text, records, record => record.Link)
            .With(NpgsqlDbType.Bigint, records, record => record.UpdatedAtMs);
        transaction.Run();
    }

    private static RecordList ListOf(RecordFilter filter) => new(filter, '$', (column, parameter) => $"{column} = ANY({parameter})");

    private void Read(RecordList list, Action<ExternalRecord> onRecord)
    {
        using var statements = PostgresStatements.Single(database);
        var select = statements.Add($"SELECT {RecordList.Columns} FROM records {list.Sql}", row => onRecord(ReadRow(row)));
        foreach (var value in list.Values)
        {
            Bind(select, value);
        }

        statements.Run();
    }

    private static PostgresStatements.Statement Bind(PostgresStatements.Statement select, object value) => value switch
    {
        string text => select.With(text),
        long whole => select.With(whole),
        double number => select.With(number),
        _ => select.With(((IReadOnlyList<string>)value).Where(text => !PostgresText.IsUnknown(text)).ToArray()),
    };

    private static ExternalRecord ReadRow(NpgsqlDataReader row) => new()
    {
        System = row.GetString(0),
        Number = row.GetString(1),
        TimeMs = row.GetInt64(2),
        Kind = row.OrNull(3),
        Category = row.OrNull(4),
        State = row.OrNull(5),
        Street = row.OrNull(6),
        Squad = row.OrNull(7),
        Place = row.IsDBNull(8) ? null : LatLng.Trusted(row.GetDouble(9), row.GetDouble(8)),
        Address = row.OrNull(10),
        Link = row.OrNull(11),
        UpdatedAtMs = row.IsDBNull(12) ? null : row.GetInt64(12),
    };
}
