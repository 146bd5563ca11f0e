using System.Collections.Concurrent;
using System.Security.Claims;
using Vantage.Host.Access;
using Vantage.Host.WallScreens;

namespace Vantage.Host.People;

/// <summary>Turns a principal into a caller with the rights of this moment: a changed post or password counts from the next request on.</summary>
internal sealed class CallerDirectory(AccountBook book, RoleTable roles, TimeProvider time)
{
    /// <summary>How long a session lives without being used.</summary>
    public static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>A session was signed out. The argument is the session.</summary>
    public event Action<string>? SessionEnded;

    public Caller Of(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true)
        {
            return Caller.Stranger;
        }

        return principal.FindFirstValue(CallerClaims.Token) is { } token ? OfToken(token) : OfPerson(principal);
    }

    /// <summary>Ends a session for good: the cookie is refused even where a copy of it was kept.</summary>
    public void End(string session)
    {
        var now = time.GetUtcNow();
        foreach (var (old, until) in _ended)
        {
            if (until < now)
            {
                _ended.TryRemove(old, out _);
            }
        }

        _ended[session] = now + (2 * SessionLength);
        SessionEnded?.Invoke(session);
    }

    private Caller OfPerson(ClaimsPrincipal principal)
    {
        var session = principal.FindFirstValue(CallerClaims.Session);
        var account = book.FindAccount(principal.FindFirstValue(CallerClaims.User) ?? "");
        if (account is null || session is null || _ended.ContainsKey(session)
            || AccountBook.StampOf(account) != principal.FindFirstValue(CallerClaims.Stamp))
        {
            return Caller.Stranger;
        }

        var (grants, squad, unit) = roles.OfPost(account.Post);
        return new Caller(account.User, account.Name, account.Post, squad, unit, grants) { Session = session };
    }

    /// <summary>Whoever comes with a token; a stranger when there is none.</summary>
    public Caller OfToken(string id)
    {
        if (book.FindToken(id) is not { } token)
        {
            return Caller.Stranger;
        }

        var wall = ScreenTokens.PlaceOf(token);
        var grants = wall is null ? roles.OfToken(token.Rights) : Rights.OfWallScreens;
        return new Caller($"token:{token.Id}", token.Name, null, null, null, grants) { Token = token.Id, Wall = wall };
    }
}
