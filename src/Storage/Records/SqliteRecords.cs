using System.Text.Json;
using Vantage.Actors.History;
using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Records;

/// <summary>Records of other systems on SQLite. Thread-safe.</summary>
internal sealed class SqliteRecords(RecordsFile file) : IRecords
{
    public const string Schema = """
        CREATE TABLE records (system TEXT NOT NULL, number TEXT NOT NULL, time_ms INTEGER NOT NULL, kind TEXT, category TEXT, state TEXT,
            street TEXT, squad TEXT, lon REAL, lat REAL, address TEXT, link TEXT, updated_ms INTEGER, PRIMARY KEY (system, number)) WITHOUT ROWID;
        CREATE INDEX records_by_time ON records (system, time_ms);
        CREATE INDEX records_by_category ON records (system, category, time_ms);
        CREATE INDEX records_by_state ON records (system, state, time_ms);
        CREATE INDEX records_by_place ON records (system, lat, lon);

        """;

    /// <summary>A record with its places in five trees.</summary>
    private const int RowBytes = 500;

    public ValueTask<int> SaveAsync(IReadOnlyList<ExternalRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        return records.Count == 0
            ? ValueTask.FromResult(0)
            : file.WriteAsync(database => records.Count(record => Save(database, record)), records.Count * (long)RowBytes, cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(string system, string number, CancellationToken cancellationToken = default) => file.WriteAsync(
        database =>
        {
            database.Prepare("DELETE FROM records WHERE system = ?1 AND number = ?2").Bind(1, system).Bind(2, number).Run();
            return database.Changes > 0;
        },
        RowBytes,
        cancellationToken);

    /// <inheritdoc/>
    public Page<ExternalRecord> Query(RecordFilter filter, int limit, string? cursor)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var list = ListOf(filter);
        list.Page(limit, cursor);
        List<ExternalRecord> found = [];
        Read(filter, list, found.Add);
        return RecordList.Cut(found, limit);
    }

    public void Read(RecordFilter filter, Action<ExternalRecord> onRecord)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Read(filter, ListOf(filter), onRecord);
    }

    private static bool Save(Database database, ExternalRecord record)
    {
        if (!record.Replaces(Find(database, record)))
        {
            return false;
        }

        database.Prepare($"INSERT OR REPLACE INTO records ({RecordList.Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")
            .Bind(1, record.System).Bind(2, record.Number).Bind(3, record.TimeMs).Bind(4, record.Kind).Bind(5, record.Category)
            .Bind(6, record.State).Bind(7, record.Street).Bind(8, record.Squad).Bind(9, record.Place?.Longitude).Bind(10, record.Place?.Latitude)
            .Bind(11, record.Address).Bind(12, record.Link).Bind(13, record.UpdatedAtMs).Run();
        return true;
    }

    private static ExternalRecord? Find(Database database, ExternalRecord record)
    {
        var select = database.Prepare($"SELECT {RecordList.Columns} FROM records WHERE system = ?1 AND number = ?2")
            .Bind(1, record.System).Bind(2, record.Number);
        var kept = select.Step() ? ReadRow(select) : null;
        select.Reset();
        return kept;
    }

    private static RecordList ListOf(RecordFilter filter)
        => new(filter, '?', (column, parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))");

    private void Read(RecordFilter filter, RecordList list, Action<ExternalRecord> onRecord)
    {
        using var loan = file.File.Read();
        var select = loan.Database.Prepare($"SELECT {RecordList.Columns} FROM records INDEXED BY {IndexFor(filter)} {list.Sql}");
        foreach (var (i, value) in list.Values.Index())
        {
            Bind(select, i + 1, value);
        }

        while (select.Step())
        {
            onRecord(ReadRow(select));
        }
    }

    /// <summary>SQLite knows nothing of how values are spread, and would guess.</summary>
    private static string IndexFor(RecordFilter filter) => filter switch
    {
        { Categories: not null } => "records_by_category",
        { States: not null } => "records_by_state",
        { Boxes: not null, FromMs: null } => "records_by_place",
        _ => "records_by_time",
    };

    private static Statement Bind(Statement select, int index, object value) => value switch
    {
        string text => select.Bind(index, text),
        long whole => select.Bind(index, whole),
        double number => select.Bind(index, number),
        _ => select.Bind(index, JsonSerializer.Serialize((IReadOnlyList<string>)value)),
    };

    private static ExternalRecord ReadRow(Statement row) => new()
    {
        System = row.Text(0),
        Number = row.Text(1),
        TimeMs = row.Int64(2),
        Kind = row.NullableText(3),
        Category = row.NullableText(4),
        State = row.NullableText(5),
        Street = row.NullableText(6),
        Squad = row.NullableText(7),
        Place = row.NullableDouble(8) is { } longitude ? LatLng.Trusted(row.Double(9), longitude) : null,
        Address = row.NullableText(10),
        Link = row.NullableText(11),
        UpdatedAtMs = row.NullableInt64(12),
    };
}
