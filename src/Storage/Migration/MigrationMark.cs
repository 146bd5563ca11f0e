using System.Text.Json;
using Npgsql;
using Vantage.Storage.Postgres;

namespace Vantage.Storage.Migration;

/// <summary>Says in the database itself that a folder's data is on its way there, until all of it has come. A row of <c>settings</c>.</summary>
/// <param name="Folder">Where it comes from.</param>
/// <param name="EndedAt">Null while it is not whole.</param>
internal sealed record MigrationMark(string Folder, DateTimeOffset BegunAt, DateTimeOffset? EndedAt)
{
    public const string Setting = "migration";

    /// <summary>The mark of the database, or null when nothing was migrated to it.</summary>
    public static MigrationMark? Read(NpgsqlConnection connection)
    {
        using var select = connection.Command("SELECT value FROM settings WHERE name = $1", Setting);
        return select.ExecuteScalar() is string value ? JsonSerializer.Deserialize<MigrationMark>(value, JsonSerializerOptions.Web) : null;
    }

    public void Write(NpgsqlConnection connection)
    {
        using var write = connection.Command(
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            Setting,
            JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
        write.ExecuteNonQuery();
    }

    /// <summary>Keeps hosts off a database whose migration has not ended: it would look like a new one, and be filled as such.</summary>
    /// <exception cref="StorageException">It has not.</exception>
    public static void RequireWhole(PostgresDatabase database)
    {
        try
        {
            using var connection = database.Connect();
            if (Read(connection) is { EndedAt: null } half)
            {
                throw new StorageException(
                    $"{database.Name} is waiting for the data of {half.Folder}, whose migration began at {half.BegunAt:u} and did not end. Run"
                    + $" migrate --from {half.Folder} again; to begin with an empty database instead, drop its schema \"vantage\".");
            }
        }
        catch (NpgsqlException failure)
        {
            throw database.Failure(failure);
        }
    }
}
