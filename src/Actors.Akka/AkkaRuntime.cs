using System.Diagnostics.Metrics;
using System.Text;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Microsoft.Extensions.Logging;
using Vantage.Actors.Journal;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Akka;

/// <summary>Hosts actors as sharded, persistent entities of an Akka.NET cluster, and position shards on threads of this process.</summary>
/// <remarks>
/// Each kind of actor has a shard region; an actor is one entity, wherever in the cluster its shard lives. Senders outside wait while
/// an actor's queue is full; actors do not, and may fill one up to <see cref="AkkaRuntimeOptions.MailboxLimit"/>.
/// </remarks>
public sealed class AkkaRuntime : IActorRuntime, IAsyncDisposable
{
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(1);

    private readonly AkkaRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RuntimeParts _parts;
    private readonly ActorSystem _system;
    private readonly Outbox _outbox;
    private readonly PositionThread[] _positions;
    private readonly Lock _stopLock = new();
    private Task? _stopped;

    private AkkaRuntime(AkkaRuntimeOptions options, TimeProvider time, ILogger logger, RuntimeParts parts, ActorSystem system, Outbox outbox)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _parts = parts;
        _system = system;
        _outbox = outbox;
        _positions = [.. Enumerable.Range(0, options.PositionThreads).Select(number => new PositionThread(parts, number))];
    }

    /// <summary>Joins the cluster, or founds one, and starts the shard regions of all kinds and the position threads.</summary>
    /// <param name="shards">
    /// Builds the position half of a shard, on its thread, reading it back from the log: at start, and after it threw. What it builds must
    /// skip frames whose sequence it has already reached.
    /// </param>
    /// <param name="meters">Owns the meter <c>Vantage.Actors</c>; without one the runtime does.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<AkkaRuntime> StartAsync(
        AkkaRuntimeOptions options,
        IBehaviourFactory behaviours,
        IJournal journal,
        EventCatalog catalog,
        ILiveFeed feed,
        Func<int, IPositionShard> shards,
        TimeProvider time,
        ILogger logger,
        IMeterFactory? meters = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        var appendLog = new LogPace(time, count => RuntimeLog.MoreAppendsFailed(logger, count));
        var parts = new RuntimeParts(
            options, behaviours, catalog, feed, shards, new Clock(time), logger, appendLog, new RuntimeMetrics(meters));
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(ConfigOf(options)), new JournalSetup(journal));
        var system = ActorSystem.Create(options.System, setup);
        try
        {
            await JoinAsync(system, options, cancellationToken).ConfigureAwait(false);
            parts.Regions = await StartRegionsAsync(system, parts).ConfigureAwait(false);
            var made = new TaskCompletionSource<Outbox>();
            system.ActorOf(Props.Create(() => new OutboxActor(parts, made)), "outbox");
            var runtime = new AkkaRuntime(options, time, logger, parts, system, await made.Task.ConfigureAwait(false));
            Array.ForEach(runtime._positions, thread => thread.Start());
            return runtime;
        }
        catch
        {
            await system.Terminate().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Once the runtime stops, the message is a dead letter and nothing is thrown.</remarks>
    public ValueTask TellAsync(ActorId to, object message, Origin? origin = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled(cancellationToken)
            : _outbox.TellAsync(to, message, origin ?? Origin.System, cancellationToken);
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
        _outbox.Ask(to, message, origin ?? Origin.System, ask);
        return ask.Task;
    }

    /// <inheritdoc/>
    /// <remarks>Not to be called by a position shard, which it could block for ever.</remarks>
    public void Deliver(PositionFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ThreadOf(frame.Shard).Deliver(frame);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The shard has thrown and is waiting to be built anew.</exception>
    /// <exception cref="ObjectDisposedException">The runtime has stopped.</exception>
    public async Task<T> OnShardAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return await ThreadOf(shard).CallAsync(shard, function, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes nothing new from outside, hands this node's shards over and leaves the cluster; after <paramref name="within"/> the node
    /// goes as it is: messages are dead letters, asks fail, frames stay in the log. The first call decides.
    /// </summary>
    public Task StopAsync(TimeSpan within)
    {
        lock (_stopLock)
        {
            return _stopped ??= StopOnceAsync(within);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(_options.StopTimeout).ConfigureAwait(false);

    private static Config ConfigOf(AkkaRuntimeOptions options)
    {
        var own = ConfigurationFactory.ParseString($$"""
            akka.remote.dot-netty.tcp { hostname = "{{options.Host}}", port = {{options.Port}} }
            """);
        using var resource = typeof(AkkaRuntime).Assembly.GetManifestResourceStream("runtime.conf")!;
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return ConfigurationFactory.ParseString(options.Hocon).WithFallback(own).WithFallback(ConfigurationFactory.ParseString(reader.ReadToEnd()));
    }

    private static Task JoinAsync(ActorSystem system, AkkaRuntimeOptions options, CancellationToken cancellationToken)
    {
        var cluster = global::Akka.Cluster.Cluster.Get(system);
        return options.SeedNodes is []
            ? cluster.JoinAsync(cluster.SelfAddress, cancellationToken)
            : cluster.JoinSeedNodesAsync(options.SeedNodes.Select(Address.Parse), cancellationToken);
    }

    private static async Task<IReadOnlyDictionary<string, IActorRef>> StartRegionsAsync(ActorSystem system, RuntimeParts parts)
    {
        var sharding = ClusterSharding.Get(system);
        var settings = ClusterShardingSettings.Create(system);
        var regions = await Task.WhenAll(ActorKinds.All.Select(kind => sharding.StartAsync(
            kind,
            key => EntityHost.Props(parts, new ActorId(kind, key)),
            settings,
            new ShardExtractor(kind),
            sharding.DefaultShardAllocationStrategy(settings),
            Leave.Instance))).ConfigureAwait(false);
        return ActorKinds.All.Zip(regions).ToDictionary(StringComparer.Ordinal);
    }

    private PositionThread ThreadOf(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Shards.Count);
        return _positions[shard % _positions.Length];
    }

    private async Task StopOnceAsync(TimeSpan within)
    {
        _outbox.Close();
        Array.ForEach(_positions, thread => thread.End());
        if (within > TimeSpan.Zero)
        {
            await LeaveAsync(within).ConfigureAwait(false);
        }

        await _system.Terminate().ConfigureAwait(false);
        _outbox.FailAsks();

        // A frame that is being processed is let finish; one that never ends must not keep the process.
        await Task.WhenAny(Task.WhenAll(_positions.Select(thread => thread.Exited)), Task.Delay(LastGrace, _time)).ConfigureAwait(false);
        Array.ForEach(_positions, thread => thread.Dispose());
        _parts.Metrics.Dispose();
    }

    private async Task LeaveAsync(TimeSpan within)
    {
        try
        {
            await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).WaitAsync(within, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            RuntimeLog.StoppedEarly(_logger, within);
        }
    }
}
