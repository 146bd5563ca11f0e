using System.Diagnostics.Metrics;
using Vantage.Actors.Breaches;
using Vantage.Actors.Cameras;
using Vantage.Actors.History;
using Vantage.Actors.Incidents;
using Vantage.Actors.Journal;
using Vantage.Actors.Nodes;
using Vantage.Actors.Positions;
using Vantage.Actors.Replays;
using Vantage.Actors.RollCalls;
using Vantage.Actors.Runtime;
using Vantage.Actors.Squads;
using Vantage.Actors.Stages;
using Vantage.Actors.Tours;
using Vantage.Actors.Units;
using Vantage.Actors.Wire;
using Vantage.Actors.Zones;

namespace Vantage.Actors;

/// <summary>The engine as its parts: made from ports, hosted by a runtime, used by a host.</summary>
/// <remarks>
/// Order of a start: make it, <see cref="ReplayAsync"/>, make the runtime with <see cref="CreateShard"/> and this as factory and feed,
/// then <see cref="Start"/>.
/// </remarks>
public sealed class SituationEngine : IBehaviourFactory, ILiveFeed, IAsyncDisposable
{
    private readonly ShardParts _parts;
    private readonly IEventFeed _journal;
    private readonly TimeProvider _time;
    private readonly List<Action<ActorId, object>> _followers = [];
    private JournalFollower? _follower;
    private NodeFeed? _nodes;
    private long _replayedTo;

    /// <param name="onHistoryFailure">Told when derived history could not be written; it is tried again.</param>
    /// <param name="onZoneFailure">Told when changes of zones could not be published, which is a bug; later ones are.</param>
    /// <param name="onUnitFailure">Told when judging one unit's fix failed, which is a bug; the others go on.</param>
    /// <param name="keepTracks">See <see cref="ShardParts.KeepTracks"/>.</param>
    public SituationEngine(
        ITrackLog log, IHistory history, IEventFeed journal, TimeProvider time, Meter meter, bool registrationIsOpen, Action<Exception> onHistoryFailure,
        Action<Exception> onZoneFailure, Action<ActorId, Exception> onUnitFailure, TimeSpan? keepTracks = null)
    {
        (_journal, _time) = (journal, time);
        Log = log;
        History = history;
        Units = new UnitDirectory(log, registrationIsOpen);
        Zones = new ZoneCatalog { OnFailure = onZoneFailure };
        _parts = new ShardParts(log, history, Units, Zones, Live, this, new PositionMetrics(meter)) { OnFailure = onUnitFailure, KeepTracks = keepTracks };
        Writer = new HistoryWriter(_parts, time, onHistoryFailure);
    }

    public ITrackLog Log { get; }

    public IHistory History { get; }

    public UnitDirectory Units { get; }

    public ZoneCatalog Zones { get; }

    public LiveUnits Live { get; } = new();

    public HandlingDirectory Handling { get; } = new();

    public CameraDirectory Cameras { get; } = new();

    public SquadDirectory Squads { get; } = new();

    public ReplayDirectory Replays { get; } = new();

    public IncidentDirectory Incidents { get; } = new();

    public StageDirectory Stages { get; } = new();

    public TourDirectory Tours { get; } = new();

    public RollCallDirectory RollCalls { get; } = new();

    public HistoryWriter Writer { get; }

    /// <summary>
    /// Other processes run the same engine on the same storage: directories then follow the journal, as any of them may record, and not what
    /// this process publishes.
    /// </summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>Told when what other processes recorded could not be taken over; it is tried again. Must not throw.</summary>
    public Action<Exception> OnFollowFailure { get; init; } = _ => { };

    /// <summary>Told when what other processes see could not be exchanged with them; the next exchange makes up for it. Must not throw.</summary>
    public Action<Exception> OnNodeFailure { get; init; } = _ => { };

    /// <summary>What other processes record is not taken over: it is an event of a newer program, perhaps.</summary>
    public bool IsNotFollowing => _follower?.IsFailing == true;

    /// <summary>Every event that this program writes or reads.</summary>
    public static EventCatalog Events { get; } = new EventCatalog()
        .Add<UnitRegistered>("unit-registered")
        .Add<UnitDutyReported>("unit-duty-reported")
        .Add<SquadNamed>("squad-named")
        .Add<CameraRegistered>("camera-registered")
        .Add<CameraStateChanged>("camera-state-changed")
        .Add<ZoneDefined>("zone-defined")
        .Add<ZoneEnded>("zone-ended")
        .Add<BreachHandled>("breach-handled")
        .Add<ReplayOpened>("replay-opened")
        .Add<ReplayClockSet>("replay-clock-set")
        .Add<ReplayClosed>("replay-closed")
        .Add<IncidentReported>("incident-reported", 2) // 2: may have no place.
        .Add<IncidentNoted>("incident-noted")
        .Add<IncidentClosed>("incident-closed")
        .Add<OrderGiven>("order-given")
        .Add<OrderStepped>("order-stepped")
        .Add<StageLaidOut>("stage-laid-out")
        .Add<StageRemoved>("stage-removed")
        .Add<StageShown>("stage-shown")
        .Add<StagePresetKept>("stage-preset-kept")
        .Add<StageSwitched>("stage-switched")
        .Add<ScreenPushed>("screen-pushed")
        .Add<ScreenTakenBack>("screen-taken-back")
        .Add<ScreenLinked>("screen-linked")
        .Add<StageVisitorsSet>("stage-visitors-set")
        .Add<TourLaidOut>("tour-laid-out")
        .Add<TourRemoved>("tour-removed")
        .Add<RollCallOpened>("roll-call-opened")
        .Add<RollCallAnswered>("roll-call-answered")
        .Add<RollCallAnswerTakenBack>("roll-call-answer-taken-back")
        .Add<RollCallEnded>("roll-call-ended")
        .Add<RollCallWithdrawn>("roll-call-withdrawn");

