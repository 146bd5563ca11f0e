using Vantage.Actors.Breaches;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Actors.Zones;

namespace Vantage.Actors.History;

/// <summary>Makes what the shards of this process derive durable, round by round, and tells how far queries have come.</summary>
/// <remarks>
/// A round takes each shard's output, writes it, mostly in one transaction, trims the log behind what was sealed, works out the rules that concern
/// several units, and writes those. What a crash takes is derived again from the log. So is what history refuses because another process has
/// taken the shard meanwhile: by that one.
/// </remarks>
public sealed class HistoryWriter : IAsyncDisposable
{
    /// <summary>Each shard may seal every so many rounds: sealing takes memory for a copy of its newest tracks.</summary>
    private const int SealRounds = 8;

    private static readonly TimeSpan RoundEvery = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookForSumsEvery = TimeSpan.FromMinutes(1);

    /// <summary>How long an hour is left alone before it is summed with others: most of what comes late has come by then.</summary>
    private static readonly TimeSpan SettledAfter = TimeSpan.FromHours(2);

    private readonly ITrackLog _log;
    private readonly IHistory _history;
    private readonly ZoneCatalog _zones;
    private readonly GroupRuleWork _groupRules;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _onFailure;
    private readonly long[] _written = new long[Shards.Count];
    private readonly long[] _delivered = new long[Shards.Count];
    private readonly UnsealedBacklog _backlog;
    private readonly WatermarkWaiters _waiters;
    private readonly CancellationTokenSource _stopping = new();
    private IActorRuntime? _runtime;
    private Thread? _thread;
    private bool _isDisposed;
    private long _deliveredSequence;
    private List<ShardCommit>? _taken; // Not written yet: kept over rounds that fail.
    private Watermark _takenMark;
    private AggregateException? _shardsDown; // Of the round in which that was taken.
    private int _round;
    private DateTimeOffset _sumsDue;

    /// <param name="onFailure">Told of every round that failed; the round is tried again.</param>
    public HistoryWriter(ShardParts parts, TimeProvider time, Action<Exception> onFailure)
    {
        (_log, _history, _zones) = (parts.Log, parts.History, parts.Zones);
        (_time, _onFailure) = (time, onFailure);
        _groupRules = new GroupRuleWork(parts);
        _backlog = new UnsealedBacklog(parts.MaxUnsealedFixes);
        _waiters = new WatermarkWaiters(time);
        parts.Metrics.ObserveUnsealed(() => _backlog.Count);
    }

    /// <summary>The last round failed: storage is in trouble, and what was derived waits in memory.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>Called for every frame on its way to the runtime, in log order. Waits while too much is still to be sealed.</summary>
    public void OnDelivered(PositionFrame frame)
    {
        Volatile.Write(ref _delivered[frame.Shard], frame.Sequence);
        Volatile.Write(ref _deliveredSequence, frame.Sequence);
        _backlog.Delivered(frame.Count, _stopping.Token);
    }

