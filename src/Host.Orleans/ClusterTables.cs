using Npgsql;

namespace Vantage.Host.Orleans;

/// <summary>What silos share in the database: tables of ours, and the table of queries through which Orleans' AdoNet providers use them.</summary>
/// <remarks>Orleans reads its queries from <c>OrleansQuery</c> by their keys; parameters, columns and results are its contract, what is in between is ours.</remarks>
internal static class ClusterTables
{
    /// <summary>Beside our other tables.</summary>
    public const string Schema = "vantage";

    /// <summary>Nodes that start at once wait for each other.</summary>
    private const long Lock = 0x56_4F_52_4C;

    private const string Shared =
        """
        CREATE SCHEMA IF NOT EXISTS vantage;
        CREATE TABLE IF NOT EXISTS orleansquery (querykey text PRIMARY KEY, querytext text NOT NULL);
        """;

    /// <summary>Makes the tables where they are missing, and has the queries be those of this program.</summary>
    /// <exception cref="IOException">The database refuses, or cannot be reached.</exception>
    public static void Make(string connectionString)
    {
        try
        {
            using var connection = new NpgsqlConnection(connectionString);
            connection.Open();
            using var transaction = connection.BeginTransaction();
            using var batch = new NpgsqlBatch(connection, transaction);
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock({Lock})"));
            foreach (var statement in (Shared + MembershipTables.Tables + ReminderTable.Tables).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
            }

            foreach (var (key, text) in (IEnumerable<(string, string)>)[.. MembershipTables.Queries, .. ReminderTable.Queries])
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(
                    "INSERT INTO orleansquery VALUES ($1, $2) ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext")
                {
                    Parameters = { new() { Value = key }, new() { Value = text } },
                });
            }

            batch.ExecuteNonQuery();
            transaction.Commit();
        }
        catch (NpgsqlException refused)
        {
            throw new IOException($"The tables of the cluster could not be made: {refused.Message}", refused);
        }
    }
}