    /// <summary>Everything that travels between the processes of a cluster.</summary>
    public static WireCatalog Messages { get; } = new WireCatalog()
        .Add<RegisterUnit>("register-unit")
        .Add<UnitRegistration>("unit-registration")
        .Add<ReportDuty>("report-duty")
        .Add<DutyReceipt>("duty-receipt")
        .Add<NameSquad>("name-squad")
        .Add<SquadReceipt>("squad-receipt")
        .Add<RegisterCamera>("register-camera")
        .Add<ReportCameraState>("report-camera-state")
        .Add<CameraReceipt>("camera-receipt")
        .Add<DefineZone>("define-zone")
        .Add<EndZone>("end-zone")
        .Add<ZoneReceipt>("zone-receipt")
        .Add<AcknowledgeBreach>("acknowledge-breach")
        .Add<HandleBreach>("handle-breach")
        .Add<MarkFalseAlarm>("mark-false-alarm")
        .Add<HandlingReceipt>("handling-receipt")
        .Add<OpenReplay>("open-replay")
        .Add<SetReplayClock>("set-replay-clock")
        .Add<CloseReplay>("close-replay")
        .Add<ReplayReceipt>("replay-receipt")
        .Add<ReportIncident>("report-incident", 2)
        .Add<NoteIncident>("note-incident", 2)
        .Add<CloseIncident>("close-incident")
        .Add<IncidentReceipt>("incident-receipt")
        .Add<GiveOrder>("give-order")
        .Add<StepOrder>("step-order")
        .Add<ReleaseOrder>("release-order")
        .Add<OrderReceipt>("order-receipt")
        .Add<LayOutStage>("lay-out-stage")
        .Add<RemoveStage>("remove-stage")
        .Add<ShowOnStage>("show-on-stage")
        .Add<KeepStagePreset>("keep-stage-preset")
        .Add<SwitchStage>("switch-stage")
        .Add<PushToScreen>("push-to-screen")
        .Add<TakeScreenBack>("take-screen-back")
        .Add<LinkScreen>("link-screen")
        .Add<SetStageVisitors>("set-stage-visitors")
        .Add<StageReceipt>("stage-receipt")
        .Add<CopyTrack>("copy-track")
        .Add<CountFixes>("count-fixes")
        .Add<FixCount>("fix-count")
        .Add<FindUnits>("find-units")
        .Add<UnitsFound>("units-found")
        .Add("track-copy", 1, TrackCopy.Write, TrackCopy.Read)
        .Add<AskLastInside>("ask-last-inside")
        .Add<LastInside>("last-inside")
        .Add("units-seen", 1, UnitsSeen.Write, UnitsSeen.Read)
        .Add<BreachesSeen>("breaches-seen")
        .Add<LayOutTour>("lay-out-tour")
        .Add<RemoveTour>("remove-tour")
        .Add<TourReceipt>("tour-receipt")
        .Add<OpenRollCall>("open-roll-call")
        .Add<AnswerRollCall>("answer-roll-call")
        .Add<TakeBackRollCallAnswer>("take-back-roll-call-answer")
        .Add<WithdrawRollCall>("withdraw-roll-call")
        .Add<WakeRollCall>("wake-roll-call")
        .Add<RollCallReceipt>("roll-call-receipt");

    /// <summary>Follows everything that is published. Followers must not block and must not throw. Call before <see cref="Start"/>.</summary>
    public void Follow(Action<ActorId, object> follower) => _followers.Add(follower);

    /// <summary>Brings the directories up to the journal.</summary>
    public async Task ReplayAsync(CancellationToken cancellationToken = default)
    {
        var zones = new List<object>();
        await foreach (var envelope in _journal.FeedAsync(0, cancellationToken).ConfigureAwait(false))
        {
            var @event = Events.Unwrap(envelope);
            _replayedTo = envelope.Offset;
            if (@event is ZoneDefined or ZoneEnded)
            {
                zones.Add(@event); // Folded as one: the index is built once.
            }
            else
            {
                Fold(@event);
            }
        }

        await Zones.ApplyAsync(zones).ConfigureAwait(false);
    }

