using System.Buffers;
using System.Text.Json;
using Vantage.Actors.History;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.History;

/// <summary>Breaches as rows; what they rest on, and the lists of units, are JSON in a column.</summary>
internal sealed class BreachTable : IDisposable
{
    public const string Schema = """
        CREATE TABLE breaches (id TEXT NOT NULL UNIQUE, zone TEXT NOT NULL, rule TEXT NOT NULL, type TEXT NOT NULL, unit INTEGER, units TEXT,
            level TEXT NOT NULL, state INTEGER NOT NULL, started_ms INTEGER NOT NULL, ended_ms INTEGER, span INTEGER NOT NULL,
            superseded_by TEXT, retracted_ms INTEGER, lon REAL, lat REAL, why TEXT NOT NULL, is_muted INTEGER NOT NULL,
            raised_ms INTEGER NOT NULL);
        CREATE INDEX breaches_by_unit ON breaches (unit, span, started_ms);
        CREATE INDEX breaches_by_zone ON breaches (zone, span, started_ms);
        CREATE INDEX breaches_by_start ON breaches (span, started_ms);
        """;

    private const string Columns = """
        SELECT id, zone, rule, type, unit, units, level, state, started_ms, ended_ms, superseded_by, retracted_ms, lon, lat, why, is_muted, raised_ms
        FROM breaches
        """;

    /// <summary>A new breach, or one that is there and of the same class of length: then no index needs to change.</summary>
    private const string Put = """
        INSERT INTO breaches (id, level, state, ended_ms, superseded_by, retracted_ms, is_muted, span, raised_ms, lon, lat, why, units,
            type, zone, rule, unit, started_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
        ON CONFLICT (id) DO UPDATE SET level = excluded.level, state = excluded.state, ended_ms = excluded.ended_ms,
            superseded_by = excluded.superseded_by, retracted_ms = excluded.retracted_ms, is_muted = excluded.is_muted,
            raised_ms = excluded.raised_ms, lon = excluded.lon, lat = excluded.lat, why = excluded.why, units = excluded.units,
            type = excluded.type
        WHERE span = excluded.span
        """;

    private const string Change = """
        UPDATE breaches SET level = ?2, state = ?3, ended_ms = ?4, superseded_by = ?5, retracted_ms = ?6, is_muted = ?7, span = ?8,
            raised_ms = ?9, lon = ?10, lat = ?11, why = ?12, units = ?13, type = ?14
        WHERE id = ?1
        """;

    private readonly ArrayBufferWriter<byte> _why = new();
    private readonly Utf8JsonWriter _whyWriter;
    private long _classes;

    public BreachTable() => _whyWriter = new Utf8JsonWriter(_why);

    public void Dispose() => _whyWriter.Dispose();

    public void Load(Database database) => _classes = SpanClass.Load(database, "breaches");

    /// <summary>By one thread at a time, as all writing.</summary>
    public void Write(Database writer, Breach breach)
    {
        var span = SpanClass.Of(breach.StartedAtMs, breach.EndedAtMs);
        Interlocked.Or(ref _classes, 1L << span);
        var units = BreachList.WriteUnits(breach);
        _why.ResetWrittenCount();
        _whyWriter.Reset();
        BreachList.WriteWhy(breach, _whyWriter);

        // What an id is made from never changes.
        Bind(Put).Bind(15, breach.Zone).Bind(16, breach.Rule).Bind(17, breach.Unit).Bind(18, breach.StartedAtMs).Run();
        if (writer.Changes == 0)
        {
            Bind(Change).Run();
        }

        Statement Bind(string sql) => writer.Prepare(sql)
            .Bind(1, breach.Id).Bind(2, breach.Level).Bind(3, (int)breach.State).Bind(4, breach.EndedAtMs).Bind(5, breach.SupersededBy)
            .Bind(6, breach.RetractedAtMs).Bind(7, breach.IsMuted ? 1 : 0).Bind(8, span).Bind(9, breach.RaisedAtMs)
            .Bind(10, breach.Longitude).Bind(11, breach.Latitude).BindText(12, _why.WrittenSpan).Bind(13, units).Bind(14, breach.Type);
    }

