using Vantage.Actors;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Squads;

/// <summary>The names of squads: <c>/api/squads</c>.</summary>
internal static class SquadEndpoints
{
    public static void MapSquads(this IEndpointRouteBuilder routes)
    {
        var squads = routes.MapGroup("/api/squads").WithTags("Squads");
        squads.MapGet("", List).Needs(Rights.LiveRead).Produces<SquadListView>().WithSummary("All squads that have a name.");
        squads.MapPut("/{key}", PutAsync).Needs(Rights.UnitsWrite).Accepts<SquadBody>("application/json")
            .Produces<SquadView>().WithSummary("Give a squad its name.");
    }

    private static IResult List(Situation situation) => TypedResults.Ok(new SquadListView(
        [.. situation.Squads.All.OrderBy(squad => squad.Key, StringComparer.Ordinal).Select(squad => new SquadView(squad.Key, squad.Name))]));

    private static async Task<IResult> PutAsync(string key, HttpContext context, Situation situation)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        if (ActorId.FaultOf(key) is { } fault)
        {
            fields.Wrong("key", fault);
        }

        var name = fields.Text("name", 100, required: true);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var receipt = await situation.NameSquadAsync(new ActorId(ActorKinds.Squad, key), name!, context.Caller().Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        var view = new SquadView(key, name!);
        return receipt.IsNew ? TypedResults.Created($"/api/squads/{Uri.EscapeDataString(key)}", view) : TypedResults.Ok(view);
    }
}

internal sealed record SquadBody(string Name);

internal sealed record SquadView(string Key, string Name);

internal sealed record SquadListView(IReadOnlyList<SquadView> Items);
