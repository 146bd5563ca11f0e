using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vantage.Actors.Journal;
using Vantage.Actors.Nodes;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;

namespace Vantage.Actors.Orleans;

/// <summary>Hosts actors as grains of an Orleans silo, one of several or alone, and position shards on threads of the silo they live on.</summary>
/// <remarks>
/// <para>
/// An actor is a grain named by its id; a call to it is one turn: some messages, one append, then their effects. What is sent from this process
/// queues in front of the grain, one call under way at a time, so order holds and messages that wait during an append share the next. State
/// is in the journal alone; Orleans' own storage is not used. A position shard is a grain, too, but only to have a place: see
/// <see cref="PositionGrain"/>.
/// </para>
/// <para>
/// Senders outside wait while a mailbox is full, which each process counts for itself. Actors and position shards do not: they may fill it up to
/// <see cref="OrleansRuntimeOptions.MailboxLimit"/>, beyond which a message is a counted dead letter. A message that throws, an append or a
/// recovery that fails: the behaviour is dropped and replayed, at once the first time, then with a delay that doubles. Of a turn that was under way
/// on a silo that died nobody knows the outcome: its askers hear that, and it is not sent again.
/// </para>
/// <para>
/// The silo is the runtime's own: it joins the cluster in <see cref="StartAsync"/>, when the process is ready for what others place on it, and leaves in
/// <see cref="StopAsync"/>.
/// </para>
/// </remarks>
public sealed class OrleansRuntime : IHostedRuntime, IAsyncDisposable
{
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WakeLeavingEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly OrleansRuntimeOptions _options;
    private readonly Action<ISiloBuilder> _cluster;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly RuntimeMetrics _metrics;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _stopLock = new();
    private IHost? _silo;
    private PositionKeeper? _keeper;
    private Task? _stopped;

