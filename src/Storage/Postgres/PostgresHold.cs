using Npgsql;

namespace Vantage.Storage.Postgres;

/// <summary>How a host uses a database.</summary>
public enum PostgresUse
{
    /// <summary>One process has all shards.</summary>
    Alone,

    /// <summary>The nodes of one cluster share them.</summary>
    Shared,
}

/// <summary>Keeps hosts apart that would take shards from each other without an end: a lock for as long as the process lives.</summary>
/// <remarks>
/// The lock goes with its connection. When the server restarts, history's claims still keep each shard to one process; the lock alone is not asked
/// for again, as nobody would hear that it is refused.
/// </remarks>
internal sealed class PostgresHold : IDisposable
{
    private readonly NpgsqlConnection _connection;

    private PostgresHold(NpgsqlConnection connection) => _connection = connection;

    /// <exception cref="StorageException">Another host has the database in a way that does not go with this one.</exception>
    public static PostgresHold Take(PostgresDatabase database, PostgresUse use)
    {
        var connection = database.ConnectAlone();
        try
        {
            using var take = connection.CreateCommand();
            take.CommandText = use == PostgresUse.Alone ? "SELECT pg_try_advisory_lock($1)" : "SELECT pg_try_advisory_lock_shared($1)";
            take.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)PostgresLock.Host });
            return (bool)take.ExecuteScalar()! ? new PostgresHold(connection) : throw new StorageException(use == PostgresUse.Alone
                ? $"{database.Name} is in use by another host: stop it, name another database, or run both as nodes of one cluster."
                : $"{database.Name} is in use by a host that is no node of a cluster: stop it, or name another database.");
        }
        catch (Exception failure)
        {
            connection.Dispose();
            throw failure is NpgsqlException broken ? database.Failure(broken) : failure;
        }
    }

    public void Dispose() => _connection.Dispose();
}
