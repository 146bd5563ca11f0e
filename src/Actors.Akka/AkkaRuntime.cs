using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Microsoft.Extensions.Logging;
using Vantage.Actors.Journal;
using Vantage.Actors.Nodes;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;

namespace Vantage.Actors.Akka;

/// <summary>Hosts actors as sharded, persistent entities of an Akka.NET cluster, and position shards on threads of the node they live on.</summary>
/// <remarks>
/// <para>
/// Each kind of actor has a shard region; an actor is one entity, wherever in the cluster its shard lives. Position shards have a region of their
/// own, and move like actors. Senders outside wait while an actor's queue is full; actors do not, and may fill one up to
/// <see cref="AkkaRuntimeOptions.MailboxLimit"/>.
/// </para>
/// <para>
/// Order of a start: make it, give it to <see cref="AkkaHosting.WithVantage"/>, and once the system runs <see cref="StartAsync(CancellationToken)"/>.
/// </para>
/// </remarks>
public sealed class AkkaRuntime : IHostedRuntime, IAsyncDisposable
{
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(1);

    /// <summary>Asks for nothing: a shard that answers lives somewhere, and has been read back.</summary>
    private static readonly AskLastInside AreYouThere = new([]);

    private const string Removed
        = "The cluster has removed this node, as it was out of reach for too long. What it acknowledged is safe. Start it anew.";

    private readonly AkkaRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RuntimeParts _parts;
    private readonly ShardThreads _positions;
    private readonly NodeLink _nodes = new();
    private readonly Lock _stopLock = new();
    private ActorSystem? _system;
    private Outbox? _outbox;
    private volatile IActorRef _positionRegion = ActorRefs.Nobody;
    private IActorRef _positionKeeper = ActorRefs.Nobody;
    private Task? _stopped;

