namespace Vantage.Actors.People;

/// <summary>A person who may sign in.</summary>
/// <param name="Post">The post held, which gives the rights: a key of the role table.</param>
public sealed record Account(string User, string Name, string Post, string PasswordHash, int FailedAttempts, DateTimeOffset? LockedUntil);

/// <summary>A bearer token of a program. Only the hash of its secret is kept.</summary>
public sealed record ApiToken(string Id, string Name, IReadOnlyList<string> Rights, string SecretHash, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>People, programs, and the record of who looked at what. All calls are durable when they complete.</summary>
public interface IAccounts
{
    ValueTask<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken = default);

    ValueTask<Account?> FindAccountAsync(string user, CancellationToken cancellationToken = default);

    ValueTask SaveAccountAsync(Account account, CancellationToken cancellationToken = default);

    ValueTask<IReadOnlyList<ApiToken>> ListTokensAsync(CancellationToken cancellationToken = default);

    ValueTask SaveTokenAsync(ApiToken token, CancellationToken cancellationToken = default);

    ValueTask<bool> DeleteTokenAsync(string id, CancellationToken cancellationToken = default);

    ValueTask AuditAsync(AuditEntry entry, CancellationToken cancellationToken = default);

    /// <summary>The newest entries first, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<AuditEntry>> ReadAuditAsync(int limit, long? beforeId = null, CancellationToken cancellationToken = default);

    /// <summary>A value of this installation that survives restarts (keys, markers), or null.</summary>
    ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken = default);

    ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken = default);

    /// <summary>Writes a value unless there is one; gives the one that is kept. Of several processes that do so at once, all get the same.</summary>
    ValueTask<string> KeepSettingAsync(string name, string value, CancellationToken cancellationToken = default);

    /// <summary>The values whose names begin so, by name.</summary>
    ValueTask<IReadOnlyList<string>> ListSettingsAsync(string prefix, CancellationToken cancellationToken = default);
}

/// <summary>Who did what to whom, when.</summary>
/// <param name="Who">User or token.</param>
/// <param name="Action">The right that was used, such as <c>tracks.read</c>.</param>
/// <param name="Subject">What it was used on.</param>
/// <param name="Detail">Ranges, formats, counts.</param>
public sealed record AuditEntry(long Id, DateTimeOffset At, string Who, string? Post, string Action, string Subject, string? Detail, bool Allowed);
