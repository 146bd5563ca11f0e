using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Vantage.Actors.People;
using Vantage.Host.Access;
using Vantage.Host.People;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Wall;
using Vantage.Host.Web;

namespace Vantage.Host.WallScreens;

/// <summary><c>/api/screens</c>: screens on a wall, which nobody is signed in at. One shows a code, and somebody who may lay out walls approves it.</summary>
internal static class ScreenEndpoints
{
    private const int MaxScreens = 500;

    public static void MapWallScreens(this IEndpointRouteBuilder app)
    {
        var screens = app.MapGroup("/api/screens").WithTags("Wall screens");
        screens.MapPost("/codes", Begin).IsOpen("A screen that is to be connected is a stranger; a code alone opens nothing.")
            .RequireRateLimiting(PeopleServices.ScreenCodeRate).Produces<CodeView>(201).WithSummary("A code for a screen to show until somebody approves it.");
        screens.MapPost("/codes/{code}/claim", ClaimAsync).IsOpen("It takes the secret that came with the code.")
            .Accepts<ClaimBody>("application/json").Produces<SessionView>().Produces<WaitView>(202)
            .WithSummary("What became of a code: 202 while it waits; once approved the screen's cookie is set.");
        screens.MapPost("/approvals", ApproveAsync).Needs(Rights.StagesWrite).Accepts<ApprovalBody>("application/json").Produces<ScreenTokenView>(201)
            .WithSummary("Approve the screen that shows a code: code, name, and the place on a wall that it stands at.");
        screens.MapGet("", List).Needs(Rights.StagesWrite).Produces<ScreenTokenListView>()
            .WithSummary("Approved screens, which of them are connected, and the places that there are on walls.");
        screens.MapDelete("/{key}", RevokeAsync).Needs(Rights.StagesWrite).Produces(204).WithSummary("Withdraw a screen's approval: it ends at once.");
    }

    private static IResult Begin(HttpContext context, ScreenCodes codes)
        => codes.Begin(context.Connection.RemoteIpAddress?.ToString() ?? "") is { } begun
            ? TypedResults.Created((string?)null, new CodeView(begun.Code, begun.Secret, WireMoment.Of(begun.ExpiresAt), (int)ScreenCodes.Life.TotalSeconds))
            : Problems.TooManyAttempts(TimeSpan.FromMinutes(1));

    private static async Task<IResult> ClaimAsync(
        string code, HttpContext context, ScreenCodes codes, AccountBook book, CallerDirectory callers, RoleTable roles, HostSettings settings)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("secret");
        var secret = fields.Text("secret", 100, required: true);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var (state, token, isTooFast) = codes.Ask(code, secret!);
        if (token is not null && Secrets.TryRead(token, out var id, out var _) && callers.OfToken(id) is { IsStranger: false } screen)
        {
            await LeaveAsync(context, callers);
            ScreenCookie.Set(context, token);
            return TypedResults.Ok(SessionView.Of(screen, roles, settings));
        }

