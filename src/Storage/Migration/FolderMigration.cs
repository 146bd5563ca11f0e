using System.Data;
using System.Security.Cryptography;
using Npgsql;
using Vantage.Storage.Postgres;
using Vantage.Storage.Sqlite;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Migration;

/// <summary>Moves a folder's data into an empty PostgreSQL database: table by table, row by row, as one transaction.</summary>
/// <remarks>
/// Both have the same tables, and what is in them, encoded fixes and numbers of frames and events too, means the same in both. So rows are copied as
/// they are, and then read from both sides and compared, before the transaction is committed: a database has all of it or nothing, whatever
/// happens meanwhile. That nothing came would not be seen by a host, which would start anew on what looks like a new database: a mark, written
/// before, keeps it off until the same transaction says that it has ended.
/// </remarks>
public static class FolderMigration
{
    /// <summary>Tables that an empty database has rows in.</summary>
    private static readonly string[] NeverEmpty = ["versions", "log_head"];

    /// <summary>Copies, compares, and commits.</summary>
    /// <param name="folder">The data folder of a host that is stopped. It is left as it is, but brought to this program's version.</param>
    /// <param name="connectionString">An empty database.</param>
    /// <param name="settings">What else belongs into the database's settings, by name: what a folder has in files.</param>
    /// <param name="said">Is told in a sentence what is being done.</param>
    /// <param name="moved">Is told of each table that was found the same on both sides.</param>
    /// <exception cref="StorageException">
    /// The folder has no data, or a host is running on it; the database cannot be used, or is not empty; or the two sides differ. Nothing was
    /// moved then.
    /// </exception>
    public static void Run(
        string folder, string connectionString, IReadOnlyDictionary<string, string> settings, Action<string> said, Action<MigratedTable> moved,
        CancellationToken cancellationToken = default)
    {
        folder = Path.GetFullPath(folder);
        RequireData(folder);
        using var store = VantageStore.Open(folder);
        var unhurried = new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 };
        using var database = PostgresDatabase.Open(unhurried.ConnectionString);
        using var hold = PostgresHold.Take(database, PostgresUse.Alone);
        try
        {
            using var connection = database.ConnectAlone();
            Execute(connection, "SET idle_in_transaction_session_timeout = 0");
            RequireEmpty(connection, database.Name, said);
            var mark = new MigrationMark(folder, TimeProvider.System.GetUtcNow(), EndedAt: null);
            mark.Write(connection);
            using (var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted))
            {
                Execute(connection, "DELETE FROM settings");
                foreach (var table in MovedTable.All)
                {
                    Copy(store, table, connection, said, cancellationToken);
                }

                foreach (var table in MovedTable.All)
                {
                    moved(Compare(store, table, connection, cancellationToken));
                }

                Finish(store, connection, settings);
                (mark with { EndedAt = TimeProvider.System.GetUtcNow() }).Write(connection);
                cancellationToken.ThrowIfCancellationRequested();
                transaction.Commit();
            }

