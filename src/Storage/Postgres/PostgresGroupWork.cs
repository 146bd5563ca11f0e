using NpgsqlTypes;
using Vantage.Actors.History;

namespace Vantage.Storage.Postgres;

/// <summary>Zones whose rules over several units are to be worked out anew. Any process may add to a zone's row; the zone's owner deletes it.</summary>
internal static class PostgresGroupWork
{
    /// <summary>Locks the rows of all zones that a commit names, in the order of their names; those that are missing are there meanwhile.</summary>
    private const string Lock = """
        INSERT INTO group_work (zone, from_ms, due_ms, version) SELECT zone, 0, 0, 0 FROM unnest($1) AS named (zone) ORDER BY zone COLLATE "C"
        ON CONFLICT (zone) DO UPDATE SET version = excluded.version WHERE false
        """;

    private const string Delete = """
        DELETE FROM group_work USING unnest($1, $2) AS done (zone, version)
        WHERE group_work.zone = done.zone AND group_work.version IN (done.version, 0)
        """;

    private const string Upsert = """
        INSERT INTO group_work (zone, from_ms, due_ms, version, held_sequence)
        SELECT zone, from_ms, due_ms, 1, held_sequence FROM unnest($1, $2, $3, $4) AS work (zone, from_ms, due_ms, held_sequence) ORDER BY zone COLLATE "C"
        ON CONFLICT (zone) DO UPDATE SET from_ms = least(group_work.from_ms, excluded.from_ms), due_ms = least(group_work.due_ms, excluded.due_ms),
            version = group_work.version + 1, held_sequence = least(group_work.held_sequence, excluded.held_sequence)
        """;

    public static void Write(PostgresStatements transaction, IReadOnlyList<ShardCommit> commits)
    {
        var work = Gather(commits);
        (string Zone, long Version)[] done = [.. commits.SelectMany(commit => commit.GroupDone)];
        if (done.Length > 0)
        {
            string[] named = [.. done.Select(row => row.Zone).Concat(work.Keys).Distinct(StringComparer.Ordinal)];
            transaction.Add(Lock).With(named);

            // Version 0: what only the lock made.
            (string Zone, long Version)[] gone = [.. done, .. work.Keys.Select(zone => (zone, 0L))];
            transaction.Add(Delete).With(NpgsqlDbType.Text, gone, row => row.Zone).With(NpgsqlDbType.Bigint, gone, row => row.Version);
        }

        if (work.Count > 0)
        {
            var rows = work.Values;
            transaction.Add(Upsert)
                .With(NpgsqlDbType.Text, rows, row => row.Work.Zone)
                .With(NpgsqlDbType.Bigint, rows, row => row.Work.FromMs)
                .With(NpgsqlDbType.Bigint, rows, row => row.Work.DueMs)
                .With(NpgsqlDbType.Bigint, rows, row => row.HeldSequence);
        }
    }

    /// <summary>All rows, by zone.</summary>
    public static IReadOnlyList<GroupWork> Read(PostgresDatabase database)
    {
        List<GroupWork> work = [];
        using var statements = PostgresStatements.Single(database);
        statements.Add(
            "SELECT zone, from_ms, due_ms, version FROM group_work ORDER BY zone",
            row => work.Add(new GroupWork(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3))));
        statements.Run();
        return work;
    }

    /// <summary>One row a zone. One that is due at once holds what is covered where the commit began: all after that is not worked out yet.</summary>
    private static Dictionary<string, (GroupWork Work, long? HeldSequence)> Gather(IReadOnlyList<ShardCommit> commits)
    {
        var gathered = new Dictionary<string, (GroupWork Work, long? HeldSequence)>(StringComparer.Ordinal);
        foreach (var commit in commits)
        {
            foreach (var work in commit.GroupWork)
            {
                long? held = work.DueMs == 0 && !commit.IsGroupOnly ? commit.BasedOnSequence + 1 : null;
                var (known, knownHeld) = gathered.GetValueOrDefault(work.Zone, (work, held));
                gathered[work.Zone] = (
                    work with { FromMs = Math.Min(known.FromMs, work.FromMs), DueMs = Math.Min(known.DueMs, work.DueMs) },
                    knownHeld is null || held < knownHeld ? held : knownHeld);
            }
        }

        return gathered;
    }
}
