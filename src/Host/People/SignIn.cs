using Microsoft.AspNetCore.Identity;
using Vantage.Actors.People;

namespace Vantage.Host.People;

/// <summary>What became of an attempt to sign in.</summary>
internal abstract record SignInAnswer
{
    public sealed record Welcome(Account Account) : SignInAnswer;

    public sealed record Wrong : SignInAnswer;

    /// <summary>Too many wrong passwords; even the right one is not looked at until then.</summary>
    public sealed record Locked(TimeSpan For) : SignInAnswer;
}

/// <summary>Checks passwords, and slows down whoever guesses: after 5 failures the account is locked for 30 s, then twice as long each time, to 1 h.</summary>
/// <remarks>An unknown user is answered like a known one, in the same time, so that names cannot be found out.</remarks>
internal sealed class SignIn(AccountBook book, TimeProvider time) : IDisposable
{
    private const int FreeAttempts = 5;
    private const int MaxUnknownNames = 10_000;
    private static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLock = TimeSpan.FromHours(1);
    private static readonly Account Nobody = new("", "", "", "", 0, null);

    private readonly PasswordHasher<Account> _hasher = new();
    private readonly Dictionary<string, Account> _unknown = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly string _someHash = new PasswordHasher<Account>().HashPassword(Nobody, Secrets.NewPassword());

    public string Hash(string password) => _hasher.HashPassword(Nobody, password);

    /// <summary>Attempts are taken one by one: many at once cannot slip under the lock.</summary>
    public async Task<SignInAnswer> TryAsync(string user, string password, CancellationToken cancelled)
    {
        await _oneAtATime.WaitAsync(cancelled);
        try
        {
            var known = book.FindAccount(user);
            var account = known ?? _unknown.GetValueOrDefault(user) ?? Nobody with { User = user };
            var now = time.GetUtcNow();
            if (account.LockedUntil is { } until && until > now)
            {
                return new SignInAnswer.Locked(until - now);
            }

            var verdict = _hasher.VerifyHashedPassword(account, known?.PasswordHash ?? _someHash, password);
            return verdict == PasswordVerificationResult.Failed || known is null
                ? await FailAsync(account, known is not null, now, cancelled)
                : await WelcomeAsync(known, password, verdict, cancelled);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<SignInAnswer> WelcomeAsync(
        Account account, string password, PasswordVerificationResult verdict, CancellationToken cancelled)
    {
        var hash = verdict == PasswordVerificationResult.SuccessRehashNeeded ? Hash(password) : account.PasswordHash;
        if (account.FailedAttempts > 0 || hash != account.PasswordHash)
        {
            account = account with { FailedAttempts = 0, LockedUntil = null, PasswordHash = hash };
            await book.SaveAsync(account, cancelled);
        }

        return new SignInAnswer.Welcome(account);
    }

    private async Task<SignInAnswer> FailAsync(Account account, bool isKnown, DateTimeOffset now, CancellationToken cancelled)
    {
        var failures = account.FailedAttempts + 1;
        DateTimeOffset? until = failures >= FreeAttempts ? now + LockAfter(failures) : null;
        account = account with { FailedAttempts = failures, LockedUntil = until };
        if (isKnown)
        {
            await book.SaveAsync(account, cancelled);
        }
        else
        {
            if (_unknown.Count >= MaxUnknownNames)
            {
                _unknown.Clear();
            }

            _unknown[account.User] = account;
        }

        return new SignInAnswer.Wrong();
    }

    private static TimeSpan LockAfter(int failures)
    {
        var doublings = Math.Min(failures - FreeAttempts, 10);
        var length = FirstLock * (1 << doublings);
        return length < LongestLock ? length : LongestLock;
    }
}