    public void Start(IActorRuntime runtime)
    {
        _runtime = runtime;
        _deliveredSequence = _log.LastSequence; // Shards find in the log what was written before this start.
        _groupRules.Resume(_time.GetUtcNow());
        _thread = new Thread(Run) { Name = "history", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Completes when queries see everything up to a watermark.</summary>
    /// <exception cref="TimeoutException">Not within the time.</exception>
    public Task WaitAsync(Watermark mark, TimeSpan timeout, CancellationToken cancellationToken = default)
        => _waiters.WaitAsync(mark, timeout, cancellationToken);

    /// <summary>Writes what there is, and stops. Doing so again changes nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_thread is { } thread)
        {
            await Task.Run(thread.Join).ConfigureAwait(false);
        }

        // The token's source is left alone: the log may be delivering its last frames.
    }

    private void Run()
    {
        var retry = RoundEvery;
        while (!_stopping.IsCancellationRequested)
        {
            var began = _time.GetTimestamp();
            try
            {
                Round();
                IsFailing = false;
                retry = RoundEvery;
                BuildHeatSums();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure) // The one supervisor of this thread: it must not die, whatever storage does.
            {
                IsFailing = true;
                _onFailure(failure);
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
            }

            _backlog.EndRound();
            var rest = retry - _time.GetElapsedTime(began);
            if (rest > TimeSpan.Zero && (IsFailing || !_backlog.IsHolding))
            {
                _stopping.Token.WaitHandle.WaitOne(rest);
            }
        }

        LastRound();
    }

    // Queries after a restart are quicker when the log need not be gone through again; a failure here costs no more than that.
    private void LastRound()
    {
        try
        {
            Round();
        }
        catch (Exception failure)
        {
            _onFailure(failure);
        }
    }

    private void Round()
    {
        if (_taken is null)
        {
            Take();
        }

        var now = _time.GetUtcNow();
        var own = WriteOrSurrender(_taken!);
        _taken = null;
        _groupRules.AddByTime(now);
        RunGroupRules(now, own);
        CoverWaiters();
        if (_shardsDown is not null)
        {
            throw _shardsDown; // The round is tried again for them.
        }
    }

    // Sums only make questions quicker: while history cannot keep up they wait, and that they cannot be built fails no round.
    private void BuildHeatSums()
    {
        var now = _time.GetUtcNow();
        if (now < _sumsDue || _backlog.IsHolding)
        {
            return;
        }

        _sumsDue = now + LookForSumsEvery;
        try
        {
            if (_history.BuildHeatSums((int)Math.Floor((now - DateTimeOffset.UnixEpoch - SettledAfter).TotalHours)))
            {
                _sumsDue = now; // The next round goes on.
            }
        }
        catch (IOException failure)
        {
            _onFailure(failure);
        }
    }

    private void Take()
    {
        var now = _time.GetUtcNow();
        var deliveredSequence = Volatile.Read(ref _deliveredSequence);
        var delivered = Array.ConvertAll(_delivered, sequence => sequence);
        var toCount = _backlog.BeginCount();
        var epoch = _zones.Current.Epoch;
        var turn = _round++ % SealRounds;
        var shards = _runtime!.OwnShards.ToDictionary(
            shard => shard,
            shard => _runtime.OnShardAsync(shard, owner => ((PositionShard)owner).TakeCommit(now, maySeal: shard % SealRounds == turn)));
        Task.WhenAll(shards.Values).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();

        // One that has left this process meanwhile is another's to write.
        var failures = shards.Where(shard => !shard.Value.IsCompletedSuccessfully && _runtime.OwnShards.Contains(shard.Key))
            .SelectMany(shard => shard.Value.Exception?.InnerExceptions ?? Enumerable.Empty<Exception>()).ToList();
        _shardsDown = failures.Count > 0 ? new AggregateException(failures) : null;

        // What shards have handed over they do not have any more: it is written, also when others are down.
        var answers = shards.Values.Where(shard => shard.IsCompletedSuccessfully).Select(shard => shard.Result).ToList();
        _backlog.EndCount(toCount, answers.Sum(commit => (long)commit.UnsealedFixes));
        _taken = answers.FindAll(IsInStep);
        if (_taken.Count == Shards.Count)
        {
            _takenMark = MarkOf(_taken, delivered, new Watermark(deliveredSequence, epoch));
        }

        foreach (var commit in answers.Where(commit => !IsInStep(commit)))
        {
            Restart(commit.Shard);
        }
    }

    // A shard that failed and was made anew while its last output was on its way has read history without it: it must read again.
    private bool IsInStep(ShardCommit commit)
        => commit.BasedOnSequence == (commit.IsFirst ? _history.ReadProgress(commit.Shard).ProcessedSequence : _written[commit.Shard]);

    private void Restart(int shard) => _runtime!.OnShardAsync(shard, owner =>
    {
        ((PositionShard)owner).Restart();
        return true;
    }).Wait();

    private static Watermark MarkOf(List<ShardCommit> commits, long[] delivered, Watermark mark)
    {
        foreach (var commit in commits)
        {
            mark = new Watermark(
                commit.ProcessedSequence < delivered[commit.Shard] ? Math.Min(mark.Sequence, commit.ProcessedSequence) : mark.Sequence,
                Math.Min(mark.ZoneEpoch, commit.JudgedEpoch));
        }

        return mark;
    }

    /// <summary>
    /// Writes as many at a time as one transaction should hold: the longer a round takes the more the next one has to write, so one that is too large
    /// for a server's patience would come again larger. What is written leaves the list at once, so that nothing is written twice when a
    /// later one fails.
    /// </summary>
    /// <returns>The shards that are still this process's.</returns>
    private HashSet<int> WriteOrSurrender(List<ShardCommit> commits)
    {
        var own = new HashSet<int>();
        while (commits.Count > 0)
        {
            var rows = 0L;
            var part = commits.TakeWhile(commit => (rows += commit.Rows) <= _history.RowsInATransaction).ToList();
            part = part.Count > 0 ? part : commits.GetRange(0, 1);
            try
            {
                Write(part);
                own.UnionWith(part.Select(commit => commit.Shard));
                commits.RemoveRange(0, part.Count);
            }
            catch (ShardsLostException lost)
            {
                Surrender(lost);
                commits.RemoveAll(commit => lost.Shards.Contains(commit.Shard));
            }
        }

        return own;
    }

    private void RunGroupRules(DateTimeOffset now, HashSet<int> own)
    {
        try
        {
            _groupRules.Run(now, own.Contains);
        }
        catch (ShardsLostException lost)
        {
            Surrender(lost); // It stays due, for whoever has the shards now.
        }
    }

    private void Surrender(ShardsLostException lost)
    {
        foreach (var shard in lost.Shards)
        {
            _runtime!.Surrender(shard);
        }
    }

    private void CoverWaiters()
    {
        if (_waiters.Any && _history.ReadCovered() is { } covered)
        {
            _takenMark = covered; // Other processes have shards, too.
        }

        _waiters.Cover(_takenMark);
    }

    private void Write(List<ShardCommit> commits)
    {
        var written = commits.FindAll(commit => !commit.IsEmpty);
        if (written.Count == 0)
        {
            return;
        }

        foreach (var commit in written)
        {
            _groupRules.Collect(commit);
        }

        _history.Commit(written);
        foreach (var commit in written)
        {
            _written[commit.Shard] = commit.ProcessedSequence;
            _groupRules.Stored(commit);
        }

        foreach (var commit in written.Where(commit => commit.Tracks.Count > 0))
        {
            _log.Trim(commit.Shard, commit.SealedSequence);
            commit.ReleaseTracks();
        }
    }
}
