using System.Globalization;
using System.Security.Cryptography;
using Vantage.Actors;
using Vantage.Actors.Incidents;
using Vantage.Actors.Replays;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Replays;

/// <summary><c>/api/replays</c>: the past on one clock, which everyone who follows shares. Whom it shows is put on record.</summary>
internal static class ReplayEndpoints
{
    private const int MaxUnits = 1000;
    private const int MaxOpen = 200;
    private const int KeyLength = 12;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public static void MapReplays(this IEndpointRouteBuilder app)
    {
        var replays = app.MapGroup("/api/replays").WithTags("Replays");
        replays.MapGet("", List).Needs(Rights.TracksRead).Produces<ReplayListView>().WithSummary("All open replays that one may follow.");
        replays.MapPost("", OpenAsync).Needs(Rights.TracksRead).WaitsForWatermark().Accepts<ReplayBody>("application/json").Produces<ReplayView>(201)
            .WithSummary("Open a replay: from, to, and units, or a zone or bbox whose visitors they are.");
        replays.MapGet("/{key}", Get).Needs(Rights.TracksRead, wallScreensToo: true).Produces<ReplayView>().WithSummary("A replay and its clock.");
        replays.MapDelete("/{key}", CloseAsync).Needs(Rights.TracksRead).Produces(204).WithSummary("Close a replay.");
        replays.MapPost("/{key}/clock", SetClockAsync).Needs(Rights.TracksRead).Accepts<ClockBody>("application/json").Produces<ReplayView>()
            .WithSummary("Set the clock for all who follow: time, rate, playing, jump.");
        replays.MapGet("/{key}/frame", FrameAsync).Needs(Rights.TracksRead, wallScreensToo: true).Produces<ReplayFrameView>()
            .WithSummary("Everything at one instant: time (left out: the clock's), crs.");
        replays.MapGet("/{key}/incidents", IncidentsAsync).Needs(Rights.TracksRead, wallScreensToo: true).Produces<ReplayIncidentListView>()
            .WithSummary("The incidents on its time line, oldest first: limit, cursor.");
        replays.MapGet("/{key}/tracks", TracksAsync).Needs(Rights.TracksRead, wallScreensToo: true).Produces(200, contentType: "application/json")
            .WithSummary("The tracks of its units: from, to, crs, detail (metres).");
    }

    private static IResult List(HttpContext context, Situation situation, HostSettings settings, TimeProvider time) => TypedResults.Ok(new ReplayListView(
        [.. situation.Replays.All.Where(replay => MayFollow(context.Caller(), replay, situation))
            .OrderBy(replay => replay.Opened.At).Select(replay => ReplayView.Of(replay, settings, time.GetUtcNow()))]));

