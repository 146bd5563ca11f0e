using Npgsql;
using NpgsqlTypes;
using Vantage.Actors.History;
using Vantage.Storage.History;

namespace Vantage.Storage.Postgres;

/// <summary>Breaches as rows; what they rest on, and the lists of units, are JSON in a column.</summary>
internal static class PostgresBreaches
{
    private const string Columns =
        "id, zone, rule, type, unit, units, level, state, started_ms, ended_ms, superseded_by, retracted_ms, lon, lat, why, is_muted, raised_ms";

    /// <summary>What an id is made from never changes: it is written once.</summary>
    private const string Upsert = $"""
        INSERT INTO breaches ({Columns}, span) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT (id) DO UPDATE SET type = excluded.type, units = excluded.units, level = excluded.level, state = excluded.state,
            ended_ms = excluded.ended_ms, superseded_by = excluded.superseded_by, retracted_ms = excluded.retracted_ms, lon = excluded.lon,
            lat = excluded.lat, why = excluded.why, is_muted = excluded.is_muted, raised_ms = excluded.raised_ms, span = excluded.span
        """;

    public static void Write(PostgresStatements transaction, IReadOnlyList<ShardCommit> commits)
    {
        // The last word on each counts; one statement may touch a row but once.
        var last = new Dictionary<string, Breach>(StringComparer.Ordinal);
        foreach (var breach in commits.SelectMany(commit => commit.Breaches))
        {
            last[breach.Id] = breach;
        }

        if (last.Count == 0)
        {
            return;
        }

        var rows = last.Values;
        transaction.Add(Upsert)
            .With(NpgsqlDbType.Text, rows, breach => breach.Id)
            .With(NpgsqlDbType.Text, rows, breach => breach.Zone)
            .With(NpgsqlDbType.Text, rows, breach => breach.Rule)
            .With(NpgsqlDbType.Text, rows, breach => breach.Type)
            .With(NpgsqlDbType.Integer, rows, breach => breach.Unit)
            .With(NpgsqlDbType.Text, rows, BreachList.WriteUnits)
            .With(NpgsqlDbType.Text, rows, breach => breach.Level)
            .With(NpgsqlDbType.Smallint, rows, breach => (short)breach.State)
            .With(NpgsqlDbType.Bigint, rows, breach => breach.StartedAtMs)
            .With(NpgsqlDbType.Bigint, rows, breach => breach.EndedAtMs)
            .With(NpgsqlDbType.Text, rows, breach => breach.SupersededBy)
            .With(NpgsqlDbType.Bigint, rows, breach => breach.RetractedAtMs)
            .With(NpgsqlDbType.Double, rows, breach => breach.Longitude)
            .With(NpgsqlDbType.Double, rows, breach => breach.Latitude)
            .With(NpgsqlDbType.Text, rows, BreachList.WriteWhy)
            .With(NpgsqlDbType.Boolean, rows, breach => breach.IsMuted)
            .With(NpgsqlDbType.Bigint, rows, breach => breach.RaisedAtMs)
            .With(NpgsqlDbType.Smallint, rows, breach => (short)SpanClass.Of(breach.StartedAtMs, breach.EndedAtMs));
    }

    public static Breach? Find(PostgresDatabase database, string id)
    {
        if (PostgresText.IsUnknown(id))
        {
            return null;
        }

        Breach? found = null;
        using var statements = PostgresStatements.Single(database);
        statements.Add($"SELECT {Columns} FROM breaches WHERE id = $1", row => found = ReadRow(row)).With(id);
        statements.Run();
        return found;
    }

    /// <summary>Non-retracted breaches of some units, or those that are no unit's, that overlap [from, to], by start.</summary>
    /// <param name="units">Whose; no unit's when null.</param>
    public static void ReadOverlapping(
        PostgresDatabase database, IReadOnlyList<int>? units, string? zone, string? rule, long fromMs, long toMs, List<Breach> into)
    {
        var first = into.Count;
        Read(database, units, zone, rule, units is null, BreachList.NotRetracted, fromMs, toMs, page: null, into);
        BreachList.Sort(into, first);
    }

    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public static Page<Breach> Query(PostgresDatabase database, BreachQuery query)
    {
        var search = BreachList.Parse(query);
        List<Breach> found = [];
        Read(database, query.Unit is { } unit ? [unit] : null, query.Zone, query.Rule, isNoUnits: false, search.States, search.FromMs, search.NewestMs, search, found);
        return BreachList.Cut(found, search.Limit);
    }

    private static void Read(
        PostgresDatabase database, IReadOnlyList<int>? units, string? zone, string? rule, bool isNoUnits, int states, long fromMs, long newestMs,
        BreachList.Search? page, List<Breach> into)
    {
        if (PostgresText.IsUnknown(zone) || PostgresText.IsUnknown(rule) || PostgresText.IsUnknown(page?.TieId))
        {
            return;
        }

        var sql = new PostgresSpans($"SELECT {Columns} FROM breaches", "started_ms", fromMs, newestMs);

        // As the server's statistics know columns: taken for few, all that is found would be sorted for each page.
        sql.Where($"(ended_ms >= {sql.From} OR ended_ms IS NULL)");
        sql.Where($"state = ANY ({sql.Value(StatesOf(states))})");
        if (units is not null)
        {
            sql.OfUnits(units);
        }

        if (zone is not null)
        {
            sql.Where($"zone = {sql.Value(zone)}");
        }

        if (rule is not null)
        {
            sql.Where($"rule = {sql.Value(rule)}");
        }

        if (isNoUnits)
        {
            sql.Where("unit IS NULL");
        }

        if (page is { } search)
        {
            sql.Where($"(started_ms < {sql.Value(search.StartMs)} OR id < {sql.Value(search.TieId)})");
            sql.Newest("started_ms DESC, id DESC", search.Limit + 1);
        }

        sql.Run(database, row => into.Add(ReadRow(row)));
    }

    private static short[] StatesOf(int bits) => [.. Enum.GetValues<BreachState>().Select(state => (short)state).Where(state => (bits >> state & 1) == 1)];

    private static Breach ReadRow(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(0),
        Zone = row.GetString(1),
        Rule = row.GetString(2),
        Type = row.GetString(3),
        Unit = row.IsDBNull(4) ? null : row.GetInt32(4),
        Units = BreachList.ReadUnits(row.OrNull(5)),
        Level = row.GetString(6),
        State = (BreachState)row.GetInt16(7),
        StartedAtMs = row.GetInt64(8),
        EndedAtMs = row.IsDBNull(9) ? null : row.GetInt64(9),
        SupersededBy = row.OrNull(10),
        RetractedAtMs = row.IsDBNull(11) ? null : row.GetInt64(11),
        Longitude = row.IsDBNull(12) ? null : row.GetDouble(12),
        Latitude = row.IsDBNull(13) ? null : row.GetDouble(13),
        Why = BreachList.ReadWhy(row.GetString(14)),
        IsMuted = row.GetBoolean(15),
        RaisedAtMs = row.GetInt64(16),
    };
}
