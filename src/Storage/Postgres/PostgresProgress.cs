using NpgsqlTypes;
using Vantage.Actors;
using Vantage.Actors.History;

namespace Vantage.Storage.Postgres;

/// <summary>How far each shard has come, and what queries cover for it.</summary>
internal static class PostgresProgress
{
    /// <summary>
    /// Each shard with frames that it has not processed bounds what is covered, and so does work of rules over several units that is due. Where
    /// nothing does it is all that the log has. One look into an index for each shard.
    /// </summary>
    private static readonly string Covered = $"""
        SELECT least(
            (SELECT min(reached.processed)
                FROM (SELECT shard, coalesce(progress.processed, 0) AS processed FROM generate_series(0, {Shards.Count - 1}) AS every (shard)
                    LEFT JOIN progress USING (shard)) AS reached
                CROSS JOIN LATERAL (SELECT FROM frames WHERE frames.shard = reached.shard AND sequence > reached.processed LIMIT 1) AS beyond),
            (SELECT min(held_sequence) - 1 FROM group_work WHERE due_ms = 0),
            (SELECT log_head.commit * {Shards.Count} + {Shards.Count - 1} FROM log_head)),
            (SELECT CASE WHEN count(*) = {Shards.Count} THEN min(judged_epoch) ELSE 0 END FROM progress)
        """;

    public static void Write(PostgresStatements transaction, IReadOnlyList<ShardCommit> commits)
    {
        (int Shard, string Zone, int Version)[] applied =
            [.. commits.SelectMany(commit => commit.AppliedZones.Select(zone => (commit.Shard, zone.Zone, zone.Version)))];
        if (applied.Length > 0)
        {
            transaction.Add("INSERT INTO applied_zones (shard, zone, version) SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING")
                .With(NpgsqlDbType.Smallint, applied, row => (short)row.Shard)
                .With(NpgsqlDbType.Text, applied, row => row.Zone)
                .With(NpgsqlDbType.Integer, applied, row => row.Version);
        }

        ShardCommit[] last = [.. commits.Where(commit => !commit.IsGroupOnly).GroupBy(commit => commit.Shard).Select(shard => shard.Last())];
        if (last.Length > 0)
        {
            transaction.Add(
                """
                INSERT INTO progress (shard, processed, sealed, judged_epoch) SELECT * FROM unnest($1, $2, $3, $4)
                ON CONFLICT (shard) DO UPDATE SET processed = greatest(progress.processed, excluded.processed),
                    sealed = greatest(progress.sealed, excluded.sealed), judged_epoch = excluded.judged_epoch
                """)
                .With(NpgsqlDbType.Smallint, last, commit => (short)commit.Shard)
                .With(NpgsqlDbType.Bigint, last, commit => commit.ProcessedSequence)
                .With(NpgsqlDbType.Bigint, last, commit => commit.SealedSequence)
                .With(NpgsqlDbType.Bigint, last, commit => commit.JudgedEpoch);
        }
    }

    public static (long ProcessedSequence, long SealedSequence) Read(PostgresDatabase database, int shard)
    {
        (long, long) progress = default;
        using var statements = PostgresStatements.Single(database);
        statements.Add("SELECT processed, sealed FROM progress WHERE shard = $1", row => progress = (row.GetInt64(0), row.GetInt64(1)))
            .With((short)shard);
        statements.Run();
        return progress;
    }

    public static IReadOnlyList<(string Zone, int Version)> ReadApplied(PostgresDatabase database, int shard)
    {
        List<(string, int)> applied = [];
        using var statements = PostgresStatements.Single(database);
        statements.Add(
            "SELECT zone, version FROM applied_zones WHERE shard = $1 ORDER BY zone, version",
            row => applied.Add((row.GetString(0), row.GetInt32(1)))).With((short)shard);
        statements.Run();
        return applied;
    }

    public static Watermark ReadCovered(PostgresDatabase database)
    {
        Watermark covered = default;
        using var statements = PostgresStatements.Single(database);
        statements.Add(Covered, row => covered = new Watermark(row.GetInt64(0), row.GetInt64(1)));
        statements.Run();
        return covered;
    }
}
