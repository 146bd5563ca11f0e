using Vantage.Actors.People;
using Vantage.Host.People;

namespace Vantage.Host.Tests.People;

public sealed class SignInTests : IDisposable
{
    private readonly MemoryAccounts _accounts = new();
    private readonly TestClock _clock = new();
    private readonly AccountBook _book;
    private readonly SignIn _signIn;

    public SignInTests()
    {
        _book = new AccountBook(_accounts);
        _signIn = new SignIn(_book, _clock);
    }

    [Theory(DisplayName = "Five wrong passwords lock the account, known or not, and for longer each time")]
    [InlineData("known")]
    [InlineData("unknown")]
    public async Task Locks(string user)
    {
        await _book.SaveAsync(new Account("known", "Known", "watch", _signIn.Hash("right"), 0, null), CancellationToken.None);
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            Assert.IsType<SignInAnswer.Wrong>(await Try(user, "wrong"));
        }

        Assert.Equal(TimeSpan.FromSeconds(30), Assert.IsType<SignInAnswer.Locked>(await Try(user, "right")).For);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<SignInAnswer.Wrong>(await Try(user, "wrong"));
        Assert.Equal(TimeSpan.FromSeconds(60), Assert.IsType<SignInAnswer.Locked>(await Try(user, "right")).For);
    }

    [Fact(DisplayName = "The lock outlives a restart, and never exceeds an hour")]
    public async Task Outlives_restart()
    {
        await _book.SaveAsync(new Account("known", "Known", "watch", _signIn.Hash("right"), 40, null), CancellationToken.None);
        await Try("known", "wrong");
        var later = new AccountBook(_accounts);
        await later.LoadAsync(CancellationToken.None);
        using var signIn = new SignIn(later, _clock);

        Assert.Equal(TimeSpan.FromHours(1), Assert.IsType<SignInAnswer.Locked>(await signIn.TryAsync("known", "right", CancellationToken.None)).For);
    }

    [Fact(DisplayName = "The right password forgives the wrong ones before it")]
    public async Task Forgives()
    {
        await _book.SaveAsync(new Account("known", "Known", "watch", _signIn.Hash("right"), 0, null), CancellationToken.None);
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await Try("known", "wrong");
        }

        Assert.IsType<SignInAnswer.Welcome>(await Try("known", "right"));
        Assert.Equal(0, _book.FindAccount("known")!.FailedAttempts);
    }

    public void Dispose() => _signIn.Dispose();

    private Task<SignInAnswer> Try(string user, string password) => _signIn.TryAsync(user, password, CancellationToken.None);
}

/// <summary>Accounts in memory.</summary>
internal sealed class MemoryAccounts : IAccounts
{
    private readonly Dictionary<string, Account> _accounts = [];
    private readonly Dictionary<string, ApiToken> _tokens = [];
    private readonly Dictionary<string, string> _settings = [];

    public List<AuditEntry> Audit { get; } = [];

    public ValueTask<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken = default) => new([.. _accounts.Values]);

    public ValueTask<Account?> FindAccountAsync(string user, CancellationToken cancellationToken = default) => new(_accounts.GetValueOrDefault(user));

    public ValueTask SaveAccountAsync(Account account, CancellationToken cancellationToken = default)
    {
        _accounts[account.User] = account;
        return default;
    }

    public ValueTask<IReadOnlyList<ApiToken>> ListTokensAsync(CancellationToken cancellationToken = default) => new([.. _tokens.Values]);

    public ValueTask SaveTokenAsync(ApiToken token, CancellationToken cancellationToken = default)
    {
        _tokens[token.Id] = token;
        return default;
    }

    public ValueTask<bool> DeleteTokenAsync(string id, CancellationToken cancellationToken = default) => new(_tokens.Remove(id));

    public ValueTask AuditAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        Audit.Add(entry);
        return default;
    }

    public ValueTask<IReadOnlyList<AuditEntry>> ReadAuditAsync(int limit, long? beforeId = null, CancellationToken cancellationToken = default)
        => new([.. Audit.AsEnumerable().Reverse().Take(limit)]);

    public ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken = default) => new(_settings.GetValueOrDefault(name));

    public ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken = default)
    {
        _settings[name] = value;
        return default;
    }

    public ValueTask<string> KeepSettingAsync(string name, string value, CancellationToken cancellationToken = default)
        => new(_settings.TryAdd(name, value) ? value : _settings[name]);

    public ValueTask<IReadOnlyList<string>> ListSettingsAsync(string prefix, CancellationToken cancellationToken = default)
        => new([.. _settings.Where(setting => setting.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(setting => setting.Value)]);
}

internal sealed class TestClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 2, 1, 20, 30, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan time) => _now += time;
}
