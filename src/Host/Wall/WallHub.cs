using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Vantage.Actors.Stages;
using Vantage.Host.Access;
using Vantage.Host.Replays;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Stages;
using Vantage.Host.Web;

namespace Vantage.Host.Wall;

/// <summary>What a screen may call. The shapes are in docs/api.md.</summary>
internal sealed partial class WallHub(
    Screens screens, Situation situation, AccessRecord record, HostSettings settings, RoleTable roles, WallMetrics metrics, TimeProvider time,
    ILogger<WallHub> log) : Hub
{
    public const int Protocol = 1;

    [Right(Rights.LiveRead)]
    public object Hello(JsonElement hello)
    {
        if (hello.ValueKind != JsonValueKind.Object || !hello.TryGetProperty("protocol", out var protocol)
            || protocol.ValueKind != JsonValueKind.Number || !protocol.TryGetInt32(out var version) || version != Protocol)
        {
            throw Broken($"Hello asks for another protocol than {Protocol}");
        }

        var screen = screens.Find(Context.ConnectionId) ?? throw Broken("the connection is ending");
        screen.Welcome();
        var caller = screen.Caller;
        return new
        {
            protocol = Protocol,
            serverTime = time.GetUtcNow().ToUnixTimeMilliseconds(),
            demo = settings.Demo,
            user = new
            {
                name = caller.Name,
                post = caller.Post is null ? "" : roles.NameOfPost(caller.Post),
                rights = caller.Grants.Keys.Order(StringComparer.Ordinal),
            },
            timeZone = settings.TimeZone,
            offlineAfter = (int)settings.OfflineAfter.TotalSeconds,
            maxUnits = settings.MaxUnits,
        };
    }

    [Right(Rights.LiveRead)]
    public void SetViewport(JsonElement viewport)
    {
        var screen = AfterHello();
        var view = Viewport.TryRead(viewport, screen.Caller, out var wrong) ?? throw Broken($"SetViewport: {wrong}");
        if (!screen.TryWant(view, time.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            throw Broken("SetViewport was called more than 10 times in a second");
        }
    }

    [Right(Rights.LiveRead)]
    public void Ack(JsonElement seq)
    {
        if (seq.ValueKind != JsonValueKind.Number || !seq.TryGetInt64(out var number) || !AfterHello().TryAcknowledge(number))
        {
            throw Broken("Ack names a frame that was not sent");
        }
    }

    /// <summary>Follows a replay instead of the one before; null: none any more. Answers with the replay and its clock.</summary>
    [Right(Rights.TracksRead, WallScreensToo = true)]
    public async Task<ReplayView?> Follow(JsonElement replay)
    {
        var screen = AfterHello();
        if (replay.ValueKind == JsonValueKind.Null)
        {
            screen.Replay = null;
            return null;
        }

        var key = replay.TryGetText() ?? throw Broken("Follow takes the key of a replay, or null");
        if (situation.Replays.Find(key) is not { } found)
        {
            throw new HubException($"unknown: there is no replay '{key}'");
        }

        if (!ReplayEndpoints.MayFollow(screen.Caller, found, situation))
        {
            await record.DeniedAsync(screen.Caller, Rights.TracksRead, ReplayEndpoints.Subject(key), Context.ConnectionAborted);
            throw new HubException($"{Rights.TracksRead}: your post does not have this right");
        }

        await record.AllowedAsync(screen.Caller, Rights.TracksRead, ReplayEndpoints.Subject(key), "followed", Context.ConnectionAborted);
        screen.Replay = key;
        return ReplayView.Of(found, settings, time.GetUtcNow());
    }

    /// <summary>Joins a stage as one of its screens, or to look at how it is; null: leaves it. Answers with the stage.</summary>
    [Right(Rights.LiveRead)]
    public StageView? Join(JsonElement place)
    {
        var screen = AfterHello();
        if (place.ValueKind == JsonValueKind.Null)
        {
            screen.Sit(null, null);
            return null;
        }

        if (place.ValueKind != JsonValueKind.Object || !place.TryGetProperty("stage", out var named) || named.TryGetText() is not { } key)
        {
            throw Broken("Join takes { stage, screen? }, or null");
        }

        var seat = place.TryGetProperty("screen", out var which) ? which.TryGetText() : null;
        if (screen.Caller.Wall is { } own && (own.Stage != key || own.Screen != seat))
        {
            throw new HubException("elsewhere: this screen was approved for another place");
        }

        var stage = situation.Stages.Find(key) ?? throw new HubException($"unknown: there is no stage '{key}'");
        if (seat is not null && stage.Find(seat) is null)
        {
            throw new HubException($"unknown: stage '{key}' has no screen '{seat}'");
        }

        screen.Hear(time.GetUtcNow(), null);
        screen.Sit(new Seat(key, seat, time.GetUtcNow()), stage);
        return StageView.Of(stage);
    }

    /// <summary>
    /// Shows something on all linked screens, from a screen that leads. With <c>passing</c> it is where the map looks while it moves: the
    /// others see it, and it is not kept. Answers with the stage's version. A wall screen that is laid out to lead does: it is a table to touch.
    /// </summary>
    [Right(Rights.StagesLead, WallScreensToo = true)]
    public async Task<int> Show(JsonElement picture)
    {
        var screen = AfterHello();
        if (!screen.TryShow(time.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            throw Broken("Show was called more than 30 times in a second");
        }

        var fields = new Fields(picture);
        var (parts, shown) = StagePictures.Read(fields, picture, time.GetUtcNow(), "passing");
        var isPassing = fields.Flag("passing");
        if (!fields.IsValid)
        {
            throw Broken("Show takes parts of a picture as docs/api.md has it");
        }

        if (screen.Seat is not { Screen: { } seat } at || situation.Stages.Find(at.Stage) is not { } stage || stage.Find(seat) is not { } laidOut)
        {
            throw new HubException("unknown: this screen is on no stage");
        }

        if (laidOut.Link != "lead" || stage.Pushed.ContainsKey(seat))
        {
            throw new HubException("follows: this screen does not lead");
        }

        if (isPassing)
        {
            if (shown.View is { } view)
            {
                screens.TellOfLook(at.Stage, screen, view);
            }

            return stage.Version;
        }

        var receipt = await situation.ChangeStageAsync(at.Stage, new ShowOnStage(parts, shown), screen.Caller.Origin, Context.ConnectionAborted);
        return receipt.Version;
    }

    /// <summary>A sign of life, and how long the newest fix took from its arrival to this screen's picture, in seconds.</summary>
    [Right(Rights.LiveRead)]
    public void Beat(JsonElement beat)
    {
        var screen = AfterHello();
        var fields = new Fields(beat);
        fields.OnlyKnow("latency");
        var latency = fields.Number("latency", 0, 3600);
        if (!fields.IsValid)
        {
            throw Broken("Beat takes { latency? }, in seconds");
        }

        screen.Hear(time.GetUtcNow(), latency);
        if (latency is { } painted)
        {
            metrics.OnPainted(painted);
        }
    }

    public override Task OnConnectedAsync()
    {
        screens.Add(new Screen(Context, Clients.Caller, Context.GetHttpContext()!.Caller()));
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        screens.Remove(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }

    private Screen AfterHello()
        => screens.Find(Context.ConnectionId) is { IsWelcome: true } screen ? screen : throw Broken("something was called before Hello");

    /// <summary>Ends the connection; the caller may or may not still read why.</summary>
    private HubException Broken(string reason)
    {
        if (screens.Find(Context.ConnectionId)?.TryBreak() ?? true)
        {
            BrokeProtocol(Context.ConnectionId, reason); // Once: what was sent before it learned of the end comes here too.
        }

        Context.Abort();
        return new HubException($"protocol: {reason}");
    }

    [LoggerMessage(1001, LogLevel.Warning, "Screen {Connection} is disconnected: {Reason}.")]
    private partial void BrokeProtocol(string connection, string reason);
}

/// <summary>Asks <see cref="AccessPolicy"/> before any method of the hub runs. A method that states no right is closed to everybody.</summary>
internal sealed class HubRights : IHubFilter
{
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var right = invocationContext.HubMethod.GetCustomAttributes(typeof(RightAttribute), false).OfType<RightAttribute>().FirstOrDefault();
        var caller = invocationContext.ServiceProvider.GetRequiredService<Screens>().Find(invocationContext.Context.ConnectionId)?.Caller
            ?? Caller.Stranger;
        return right is not null && right.IsFor(caller)
            ? next(invocationContext)
            : throw new HubException($"{right?.Right ?? "closed"}: your post does not have this right");
    }
}
