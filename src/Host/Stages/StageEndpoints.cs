using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Stages;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Wall;
using Vantage.Host.Web;

namespace Vantage.Host.Stages;

/// <summary><c>/api/stages</c>: walls, what they show, and what is put on one of their screens.</summary>
internal static class StageEndpoints
{
    private const int MaxStages = 100;
    private const int MaxScreens = 64;
    private const int MaxCells = 200;

    /// <summary>Millimetres from pixel to pixel, from the finest LED modules to those for outdoors.</summary>
    private const double LeastPitch = 0.6;
    private const double MostPitch = 10;

    public static void MapStages(this IEndpointRouteBuilder app)
    {
        var stages = app.MapGroup("/api/stages").WithTags("Stages");
        stages.MapGet("", List).Needs(Rights.LiveRead).Produces<StageListView>().WithSummary("All walls.");
        stages.MapGet("/{key}", Get).Needs(Rights.LiveRead).Produces<StageView>().WithSummary("A wall: its screens and what they show.");
        stages.MapPut("/{key}", PutAsync).Needs(Rights.StagesWrite).Accepts<StageBody>("application/json").Produces<StageView>().Produces<StageView>(201)
            .WithSummary("Make a wall, or lay it out anew.");
        stages.MapDelete("/{key}", DeleteAsync).Needs(Rights.StagesWrite).Produces(204).WithSummary("Remove a wall.");
        stages.MapGet("/{key}/screens", Presence).Needs(Rights.LiveRead).Produces<PresenceListView>().WithSummary("Which of its screens are connected to this host.");
        stages.MapPost("/{key}/picture", ShowAsync).Needs(Rights.StagesLead).Accepts<PictureView>("application/json").Produces<StageView>()
            .WithSummary("Show something on all linked screens: view, selection, filter, layers, replay, period, video; what is left out stays.");
        stages.MapPut("/{key}/presets/{preset}", KeepAsync).Needs(Rights.StagesWrite).Produces<StageView>().WithSummary("Keep what the wall shows as a preset.");
        stages.MapPost("/{key}/presets/{preset}", SwitchAsync).Needs(Rights.StagesLead).Produces<StageView>().WithSummary("Switch the whole wall to a preset.");
        stages.MapPut("/{key}/screens/{screen}/push", PushAsync).Needs(Rights.StagesLead).Accepts<PushBody>("application/json").Produces<StageView>()
            .WithSummary("Put a picture on one screen.");
        stages.MapDelete("/{key}/screens/{screen}/push", TakeBackAsync).Needs(Rights.StagesLead).Produces<StageView>()
            .WithSummary("Let a screen show again what the others show.");
        stages.MapPut("/{key}/screens/{screen}/link", LinkAsync).Needs(Rights.StagesLead).Accepts<LinkBody>("application/json").Produces<StageView>()
            .WithSummary("Let a screen lead, follow or be alone.");
        stages.MapPut("/{key}/visitors", VisitorsAsync).Needs(Rights.StagesLead).Accepts<VisitorsBody>("application/json").Produces<StageView>()
            .WithSummary("Say that visitors are here, so that the wall's screens name nobody, or that they have gone.");
    }

    private static IResult List(Situation situation) => TypedResults.Ok(new StageListView(
        [.. situation.Stages.All.OrderBy(stage => stage.Key, StringComparer.Ordinal).Select(StageView.Of)]));

    private static IResult Get(string key, Situation situation)
        => situation.Stages.Find(key) is { } stage ? TypedResults.Ok(StageView.Of(stage)) : Problems.Unknown("stage", key);

    private static IResult Presence(string key, Situation situation, Screens screens, TimeProvider time)
        => situation.Stages.Find(key) is null ? Problems.Unknown("stage", key) : TypedResults.Ok(new PresenceListView(
            [.. screens.All.Where(screen => screen.Seat is { Screen: not null } seat && seat.Stage == key).Select(screen => new PresenceView(
                screen.Seat!.Screen!, screen.Caller.Name, WireMoment.Of(screen.Seat.Since), WireMoment.Of(screen.LastHeard), screen.Latency))
                .OrderBy(row => row.Screen, StringComparer.Ordinal)], WireMoment.Of(time.GetUtcNow())));

    private static async Task<IResult> PutAsync(string key, HttpContext context, Situation situation)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("name", "screens", "pitch");
        if (ActorId.FaultOf(key) is { } fault)
        {
            fields.Wrong("key", fault);
        }

        var (name, laidOut, pitch) = (fields.Text("name", 100, required: true), ScreensOf(fields), fields.Number("pitch", LeastPitch, MostPitch));
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (situation.Stages.Find(key) is null && situation.Stages.Count >= MaxStages)
        {
            return Problems.Conflict($"There are {MaxStages} stages: remove one first.");
        }

