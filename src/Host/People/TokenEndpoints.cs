using System.Text.Json;
using Vantage.Actors.People;
using Vantage.Host.Access;
using Vantage.Host.WallScreens;
using Vantage.Host.Web;

namespace Vantage.Host.People;

/// <summary><c>/api/tokens</c>: bearer tokens of programs. The secret is shown once, and only its hash is kept.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder app)
    {
        var tokens = app.MapGroup("/api/tokens").WithTags("Tokens");
        tokens.MapPost("", CreateAsync).Needs(Rights.TokensManage)
            .Accepts<TokenBody>("application/json").Produces<TokenCreated>(201).WithSummary("Make a bearer token; it is shown this once.");
        tokens.MapGet("", (AccountBook book) => TypedResults.Ok(new TokenList(book.Tokens.Where(token => !ScreenTokens.IsOne(token)).Select(TokenView.Of)))).Needs(Rights.TokensManage)
            .WithSummary("List tokens, without their secrets.");
        tokens.MapDelete("/{id}", DeleteAsync).Needs(Rights.TokensManage).WithSummary("Withdraw a token at once.");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, AccountBook book, RoleTable roles, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        var name = fields.Text("name", 100, required: true);
        var rights = RightsOf(body.RootElement, fields, roles);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        if (BeyondOf(caller, roles.OfToken(rights).Keys) is { } beyond)
        {
            return Problems.RightMissing(beyond);
        }

        var secret = Secrets.NewSecret();
        var token = new ApiToken(Secrets.NewId(), name!, rights, Secrets.HashOf(secret), time.GetUtcNow(), caller.Who);
        await book.SaveAsync(token, context.RequestAborted);
        return TypedResults.Created($"/api/tokens/{token.Id}", new TokenCreated(token.Id, Secrets.Write(token.Id, secret)));
    }

    /// <summary>Nobody hands on what they do not hold: a token reaches no further than its maker. The right that would; null: none.</summary>
    public static string? BeyondOf(Caller maker, IEnumerable<string> rights)
        => AccessPolicy.Authorize(maker, Rights.AccountsManage, Subject.All) ? null
            : rights.FirstOrDefault(right => AccessPolicy.ReachOf(maker, right) != Reach.Everything);

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, AccountBook book)
        => book.FindToken(id) is not { } token || ScreenTokens.IsOne(token) ? Problems.Unknown("token", id)
            : await book.DeleteTokenAsync(id, context.RequestAborted) ? TypedResults.NoContent() : Problems.Unknown("token", id);

    private static List<string> RightsOf(JsonElement body, Fields fields, RoleTable roles)
    {
        var rights = new List<string>();
        if (body.ValueKind != JsonValueKind.Object)
        {
            return rights;
        }

        if (!body.TryGetProperty("rights", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            fields.Wrong("rights", $"Must be a list of {string.Join(", ", roles.TokenRights)}.");
            return rights;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && roles.TokenRights.FirstOrDefault(item.ValueEquals) is { } right)
            {
                rights.Add(right);
            }
            else
            {
                fields.Wrong("rights", $"Each must be one of {string.Join(", ", roles.TokenRights)}.");
                break;
            }
        }

        return [.. rights.Distinct(StringComparer.Ordinal)];
    }
}

internal sealed record TokenBody(string Name, IReadOnlyList<string> Rights);

internal sealed record TokenCreated(string Id, string Token);

internal sealed record TokenList(IEnumerable<TokenView> Items);

internal sealed record TokenView(string Id, string Name, IReadOnlyList<string> Rights, WireMoment CreatedAt, string CreatedBy)
{
    public static TokenView Of(ApiToken token)
        => new(token.Id, token.Name, token.Rights, new WireMoment(token.CreatedAt.ToUnixTimeMilliseconds()), token.CreatedBy);
}
