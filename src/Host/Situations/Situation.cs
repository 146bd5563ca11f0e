using Vantage.Actors;
using Vantage.Actors.Breaches;
using Vantage.Actors.Cameras;
using Vantage.Actors.History;
using Vantage.Actors.Incidents;
using Vantage.Actors.Positions;
using Vantage.Actors.Replays;
using Vantage.Actors.RollCalls;
using Vantage.Actors.Runtime;
using Vantage.Actors.Squads;
using Vantage.Actors.Stages;
using Vantage.Actors.Tours;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;
using Vantage.Geo;
using Vantage.Host.Settings;

namespace Vantage.Host.Situations;

/// <summary>The engine as endpoints and the hub use it: its directories, and its actors behind one call each.</summary>
internal sealed class Situation(SituationEngine engine, IActorRuntime runtime, HostSettings settings, TimeProvider time)
{
    /// <summary>How long an actor may take for a command. Beyond it the command may still take effect; repeating it is harmless.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Zones of an import that are asked at once, so that the journal writes them together.</summary>
    private const int ZonesAtOnce = 64;

    /// <summary>Likewise changes of an import of another kind.</summary>
    private const int ChangesAtOnce = 256;

    /// <summary>Likewise breaches that are handled together.</summary>
    private const int BreachesAtOnce = 256;

    private readonly TrackReader _tracks = new(runtime, engine.History);

    public UnitDirectory Units => engine.Units;

    public LiveUnits Live => engine.Live;

    public ZoneCatalog Zones => engine.Zones;

    public CameraDirectory Cameras => engine.Cameras;

    public SquadDirectory Squads => engine.Squads;

    public ReplayDirectory Replays => engine.Replays;

    public StageDirectory Stages => engine.Stages;

    public TourDirectory Tours => engine.Tours;

    public IncidentDirectory Incidents => engine.Incidents;

    public RollCallDirectory RollCalls => engine.RollCalls;

    public IHistory History => engine.History;

    /// <summary>What was done about a breach last; null while nothing was.</summary>
    public BreachHandled? HandlingOf(string breach) => engine.Handling.Find(breach);

