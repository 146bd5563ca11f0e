using Vantage.Actors.History;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.History;

/// <summary>Visits as rows.</summary>
internal sealed class VisitTable
{
    public const string Schema = """
        CREATE TABLE visits (unit INTEGER NOT NULL, zone TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
            span INTEGER NOT NULL, is_open INTEGER NOT NULL, entered_ms INTEGER NOT NULL, left_ms INTEGER NOT NULL,
            is_passage INTEGER NOT NULL, zone_version INTEGER NOT NULL, PRIMARY KEY (unit, zone, from_ms)) WITHOUT ROWID;
        CREATE INDEX visits_by_unit ON visits (unit, span, from_ms);
        CREATE INDEX visits_by_zone ON visits (zone, span, from_ms);
        CREATE INDEX visits_by_start ON visits (span, from_ms);
        """;

    /// <summary>What a unit adds lies together: keyed by zone before time, each of its zones had a place of its own.</summary>
    public const string KeyedByTime = """
        CREATE TABLE visits_by_time (unit INTEGER NOT NULL, from_ms INTEGER NOT NULL, zone TEXT NOT NULL, to_ms INTEGER NOT NULL,
            span INTEGER NOT NULL, is_open INTEGER NOT NULL, entered_ms INTEGER NOT NULL, left_ms INTEGER NOT NULL,
            is_passage INTEGER NOT NULL, zone_version INTEGER NOT NULL, PRIMARY KEY (unit, from_ms, zone)) WITHOUT ROWID;
        INSERT INTO visits_by_time SELECT unit, from_ms, zone, to_ms, span, is_open, entered_ms, left_ms, is_passage, zone_version
            FROM visits ORDER BY unit, from_ms, zone;
        DROP TABLE visits;
        ALTER TABLE visits_by_time RENAME TO visits;
        CREATE INDEX visits_by_unit ON visits (unit, span, from_ms);
        CREATE INDEX visits_by_zone ON visits (zone, span, from_ms);
        CREATE INDEX visits_by_start ON visits (span, from_ms);
        """;

    private const string Columns = "SELECT unit, zone, from_ms, to_ms, is_open, entered_ms, left_ms, is_passage, zone_version FROM visits ";

    private long _classes;

    public void Load(Database database) => _classes = SpanClass.Load(database, "visits");

    public void Write(Database writer, in VisitRow visit)
    {
        if (visit.Removed)
        {
            writer.Prepare("DELETE FROM visits WHERE unit = ?1 AND zone = ?2 AND from_ms = ?3")
                .Bind(1, visit.Unit).Bind(2, visit.Zone).Bind(3, visit.FromMs).Run();
            return;
        }

        // A visit that goes on changes its end often and its class rarely: then no index needs to change.
        var span = SpanClass.Of(visit.FromMs, visit.ToMs);
        Bind(
            writer.Prepare(
                """
                UPDATE visits SET to_ms = ?4, is_open = ?6, entered_ms = ?7, left_ms = ?8, is_passage = ?9, zone_version = ?10
                WHERE unit = ?1 AND zone = ?2 AND from_ms = ?3 AND span = ?5
                """),
            in visit,
            span).Run();
        if (writer.Changes == 0)
        {
            Interlocked.Or(ref _classes, 1L << span);
            Bind(writer.Prepare("INSERT OR REPLACE INTO visits VALUES (?1, ?3, ?2, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"), in visit, span).Run();
        }
    }

    /// <summary>Visits that overlap [from, to], by start.</summary>
    public void ReadOverlapping(Database reader, int? unit, string? zone, long fromMs, long toMs, List<VisitRow> into)
    {
        var first = into.Count;
        foreach (var span in SpanClass.In(Interlocked.Read(ref _classes)))
        {
            var select = reader.Prepare(Columns + Where(unit, zone) + "AND from_ms >= ?4 AND from_ms <= ?5 AND to_ms >= ?6 ORDER BY from_ms");
            BindKey(select, unit, zone, span);
            select.Bind(4, SpanClass.EarliestStart(span, fromMs)).Bind(5, toMs).Bind(6, fromMs);
            while (select.Step())
            {
                into.Add(ReadRow(select));
            }

            select.Reset();
        }

        VisitList.Sort(into, first);
    }

    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public Page<VisitRow> Query(Database reader, VisitQuery query)
    {
        var search = VisitList.Parse(query);
        List<VisitRow> found = [];
        foreach (var span in SpanClass.In(Interlocked.Read(ref _classes)))
        {
            var select = reader.Prepare(Columns + Where(query.Unit, query.Zone) + """
                AND from_ms >= ?4 AND from_ms <= ?5 AND to_ms >= ?6 AND (from_ms < ?7 OR unit < ?8 OR (unit = ?8 AND zone < ?9))
                ORDER BY from_ms DESC, unit DESC, zone DESC LIMIT ?10
                """);
            BindKey(select, query.Unit, query.Zone, span);
            select.Bind(4, SpanClass.EarliestStart(span, search.FromMs)).Bind(5, search.NewestMs).Bind(6, search.FromMs)
                .Bind(7, search.StartMs).Bind(8, search.TieUnit).Bind(9, search.TieZone).Bind(10, search.Limit + 1);
            while (select.Step())
            {
                found.Add(ReadRow(select));
            }

            select.Reset();
        }

        return VisitList.Cut(found, search.Limit);
    }

    private static string Where(int? unit, string? zone) => (unit, zone) switch
    {
        (not null, null) => "INDEXED BY visits_by_unit WHERE unit = ?1 AND span = ?3 ",
        (not null, not null) => "INDEXED BY visits_by_unit WHERE unit = ?1 AND zone = ?2 AND span = ?3 ",
        (null, not null) => "INDEXED BY visits_by_zone WHERE zone = ?2 AND span = ?3 ",
        _ => "INDEXED BY visits_by_start WHERE span = ?3 ",
    };

    private static void BindKey(Statement statement, int? unit, string? zone, int span)
    {
        statement.Bind(3, span);
        if (unit is { } number)
        {
            statement.Bind(1, number);
        }

        if (zone is not null)
        {
            statement.Bind(2, zone);
        }
    }

    private static Statement Bind(Statement statement, in VisitRow visit, int span) => statement
        .Bind(1, visit.Unit).Bind(2, visit.Zone).Bind(3, visit.FromMs).Bind(4, visit.ToMs).Bind(5, span)
        .Bind(6, visit.IsOpen ? 1 : 0).Bind(7, visit.EnteredAtMs).Bind(8, visit.LeftAtMs).Bind(9, visit.IsPassage ? 1 : 0)
        .Bind(10, visit.ZoneVersion);

    private static VisitRow ReadRow(Statement row) => new(
        row.Text(1), row.Int32(0), row.Int64(2), row.Int64(3), row.Int32(4) != 0, row.Int64(5), row.Int64(6), row.Int32(7) != 0, row.Int32(8));
}
