using Vantage.Actors;
using Vantage.Actors.People;
using Vantage.Host.Access;
using Vantage.Host.Web;

namespace Vantage.Host.People;

/// <summary><c>/api/accounts</c>: who may sign in, at which post; and the record of who looked at what.</summary>
internal static class AccountEndpoints
{
    private const int MaxAudit = 1000;

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        var accounts = app.MapGroup("/api/accounts").WithTags("Accounts");
        accounts.MapGet("", List).Needs(Rights.AccountsManage).WithSummary("List people and posts.");
        accounts.MapPut("/{user}", PutAsync).Needs(Rights.AccountsManage)
            .Accepts<AccountBody>("application/json").Produces<AccountView>().WithSummary("Create or change an account; without a password the old one stays.");
        app.MapGet("/api/audit", AuditAsync).Needs(Rights.AuditRead).WithTags("Accounts").WithSummary("Who looked at which track, newest first.");
    }

    private static IResult List(AccountBook book, RoleTable roles) => TypedResults.Ok(new
    {
        items = book.Accounts.Select(account => AccountView.Of(account, roles)),
        posts = roles.Posts.Select(post => new { post.Key, post.Name }),
    });

    private static async Task<IResult> PutAsync(string user, HttpContext context, AccountBook book, RoleTable roles, SignIn signIn)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var known = book.FindAccount(user);
        var fields = new Fields(body.RootElement);
        var name = fields.Text("name", 100, required: known is null);
        var post = fields.Text("post", 150, required: known is null);
        var password = fields.Text("password", 200, required: known is null);
        if (known is null && !IsName(user))
        {
            fields.Wrong("user", "Must be a name of at most 100 characters without spaces and invisible characters.");
        }

        if (post is not null && !roles.IsPost(post))
        {
            fields.Wrong("post", $"Must be one of {string.Join(", ", roles.Posts.Select(role => role.Key))}, optionally with @ and a squad or unit.");
        }

        if (password is { Length: < 8 })
        {
            fields.Wrong("password", "Must have at least 8 characters.");
        }

        if (known?.Post == "admin" && post is not null and not "admin" && book.Accounts.Count(account => account.Post == "admin") == 1)
        {
            fields.Wrong("post", "Is the last administrator: give the post to somebody else first.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        // Only those who hold everything may make others who do.
        var caller = context.Caller();
        var beyond = roles.OfPost(post ?? known!.Post).Grants.Keys
            .Where(right => right is Rights.TokensManage or Rights.AccountsManage && AccessPolicy.ReachOf(caller, right) != Reach.Everything)
            .ToList();
        if (beyond.Count > 0)
        {
            return Problems.RightMissing(beyond[0]);
        }

        var account = (known ?? new Account(user, "", "", "", 0, null)) with { FailedAttempts = 0, LockedUntil = null };
        account = account with
        {
            Name = name ?? account.Name,
            Post = post ?? account.Post,
            PasswordHash = password is null ? account.PasswordHash : signIn.Hash(password),
        };
        await book.SaveAsync(account, context.RequestAborted);
        return TypedResults.Ok(AccountView.Of(account, roles));
    }

    private static bool IsName(string user)
        => user.Length <= 100 && user is not ("." or "..") && !user.Any(char.IsWhiteSpace) && ActorId.InvisibleIn(user) is null
        && !user.StartsWith("token:", StringComparison.Ordinal);

    private static async Task<IResult> AuditAsync(HttpContext context, IAccounts accounts)
    {
        var fields = new Fields(context.Request.Query);
        var limit = fields.Whole("limit", 1, MaxAudit) ?? 100;
        var before = fields.Text("cursor");
        long? beforeId = null;
        if (before is not null)
        {
            if (long.TryParse(before, out var id))
            {
                beforeId = id;
            }
            else
            {
                fields.Wrong("cursor", "Is not a cursor that this list gave.");
            }
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var entries = await accounts.ReadAuditAsync(limit, beforeId, context.RequestAborted);
        return TypedResults.Ok(new
        {
            items = entries.Select(AuditView.Of),
            cursor = entries.Count == limit ? entries[^1].Id.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
        });
    }
}

internal sealed record AccountBody(string? Name, string? Post, string? Password);

internal sealed record AccountView(string User, string Name, string Post, string PostName, WireMoment? LockedUntil)
{
    public static AccountView Of(Account account, RoleTable roles) => new(
        account.User, account.Name, account.Post, roles.NameOfPost(account.Post), WireMoment.From(account.LockedUntil?.ToUnixTimeMilliseconds()));
}

internal sealed record AuditView(WireMoment At, string Who, string? Post, string Action, string Subject, string? Detail, bool Allowed)
{
    public static AuditView Of(AuditEntry entry)
        => new(new WireMoment(entry.At.ToUnixTimeMilliseconds()), entry.Who, entry.Post, entry.Action, entry.Subject, entry.Detail, entry.Allowed);
}