    public static Breach? Find(Database reader, string id)
    {
        var select = reader.Prepare(Columns + " WHERE id = ?1").Bind(1, id);
        var found = select.Step() ? ReadRow(select) : null;
        select.Reset();
        return found;
    }

    /// <summary>Non-retracted breaches of a unit, or those of a zone's rule that are no unit's, that overlap [from, to], by start.</summary>
    public void ReadOverlapping(Database reader, int? unit, string? zone, string? rule, long fromMs, long toMs, List<Breach> into)
    {
        var first = into.Count;
        foreach (var span in SpanClass.In(Interlocked.Read(ref _classes)))
        {
            var select = Select(reader, unit, zone, rule, BreachList.NotRetracted, span, unit is null ? "AND unit IS NULL " : "");
            BindRange(select, span, fromMs, toMs);
            AddAll(select, into);
        }

        BreachList.Sort(into, first);
    }

    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public Page<Breach> Query(Database reader, BreachQuery query)
    {
        var search = BreachList.Parse(query);
        List<Breach> found = [];
        foreach (var span in SpanClass.In(Interlocked.Read(ref _classes)))
        {
            var select = Select(
                reader, query.Unit, query.Zone, query.Rule, search.States, span, "AND (started_ms < ?9 OR id < ?10) ", "DESC", "LIMIT ?11");
            BindRange(select, span, search.FromMs, search.NewestMs);
            select.Bind(9, search.StartMs).Bind(10, search.TieId).Bind(11, search.Limit + 1);
            AddAll(select, found);
        }

        return BreachList.Cut(found, search.Limit);
    }

    private static Statement Select(
        Database reader, int? unit, string? zone, string? rule, int states, int span, string and, string direction = "", string limit = "")
    {
        var where = unit is not null ? " INDEXED BY breaches_by_unit WHERE unit = ?1 AND span = ?4 "
            : zone is not null ? " INDEXED BY breaches_by_zone WHERE zone = ?2 AND span = ?4 "
            : " INDEXED BY breaches_by_start WHERE span = ?4 ";
        where += unit is not null && zone is not null ? "AND zone = ?2 " : "";
        where += rule is not null ? "AND rule = ?3 " : "";
        var statement = reader.Prepare(
            Columns + where + "AND (?5 >> state) & 1 AND started_ms >= ?6 AND started_ms <= ?7 AND ifnull(ended_ms >= ?8, 1) " + and
            + $"ORDER BY started_ms {direction}, id {direction} {limit}");
        statement.Bind(4, span).Bind(5, states);
        if (unit is { } number)
        {
            statement.Bind(1, number);
        }

        if (zone is not null)
        {
            statement.Bind(2, zone);
        }

        return rule is not null ? statement.Bind(3, rule) : statement;
    }

    private static void BindRange(Statement select, int span, long fromMs, long toMs)
        => select.Bind(6, SpanClass.EarliestStart(span, fromMs)).Bind(7, toMs).Bind(8, fromMs);

    private static void AddAll(Statement select, List<Breach> into)
    {
        while (select.Step())
        {
            into.Add(ReadRow(select));
        }

        select.Reset();
    }

    private static Breach ReadRow(Statement row) => new()
    {
        Id = row.Text(0),
        Zone = row.Text(1),
        Rule = row.Text(2),
        Type = row.Text(3),
        Unit = (int?)row.NullableInt64(4),
        Units = BreachList.ReadUnits(row.NullableText(5)),
        Level = row.Text(6),
        State = (BreachState)row.Int32(7),
        StartedAtMs = row.Int64(8),
        EndedAtMs = row.NullableInt64(9),
        SupersededBy = row.NullableText(10),
        RetractedAtMs = row.NullableInt64(11),
        Longitude = row.NullableDouble(12),
        Latitude = row.NullableDouble(13),
        Why = BreachList.ReadWhy(row.Text(14)),
        IsMuted = row.Int32(15) != 0,
        RaisedAtMs = row.Int64(16),
    };
}
