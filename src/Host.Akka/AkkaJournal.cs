using Akka.Hosting;
using Akka.Persistence.Sql.Hosting;
using LinqToDB;
using Microsoft.Data.Sqlite;
using Vantage.Host.Startup;

namespace Vantage.Host.Akka;

/// <summary>Where actors keep their events: through Persistence.Sql, in the database that has everything else, or in a file of the data folder.</summary>
internal static class AkkaJournal
{
    private const string FileName = "akka.db";

    /// <summary>Our tables are there, and so are Akka's.</summary>
    private const string Schema = "vantage";

    public static AkkaConfigurationBuilder WithJournalOf(this AkkaConfigurationBuilder builder, RuntimeSettings settings)
        => settings.Database is { } database
            ? builder.WithSqlPersistence(PostgresText(database), ProviderName.PostgreSQL15, schemaName: Schema)
            : builder.WithSqlPersistence(SqliteText(settings.DataFolder), ProviderName.SQLiteMS);

    // An event's number is given when it is written; readers wait for one that is missing, and give it up after 5 s. So no transaction may live longer:
    // the server ends one that has gone silent, with its process stalled or its line cut, after 2 s.
    private static string PostgresText(string database)
    {
        var text = new Npgsql.NpgsqlConnectionStringBuilder(database) { ApplicationName = "Vantage actors" };
        text.Options = $"{text.Options} -c synchronous_commit=on -c idle_in_transaction_session_timeout=2000 -c statement_timeout=4000".TrimStart();
        return text.ConnectionString;
    }

    private static string SqliteText(string folder)
    {
        SQLitePCL.Batteries_V2.Init();
        Directory.CreateDirectory(folder);
        var text = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, FileName) }.ConnectionString;

        // Kept in the file: without it readers and the writer wait for each other, and asks time out under load.
        using var connection = new SqliteConnection(text);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteScalar();
        return text;
    }
}
