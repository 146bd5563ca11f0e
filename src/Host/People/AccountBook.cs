using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Vantage.Actors.People;

namespace Vantage.Host.People;

/// <summary>All accounts and tokens in memory, so that no request waits for the disk to know who is calling. Writes go through.</summary>
internal sealed class AccountBook(IAccounts accounts)
{
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ApiToken> _tokens = new(StringComparer.Ordinal);

    /// <summary>Something about an account or token changed: its sessions must look again. The argument names who.</summary>
    public event Action<string>? Changed;

    public IReadOnlyCollection<Account> Accounts => [.. _accounts.Values.OrderBy(account => account.User, StringComparer.Ordinal)];

    public IReadOnlyCollection<ApiToken> Tokens => [.. _tokens.Values.OrderBy(token => token.CreatedAt)];

    /// <summary>Reads all accounts and tokens, at start, and again where other processes change them too.</summary>
    public async Task LoadAsync(CancellationToken cancelled)
    {
        foreach (var account in await accounts.ListAccountsAsync(cancelled))
        {
            Take(account);
        }

        var tokens = (await accounts.ListTokensAsync(cancelled)).ToDictionary(token => token.Id, StringComparer.Ordinal);
        foreach (var gone in _tokens.Keys.Where(id => !tokens.ContainsKey(id)))
        {
            Forget(gone);
        }

        foreach (var token in tokens.Values)
        {
            _tokens[token.Id] = token;
        }
    }

    public Account? FindAccount(string user) => _accounts.GetValueOrDefault(user);

    public ApiToken? FindToken(string id) => _tokens.GetValueOrDefault(id);

    public async Task SaveAsync(Account account, CancellationToken cancelled)
    {
        await accounts.SaveAccountAsync(account, cancelled);
        Take(account);
    }

    private void Take(Account account)
    {
        var before = _accounts.GetValueOrDefault(account.User);
        _accounts[account.User] = account;
        if (before is not null && (before.Post != account.Post || before.PasswordHash != account.PasswordHash))
        {
            Changed?.Invoke(account.User);
        }
    }

    public async Task SaveAsync(ApiToken token, CancellationToken cancelled)
    {
        await accounts.SaveTokenAsync(token, cancelled);
        _tokens[token.Id] = token;
    }

    public async Task<bool> DeleteTokenAsync(string id, CancellationToken cancelled)
    {
        var existed = await accounts.DeleteTokenAsync(id, cancelled);
        Forget(id);
        return existed;
    }

    private void Forget(string token)
    {
        _tokens.TryRemove(token, out _);
        Changed?.Invoke($"token:{token}");
    }

    /// <summary>A value that changes with the password: a session made under an older one is no longer good.</summary>
    public static string StampOf(Account account)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account.PasswordHash)).AsSpan(0, 8));
}
