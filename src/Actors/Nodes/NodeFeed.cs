using Vantage.Actors.History;
using Vantage.Actors.Units;

namespace Vantage.Actors.Nodes;

/// <summary>Keeps the live picture of all processes of a cluster the same: says what changed here, and takes over what changed elsewhere.</summary>
/// <remarks>
/// <para>
/// Every 200 ms the units of this process's shards that changed go to each other process once, as their last values, however many screens are
/// connected there: screens are served from the table that the process keeps anyway, so that any of them may connect to any process.
/// </para>
/// <para>
/// What is said may be lost, so everything is said again when a process joins, and every half minute. A unit never goes back in time by it: what a
/// process says that has just lost a shard may arrive after the first words of its successor.
/// </para>
/// </remarks>
public sealed class NodeFeed : IAsyncDisposable
{
    /// <summary>Units, and breaches, in one message: some 60 kB each.</summary>
    private const int UnitsAtOnce = 1_000;
    private const int BreachesAtOnce = 100;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SayAllEvery = TimeSpan.FromSeconds(30);

    private readonly LiveUnits _live;
    private readonly Func<int, int> _shardOf;
    private readonly Func<IReadOnlyList<int>> _ownShards;
    private readonly Func<int> _zoneCount;
    private readonly INodeLink _link;
    private readonly Action<Breach> _heard;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _onFailure;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Dictionary<string, Breach> _breaches = new(StringComparer.Ordinal);
    private uint[] _said = [];
    private volatile bool _saysAll = true;
    private long _saidAllAt;
    private Task _running = Task.CompletedTask;

    /// <param name="shardOf">The shard of a unit, by its number.</param>
    /// <param name="ownShards">The shards that live in this process.</param>
    /// <param name="zoneCount">How many zones this process knows: another may be a moment ahead.</param>
    /// <param name="heard">Told of each breach that another process speaks of.</param>
    public NodeFeed(
        LiveUnits live, Func<int, int> shardOf, Func<IReadOnlyList<int>> ownShards, Func<int> zoneCount, INodeLink link, Action<Breach> heard,
        TimeProvider time, Action<Exception> onFailure)
    {
        (_live, _shardOf, _ownShards, _zoneCount) = (live, shardOf, ownShards, zoneCount);
        (_link, _heard, _time, _onFailure) = (link, heard, time, onFailure);
    }

    public void Start()
    {
        _link.Joined += OnJoined;
        _link.Heard += OnHeard;
        _running = Task.Run(RunAsync);
    }

    /// <summary>A breach was raised, changed or retracted here. Of one that changes twice before it is said, the newer is.</summary>
    public void Add(Breach breach)
    {
        lock (_gate)
        {
            _breaches[breach.Id] = breach;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _link.Joined -= OnJoined;
        _link.Heard -= OnHeard;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void OnJoined() => _saysAll = true;

    private void OnHeard(object message)
    {
        switch (message)
        {
            case UnitsSeen seen:
                foreach (var unit in seen.Units)
                {
                    TakeOver(unit);
                }

                break;
            case BreachesSeen seen:
                foreach (var breach in seen.Breaches)
                {
                    _heard(breach);
                }

                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No rule for message {message.GetType().Name}.");
        }
    }

    private void TakeOver(in SeenUnit unit)
    {
        var isOlder = _live.TryGet(unit.Unit, out var known) && known.Newest.TimeMs > unit.Newest.TimeMs;
        if (!isOlder && !_ownShards().Contains(_shardOf(unit.Unit)))
        {
            var newest = unit.Newest;
            var zones = _zoneCount();
            _live.Set(unit.Unit, in newest, unit.Motion, Array.TrueForAll(unit.Zones, zone => zone < zones) ? unit.Zones : Array.FindAll(unit.Zones, zone => zone < zones));
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                try
                {
                    SayUnits();
                    SayBreaches();
                }
                catch (Exception failure) // The one supervisor: what was not said now is said with the next values.
                {
                    _onFailure(failure);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private void SayUnits()
    {
        var all = _saysAll || _time.GetElapsedTime(_saidAllAt) >= SayAllEvery;
        if (all)
        {
            (_saysAll, _saidAllAt) = (false, _time.GetTimestamp());
        }

        if (_said.Length < _live.Count)
        {
            Array.Resize(ref _said, _live.Count);
        }

        var own = _ownShards().ToHashSet();
        var changed = new List<SeenUnit>();
        for (var unit = 0; unit < _said.Length; unit++)
        {
            var stamp = _live.StampOf(unit);
            if (stamp == 0 || (!all && stamp == _said[unit]) || !own.Contains(_shardOf(unit)) || !_live.TryGet(unit, out var live))
            {
                continue;
            }

            _said[unit] = live.Stamp;
            changed.Add(new SeenUnit(unit, live.Newest, live.Motion, live.Zones));
            if (changed.Count == UnitsAtOnce)
            {
                _link.Say(new UnitsSeen(changed));
                changed = [];
            }
        }

        if (changed.Count > 0)
        {
            _link.Say(new UnitsSeen(changed));
        }
    }

    private void SayBreaches()
    {
        Dictionary<string, Breach> breaches;
        lock (_gate)
        {
            if (_breaches.Count == 0)
            {
                return;
            }

            (breaches, _breaches) = (_breaches, new Dictionary<string, Breach>(StringComparer.Ordinal));
        }

        foreach (var some in breaches.Values.Chunk(BreachesAtOnce))
        {
            _link.Say(new BreachesSeen(some));
        }
    }
}
