using System.Globalization;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Video;

/// <summary>Pictures and streams of cameras, and turning them (VID-1 to VID-6).</summary>
internal static class VideoEndpoints
{
    /// <summary>Sessions that one request may name.</summary>
    private const int MaxNamed = 200;

    private static readonly string[] Commands =
    [
        "left", "right", "up", "down", "up-left", "up-right", "down-left", "down-right", "zoom-in", "zoom-out", "stop",
    ];

    public static void MapVideo(this IEndpointRouteBuilder app)
    {
        var cameras = app.MapGroup("/api/cameras").WithTags("Video");
        cameras.MapGet("/classes", CameraClasses.List).Needs(Rights.CamerasRead).Produces<CameraClassListView>()
            .WithSummary("How many cameras each class of place has, and how many are online.");
        cameras.MapGet("/{key}/snapshot", SnapshotAsync).Needs(Rights.VideoWatch).WithSummary("The newest picture of a camera, and how old it is.");
        cameras.MapPost("/{key}/play", PlayAsync).Needs(Rights.VideoWatch).IsForWallScreensToo("It opens a stream to look at.")
            .Accepts<PlayBody>(isOptional: true, "application/json").Produces<PlayView>().WithSummary("Open a camera's video: the addresses in the order to try them.");
        cameras.MapPost("/{key}/ptz", TurnAsync).Needs(Rights.VideoControl).Accepts<TurnBody>("application/json").Produces(204)
            .WithSummary("Turn a camera: it goes on until stop, or until 2 s pass without the command.");
        cameras.MapGet("/{key}/presets", PresetsAsync).Needs(Rights.VideoWatch).Produces<PresetListView>().WithSummary("The places that a camera knows to look at.");
        cameras.MapPost("/{key}/presets/{preset}/call", CallPresetAsync).Needs(Rights.VideoControl).Produces(204).WithSummary("Let a camera look at one of them.");
        var video = app.MapGroup("/api/video").WithTags("Video");
        video.MapPost("/keep", KeepAsync).Needs(Rights.VideoWatch).IsForWallScreensToo("It says that a stream is still looked at.")
            .Accepts<SessionsBody>("application/json").Produces<GoneView>().WithSummary("Keep sessions open; gone are those that are closed.");
        video.MapPost("/close", CloseAsync).Needs(Rights.VideoWatch).IsForWallScreensToo("It says that a stream is not looked at any more.")
            .Accepts<SessionsBody>("application/json", "text/plain").Produces(204).WithSummary("Close sessions. A beacon's text/plain is read as JSON.");
        video.MapGet("/sessions", List).Needs(Rights.AuditRead).Produces<SessionListView>().WithSummary("Who looks at which camera, of this host.");
    }

    private static async Task<IResult> SnapshotAsync(string key, HttpContext context, Situation situation, VideoFeeds feeds)
    {
        if (situation.Cameras.Find(key) is not { } camera)
        {
            return Problems.Unknown("camera", key);
        }

        try
        {
            var (still, problem) = await feeds.StillAsync(camera).WaitAsync(context.RequestAborted);
            if (still is null)
            {
                return VideoProblem.Answer(problem!, "No picture of it could be had, and there is none of before.");
            }

            var headers = context.Response.Headers;
            headers.CacheControl = "no-store";
            headers.LastModified = still.TakenAt.ToString("R", CultureInfo.InvariantCulture);
            headers["Vantage-Picture-Time"] = WireTime.Write(still.TakenAt.ToUnixTimeMilliseconds());
            if (problem is not null)
            {
                headers["Vantage-Picture-Problem"] = problem;
            }

            return TypedResults.Bytes(still.Bytes, still.ContentType);
        }
        catch (VideoProblem none)
        {
            return none.Answer();
        }
    }

    private static async Task<IResult> PlayAsync(
        string key, HttpContext context, Situation situation, VideoFeeds feeds, VideoSessions sessions, VideoOrigins origins, AccessRecord record)
    {
        var (screen, wrong) = await ScreenOfAsync(context);
        if (wrong is not null)
        {
            return wrong;
        }

        if (situation.Cameras.Find(key) is not { Registered: var camera })
        {
            return Problems.Unknown("camera", key);
        }

        var (caller, streams, played) = (context.Caller(), feeds.StreamsOf(camera).ToList(), feeds.GatewayOf(camera));
        if (streams.Count == 0 && played is null && !feeds.HasStill(camera))
        {
            return VideoProblem.Answer(
                VideoProblem.NoPictures, "No pictures are connected for this camera: neither by an address of its own nor by its source.");
        }

        if (!sessions.HasRoomFor(caller))
        {
            return Problems.Busy(TimeSpan.FromSeconds(VideoSessions.KeepAlive));
        }

        if (!caller.IsWallScreen)
        {
            await record.AllowedAsync(caller, Rights.VideoWatch, $"camera/{key}", screen is null ? "play" : $"play {screen}", context.RequestAborted);
        }

        try
        {
            if (played is var (gateway, channel))
            {
                streams.AddRange(GatewayStreams.Of(await gateway.OpenAsync(channel), context.Request.IsHttps));
                origins.Learn(streams.Select(stream => stream.Url));
            }
        }
        catch (VideoProblem failed)
        {
            return failed.Answer();
        }

        var session = sessions.Add(key, caller, screen, played);
        if (context.RequestAborted.IsCancellationRequested)
        {
            await sessions.EndAsync(session); // Who asked has gone, and will keep nothing.
            return TypedResults.Empty;
        }

        if (feeds.HasStill(camera))
        {
            streams.Add(new StreamView(StreamAddress.Still, $"/api/cameras/{Uri.EscapeDataString(key)}/snapshot"));
        }

        var canControl = played is { Channel.CanTurn: true } && !caller.IsWallScreen && AccessPolicy.Authorize(caller, Rights.VideoControl, Subject.All);
        return TypedResults.Ok(new PlayView(session.Id, key, streams, VideoSessions.KeepAlive, canControl));
    }