    /// <param name="messages">Everything that behaviours are sent and answer with, questions to shards, and what nodes tell each other.</param>
    /// <param name="shards">
    /// Builds the position half of a shard, on its thread, reading it back from the log: when it comes to this node, and after it threw. What it
    /// builds must skip frames whose sequence it has already reached.
    /// </param>
    /// <param name="meters">Owns the meter <c>Vantage.Actors</c>; without one the runtime does.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public AkkaRuntime(
        AkkaRuntimeOptions options,
        IBehaviourFactory behaviours,
        EventCatalog events,
        WireCatalog messages,
        ILiveFeed feed,
        Func<int, IPositionShard> shards,
        TimeProvider time,
        ILogger logger,
        IMeterFactory? meters = null)
    {
        options.Validate();
        (_options, _time, _logger, Messages) = (options, time, logger, messages);
        var appendLog = new LogPace(time, count => RuntimeLog.MoreAppendsFailed(logger, count));
        var counts = new ActorCounts();
        var metrics = new RuntimeMetrics(meters, () => [counts.With(_positions)]);
        _parts = new RuntimeParts(options, behaviours, events, feed, new Clock(time), logger, appendLog, metrics, counts);
        _positions = new ShardThreads(
            new ShardThreadSetup(
                options.PositionThreads, options.FrameCapacity, options.FixCapacity, options.ShardFunctionCapacity, options.TickInterval, options.BackOff,
                shards, metrics.OnFrame, _parts.OnShardFailed),
            _parts.Clock);
        _parts.Positions = _positions;
    }

    public INodeLink? Nodes => _nodes;

    public string? Failure { get; private set; }

    /// <summary>Told when the cluster has removed this node, and <see cref="Failure"/> says so. Must not block.</summary>
    public Action Lost { get; init; } = () => { };

    public IReadOnlyList<int> OwnShards => _positions.Own;

    internal AkkaRuntimeOptions Options => _options;

    internal ActorSystem? ActorSystem => _system;

    internal WireCatalog Messages { get; }

    private Outbox Out => _outbox ?? throw new InvalidOperationException("The actor system does not run yet.");

    /// <inheritdoc/>
    /// <remarks>Once the runtime stops, the message is a dead letter and nothing is thrown.</remarks>
    public ValueTask TellAsync(ActorId to, object message, Origin? origin = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled(cancellationToken)
            : Out.TellAsync(to, message, origin ?? Origin.System, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The timeout includes the wait for room in the mailbox; an ask that ends before it found room is not sent.</remarks>
    public Task<TReply> AskAsync<TReply>(
        ActorId to, object message, TimeSpan timeout, Origin? origin = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TReply>(cancellationToken);
        }

        var ask = new Ask<TReply>(to);
        ask.Arm(_time, timeout, cancellationToken);
        Out.Ask(to, message, origin ?? Origin.System, ask);
        return ask.Task;
    }

    /// <inheritdoc/>
    /// <remarks>Not to be called by a position shard, which it could block for ever.</remarks>
    public void Deliver(PositionFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _positions.Deliver(frame);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The runtime has stopped.</exception>
    public Task<T> OnShardAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return _positions.CallAsync(shard, function, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> AskShardAsync<T>(int shard, IShardQuery<T> query, TimeSpan timeout, CancellationToken cancellationToken = default)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Shards.Count);
        return Out.AskShardAsync(_positionRegion, shard, query, _time, timeout, cancellationToken);
    }

    /// <inheritdoc/>
    public void Surrender(int shard) => _positions.Surrender(shard);

    /// <summary>Joins the cluster, or founds one where no seeds are named, and begins to host. While no seed answers it waits, and the log says so.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var system = _system ?? throw new InvalidOperationException("The actor system does not run yet.");
        _positions.Start();
        var cluster = global::Akka.Cluster.Cluster.Get(system);
        var joined = _options.SeedNodes is []
            ? cluster.JoinAsync(cluster.SelfAddress, cancellationToken)
            : cluster.JoinSeedNodesAsync(_options.SeedNodes.Select(Address.Parse), cancellationToken);
        while (await Task.WhenAny(joined, Task.Delay(_options.JoinPatience, _time, cancellationToken)).ConfigureAwait(false) != joined)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RuntimeLog.StillJoining(_logger, string.Join(", ", _options.SeedNodes));
        }

        await joined.ConfigureAwait(false);
        _positionKeeper = system.ActorOf(Props.Create(() => new PositionKeeper(_parts, _positionRegion)), "position-keeper");
    }

    /// <inheritdoc/>
    public async Task HandOverAsync(TimeSpan within)
    {
        var (own, shards) = (_positionRegion, _positions.Own);
        if (Failure is not null || _system is not { } system || _options.Role != AkkaRuntimeOptions.Engine || !HasOtherEngine(system))
        {
            return;
        }

        system.Stop(_positionKeeper);
        _positionRegion = await ClusterSharding.Get(system)
            .StartProxyAsync(PositionEntity.Region, AkkaRuntimeOptions.Engine, new PositionExtractor()).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(within, _time);
        var left = own.WatchAsync(patience.Token);
        own.Tell(GracefulShutdown.Instance, ActorRefs.NoSender);
        try
        {
            await left.ConfigureAwait(false);
            // They live again somewhere when they answer. Only then are this node's devices to look for another.
            await Task.WhenAll(shards.Select(shard => AskShardAsync(shard, AreYouThere, within, patience.Token))).ConfigureAwait(false);
        }
        catch (Exception late) when (late is OperationCanceledException or TimeoutException or ActorFailedException or InvalidOperationException)
        {
            // What has not left yet does so when the node leaves; what has not been read back yet is so without this node.
        }
    }

    /// <inheritdoc/>
    /// <remarks>The node's shards are handed over before it leaves the cluster.</remarks>
    public Task StopAsync(TimeSpan within)
    {
        lock (_stopLock)
        {
            return _stopped ??= StopOnceAsync(within);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(_options.StopTimeout).ConfigureAwait(false);

    /// <summary>Starts what lives in the system: the regions of all kinds and of positions, and who speaks for this node.</summary>
    internal async Task AttachAsync(ActorSystem system)
    {
        _system = system;
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "end-as-removed", () =>
        {
            if (shutdown.ShutdownReason is CoordinatedShutdown.ClusterDowningReason)
            {
                EndAsRemoved();
            }

            return Task.FromResult(global::Akka.Done.Instance);
        });
        var sharding = ClusterSharding.Get(system);
        var settings = ClusterShardingSettings.Create(system).WithRole(AkkaRuntimeOptions.Engine);
        var regions = await Task.WhenAll(ActorKinds.All.Select(kind => RegionAsync(
            kind, key => EntityHost.Props(_parts, new ActorId(kind, key)), _options.Remembers(kind), new ShardExtractor(kind)))).ConfigureAwait(false);
        _parts.Regions = ActorKinds.All.Zip(regions).ToDictionary(StringComparer.Ordinal);
        _positionRegion = await RegionAsync(
            PositionEntity.Region, number => PositionEntity.Props(_parts, int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)), false,
            new PositionExtractor()).ConfigureAwait(false);

        var made = new TaskCompletionSource<Outbox>();
        system.ActorOf(Props.Create(() => new OutboxActor(_parts, made)), "outbox");
        _outbox = await made.Task.ConfigureAwait(false);
        system.ActorOf(Props.Create(() => new QuarantineWatch(_parts, EndAsRemoved)), "quarantine-watch");
        _nodes.Actor = system.ActorOf(Props.Create(() => new NodeLinkActor(_parts, _nodes, _outbox.CountCredits)), NodeLinkActor.Name);

        // Where nothing lives, a region only knows the way.
        Task<IActorRef> RegionAsync(string name, Func<string, Props> entity, bool isRemembered, IMessageExtractor extractor)
            => _options.Role == AkkaRuntimeOptions.Engine
                ? sharding.StartAsync(
                    name, entity, settings.WithRememberEntities(isRemembered), extractor, sharding.DefaultShardAllocationStrategy(settings), Leave.Instance)
                : sharding.StartProxyAsync(name, AkkaRuntimeOptions.Engine, extractor);
    }

    private static bool HasOtherEngine(ActorSystem system)
    {
        var cluster = global::Akka.Cluster.Cluster.Get(system);
        return cluster.State.Members.Any(member => member.Status == global::Akka.Cluster.MemberStatus.Up && member.HasRole(AkkaRuntimeOptions.Engine)
            && member.UniqueAddress != cluster.SelfUniqueAddress);
    }

    /// <summary>
    /// At once: there is nobody to hand over to, and what lives here has other owners, from whom it would take its shards back and back. Who waits for the
    /// system to end waits for seconds, until remoting gives up on nodes that it does not reach; this node's devices are to find another before.
    /// </summary>
    private void EndAsRemoved()
    {
        Failure = Removed;
        _ = _system!.Terminate();
        Lost();
    }

    private async Task StopOnceAsync(TimeSpan within)
    {
        _outbox?.Close();
        _positions.Refuse();
        if (within > TimeSpan.Zero && _system is not null)
        {
            await LeaveAsync(_system, within).ConfigureAwait(false);
        }

        await (_system?.Terminate() ?? Task.CompletedTask).ConfigureAwait(false);
        _outbox?.FailAsks();

        // A frame that is being processed is let finish; one that never ends must not keep the process.
        _positions.End();
        await Task.WhenAny(_positions.Exited, Task.Delay(LastGrace, _time)).ConfigureAwait(false);
        _positions.Dispose();
        _parts.Metrics.Dispose();
    }

    private async Task LeaveAsync(ActorSystem system, TimeSpan within)
    {
        try
        {
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).WaitAsync(within, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            RuntimeLog.StoppedEarly(_logger, within);
        }
    }
}
