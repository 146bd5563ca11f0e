using Npgsql;
using NpgsqlTypes;
using Vantage.Actors.History;
using Vantage.Storage.History;

namespace Vantage.Storage.Postgres;

/// <summary>Visits as rows.</summary>
internal static class PostgresVisits
{
    private const string Columns = "unit, zone, from_ms, to_ms, is_open, entered_ms, left_ms, is_passage, zone_version";

    public static void Write(PostgresStatements transaction, IReadOnlyList<ShardCommit> commits)
    {
        // The last word on each counts; one statement may touch a row but once.
        Dictionary<(int, string, long), VisitRow> last = [];
        foreach (var visit in commits.SelectMany(commit => commit.Visits))
        {
            last[(visit.Unit, visit.Zone, visit.FromMs)] = visit;
        }

        VisitRow[] removed = [.. last.Values.Where(visit => visit.Removed)];
        if (removed.Length > 0)
        {
            transaction.Add(
                """
                DELETE FROM visits USING unnest($1, $2, $3) AS gone (unit, zone, from_ms)
                WHERE visits.unit = gone.unit AND visits.zone = gone.zone AND visits.from_ms = gone.from_ms
                """)
                .With(NpgsqlDbType.Integer, removed, visit => visit.Unit)
                .With(NpgsqlDbType.Text, removed, visit => visit.Zone)
                .With(NpgsqlDbType.Bigint, removed, visit => visit.FromMs);
        }

        VisitRow[] kept = [.. last.Values.Where(visit => !visit.Removed)];
        if (kept.Length > 0)
        {
            transaction.Add(
                $"""
                INSERT INTO visits ({Columns}, span) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                ON CONFLICT (unit, zone, from_ms) DO UPDATE SET to_ms = excluded.to_ms, is_open = excluded.is_open, entered_ms = excluded.entered_ms,
                    left_ms = excluded.left_ms, is_passage = excluded.is_passage, zone_version = excluded.zone_version, span = excluded.span
                """)
                .With(NpgsqlDbType.Integer, kept, visit => visit.Unit)
                .With(NpgsqlDbType.Text, kept, visit => visit.Zone)
                .With(NpgsqlDbType.Bigint, kept, visit => visit.FromMs)
                .With(NpgsqlDbType.Bigint, kept, visit => visit.ToMs)
                .With(NpgsqlDbType.Boolean, kept, visit => visit.IsOpen)
                .With(NpgsqlDbType.Bigint, kept, visit => visit.EnteredAtMs)
                .With(NpgsqlDbType.Bigint, kept, visit => visit.LeftAtMs)
                .With(NpgsqlDbType.Boolean, kept, visit => visit.IsPassage)
                .With(NpgsqlDbType.Integer, kept, visit => visit.ZoneVersion)
                .With(NpgsqlDbType.Smallint, kept, visit => (short)SpanClass.Of(visit.FromMs, visit.ToMs));
        }
    }

    /// <summary>Visits that overlap [from, to], by start.</summary>
    /// <param name="units">Whose; anybody's when null.</param>
    public static void ReadOverlapping(PostgresDatabase database, IReadOnlyList<int>? units, string? zone, long fromMs, long toMs, List<VisitRow> into)
    {
        var first = into.Count;
        Read(database, units, zone, fromMs, toMs, page: null, into);
        VisitList.Sort(into, first);
    }

    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public static Page<VisitRow> Query(PostgresDatabase database, VisitQuery query)
    {
        var search = VisitList.Parse(query);
        List<VisitRow> found = [];
        Read(database, query.Unit is { } unit ? [unit] : null, query.Zone, search.FromMs, search.NewestMs, search, found);
        return VisitList.Cut(found, search.Limit);
    }

    private static void Read(
        PostgresDatabase database, IReadOnlyList<int>? units, string? zone, long fromMs, long newestMs, VisitList.Search? page, List<VisitRow> into)
    {
        if (PostgresText.IsUnknown(zone) || PostgresText.IsUnknown(page?.TieZone))
        {
            return;
        }

        var sql = new PostgresSpans($"SELECT {Columns} FROM visits", "from_ms", fromMs, newestMs);
        sql.Where($"to_ms >= {sql.From}");
        if (units is not null)
        {
            sql.OfUnits(units);
        }

        if (zone is not null)
        {
            sql.Where($"zone = {sql.Value(zone)}");
        }

        if (page is { } search)
        {
            var tieUnit = sql.Value(search.TieUnit);
            sql.Where($"(from_ms < {sql.Value(search.StartMs)} OR unit < {tieUnit} OR (unit = {tieUnit} AND zone < {sql.Value(search.TieZone)}))");
            sql.Newest("from_ms DESC, unit DESC, zone DESC", search.Limit + 1);
        }

        sql.Run(database, row => into.Add(ReadRow(row)));
    }

    private static VisitRow ReadRow(NpgsqlDataReader row) => new(
        row.GetString(1), row.GetInt32(0), row.GetInt64(2), row.GetInt64(3), row.GetBoolean(4), row.GetInt64(5), row.GetInt64(6), row.GetBoolean(7),
        row.GetInt32(8));
}