        var receipt = await situation.ChangeStageAsync(key, new LayOutStage(name!, laidOut, pitch), context.Caller().Origin, context.RequestAborted);
        return situation.Stages.Find(key) is not { } stage ? Problems.Unknown("stage", key)
            : receipt.IsNew ? TypedResults.Created($"/api/stages/{Uri.EscapeDataString(key)}", StageView.Of(stage)) : TypedResults.Ok(StageView.Of(stage));
    }

    private static async Task<IResult> DeleteAsync(string key, HttpContext context, Situation situation)
    {
        var receipt = await situation.ChangeStageAsync(key, new RemoveStage(), context.Caller().Origin, context.RequestAborted);
        return receipt.Outcome == StageOutcome.Done ? TypedResults.NoContent() : Problems.Unknown("stage", key);
    }

    private static async Task<IResult> ShowAsync(string key, HttpContext context, Situation situation, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        var (parts, picture) = StagePictures.Read(fields, body.RootElement, time.GetUtcNow());
        return fields.IsValid ? await ChangeAsync(key, null, new ShowOnStage(parts, picture), context, situation) : fields.Problem;
    }

    private static Task<IResult> KeepAsync(string key, string preset, HttpContext context, Situation situation)
        => StageNames.Presets.Contains(preset, StringComparer.Ordinal)
            ? ChangeAsync(key, null, new KeepStagePreset(preset), context, situation) : Task.FromResult<IResult>(Problems.Unknown("preset", preset));

    private static Task<IResult> SwitchAsync(string key, string preset, HttpContext context, Situation situation)
        => StageNames.Presets.Contains(preset, StringComparer.Ordinal)
            ? ChangeAsync(key, null, new SwitchStage(preset), context, situation) : Task.FromResult<IResult>(Problems.Unknown("preset", preset));

    private static async Task<IResult> PushAsync(string key, string screen, HttpContext context, Situation situation, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("role", "picture");
        var role = fields.Choice("role", StageNames.Roles) ?? "free";
        var picture = StagePicture.Plain;
        if (fields.Value("picture") is { } json)
        {
            var (parts, given) = StagePictures.Read(fields.Inner("picture", json), json, time.GetUtcNow());
            picture = picture.With(parts, given);
        }
        else
        {
            fields.Wrong("picture", "Is missing.");
        }

        return fields.IsValid ? await ChangeAsync(key, screen, new PushToScreen(screen, role, picture), context, situation) : fields.Problem;
    }

    private static Task<IResult> TakeBackAsync(string key, string screen, HttpContext context, Situation situation)
        => ChangeAsync(key, screen, new TakeScreenBack(screen), context, situation);

    private static async Task<IResult> LinkAsync(string key, string screen, HttpContext context, Situation situation)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("link");
        var link = fields.Choice("link", StageNames.Links);
        if (link is null)
        {
            fields.Wrong("link", $"Must be one of {string.Join(", ", StageNames.Links)}.");
        }

        return fields.IsValid ? await ChangeAsync(key, screen, new LinkScreen(screen, link!), context, situation) : fields.Problem;
    }

    private static async Task<IResult> VisitorsAsync(string key, HttpContext context, Situation situation)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("here");
        var areHere = fields.Truth("here", required: true);
        return fields.IsValid ? await ChangeAsync(key, null, new SetStageVisitors(areHere!.Value), context, situation) : fields.Problem;
    }

    private static async Task<IResult> ChangeAsync(string key, string? screen, object change, HttpContext context, Situation situation)
    {
        var receipt = await situation.ChangeStageAsync(key, change, context.Caller().Origin, context.RequestAborted);
        return receipt.Outcome == StageOutcome.NoScreen ? Problems.Unknown("screen", screen!)
            : receipt.Outcome == StageOutcome.NoStage || situation.Stages.Find(key) is not { } stage ? Problems.Unknown("stage", key)
            : TypedResults.Ok(StageView.Of(stage));
    }

    /// <summary>0, a desk, or a wall's.</summary>
    private static double? PitchOf(Fields screen)
    {
        var pitch = screen.Number("pitch", 0, MostPitch);
        if (pitch is > 0 and < LeastPitch)
        {
            screen.Wrong("pitch", string.Create(CultureInfo.InvariantCulture, $"Must be 0, for a desk, or a number from {LeastPitch} to {MostPitch}."));
            return null;
        }

        return pitch;
    }

    private static ImmutableArray<StageScreen> ScreensOf(Fields fields)
    {
        if (fields.Value("screens") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is < 1 or > MaxScreens)
        {
            fields.Wrong("screens", $"Must be a list of 1 to {MaxScreens} screens.");
            return [];
        }

        var screens = new List<StageScreen>();
        foreach (var (i, json) in list.EnumerateArray().Index())
        {
            var screen = fields.Inner($"screens[{i}]", json);
            screen.OnlyKnow("key", "name", "role", "link", "column", "row", "columns", "rows", "spans", "pitch");
            var key = screen.Text("key", ActorId.MaxKeyLength, required: true) ?? "";
            if (key.Length > 0 && (ActorId.FaultOf(key) ?? (screens.Exists(other => other.Key == key) ? "Is the key of another screen too." : null)) is { } fault)
            {
                screen.Wrong("key", fault);
            }

            screens.Add(new StageScreen(
                key, screen.Text("name", 100) ?? key, screen.Choice("role", StageNames.Roles) ?? "free", screen.Choice("link", StageNames.Links) ?? "follow",
                screen.Whole("column", 0, MaxCells) ?? i, screen.Whole("row", 0, MaxCells) ?? 0, screen.Whole("columns", 1, MaxCells) ?? 1,
                screen.Whole("rows", 1, MaxCells) ?? 1, screen.Flag("spans"), PitchOf(screen)));
        }

        return [.. screens];
    }
}