            Execute(connection, "ANALYZE"); // Its plans would be guesses until the server gets to it.
        }
        catch (Exception failure) when (failure is NpgsqlException or OverflowException)
        {
            var where = failure is PostgresException { Where: { } context } ? $" ({context})" : "";
            throw new StorageException($"{database.Name}: {failure.Message}{where} Nothing was moved.", failure);
        }
    }

    private static void RequireData(string folder)
    {
        if (!Array.TrueForAll([.. MovedTable.All.Select(table => table.File).Where(file => file != "records.db")], file => File.Exists(Path.Combine(folder, file))))
        {
            throw new StorageException($"{folder} holds no data of Vantage.");
        }

        if (Array.Find(Directory.GetFiles(folder, "*.db"), file => MovedTable.All.All(table => table.File != Path.GetFileName(file))) is { } other)
        {
            throw new StorageException($"{other} is of another runtime, whose events cannot be moved: a folder of the plain host is needed.");
        }
    }

    private static void RequireEmpty(NpgsqlConnection connection, string name, Action<string> said)
    {
        var mark = MigrationMark.Read(connection);
        foreach (var table in TablesOf(connection).Except(NeverEmpty, StringComparer.Ordinal))
        {
            using var select = connection.Command($"SELECT EXISTS (SELECT FROM \"{table}\"{(table == "settings" ? $" WHERE name <> '{MigrationMark.Setting}'" : "")})");
            if ((bool)select.ExecuteScalar()!)
            {
                throw new StorageException(mark is { EndedAt: { } endedAt }
                    ? $"{name} has the data of {mark.Folder} since {endedAt:u}, all of it: start the host on it, or name another database."
                    : $"{name} is not empty, {table} has rows: name an empty database.");
            }
        }

        if (mark is not null)
        {
            said($"A migration of {mark.Folder} that began at {mark.BegunAt:u} did not end, and left nothing; it begins anew.");
        }
    }

    private static List<string> TablesOf(NpgsqlConnection connection)
    {
        List<string> tables = [];
        using var select = connection.Command("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename");
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            tables.Add(rows.GetString(0));
        }

        return tables;
    }

    private static void Copy(
        VantageStore store, MovedTable table, NpgsqlConnection connection, Action<string> said, CancellationToken cancellationToken)
    {
        using var loan = FileOf(store, table).Read();
        var select = loan.Database.Prepare(table.SelectOfFile);
        using var import = connection.BeginBinaryImport(table.CopyToDatabase);
        var rows = 0L;
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            RowBytes.Copy(select, table.Columns, import);
            rows++;
        }

        import.Complete();
        said($"{table.Name}: {rows:N0} rows sent.");
    }

    private static MigratedTable Compare(VantageStore store, MovedTable table, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var loan = FileOf(store, table).Read();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var source = loan.Database.Prepare(table.SelectOfFile);
        using var select = connection.Command(table.SelectOfDatabase);
        using var target = select.ExecuteReader();
        var (here, there) = (new RowBytes(), new RowBytes());
        for (var rows = 0L; ; rows++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (isHere, isThere) = (source.Step(), target.Read());
            if (!isHere && !isThere)
            {
                return new MigratedTable(table.Name, rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
            }

            if (isHere && isThere)
            {
                here.Read(source, table.Columns);
                there.Read(target, table.Columns);
                hash.AppendData(here.Span);
            }

            if (isHere != isThere || !here.Span.SequenceEqual(there.Span))
            {
                throw new StorageException($"{table.Name}: row {rows + 1} by {table.Order} is not the same on both sides. Nothing was moved.");
            }
        }
    }

    /// <summary>What a database has besides: how far its own numbers go on, and what a folder has in files.</summary>
    private static void Finish(VantageStore store, NpgsqlConnection connection, IReadOnlyDictionary<string, string> settings)
    {
        Execute(connection, $"UPDATE log_head SET commit = {FrameDirectory.CommitOf(store.TrackLog.LastSequence)}");
        Execute(connection, "SELECT setval(pg_get_serial_sequence('audit', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM audit), false)");

        // Work that is due holds back what queries cover, and its first sequence is not known: everything, then, until it is done.
        Execute(connection, "UPDATE group_work SET held_sequence = 1 WHERE due_ms = 0");
        foreach (var (name, value) in settings)
        {
            using var insert = connection.Command("INSERT INTO settings (name, value) VALUES ($1, $2)", name, value);
            insert.ExecuteNonQuery();
        }
    }

    private static DatabaseFile FileOf(VantageStore store, MovedTable table) => store.Files.Single(file => Path.GetFileName(file.Path) == table.File);

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        command.ExecuteNonQuery();
    }
}

/// <summary>A table that is the same on both sides.</summary>
/// <param name="Sha256">Of all its rows, in hexadecimal.</param>
public sealed record MigratedTable(string Name, long Rows, string Sha256);