    /// <param name="cluster">Says where the silo listens, and with whom it is a cluster.</param>
    /// <param name="messages">Everything that behaviours are sent and answer with, questions to shards, and what nodes tell each other.</param>
    /// <param name="shards">
    /// Builds the position half of a shard, on its thread, reading it back from the log: when it comes to this silo, and after it threw. What it
    /// builds must skip frames whose sequence it has already reached.
    /// </param>
    /// <param name="meters">Owns the meter <c>Vantage.Actors</c>; without one the runtime does.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public OrleansRuntime(
        OrleansRuntimeOptions options,
        Action<ISiloBuilder> cluster,
        IBehaviourFactory behaviours,
        IJournal journal,
        EventCatalog events,
        WireCatalog messages,
        ILiveFeed feed,
        Func<int, IPositionShard> shards,
        TimeProvider time,
        ILoggerFactory loggers,
        IMeterFactory? meters = null)
    {
        options.Validate();
        (_options, _cluster, _time, _loggers, Messages) = (options, cluster, time, loggers, messages);
        var logger = _logger = loggers.CreateLogger<OrleansRuntime>();
        var counts = new ActorCounts();
        _metrics = new RuntimeMetrics(meters, () => [counts.With(Positions)]);
        var appendLog = new LogPace(time, count => RuntimeLog.MoreAppendsFailed(logger, count));
        var unreadableLog = new LogPace(time, count => RuntimeLog.MoreUnreadable(logger, count));
        Parts = new RuntimeParts(
            options,
            behaviours,
            journal,
            events,
            feed,
            new Clock(time),
            logger,
            appendLog,
            unreadableLog,
            _metrics,
            counts,
            new SemaphoreSlim(options.ConcurrentRecoveries),
            _ended.Token);
        Outboxes = new Outboxes(Parts);
        Link = new NodeLink(Parts);
        Positions = new ShardThreads(
            new ShardThreadSetup(
                options.ShardThreads, options.FrameCapacity, options.FixCapacity, options.ShardFunctionCapacity, options.TickInterval, options.BackOff,
                shards, _metrics.OnFrame, Parts.OnShardFailed),
            Parts.Clock);
    }

    public INodeLink? Nodes => Link;

    public string? Failure { get; private set; }

    /// <summary>Told when the silo can host no more, and <see cref="Failure"/> says why. Must not block.</summary>
    public Action Lost { get; init; } = () => { };

    public IReadOnlyList<int> OwnShards => Positions.Own;

    internal WireCatalog Messages { get; }

    internal RuntimeParts Parts { get; }

    internal Outboxes Outboxes { get; }

    internal NodeLink Link { get; }

    internal ShardThreads Positions { get; }

    /// <summary>The silo's own parts, once it runs.</summary>
    internal IServiceProvider Services => (_silo ?? throw new InvalidOperationException("The silo does not run yet.")).Services;

    /// <inheritdoc/>
    /// <remarks>On a shard's thread it completes at once. Once the runtime stops, the message is a dead letter and nothing is thrown.</remarks>
    public ValueTask TellAsync(ActorId to, object message, Origin? origin = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return Send(to, new Mail(message, origin ?? Origin.System)) is { } waiter ? waiter.WaitAsync(cancellationToken) : default;
    }

    /// <inheritdoc/>
    /// <remarks>The timeout includes the wait for room in the mailbox; an ask that ends before it found room is not delivered.</remarks>
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
        Send(to, new Mail(message, origin ?? Origin.System, ask));
        return ask.Task;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A shard that throws is built anew from the log; frames that come meanwhile are released, as the log has them. Not to be
    /// called on a shard's thread, which it could block for ever.
    /// </remarks>
    public void Deliver(PositionFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Positions.Deliver(frame);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The shard has thrown and is waiting to be built anew.</exception>
    /// <exception cref="ObjectDisposedException">The runtime has stopped.</exception>
    public Task<T> OnShardAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Positions.CallAsync(shard, function, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> AskShardAsync<T>(int shard, IShardQuery<T> query, TimeSpan timeout, CancellationToken cancellationToken = default)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Shards.Count);
        var ask = new Ask<T>(new ActorId("positions", shard.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        ask.Arm(_time, timeout, cancellationToken);
        _ = Task.Run(() => AskShardAsync(shard, new ShardQuestion(query), ask), CancellationToken.None);
        return ask.Task;
    }

    /// <inheritdoc/>
    public void Surrender(int shard) => Positions.Surrender(shard);

    /// <summary>Joins the cluster, or founds it, and begins to host.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Positions.Start();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(_loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.UseOrleans(silo =>
        {
            silo.AddRuntime(this);
            _cluster(silo);
        });
        _silo = builder.Build();
        var grains = Outboxes.Grains = Services.GetRequiredService<IGrainFactory>();
        await _silo.StartAsync(cancellationToken).ConfigureAwait(false);
        _ = FollowAsync();
        _keeper = new PositionKeeper(grains, _options.WakeInterval);
        _keeper.Start();
    }

    /// <inheritdoc/>
    public async Task HandOverAsync(TimeSpan within)
    {
        if (Failure is not null)
        {
            return;
        }

        var self = Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var view = Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot;
        if (!view.Members.Values.Any(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(self)))
        {
            return;
        }

        using var patience = new CancellationTokenSource(within, _time);
        await Link.TellLeavingAsync(self).WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Services.GetRequiredService<PositionPlaces>().Leaves(self);
        while (OwnShards.Count > 0 && !patience.IsCancellationRequested)
        {
            _keeper?.WakeAll(); // What has not moved when there is no more time is placed elsewhere when the silo has gone.
            await Task.Delay(WakeLeavingEvery, _time, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The silo's shards are handed over before it leaves the cluster.</remarks>
    public Task StopAsync(TimeSpan within)
    {
        lock (_stopLock)
        {
            return _stopped ??= StopOnceAsync(Failure is null ? within : TimeSpan.Zero);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_options.StopTimeout).ConfigureAwait(false);
        _ended.Dispose();
        Parts.Recoveries.Dispose();
    }

    /// <summary>The silo cannot go on: the cluster has removed it, or something in it broke that nobody foresaw.</summary>
    internal void OnLost(string reason)
    {
        RuntimeLog.Lost(_logger, reason);
        Failure ??= $"This node can host no more. {reason} What it acknowledged is safe. Start it anew.";
        Lost();
    }

    private Waiter? Send(ActorId to, in Mail mail)
    {
        if (ShardThread.IsCurrent)
        {
            Outboxes.PostFromInside(to, in mail);
            return null;
        }

        return Outboxes.Post(to, in mail);
    }

    private async Task FollowAsync()
    {
        try
        {
            await Link.FollowAsync(
                Services.GetRequiredService<IClusterMembershipService>(), Services.GetRequiredService<ILocalSiloDetails>().SiloAddress,
                Services.GetRequiredService<NodeClient>(), _ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    /// <summary>Asks until there is an answer, or nobody waits for one any more: a question changes nothing, so it may be put twice.</summary>
    private async Task AskShardAsync<T>(int shard, ShardQuestion question, Ask<T> ask)
        where T : notnull
    {
        while (!ask.IsOver && !_ended.IsCancellationRequested)
        {
            try
            {
                var answer = await Outboxes.PositionOf(shard).AskAsync(question).ConfigureAwait(false);
                if (answer.Failure is { } failure)
                {
                    ask.Fail(failure);
                }
                else if (answer.Reply is Unreadable unreadable)
                {
                    ask.Fail(new InvalidOperationException(unreadable.Reason));
                }
                else
                {
                    ask.Answer(answer.Reply!);
                }

                return;
            }
            catch (OrleansException)
            {
                // The shard's silo has died, or is leaving: it is asked again where the shard is by then.
                await Task.Delay(AskAgainAfter, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception reason)
            {
                ask.Fail(reason);
            }
        }

        ask.Fail(new ObjectDisposedException(nameof(OrleansRuntime), "The runtime has stopped."));
    }

    private async Task StopOnceAsync(TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within, _time);
        Outboxes.RefuseOutside();
        Positions.Refuse();
        if (_keeper is not null)
        {
            await _keeper.DisposeAsync().ConfigureAwait(false);
        }

        if (await DrainAsync(deadline.Token).ConfigureAwait(false))
        {
            // Turns that others have begun here are let finish, and grains leave in good order.
            await StopSiloAsync(deadline.Token).ConfigureAwait(false);
        }
        else
        {
            RuntimeLog.StoppedEarly(_logger, within);
        }

        Outboxes.Close();
        await _ended.CancelAsync().ConfigureAwait(false);
        await StopSiloAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        Positions.End();

        // A frame that is being processed is let finish; one that never ends must not keep the process.
        await Task.WhenAny(Positions.Exited, Task.Delay(LastGrace, _time)).ConfigureAwait(false);
        Positions.Dispose();
        _metrics.Dispose();
    }

    private async Task StopSiloAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _silo, null) is { } silo)
        {
            try
            {
                await silo.StopAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception incomplete)
            {
                // Nothing depends on how it ends: what it held is recovered by others.
                RuntimeLog.SiloStoppedBadly(_logger, incomplete);
            }

            await ((IAsyncDisposable)silo).DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> DrainAsync(CancellationToken deadline)
    {
        while (!IsQuiet())
        {
            await Task.Delay(LookEvery, _time, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (deadline.IsCancellationRequested)
            {
                return IsQuiet();
            }
        }

        return true;
    }

    /// <summary>Whether nobody has anything left. Shards send to actors, never the other way: they are looked at first.</summary>
    private bool IsQuiet() => Positions.IsQuiet && Outboxes.IsQuiet;
}