    private static async Task<IResult> OpenAsync(
        HttpContext context, Situation situation, Visitors visitors, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("name", "from", "to", "units", "zone", "bbox");
        var range = Range(fields, time.GetUtcNow());
        var (name, units, zone, box) = (fields.Text("name", 100), Units(fields, situation), Zone(fields, situation), fields.Box());
        if ((units is null ? 0 : 1) + (fields.Value("zone") is null ? 0 : 1) + (fields.Value("bbox") is null ? 0 : 1) != 1)
        {
            fields.Wrong("units", "Give one of units, zone and bbox.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        if (units?.Find(unit => !caller.May(Rights.TracksRead, unit)) is { } denied)
        {
            await record.DeniedAsync(caller, Rights.TracksRead, denied.IdText, context.RequestAborted);
            return Problems.RightMissing(Rights.TracksRead);
        }

        if (situation.Replays.Count >= MaxOpen)
        {
            return Problems.Conflict($"{MaxOpen} replays are open: close one first.");
        }

        var (fromMs, toMs) = range!.Value;
        var visited = units is not null ? null
            : zone is { } number ? await visitors.OfZoneAsync(number, fromMs, toMs, context.RequestAborted)
            : await visitors.OfBoxAsync(box!.Value, fromMs, toMs, context.RequestAborted);
        var found = units ?? visited!.Units.Where(unit => caller.May(Rights.TracksRead, unit)).ToList();
        if (found.Count > MaxUnits)
        {
            return Problems.TooMuch($"{found.Count} units were there, and a replay has at most {MaxUnits}: choose a smaller area or a shorter time.");
        }

        var key = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", KeyLength);
        await record.AllowedAsync(
            caller, Rights.TracksRead, found.Select(unit => unit.IdText), $"replay={key} from={WireTime.Write(fromMs)} to={WireTime.Write(toMs)}", context.RequestAborted);
        var open = new OpenReplay(
            name ?? "", fromMs, toMs, [.. found.Select(unit => unit.IdText)], fields.Text("zone"), box is { } b ? [b.West, b.South, b.East, b.North] : []);
        await situation.ChangeReplayAsync(key, open, caller.Origin, context.RequestAborted);
        return TypedResults.Created($"/api/replays/{key}", ReplayView.Of(situation.Replays.Find(key)!, settings, time.GetUtcNow()) with
        {
            Damaged = visited is null ? null : [.. visited.Damaged.Where(unit => caller.May(Rights.TracksRead, unit)).Select(unit => unit.IdText)],
        });
    }

    private static async Task<IResult> Get(
        string key, HttpContext context, Situation situation, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var (replay, problem) = await FindAsync(key, context, situation, record);
        return replay is null ? problem! : TypedResults.Ok(ReplayView.Of(replay, settings, time.GetUtcNow()));
    }

    private static async Task<IResult> CloseAsync(string key, HttpContext context, Situation situation, AccessRecord record)
    {
        var (replay, problem) = await FindAsync(key, context, situation, record);
        if (replay is null)
        {
            return problem!;
        }

        await situation.ChangeReplayAsync(key, new CloseReplay(), context.Caller().Origin, context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> SetClockAsync(
        string key, HttpContext context, Situation situation, ReplayJumps jumps, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var (replay, problem) = await FindAsync(key, context, situation, record);
        if (replay is null)
        {
            return problem!;
        }

        var (body, unreadable) = await context.ReadJsonAsync();
        if (body is null)
        {
            return unreadable!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("time", "rate", "playing", "jump", "back");
        var (timeMs, rate, isPlaying) = (fields.Time("time"), Rate(fields), fields.Truth("playing"));
        var (jump, isBack) = (fields.Choice("jump", "breach", "stop", "incident"), fields.Flag("back"));
        if (jump is not null && timeMs is not null)
        {
            fields.Wrong("jump", "Goes without time.");
        }

        if ((timeMs, rate, isPlaying, jump) is (null, null, null, null))
        {
            fields.Wrong("time", "Give at least one of time, rate, playing and jump.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (jump is not null)
        {
            var nowInIt = replay.TimeAt(time.GetUtcNow());
            timeMs = jump switch
            {
                "stop" => await jumps.ToStopAsync(replay, nowInIt, isBack, context.RequestAborted),
                "incident" => jumps.ToIncident(replay, nowInIt, isBack, context.Caller()),
                _ => jumps.ToBreach(replay, nowInIt, isBack),
            };
            if (timeMs is null)
            {
                return Problems.Conflict($"There is no {jump} {(isBack ? "before" : "after")}.");
            }
        }

        var receipt = await situation.ChangeReplayAsync(key, new SetReplayClock(timeMs, rate, isPlaying), context.Caller().Origin, context.RequestAborted);
        return receipt.IsOpen && situation.Replays.Find(key) is { } changed
            ? TypedResults.Ok(ReplayView.Of(changed, settings, time.GetUtcNow()))
            : Problems.Unknown("replay", key);
    }

    private static async Task<IResult> FrameAsync(
        string key, HttpContext context, Situation situation, ReplayFrames frames, AccessRecord record, TimeProvider time)
    {
        var (replay, problem) = await FindAsync(key, context, situation, record);
        if (replay is null)
        {
            return problem!;
        }

        var fields = new Fields(context.Request.Query);
        var (asked, crs) = (fields.Time("time"), fields.Crs());
        if (asked < replay.Opened.FromMs || asked > replay.Opened.ToMs)
        {
            fields.Wrong("time", $"Must lie within the replay, from {WireTime.Write(replay.Opened.FromMs)} to {WireTime.Write(replay.Opened.ToMs)}.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var timeMs = asked ?? replay.TimeAt(time.GetUtcNow());
        await record.AllowedAsync(context.Caller(), Rights.TracksRead, Subject(key), $"time={WireTime.Write(timeMs)}", context.RequestAborted);
        return TypedResults.Ok(await frames.At(replay, timeMs, crs, context.Caller(), context.RequestAborted));
    }

    private static async Task<IResult> IncidentsAsync(string key, HttpContext context, Situation situation, AccessRecord record)
    {
        var (replay, problem) = await FindAsync(key, context, situation, record);
        if (replay is null)
        {
            return problem!;
        }

        var fields = new Fields(context.Request.Query);
        var (limit, cursor) = fields.Page();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        await record.AllowedAsync(context.Caller(), Rights.TracksRead, Subject(key), "incidents", context.RequestAborted);
        var incidents = ReplayIncidents.Read(situation, replay, context.Caller(), replay.Opened.FromMs, replay.Opened.ToMs);
        var (page, next) = Paging.Take(incidents, OldestFirst, limit, cursor);
        return TypedResults.Ok(new ReplayIncidentListView([.. page.Select(ReplayIncidentView.Of)], next));

        static string OldestFirst(Incident incident) => string.Create(CultureInfo.InvariantCulture, $"{incident.ReportedAtMs:D15} {incident.Key}");
    }

    private static async Task<IResult> TracksAsync(
        string key, HttpContext context, Situation situation, TrackReads reads, AccessRecord record, HostSettings settings, TimeProvider time)
    {
        var (replay, problem) = await FindAsync(key, context, situation, record);
        if (replay is null)
        {
            return problem!;
        }

        var fields = new Fields(context.Request.Query);
        var ((from, to), crs, detail) = (fields.OpenRange(), fields.Crs(), TrackEndpoints.Detail(fields));
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var (fromMs, toMs) = (Math.Max(from ?? long.MinValue, replay.Opened.FromMs), Math.Min(to ?? long.MaxValue, replay.Opened.ToMs));
        var units = fromMs < toMs ? situation.UnitsOf(replay) : [];
        await record.AllowedAsync(
            context.Caller(), Rights.TracksRead, Subject(key), $"from={WireTime.Write(fromMs)} to={WireTime.Write(toMs)}", context.RequestAborted);
        return await TrackEndpoints.StreamAsync(context, reads, units, fromMs, toMs, crs, detail, settings, time.GetUtcNow());
    }

    /// <summary>The replay, or the answer to give instead. One whose units are out of the caller's reach is answered like a right that is missing.</summary>
    public static async Task<(Replay? Replay, IResult? Problem)> FindAsync(string key, HttpContext context, Situation situation, AccessRecord record)
    {
        if (situation.Replays.Find(key) is not { } replay)
        {
            return (null, Problems.Unknown("replay", key));
        }

        if (MayFollow(context.Caller(), replay, situation))
        {
            return (replay, null);
        }

        await record.DeniedAsync(context.Caller(), Rights.TracksRead, Subject(key), context.RequestAborted);
        return (null, Problems.RightMissing(Rights.TracksRead));
    }

    /// <summary>Whoever follows sees the tracks of all its units. A wall screen follows what its place shows, and nothing else.</summary>
    public static bool MayFollow(Caller caller, Replay replay, Situation situation)
        => caller.Wall is { } wall ? IsShownAt(wall, replay, situation) : AccessPolicy.ReachOf(caller, Rights.TracksRead) == Reach.Everything
            || situation.UnitsOf(replay) is var units && units.Count > 0 && units.TrueForAll(unit => caller.May(Rights.TracksRead, unit));

    private static bool IsShownAt(WallPlace wall, Replay replay, Situation situation)
        => wall is { Stage: { } key, Screen: { } seat } && situation.Stages.Find(key) is { } stage && stage.Find(seat) is { } screen
            && stage.PictureOf(screen).Replay == replay.Key;

    public static string Subject(string key) => $"{ActorKinds.Replay}/{key}";

    private static (long FromMs, long ToMs)? Range(Fields fields, DateTimeOffset now)
    {
        if (fields.Range() is not { } range)
        {
            return null;
        }

        if (range.ToMs - range.FromMs > Longest.TotalMilliseconds)
        {
            fields.Wrong("to", $"Must be at most {Longest.TotalDays} days after 'from'.");
        }

        if (range.FromMs > now.ToUnixTimeMilliseconds())
        {
            fields.Wrong("from", "Lies in the future.");
        }

        return range;
    }

    private static List<UnitInfo>? Units(Fields fields, Situation situation)
    {
        if (fields.Texts("units", MaxUnits) is not { } ids)
        {
            return null;
        }

        if (ids.Count == 0)
        {
            fields.Wrong("units", "Names nobody.");
        }

        return UnitSelection.Find(fields, situation, ids);
    }

    private static int? Zone(Fields fields, Situation situation)
    {
        if (fields.Text("zone") is not { } key)
        {
            return null;
        }

        if (situation.Zones.TryNumberOf(key, out var zone))
        {
            return zone;
        }

        fields.Wrong("zone", $"There is no zone '{key}'.");
        return null;
    }

    private static double? Rate(Fields fields)
    {
        var rate = fields.Number("rate", -ReplayClock.GreatestRate, ReplayClock.GreatestRate);
        if (rate is { } value && !ReplayClock.IsRate(value))
        {
            fields.Wrong("rate", string.Create(
                CultureInfo.InvariantCulture, $"Must be {ReplayClock.LeastRate} to {ReplayClock.GreatestRate}, or as much backwards with a minus."));
            return null;
        }

        return rate;
    }
}