    /// <summary>What a unit is doing at this moment.</summary>
    public UnitState StateOf(UnitInfo unit) => StateOf(unit, Live.TryGet(unit.Number, out var live) ? live : null, time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>
    /// What a unit is doing by its last known: the one place that tells. Offline is a matter of our clock, both for when a fix came (MOT-3) and
    /// for when it was measured (MOT-4); off duty is what was reported, whatever the unit sends (MOT-5).
    /// </summary>
    public UnitState StateOf(UnitInfo unit, LiveUnit? live, long nowMs)
    {
        if (unit.IsOffDutyAt(nowMs))
        {
            return UnitState.OffDuty;
        }

        return live is not { } known ? UnitState.Unknown : IsSilent(in known, nowMs) ? UnitState.Offline : known.Motion switch
        {
            UnitMotion.Moving => UnitState.Moving,
            UnitMotion.Stopped => UnitState.Stopped,
            UnitMotion.Idle => UnitState.Idle,
            _ => UnitState.Unknown,
        };
    }

    private bool IsSilent(in LiveUnit live, long nowMs)
        => nowMs - Math.Min(live.Newest.ReceivedAtMs, live.Newest.TimeMs) > settings.OfflineAfter.TotalMilliseconds;

    /// <summary>A watermark that covers all that was acknowledged before.</summary>
    public string Watermark => engine.Now.ToString();

    /// <summary>Completes when queries see what the watermark covers.</summary>
    /// <exception cref="TimeoutException">Not within the time.</exception>
    public Task WaitForAsync(Watermark mark, TimeSpan atMost, CancellationToken cancelled) => engine.Writer.WaitAsync(mark, atMost, cancelled);

    /// <summary>Completes when queries see all that was acknowledged before.</summary>
    /// <exception cref="TimeoutException">Not within the time.</exception>
    public Task WaitForAllAsync(TimeSpan atMost, CancellationToken cancelled) => WaitForAsync(engine.Now, atMost, cancelled);

    public Task RegisterAsync(ActorId unit, RegisterUnit register, Origin by, CancellationToken cancelled)
        => ChangeAsync<Actors.Units.UnitRegistration>(unit, register, by, cancelled);

    public Task<DutyReceipt> ReportDutyAsync(ActorId unit, ReportDuty duty, Origin by, CancellationToken cancelled)
        => ChangeAsync<DutyReceipt>(unit, duty, by, cancelled);

    public Task<SquadReceipt> NameSquadAsync(ActorId squad, string name, Origin by, CancellationToken cancelled)
        => ChangeAsync<SquadReceipt>(squad, new NameSquad(name), by, cancelled);

    /// <summary>Puts a version of a zone in force, or ends it. What is acknowledged afterwards is judged by it.</summary>
    public async Task<ZoneReceipt> ChangeZoneAsync(string key, object change, Origin by, CancellationToken cancelled)
    {
        var receipt = await ChangeAsync<ZoneReceipt>(new ActorId(ActorKinds.Zone, key), change, by, cancelled);
        await engine.Zones.PublishedAsync().WaitAsync(cancelled);
        return receipt;
    }

    /// <summary>Puts many zones in force.</summary>
    public async Task ImportZonesAsync(IReadOnlyList<(string Key, DefineZone Define)> zones, Origin by, CancellationToken cancelled)
    {
        foreach (var some in zones.Chunk(ZonesAtOnce))
        {
            await Task.WhenAll(some.Select(zone => runtime.AskAsync<ZoneReceipt>(new ActorId(ActorKinds.Zone, zone.Key), zone.Define, Patience, by, cancelled)));
        }

        await engine.CaughtUpAsync(cancelled);
        await engine.Zones.PublishedAsync().WaitAsync(cancelled);
    }

    /// <summary>Has many actors change something, wave by wave; who reads the directories afterwards sees all of it.</summary>
    /// <param name="made">Told how many more were made.</param>
    /// <exception cref="TimeoutException">An actor did not answer in time. What comes before was made, and some beside it may have been.</exception>
    public async Task ChangeManyAsync(IEnumerable<IReadOnlyList<(ActorId Actor, object Change)>> waves, Origin by, Action<int> made)
    {
        foreach (var some in waves.SelectMany(wave => wave.Chunk(ChangesAtOnce)))
        {
            await Task.WhenAll(some.Select(each => runtime.AskAsync<object>(each.Actor, each.Change, Patience, by, CancellationToken.None)));
            made(some.Length);
        }

        await engine.CaughtUpAsync(CancellationToken.None).WaitAsync(Patience, time);
        await engine.Zones.PublishedAsync();
    }

    public Task<HandlingReceipt> HandleBreachAsync(string breach, object step, Origin by, CancellationToken cancelled)
        => ChangeAsync<HandlingReceipt>(new ActorId(ActorKinds.Breach, breach), step, by, cancelled);

    /// <summary>Takes the same step for many breaches, some at a time.</summary>
    public async Task<IReadOnlyList<HandlingReceipt>> HandleBreachesAsync(
        IReadOnlyList<string> breaches, object step, Origin by, CancellationToken cancelled)
    {
        var receipts = new List<HandlingReceipt>(breaches.Count);
        foreach (var some in breaches.Chunk(BreachesAtOnce))
        {
            receipts.AddRange(await Task.WhenAll(some.Select(
                breach => runtime.AskAsync<HandlingReceipt>(new ActorId(ActorKinds.Breach, breach), step, Patience, by, cancelled))));
        }

        await engine.CaughtUpAsync(cancelled).WaitAsync(Patience, time, cancelled);
        return receipts;
    }

    public Task<CameraReceipt> ChangeCameraAsync(string key, object change, Origin by, CancellationToken cancelled)
        => ChangeAsync<CameraReceipt>(new ActorId(ActorKinds.Camera, key), change, by, cancelled);

    /// <inheritdoc cref="TrackReader.ReadAsync"/>
    public Task<TrackReading> ReadTrackAsync(
        UnitInfo unit, long fromMs, long toMs, int atMost, TrackDetail? detail, CancellationToken cancelled)
        => _tracks.ReadAsync(unit, fromMs, toMs, atMost, detail, cancelled);

    /// <inheritdoc cref="TrackReader.CountAsync"/>
    public Task<long> CountTrackAsync(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail, CancellationToken cancelled)
        => _tracks.CountAsync(unit, fromMs, toMs, detail, cancelled);

    /// <inheritdoc cref="TrackReader.LastAsync"/>
    public Task<(Fix? Last, bool IsDamaged)> LastFixAsync(UnitInfo unit, long sinceMs, long timeMs, CancellationToken cancelled) => _tracks.LastAsync(unit, sinceMs, timeMs, cancelled);

    /// <summary>Units that may have a fix in one of some boxes within [from, to), sealed or not: one that has is never missing.</summary>
    public async Task<IReadOnlySet<int>> UnitsNearAsync(IReadOnlyList<GeoBox> boxes, long fromMs, long toMs, CancellationToken cancelled)
    {
        var near = new HashSet<int>();
        foreach (var box in boxes)
        {
            // Memory first, as for a track: what is sealed between the two is then found twice, and never missed.
            var query = new FindUnits(box.South, box.West, box.North, box.East, fromMs, toMs);
            var found = await Task.WhenAll(Enumerable.Range(0, Shards.Count).Select(shard => runtime.AskShardAsync(shard, query, Patience, cancelled)));
            near.UnionWith(found.SelectMany(units => units.Units));
            near.UnionWith(History.UnitsNear(box, fromMs, toMs - 1));
        }

        return near;
    }

    /// <summary>The units of a replay that are registered here.</summary>
    public List<UnitInfo> UnitsOf(Replay replay)
    {
        var units = new List<UnitInfo>();
        foreach (var id in replay.Opened.Units)
        {
            if (ActorId.TryParse(id, out var actor) && Units.TryGet(actor, out var unit))
            {
                units.Add(unit);
            }
        }

        return units;
    }

    public Task<IncidentReceipt> ChangeIncidentAsync(string key, object change, Origin by, CancellationToken cancelled)
        => ChangeAsync<IncidentReceipt>(new ActorId(ActorKinds.Incident, key), change, by, cancelled);

    /// <summary>Gives a unit an order, or says how far one is.</summary>
    public Task<OrderReceipt> ChangeOrderAsync(ActorId unit, object change, Origin by, CancellationToken cancelled)
        => ChangeAsync<OrderReceipt>(unit, change, by, cancelled);

    public Task<ReplayReceipt> ChangeReplayAsync(string key, object change, Origin by, CancellationToken cancelled)
        => ChangeAsync<ReplayReceipt>(new ActorId(ActorKinds.Replay, key), change, by, cancelled);

    public Task<StageReceipt> ChangeStageAsync(string key, object change, Origin by, CancellationToken cancelled)
        => ChangeAsync<StageReceipt>(new ActorId(ActorKinds.Stage, key), change, by, cancelled);

    public Task<TourReceipt> ChangeTourAsync(string key, object change, Origin by, CancellationToken cancelled)
        => ChangeAsync<TourReceipt>(new ActorId(ActorKinds.Tour, key), change, by, cancelled);

    public Task<RollCallReceipt> ChangeRollCallAsync(string key, object change, Origin by, CancellationToken cancelled)
        => ChangeAsync<RollCallReceipt>(new ActorId(ActorKinds.RollCall, key), change, by, cancelled);

    /// <summary>The same visits; of those that last, with the last fix inside, which their shards alone know.</summary>
    public async Task<IReadOnlyList<VisitRow>> WithLastInsideAsync(IReadOnlyList<VisitRow> visits, CancellationToken cancelled)
    {
        var current = visits.ToArray();
        var lasting = Enumerable.Range(0, current.Length).Where(i => current[i].IsOpen).GroupBy(i => Shards.Of(Units.Get(current[i].Unit).Id));
        await Task.WhenAll(lasting.Select(async ofShard =>
        {
            int[] indexes = [.. ofShard];
            var asked = new AskLastInside([.. indexes.Select(i => new LastingVisit(current[i].Unit, current[i].Zone, current[i].FromMs))]);
            var last = await runtime.AskShardAsync(ofShard.Key, asked, Patience, cancelled);
            foreach (var (i, lastMs) in indexes.Zip(last.Times))
            {
                current[i] = lastMs is { } ms ? current[i] with { ToMs = ms, LeftAtMs = ms } : current[i] with { LeftAtMs = current[i].ToMs };
            }
        }));
        return current;
    }

    /// <summary>Who is inside a zone by the newest fix.</summary>
    public IEnumerable<UnitInfo> UnitsIn(int zone)
    {
        for (var unit = 0; unit < Live.Count; unit++)
        {
            if (Live.TryGet(unit, out var live) && live.Zones.Contains(zone))
            {
                yield return Units.Get(unit);
            }
        }
    }

    /// <summary>Who is inside a zone by the newest fix, and since when.</summary>
    public IEnumerable<(UnitInfo Unit, long SinceMs)> OccupantsOf(ZoneVersion zone)
    {
        var visits = new List<VisitRow>();
        foreach (var unit in UnitsIn(zone.Zone))
        {
            _ = Live.TryGet(unit.Number, out var live);
            visits.Clear();
            History.ReadVisitsOfUnit(unit.Number, zone.Key, live.Newest.TimeMs, live.Newest.TimeMs, visits);
            yield return (unit, visits.Count > 0 ? visits[^1].FromMs : live.Newest.TimeMs);
        }
    }

    /// <summary>How many units are inside each zone, by zone number.</summary>
    public Dictionary<int, int> CountOccupants()
    {
        var counts = new Dictionary<int, int>();
        for (var unit = 0; unit < Live.Count; unit++)
        {
            foreach (var zone in Live.TryGet(unit, out var live) ? live.Zones : [])
            {
                counts[zone] = counts.GetValueOrDefault(zone) + 1;
            }
        }

        return counts;
    }

    public string NameOfZone(string key)
        => Zones.TryNumberOf(key, out var zone) ? Zones.Current.VersionsOf(zone)[^1].Name : key;

    /// <summary>Has an actor change something; who reads the directories afterwards sees it, whichever process the actor lives in.</summary>
    private async Task<TReply> ChangeAsync<TReply>(ActorId actor, object change, Origin by, CancellationToken cancelled)
    {
        var reply = await runtime.AskAsync<TReply>(actor, change, Patience, by, cancelled);
        await engine.CaughtUpAsync(cancelled).WaitAsync(Patience, time, cancelled);
        return reply;
    }
}
