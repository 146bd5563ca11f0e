using System.Diagnostics.Metrics;
using Vantage.Actors.Breaches;
using Vantage.Actors.Cameras;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Actors.Squads;
using Vantage.Actors.Units;
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
    private readonly IJournal _journal;
    private readonly List<Action<ActorId, object>> _followers = [];

    /// <param name="onHistoryFailure">Told when derived history could not be written; it is tried again.</param>
    /// <param name="onZoneFailure">Told when changes of zones could not be published, which is a bug; later ones are.</param>
    /// <param name="onUnitFailure">Told when judging one unit's fix failed, which is a bug; the others go on.</param>
    public SituationEngine(
        ITrackLog log, IHistory history, IJournal journal, TimeProvider time, Meter meter, bool registrationIsOpen, Action<Exception> onHistoryFailure,
        Action<Exception> onZoneFailure, Action<ActorId, Exception> onUnitFailure)
    {
        _journal = journal;
        Log = log;
        History = history;
        Units = new UnitDirectory(log, registrationIsOpen);
        Zones = new ZoneCatalog { OnFailure = onZoneFailure };
        _parts = new ShardParts(log, history, Units, Zones, Live, this, new PositionMetrics(meter)) { OnFailure = onUnitFailure };
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

    public HistoryWriter Writer { get; }

    /// <summary>Every event that this program writes or reads.</summary>
    public static EventCatalog Events { get; } = new EventCatalog()
        .Add<UnitRegistered>("unit-registered")
        .Add<SquadNamed>("squad-named")
        .Add<CameraRegistered>("camera-registered")
        .Add<CameraStateChanged>("camera-state-changed")
        .Add<ZoneDefined>("zone-defined")
        .Add<ZoneEnded>("zone-ended")
        .Add<BreachHandled>("breach-handled");

    /// <summary>Follows everything that is published. Followers must not block and must not throw. Call before <see cref="Start"/>.</summary>
    public void Follow(Action<ActorId, object> follower) => _followers.Add(follower);

    /// <summary>Brings the directories up to the journal.</summary>
    public async Task ReplayAsync(CancellationToken cancellationToken = default)
    {
        var zones = new List<object>();
        await foreach (var envelope in _journal.FeedAsync(0, cancellationToken).ConfigureAwait(false))
        {
            var @event = Events.Unwrap(envelope);
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

    public PositionShard CreateShard(int shard) => new(shard, _parts);

    public void Start(IActorRuntime runtime)
    {
        Writer.Start(runtime);
        Log.Start(frame =>
        {
            Writer.OnDelivered(frame);
            runtime.Deliver(frame);
        });
    }

    /// <summary>The mark that queries must have reached to see everything acknowledged until now.</summary>
    public Watermark Now => new(Log.LastSequence, Zones.Current.Epoch);

    public IBehaviour? Create(ActorId id) => id.Kind switch
    {
        ActorKinds.Officer or ActorKinds.Vehicle or ActorKinds.Drone => new UnitBehaviour(),
        ActorKinds.Squad => new SquadBehaviour(),
        ActorKinds.Camera => new CameraBehaviour(),
        ActorKinds.Zone => new ZoneBehaviour(),
        ActorKinds.Breach => new BreachHandlingBehaviour(),
        _ => null,
    };

    public void Publish(ActorId from, object delta)
    {
        Fold(delta);
        foreach (var follower in _followers)
        {
            follower(from, delta);
        }
    }

    public ValueTask DisposeAsync() => Writer.DisposeAsync();

    private void Fold(object delta)
    {
        switch (delta)
        {
            case UnitRegistered registered:
                Units.Apply(registered);
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
            default:
                break; // Breaches and the like: of interest to followers alone.
        }
    }
}
