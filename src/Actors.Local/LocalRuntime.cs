using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Vantage.Actors.Journal;
using Vantage.Actors.Nodes;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>Hosts actors and position shards in this process, on threads of its own.</summary>
/// <remarks>
/// <para>
/// A worker thread owns every n-th shard, and with it the actors and the positions of that shard. It alternates between frames,
/// turns, timers, functions on shards and ticks, so that none starves another. It never waits for the journal: an actor
/// whose events are on their way, or that is being recovered, is passed over until they are through.
/// </para>
/// <para>
/// Senders outside wait while a mailbox is full. Actors and position shards (whatever sends on a worker's thread) do not: they may
/// fill a mailbox up to <see cref="LocalRuntimeOptions.MailboxLimit"/>, beyond which a message is a counted dead letter.
/// </para>
/// <para>
/// A message that throws, an append or a recovery that fails: the behaviour is dropped and replayed from the journal, at once
/// the first time, then with a delay that doubles from <see cref="LocalRuntimeOptions.FirstBackOff"/> to
/// <see cref="LocalRuntimeOptions.LongestBackOff"/> until a message succeeds. Its mailbox waits meanwhile.
/// </para>
/// </remarks>
public sealed class LocalRuntime : IHostedRuntime, IAsyncDisposable
{
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(1);

    private readonly LocalRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RuntimeMetrics _metrics;
    private readonly SemaphoreSlim _recoveries;
    private readonly SemaphoreSlim _quiet = new(0);
    private readonly Worker[] _workers;
    private readonly Lock _stopLock = new();
    private Task? _stopped;

    /// <summary>Prepares the runtime. Messages may come at once; nothing is processed before <see cref="Start"/>.</summary>
    /// <param name="shards">
    /// Builds the position half of a shard, on the worker's thread, reading it back from the log: at start, and after it threw. What it
    /// builds must skip frames whose sequence it has already reached.
    /// </param>
    /// <param name="meters">Owns the meter <c>Vantage.Actors</c>; without one the runtime does.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public LocalRuntime(
        LocalRuntimeOptions options,
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
        _recoveries = new SemaphoreSlim(options.ConcurrentRecoveries);
        _metrics = new RuntimeMetrics(meters, () => (_workers ?? []).Select(worker => worker.Load));
        var appendLog = new LogPace(time, count => RuntimeLog.MoreAppendsFailed(logger, count));
        var parts = new RuntimeParts(
            options, behaviours, journal, catalog, feed, shards, new Clock(time), logger, appendLog, _metrics, _recoveries, WorkerOf);
        _workers = [.. Enumerable.Range(0, options.Workers).Select(number => new Worker(parts, number, () => _quiet.Release()))];
    }

    public INodeLink? Nodes => null;

    public string? Failure => null;

    /// <summary>Starts the workers. Position shards are built by them, in parallel, before their first frames and ticks.</summary>
    public void Start()
    {
        foreach (var worker in _workers)
        {
            worker.Start();
        }
    }

    public IReadOnlyList<int> OwnShards { get; } = [.. Enumerable.Range(0, Shards.Count)];

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>On a worker's thread it completes at once. Once the runtime stops, the message is a dead letter and nothing is thrown.</remarks>
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
    /// called on a worker's thread, which it could block for ever.
    /// </remarks>
    public void Deliver(PositionFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        WorkerOf(frame.Shard).Positions.Deliver(frame);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The shard has thrown and is waiting to be built anew.</exception>
    /// <exception cref="ObjectDisposedException">The runtime has stopped.</exception>
    public Task<T> OnShardAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return WorkerOf(shard).Positions.CallAsync(shard, function, cancellationToken);
    }

    public Task<T> AskShardAsync<T>(int shard, IShardQuery<T> query, TimeSpan timeout, CancellationToken cancellationToken = default)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(query);
        return OnShardAsync(shard, query.Run, cancellationToken).WaitAsync(timeout, _time, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>All shards belong here: it is built anew, after a back-off.</remarks>
    public void Surrender(int shard) => WorkerOf(shard).Positions.Surrender(shard);

    /// <inheritdoc/>
    /// <remarks>Timers are cancelled at once.</remarks>
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
        _quiet.Dispose();
    }

    private Waiter? Send(ActorId to, in Mail mail)
    {
        var shard = Shards.Of(to);
        var worker = WorkerOf(shard);
        if (Worker.Current is { } current && _workers.Contains(current))
        {
            worker.Actors.PostFromInside(to, shard, in mail);
            return null;
        }

        return worker.Actors.Post(to, shard, in mail);
    }

    private Worker WorkerOf(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Shards.Count);
        return _workers[shard % _workers.Length];
    }

    private async Task StopOnceAsync(TimeSpan within)
    {
        foreach (var worker in _workers)
        {
            worker.Drain();
        }

        if (!await DrainAsync(within).ConfigureAwait(false))
        {
            RuntimeLog.StoppedEarly(_logger, within);
        }

        foreach (var worker in _workers)
        {
            worker.End();
        }

        // A turn that is running is let finish; one that never ends must not keep the process.
        var exited = Task.WhenAll(_workers.Select(worker => worker.Exited));
        await Task.WhenAny(exited, Task.Delay(LastGrace, _time)).ConfigureAwait(false);
        foreach (var worker in _workers)
        {
            worker.Dispose();
        }

        _metrics.Dispose();
    }

    private async Task<bool> DrainAsync(TimeSpan within)
    {
        if (within <= TimeSpan.Zero)
        {
            return IsQuiet();
        }

        using var deadline = new CancellationTokenSource(within, _time);
        try
        {
            while (!IsQuiet())
            {
                await _quiet.WaitAsync(deadline.Token).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whether no worker has anything left, nor has got anything from another while they were looked at.</summary>
    private bool IsQuiet()
    {
        var given = _workers.Sum(worker => worker.Look().Given);
        return _workers.All(worker => worker.Look().IsQuiet) && _workers.Sum(worker => worker.Look().Given) == given;
    }
}
