using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Npgsql;
using Vantage.Actors.Journal;
using Vantage.Actors.People;

namespace Vantage.Storage.Postgres;

/// <summary>People, programs and the audit on PostgreSQL, for any number of processes. Each write is a transaction of its own. Thread-safe.</summary>
public sealed class PostgresAccounts : IAccounts
{
    private const int MaxAuditPage = 1000;
    private const string AccountColumns = """SELECT "user", name, post, password_hash, failed_attempts, locked_until_ticks FROM accounts """;

    private readonly PostgresDatabase _database;

    internal PostgresAccounts(PostgresDatabase database) => _database = database;

    /// <summary>All accounts, by user.</summary>
    public ValueTask<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken = default)
        => ReadAsync(AccountColumns + "ORDER BY 1", ReadAccount, cancellationToken);

    public async ValueTask<Account?> FindAccountAsync(string user, CancellationToken cancellationToken = default) => PostgresText.IsUnknown(user)
        ? null
        : (await ReadAsync(AccountColumns + """WHERE "user" = $1""", ReadAccount, cancellationToken, user).ConfigureAwait(false)).SingleOrDefault();

    public async ValueTask SaveAccountAsync(Account account, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        await WriteAsync(
            """
            INSERT INTO accounts ("user", name, post, password_hash, failed_attempts, locked_until_ticks) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT ("user") DO UPDATE SET name = excluded.name, post = excluded.post, password_hash = excluded.password_hash,
                failed_attempts = excluded.failed_attempts, locked_until_ticks = excluded.locked_until_ticks
            """,
            cancellationToken,
            account.User, account.Name, account.Post, account.PasswordHash, account.FailedAttempts, account.LockedUntil?.UtcTicks).ConfigureAwait(false);
    }

    /// <summary>All tokens, by id.</summary>
    public ValueTask<IReadOnlyList<ApiToken>> ListTokensAsync(CancellationToken cancellationToken = default)
        => ReadAsync("SELECT id, name, rights, secret_hash, created_ticks, created_by FROM tokens ORDER BY id", ReadToken, cancellationToken);

    public async ValueTask SaveTokenAsync(ApiToken token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        await WriteAsync(
            """
            INSERT INTO tokens (id, name, rights, secret_hash, created_ticks, created_by) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, rights = excluded.rights, secret_hash = excluded.secret_hash,
                created_ticks = excluded.created_ticks, created_by = excluded.created_by
            """,
            cancellationToken,
            token.Id, token.Name, JsonSerializer.Serialize(token.Rights, EventCatalog.Json), token.SecretHash, token.CreatedAt.UtcTicks, token.CreatedBy)
            .ConfigureAwait(false);
    }

    public async ValueTask<bool> DeleteTokenAsync(string id, CancellationToken cancellationToken = default) => !PostgresText.IsUnknown(id)
        && await WriteAsync("DELETE FROM tokens WHERE id = $1", cancellationToken, id).ConfigureAwait(false) > 0;

    /// <summary>Writes an entry; its id is given here.</summary>
    public async ValueTask AuditAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await WriteAsync(
            "INSERT INTO audit (at_ticks, who, post, action, subject, detail, is_allowed) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            cancellationToken,
            entry.At.UtcTicks, entry.Who, entry.Post, entry.Action, entry.Subject, entry.Detail, entry.Allowed).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not from 1 to 1000.</exception>
    public async ValueTask<IReadOnlyList<AuditEntry>> ReadAuditAsync(
        int limit, long? beforeId = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxAuditPage);
        return await ReadAsync(
            "SELECT id, at_ticks, who, post, action, subject, detail, is_allowed FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2",
            ReadEntry, cancellationToken, beforeId ?? long.MaxValue, limit).ConfigureAwait(false);
    }

    public async ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken = default) => PostgresText.IsUnknown(name)
        ? null
        : (await ReadAsync("SELECT value FROM settings WHERE name = $1", row => row.GetString(0), cancellationToken, name).ConfigureAwait(false))
            .SingleOrDefault();

    public async ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken = default) => await WriteAsync(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        cancellationToken,
        name, value).ConfigureAwait(false);

    private async ValueTask<int> WriteAsync(string sql, CancellationToken cancellationToken, params object?[] values)
    {
        try
        {
            using var connection = _database.Connect();
            using var command = Command(connection, sql, values);
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException failure)
        {
            throw _database.Failure(failure);
        }
    }

    public async ValueTask<string> KeepSettingAsync(string name, string value, CancellationToken cancellationToken = default)
    {
        await WriteAsync("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", cancellationToken, name, value)
            .ConfigureAwait(false);
        return await ReadSettingAsync(name, cancellationToken).ConfigureAwait(false) ?? value;
    }

    public ValueTask<IReadOnlyList<string>> ListSettingsAsync(string prefix, CancellationToken cancellationToken = default) => ReadAsync(
        "SELECT value FROM settings WHERE starts_with(name, $1) ORDER BY name", row => row.GetString(0), cancellationToken, prefix);

    private async ValueTask<IReadOnlyList<T>> ReadAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object?[] values)
    {
        try
        {
            using var connection = _database.Connect();
            using var command = Command(connection, sql, values);
            using var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            List<T> all = [];
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                all.Add(read(rows));
            }

            return all;
        }
        catch (NpgsqlException failure)
        {
            throw _database.Failure(failure);
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Only texts of this class come here.")]
    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    private static Account ReadAccount(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4),
        row.IsDBNull(5) ? null : new DateTimeOffset(row.GetInt64(5), TimeSpan.Zero));

    private static ApiToken ReadToken(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), JsonSerializer.Deserialize<string[]>(row.GetString(2), EventCatalog.Json)!, row.GetString(3),
        new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero), row.GetString(5));

    private static AuditEntry ReadEntry(NpgsqlDataReader row) => new(
        row.GetInt64(0), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero), row.GetString(2), row.OrNull(3), row.GetString(4), row.GetString(5),
        row.OrNull(6), row.GetBoolean(7));
}
