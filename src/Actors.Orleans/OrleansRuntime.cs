using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Vantage.Actors.Journal;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>Hosts actors as grains of an Orleans silo, and position shards on threads of its own beside it.</summary>
/// <remarks>
/// <para>
/// An actor is a grain named by its id; a call to it is one turn: some messages, one append, then their effects. What is sent from this process
/// queues in front of the grain, one call under way at a time, so order holds and messages that wait during an append share the next. State
/// is in the journal alone; Orleans' own storage is not used.
/// </para>
/// <para>
/// Senders outside wait while a mailbox is full. Actors and position shards do not: they may fill it up to
/// <see cref="OrleansRuntimeOptions.MailboxLimit"/>, beyond which a message is a counted dead letter. A message that throws, an append or a
/// recovery that fails: the behaviour is dropped and replayed, at once the first time, then with a delay that doubles.
/// </para>
/// <para>
/// For a single silo. Messages, replies and exceptions pass as references, and a call that would leave the process fails with a clear error. Several
/// silos need: a form on the wire for messages and replies; deltas and position frames that find the silo that wants them; a bound on mailboxes that
/// counts all senders; passivation that knows of mail from elsewhere (nothing would be lost, but volatile timers may be); and a runtime that treats a
/// turn lost with its silo as what it is, one of unknown outcome.
/// </para>
/// </remarks>
public sealed class OrleansRuntime : IActorRuntime, IAsyncDisposable
{
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private readonly OrleansRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RuntimeMetrics _metrics;
    private readonly CancellationTokenSource _ended = new();
    private readonly ShardThreads _shards;
    private readonly Lock _stopLock = new();
    private Task? _stopped;

    /// <summary>Prepares the runtime; <see cref="SiloActors.AddActors"/> has the silo start and stop it.</summary>
    /// <param name="shards">
    /// Builds the position half of a shard, reading it back from the log: at start, and after it threw. What it builds must skip frames whose
    /// sequence it has already reached.
    /// </param>
    /// <param name="meters">Owns the meter <c>Vantage.Actors</c>; without one the runtime does.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public OrleansRuntime(
        OrleansRuntimeOptions options,
        IGrainFactory grains,
        IBehaviourFactory behaviours,
        IJournal journal,
        EventCatalog catalog,
        ILiveFeed feed,
        Func<int, IPositionShard> shards,
        TimeProvider time,
        ILogger logger,
        IMeterFactory? meters = null)
    {
        options.Validate();
        _options = options;
        _time = time;
        _logger = logger;
        _metrics = new RuntimeMetrics(meters, () => _shards);
        var appendLog = new LogPace(time, count => RuntimeLog.MoreAppendsFailed(logger, count));
        Parts = new RuntimeParts(
            options,
            behaviours,
            journal,
            catalog,
            feed,
            new Clock(time),
            logger,
            appendLog,
            _metrics,
            new SemaphoreSlim(options.ConcurrentRecoveries),
            _ended.Token);
        Outboxes = new Outboxes(Parts, grains);
        _shards = new ShardThreads(
            new ShardThreadSetup(
                options.ShardThreads, options.FrameCapacity, options.FixCapacity, options.ShardFunctionCapacity, options.TickInterval, options.BackOff,
                shards, _metrics.OnFrame, Parts.OnShardFailed),
            Parts.Clock);
    }

    public IReadOnlyList<int> OwnShards => _shards.Own;

    internal RuntimeParts Parts { get; }

    internal Outboxes Outboxes { get; }

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
        _shards.Deliver(frame);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The shard has thrown and is waiting to be built anew.</exception>
    /// <exception cref="ObjectDisposedException">The runtime has stopped.</exception>
    public Task<T> OnShardAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return _shards.CallAsync(shard, function, cancellationToken);
    }

    public Task<T> AskShardAsync<T>(int shard, IShardQuery<T> query, TimeSpan timeout, CancellationToken cancellationToken = default)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(query);
        return OnShardAsync(shard, query.Run, cancellationToken).WaitAsync(timeout, _time, cancellationToken);
    }

    public void Surrender(int shard) => _shards.Surrender(shard);

    /// <summary>
    /// Takes nothing new from outside, cancels timers, and lets actors and shards finish what they have; after <paramref name="within"/>
    /// what is left is given up: messages are dead letters, asks fail, frames stay in the log. The first call decides.
    /// </summary>
    public Task StopAsync(TimeSpan within)
    {
        lock (_stopLock)
        {
            return _stopped ??= StopOnceAsync(within);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_options.StopTimeout).ConfigureAwait(false);
        _ended.Dispose();
        Parts.Recoveries.Dispose();
    }

    /// <summary>Starts the position shards; the silo does the rest.</summary>
    internal void Start()
    {
        _shards.Start();
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            _ = _shards.OpenAsync(shard);
        }
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

    private async Task StopOnceAsync(TimeSpan within)
    {
        Outboxes.RefuseOutside();
        _shards.Refuse();
        if (!await DrainAsync(within).ConfigureAwait(false))
        {
            RuntimeLog.StoppedEarly(_logger, within);
        }

        Outboxes.Close();
        await _ended.CancelAsync().ConfigureAwait(false);
        _shards.End();

        // A frame that is being processed is let finish; one that never ends must not keep the process.
        await Task.WhenAny(_shards.Exited, Task.Delay(LastGrace, _time)).ConfigureAwait(false);
        _shards.Dispose();
        _metrics.Dispose();
    }

    private async Task<bool> DrainAsync(TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within, _time);
        while (!IsQuiet())
        {
            await Task.Delay(LookEvery, _time, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (deadline.IsCancellationRequested)
            {
                return IsQuiet();
            }
        }

        return true;
    }

    /// <summary>Whether nobody has anything left. Shards send to actors, never the other way: they are looked at first.</summary>
    private bool IsQuiet() => _shards.IsQuiet && Outboxes.IsQuiet;
}
