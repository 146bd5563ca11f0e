using System.Text.Json;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Journal;

/// <summary>People, programs and the audit, beside the journal in one file and by one writing thread. Thread-safe.</summary>
public sealed class SqliteAccounts : IAccounts
{
    private const int MaxAuditPage = 1000;
    private const string AccountColumns = "SELECT user, name, post, password_hash, failed_attempts, locked_until_ticks FROM accounts ";

    private readonly JournalFile _file;

    internal SqliteAccounts(JournalFile file) => _file = file;

    /// <summary>All accounts, by user.</summary>
    public ValueTask<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken = default)
    {
        using var loan = _file.Read();
        return ValueTask.FromResult<IReadOnlyList<Account>>(ReadAll(loan.Database.Prepare(AccountColumns + "ORDER BY user"), ReadAccount));
    }

    public ValueTask<Account?> FindAccountAsync(string user, CancellationToken cancellationToken = default)
    {
        using var loan = _file.Read();
        var select = loan.Database.Prepare(AccountColumns + "WHERE user = ?1").Bind(1, user);
        return ValueTask.FromResult(select.Step() ? ReadAccount(select) : null);
    }

    public ValueTask SaveAccountAsync(Account account, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        return WriteAsync(
            database => database.Prepare("INSERT OR REPLACE INTO accounts VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .Bind(1, account.User).Bind(2, account.Name).Bind(3, account.Post).Bind(4, account.PasswordHash)
                .Bind(5, account.FailedAttempts).Bind(6, account.LockedUntil?.UtcTicks).Run(),
            cancellationToken);
    }

    /// <summary>All tokens, by id.</summary>
    public ValueTask<IReadOnlyList<ApiToken>> ListTokensAsync(CancellationToken cancellationToken = default)
    {
        using var loan = _file.Read();
        var select = loan.Database.Prepare("SELECT id, name, rights, secret_hash, created_ticks, created_by FROM tokens ORDER BY id");
        return ValueTask.FromResult<IReadOnlyList<ApiToken>>(ReadAll(select, ReadToken));
    }

    public ValueTask SaveTokenAsync(ApiToken token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        return WriteAsync(
            database => database.Prepare("INSERT OR REPLACE INTO tokens VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .Bind(1, token.Id).Bind(2, token.Name).Bind(3, JsonSerializer.Serialize(token.Rights, EventCatalog.Json))
                .Bind(4, token.SecretHash).Bind(5, token.CreatedAt.UtcTicks).Bind(6, token.CreatedBy).Run(),
            cancellationToken);
    }

    public ValueTask<bool> DeleteTokenAsync(string id, CancellationToken cancellationToken = default) => _file.WriteAsync(
        database =>
        {
            database.Prepare("DELETE FROM tokens WHERE id = ?1").Bind(1, id).Run();
            return database.Changes > 0;
        },
        cancellationToken);

    /// <summary>Writes an entry; its id is given here.</summary>
    public ValueTask AuditAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return WriteAsync(
            database => database.Prepare(
                "INSERT INTO audit (at_ticks, who, post, action, subject, detail, is_allowed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                .Bind(1, entry.At.UtcTicks).Bind(2, entry.Who).Bind(3, entry.Post).Bind(4, entry.Action).Bind(5, entry.Subject)
                .Bind(6, entry.Detail).Bind(7, entry.Allowed ? 1 : 0).Run(),
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not from 1 to 1000.</exception>
    public ValueTask<IReadOnlyList<AuditEntry>> ReadAuditAsync(int limit, long? beforeId = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxAuditPage);
        using var loan = _file.Read();
        var select = loan.Database.Prepare(
            "SELECT id, at_ticks, who, post, action, subject, detail, is_allowed FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2")
            .Bind(1, beforeId ?? long.MaxValue).Bind(2, limit);
        return ValueTask.FromResult<IReadOnlyList<AuditEntry>>(ReadAll(select, ReadEntry));
    }

    public ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken = default)
    {
        using var loan = _file.Read();
        var select = loan.Database.Prepare("SELECT value FROM settings WHERE name = ?1").Bind(1, name);
        return ValueTask.FromResult(select.Step() ? select.Text(0) : null);
    }

    public ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken = default) => WriteAsync(
        database => database.Prepare("INSERT OR REPLACE INTO settings VALUES (?1, ?2)").Bind(1, name).Bind(2, value).Run(),
        cancellationToken);

    public ValueTask<string> KeepSettingAsync(string name, string value, CancellationToken cancellationToken = default) => _file.WriteAsync(
        database =>
        {
            database.Prepare("INSERT OR IGNORE INTO settings VALUES (?1, ?2)").Bind(1, name).Bind(2, value).Run();
            var select = database.Prepare("SELECT value FROM settings WHERE name = ?1").Bind(1, name);
            select.Step();
            var kept = select.Text(0);
            select.Reset();
            return kept;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListSettingsAsync(string prefix, CancellationToken cancellationToken = default)
    {
        using var loan = _file.Read();
        var select = loan.Database.Prepare("SELECT value FROM settings WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name").Bind(1, prefix);
        return ValueTask.FromResult<IReadOnlyList<string>>(ReadAll(select, row => row.Text(0)));
    }

    private async ValueTask WriteAsync(Action<Database> work, CancellationToken cancellationToken) => await _file.WriteAsync(
        database =>
        {
            work(database);
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    private static List<T> ReadAll<T>(Statement select, Func<Statement, T> read)
    {
        List<T> all = [];
        while (select.Step())
        {
            all.Add(read(select));
        }

        return all;
    }

    private static Account ReadAccount(Statement row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Int32(4),
        row.NullableInt64(5) is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null);

    private static ApiToken ReadToken(Statement row) => new(
        row.Text(0), row.Text(1), JsonSerializer.Deserialize<string[]>(row.Text(2), EventCatalog.Json)!, row.Text(3),
        new DateTimeOffset(row.Int64(4), TimeSpan.Zero), row.Text(5));

    private static AuditEntry ReadEntry(Statement row) => new(
        row.Int64(0), new DateTimeOffset(row.Int64(1), TimeSpan.Zero), row.Text(2), row.NullableText(3), row.Text(4), row.Text(5),
        row.NullableText(6), row.Int32(7) != 0);
}