    /// <summary>Takes a shard for this process, and reads it back from log and history.</summary>
    public PositionShard CreateShard(int shard) => new(shard, _parts);

    /// <summary>Begins to take frames, and to write what follows from them.</summary>
    /// <param name="nodes">The other processes; needed when <see cref="IsOneOfSeveral"/>.</param>
    public void Start(IActorRuntime runtime, INodeLink? nodes = null)
    {
        if (IsOneOfSeveral)
        {
            ArgumentNullException.ThrowIfNull(nodes);
            _follower = new JournalFollower(_journal, Follow, _time, OnFollowFailure);
            _follower.Start(_replayedTo);
            _nodes = new NodeFeed(
                Live, unit => Shards.Of(Units.Get(unit).Id), () => runtime.OwnShards, () => Zones.Current.ZoneCount, nodes,
                breach => Show(new ActorId(ActorKinds.Zone, breach.Zone), breach), _time, OnNodeFailure);
            _nodes.Start();
        }

        Writer.Start(runtime);
        Log.Start(frame =>
        {
            Writer.OnDelivered(frame);
            runtime.Deliver(frame);
        });
    }

    /// <summary>Wakes the actors whose timers ran when this process, or all of them, stopped: nothing else may ever send them a message.</summary>
    public async Task WakeAsync(IActorRuntime runtime, CancellationToken cancellationToken = default)
    {
        foreach (var call in RollCalls.All.Where(call => call.IsRunning))
        {
            await runtime.TellAsync(new ActorId(ActorKinds.RollCall, call.Key), new WakeRollCall(), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The mark that queries must have reached to see everything acknowledged until now.</summary>
    public Watermark Now => new(Log.LastSequence, Zones.Current.Epoch);

    /// <summary>Completes when the directories know what was recorded before the call, by whichever process.</summary>
    public Task CaughtUpAsync(CancellationToken cancellationToken = default) => _follower?.CatchUpAsync(cancellationToken) ?? Task.CompletedTask;

    public IBehaviour? Create(ActorId id) => id.Kind switch
    {
        ActorKinds.Officer or ActorKinds.Vehicle or ActorKinds.Drone => new UnitBehaviour(),
        ActorKinds.Squad => new SquadBehaviour(),
        ActorKinds.Camera => new CameraBehaviour(),
        ActorKinds.Zone => new ZoneBehaviour(),
        ActorKinds.Breach => new BreachHandlingBehaviour(),
        ActorKinds.Replay => new ReplayBehaviour(),
        ActorKinds.Incident => new IncidentBehaviour(),
        ActorKinds.Stage => new StageBehaviour(),
        ActorKinds.Tour => new TourBehaviour(),
        ActorKinds.RollCall => new RollCallBehaviour(),
        _ => null,
    };

    public void Publish(ActorId from, object delta)
    {
        if (IsOneOfSeveral && Events.Has(delta.GetType()))
        {
            return; // It comes with the journal, here as in all other processes, and in the same order.
        }

        Fold(delta);
        Show(from, delta);
        if (delta is Breach breach)
        {
            _nodes?.Add(breach);
        }
    }

    /// <summary>Stops what derives and follows. Doing so again changes nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _nodes, null) is { } nodes)
        {
            await nodes.DisposeAsync().ConfigureAwait(false);
        }

        if (Interlocked.Exchange(ref _follower, null) is { } follower)
        {
            await follower.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Follow(Envelope envelope)
    {
        var @event = Events.Unwrap(envelope);
        Fold(@event);
        if (ActorId.TryParse(envelope.Stream, out var from))
        {
            Show(from, @event);
        }
    }

    private void Show(ActorId from, object delta)
    {
        foreach (var follower in _followers)
        {
            follower(from, delta);
        }
    }

    private void Fold(object delta)
    {
        switch (delta)
        {
            case UnitRegistered registered:
                Units.Apply(registered);
                break;
            case UnitDutyReported duty:
                Units.Apply(duty);
                break;
            case SquadNamed named:
                Squads.Apply(named);
                break;
            case CameraRegistered or CameraStateChanged:
                Cameras.Apply(delta);
                break;
            case ZoneDefined or ZoneEnded:
                _ = Zones.ApplyAsync(delta); // Who asked for the change waits for its publication, not this thread.
                break;
            case BreachHandled handled:
                Handling.Apply(handled);
                break;
            case ReplayOpened or ReplayClockSet or ReplayClosed:
                Replays.Apply(delta);
                break;
            case IncidentReported or IncidentNoted or IncidentClosed or OrderGiven or OrderStepped:
                Incidents.Apply(delta);
                break;
            case RollCallOpened or RollCallAnswered or RollCallAnswerTakenBack or RollCallEnded or RollCallWithdrawn:
                RollCalls.Apply(delta);
                break;
            case TourLaidOut or TourRemoved:
                Tours.Apply(delta);
                break;
            default:
                if (StageDirectory.StageOf(delta) is { } stage)
                {
                    Stages.Apply(stage, delta);
                }

                break; // All others, breaches and the like, are of interest to followers alone.
        }
    }
}