    /// <summary>What the player calls itself: a request without a body is one that says nothing.</summary>
    private static async Task<(string? Screen, IResult? Wrong)> ScreenOfAsync(HttpContext context)
    {
        if (context.Request.ContentType is null && context.Request.ContentLength is null or 0)
        {
            return (null, null);
        }

        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return (null, problem);
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("screen");
        var screen = fields.Text("screen", 100);
        return fields.IsValid ? (screen, null) : (null, fields.Problem);
    }

    private static async Task<IResult> KeepAsync(HttpContext context, VideoSessions sessions)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        var ids = SessionsOf(fields);
        return fields.IsValid ? TypedResults.Ok(new GoneView(sessions.Keep(ids, context.Caller()))) : fields.Problem;
    }

    private static async Task<IResult> CloseAsync(HttpContext context, VideoSessions sessions)
    {
        var (body, problem) = await context.ReadBeaconAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        var ids = SessionsOf(fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        await sessions.CloseAsync(ids, context.Caller());
        return TypedResults.NoContent();
    }

    private static List<string> SessionsOf(Fields fields)
    {
        fields.OnlyKnow("sessions");
        if (fields.Value("sessions") is null)
        {
            fields.Wrong("sessions", "Is missing.");
        }

        return fields.Texts("sessions", MaxNamed) ?? [];
    }

    private static IResult List(VideoSessions sessions) => TypedResults.Ok(new SessionListView(
        [.. sessions.All.OrderBy(session => session.Since).ThenBy(session => session.Id, StringComparer.Ordinal).Select(session => new SessionView(
            session.Id, session.Camera, session.User, session.Screen, WireMoment.Of(session.Since), WireMoment.Of(session.KeptAt)))]));

    private static async Task<IResult> TurnAsync(string key, HttpContext context, Situation situation, VideoFeeds feeds, AccessRecord record)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("command", "speed");
        var (command, speed) = (fields.Choice("command", Commands), fields.Number("speed", 0, 1) ?? 0.5);
        if (command is null)
        {
            fields.Wrong("command", $"Must be one of {string.Join(", ", Commands)}.");
        }

        return !fields.IsValid ? fields.Problem : await WithHeadAsync(key, situation, feeds, async (gateway, channel) =>
        {
            if (command != "stop" && !gateway.IsDoing(channel, command!, speed))
            {
                await record.AllowedAsync(context.Caller(), Rights.VideoControl, $"camera/{key}", command!, context.RequestAborted);
            }

            await gateway.TurnAsync(channel, command!, speed, context.RequestAborted);
            return TypedResults.NoContent();
        });
    }

    private static Task<IResult> PresetsAsync(string key, HttpContext context, Situation situation, VideoFeeds feeds)
        => WithHeadAsync(key, situation, feeds, async (gateway, channel) => TypedResults.Ok(new PresetListView(
            [.. (await gateway.Client.PresetsAsync(channel, context.RequestAborted)).Select(preset => new PresetView(preset.Id, preset.Name))])));

    private static Task<IResult> CallPresetAsync(
        string key, string preset, HttpContext context, Situation situation, VideoFeeds feeds, AccessRecord record)
        => WithHeadAsync(key, situation, feeds, async (gateway, channel) =>
        {
            await record.AllowedAsync(context.Caller(), Rights.VideoControl, $"camera/{key}", $"preset {preset}", context.RequestAborted);
            await gateway.Client.CallPresetAsync(channel, preset, context.RequestAborted);
            return TypedResults.NoContent();
        });

    /// <summary>Does something with a camera that can be turned, or answers why not.</summary>
    private static async Task<IResult> WithHeadAsync(
        string key, Situation situation, VideoFeeds feeds, Func<VideoGateway, WvpChannel, Task<IResult>> work)
    {
        if (situation.Cameras.Find(key) is not { Registered: var camera })
        {
            return Problems.Unknown("camera", key);
        }

        if (feeds.GatewayOf(camera) is not ({ } gateway, { CanTurn: true } channel))
        {
            return VideoProblem.Answer(VideoProblem.NoPtz, "It is fixed, or not connected through a gateway that turns cameras.");
        }

        try
        {
            return await work(gateway, channel);
        }
        catch (VideoProblem failed)
        {
            return failed.Answer();
        }
    }
}

internal sealed record PlayBody(string? Screen);

/// <param name="Streams">In the order to try them.</param>
/// <param name="KeepAlive">Seconds: so often the session is to be kept at least.</param>
internal sealed record PlayView(string Session, string Camera, IReadOnlyList<StreamView> Streams, int KeepAlive, bool CanControl);

internal sealed record SessionsBody(IReadOnlyList<string> Sessions);

internal sealed record GoneView(IReadOnlyList<string> Gone);

internal sealed record SessionView(string Session, string Camera, string User, string? Screen, WireMoment Since, WireMoment KeptAt);

internal sealed record SessionListView(IReadOnlyList<SessionView> Items);

internal sealed record TurnBody(string Command, double? Speed);

internal sealed record PresetView(string Id, string Name);

internal sealed record PresetListView(IReadOnlyList<PresetView> Items);