        return state != CodeState.Waiting ? Problems.Unknown("code", code) // Withdrawn before it was claimed, too.
            : isTooFast ? Problems.TooManyAttempts(ScreenCodes.LeastPause)
            : TypedResults.Accepted((string?)null, new WaitView("waiting"));
    }

    /// <summary>A wall never runs on a person's session: whoever was signed in at this browser is signed out.</summary>
    private static async Task LeaveAsync(HttpContext context, CallerDirectory callers)
    {
        if (context.Caller().Session is { } session)
        {
            callers.End(session);
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        }
    }

    private static async Task<IResult> ApproveAsync(
        HttpContext context, ScreenCodes codes, AccountBook book, Situation situation, AccessRecord record, Screens screens, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("code", "name", "stage", "screen");
        var (code, name, place) = (CodeOf(fields), fields.Text("name", 100, required: true), PlaceOf(fields, situation));
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        if (TokenEndpoints.BeyondOf(caller, Rights.OfWallScreens.Keys) is { } beyond)
        {
            return Problems.RightMissing(beyond);
        }

        if (codes.WaitOf(caller.Who) is { } wait)
        {
            return Problems.TooManyAttempts(wait);
        }

        if (book.Tokens.Count(ScreenTokens.IsOne) >= MaxScreens)
        {
            return Problems.Conflict($"There are {MaxScreens} wall screens: withdraw one first.");
        }

        switch (codes.Take(code!, caller.Who))
        {
            case CodeState.Unknown:
                return Problems.Unknown("code", code!);
            case CodeState.Taken:
                return Problems.Conflict("Somebody approved this code before.");
        }

        string? given = null;
        try
        {
            var (token, text) = ScreenTokens.Make(name!, place, time.GetUtcNow(), caller.Who);
            await record.AllowedAsync(caller, Rights.StagesWrite, Subject(token.Id), $"approved '{name}' for {Describe(place)}", context.RequestAborted);
            await book.SaveAsync(token, CancellationToken.None); // Not cut short when the approver hangs up: the screen waits for it.
            given = text;
            return TypedResults.Created($"/api/screens/{token.Id}", ScreenTokenView.Of(token, book, screens));
        }
        finally
        {
            codes.Give(code!, given);
        }
    }

    private static IResult List(AccountBook book, Situation situation, Screens screens) => TypedResults.Ok(new ScreenTokenListView(
        [.. book.Tokens.Where(ScreenTokens.IsOne).Select(token => ScreenTokenView.Of(token, book, screens))],
        [.. situation.Stages.All.OrderBy(stage => stage.Key, StringComparer.Ordinal).SelectMany(
            stage => stage.Screens.Select(screen => new PlaceView(stage.Key, stage.Name, screen.Key, screen.Name)))]));

    private static async Task<IResult> RevokeAsync(string key, HttpContext context, AccountBook book, AccessRecord record)
    {
        if (book.FindToken(key) is not { } token || !ScreenTokens.IsOne(token))
        {
            return Problems.Unknown("screen", key);
        }

        await record.AllowedAsync(context.Caller(), Rights.StagesWrite, Subject(key), $"withdrew '{token.Name}'", context.RequestAborted);
        return await book.DeleteTokenAsync(key, context.RequestAborted) ? TypedResults.NoContent() : Problems.Unknown("screen", key);
    }

    private static string Subject(string key) => $"screen/{key}";

    private static string Describe(WallPlace place) => place.Stage is null ? "no stage" : $"{place.Stage}/{place.Screen}";

    /// <summary>Six digits. People type them with a space in the middle, as they are shown.</summary>
    private static string? CodeOf(Fields fields)
    {
        var code = fields.Text("code", 20, required: true)?.Replace(" ", "", StringComparison.Ordinal);
        if (code is not null && (code.Length != 6 || !code.All(char.IsAsciiDigit)))
        {
            fields.Wrong("code", "Must be the six digits that the screen shows.");
        }

        return code;
    }

    private static WallPlace PlaceOf(Fields fields, Situation situation)
    {
        var (key, seat) = (fields.Text("stage"), fields.Text("screen"));
        if (key is null != seat is null)
        {
            fields.Wrong(key is null ? "stage" : "screen", "Is missing: a place is a stage and one of its screens.");
        }
        else if (key is not null && situation.Stages.Find(key) is not { } stage)
        {
            fields.Wrong("stage", $"There is no stage '{key}'.");
        }
        else if (key is not null && situation.Stages.Find(key)!.Find(seat!) is null)
        {
            fields.Wrong("screen", $"Stage '{key}' has no screen '{seat}'.");
        }

        return new WallPlace(key, seat);
    }
}

/// <param name="Code">Six digits, to be shown.</param>
/// <param name="Secret">For the screen alone: it asks with it.</param>
/// <param name="ValidFor">Seconds from now.</param>
internal sealed record CodeView(string Code, string Secret, WireMoment ExpiresAt, int ValidFor);

internal sealed record ClaimBody(string Secret);

internal sealed record WaitView(string State);

internal sealed record ApprovalBody(string Code, string Name, string? Stage, string? Screen);

/// <summary>A wall screen that was approved.</summary>
/// <param name="Stage">Where it stands; null: on no stage.</param>
/// <param name="ApprovedBy">The person's name.</param>
/// <param name="Connected">How many connections it has to this host: none while it is switched off.</param>
internal sealed record ScreenTokenView(string Key, string Name, string? Stage, string? Screen, WireMoment ApprovedAt, string ApprovedBy, int Connected)
{
    public static ScreenTokenView Of(ApiToken token, AccountBook book, Screens screens)
    {
        var place = ScreenTokens.PlaceOf(token)!;
        return new ScreenTokenView(
            token.Id, token.Name, place.Stage, place.Screen, WireMoment.Of(token.CreatedAt), book.FindAccount(token.CreatedBy)?.Name ?? token.CreatedBy,
            screens.All.Count(screen => screen.Caller.Token == token.Id));
    }
}

/// <summary>A place on a wall that a screen can be approved for.</summary>
internal sealed record PlaceView(string Stage, string StageName, string Screen, string ScreenName);

internal sealed record ScreenTokenListView(IReadOnlyList<ScreenTokenView> Items, IReadOnlyList<PlaceView> Places);
