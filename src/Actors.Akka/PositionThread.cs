using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Akka;

/// <summary>One thread and the position shards that it owns: their frames, their ticks, and the functions that want a look at them.</summary>
/// <remarks>
/// <para>
/// Threads and not actors: delivery has to block while the queue is full, and reading a shard back from its log may take long, which
/// the pool that actors share must not feel.
/// </para>
/// <para>
/// A shard that throws is in a state that nobody knows: it is dropped, and built anew by the factory, which reads it back from the
/// log; at once the first time, later with a growing back-off. Frames that come meanwhile are released unprocessed: they were
/// durable before they came here, so the new shard finds them in the log. The frame on which it threw is left to the garbage
/// collector, as nobody knows whether the shard released it.
/// </para>
/// </remarks>
internal sealed class PositionThread : IDisposable
{
    private const int CallsARound = 8;

    private readonly Lock _lock = new();
    private readonly RuntimeParts _parts;
    private readonly SemaphoreSlim _news = new(0, 1);
    private readonly SemaphoreSlim _callSlots;
    private readonly ManualResetEventSlim _room = new(initialState: true);
    private readonly Slot[] _slots;
    private readonly Thread _thread;
    private readonly ITimer _ticks;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isEnding;
    private volatile bool _isTickDue;

    // Guarded by the lock.
    private readonly FrameQueue _frames;
    private readonly Queue<ShardCall> _calls = [];
    private bool _isClosed;

    public PositionThread(RuntimeParts parts, int number)
    {
        _parts = parts;
        _frames = new FrameQueue(parts.Options.FrameCapacity, parts.Options.FixCapacity);
        _callSlots = new SemaphoreSlim(parts.Options.ShardFunctionCapacity);
        _slots = [.. Enumerable.Range(0, Shards.Count).Where(shard => shard % parts.Options.PositionThreads == number).Select(shard => new Slot(shard))];
        _thread = new Thread(Run) { IsBackground = true, Name = $"vantage-positions-{number}" };
        _ticks = parts.Clock.Provider.CreateTimer(
            static thread => ((PositionThread)thread!).OnTickDue(), this, parts.Options.TickInterval, parts.Options.TickInterval);
    }

    /// <summary>Completes when the thread has left.</summary>
    public Task Exited => _exited.Task;

    public void Start() => _thread.Start();

    /// <summary>Blocks while the queue is full. After the end frames are released: the log keeps them for the next start.</summary>
    public void Deliver(PositionFrame frame)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_isClosed)
                {
                    break;
                }

                if (_frames.TryEnqueue(frame))
                {
                    Ring();
                    return;
                }

                _room.Reset();
            }

            _room.Wait();
        }

        frame.Release();
    }

    public async Task<T> CallAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken)
    {
        await _callSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        var call = new ShardCall<T>(shard, function, cancellationToken);
        lock (_lock)
        {
            if (_isClosed)
            {
                call.Fail(new ObjectDisposedException(nameof(AkkaRuntime)));
                _callSlots.Release();
            }
            else
            {
                _calls.Enqueue(call);
                Ring();
            }
        }

        return await call.WaitAsync().ConfigureAwait(false);
    }

    /// <summary>Takes nothing more; what is queued is given up, as the log has it.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isClosed = true;
            _room.Set();
        }

        _isEnding = true;
        Ring();
    }

    /// <summary>Once the thread has left.</summary>
    public void Dispose()
    {
        _ticks.Dispose();
        _callSlots.Dispose();
    }

    private void OnTickDue()
    {
        _isTickDue = true;
        Ring();
    }

    private void Ring()
    {
        lock (_lock)
        {
            if (_news.CurrentCount == 0)
            {
                _news.Release();
            }
        }
    }

    private void Run()
    {
        foreach (var slot in _slots)
        {
            if (!_isEnding)
            {
                Ensure(slot);
            }
        }

        while (!_isEnding)
        {
            var worked = ProcessOne();
            worked |= CallSome();
            if (_isTickDue)
            {
                _isTickDue = false;
                Tick();
            }
            else if (!worked)
            {
                _news.Wait();
            }
        }

        Leave();
    }

    private bool ProcessOne()
    {
        PositionFrame frame;
        lock (_lock)
        {
            if (!_frames.TryDequeue(out frame))
            {
                return false;
            }

            _room.Set();
        }

        var slot = SlotOf(frame.Shard);
        if (Ensure(slot) is not { } shard)
        {
            frame.Release();
            return true;
        }

        var fixes = frame.Count;
        try
        {
            shard.Process(frame);
            slot.Failures = 0;
            _parts.Metrics.OnFrame(fixes);
        }
        catch (Exception thrown)
        {
            Fail(slot, thrown);
        }

        return true;
    }

    private bool CallSome()
    {
        for (var i = 0; i < CallsARound; i++)
        {
            ShardCall? call;
            lock (_lock)
            {
                if (!_calls.TryDequeue(out call))
                {
                    return i > 0;
                }
            }

            if (Ensure(SlotOf(call.Shard)) is { } shard)
            {
                call.Run(shard);
            }
            else
            {
                call.Fail(new InvalidOperationException($"Position shard {call.Shard} is down; it is built anew from the log."));
            }

            _callSlots.Release();
        }

        return true;
    }

    /// <summary>Ticks, and looks whether shards that are down may be built again.</summary>
    private void Tick()
    {
        var now = _parts.Clock.UtcNow;
        foreach (var slot in _slots)
        {
            try
            {
                Ensure(slot)?.Tick(now);
            }
            catch (Exception thrown)
            {
                Fail(slot, thrown);
            }
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            while (_frames.TryDequeue(out var frame))
            {
                frame.Release();
            }

            while (_calls.TryDequeue(out var call))
            {
                call.Fail(new ObjectDisposedException(nameof(AkkaRuntime)));
                _callSlots.Release();
            }
        }

        _exited.SetResult();
    }

    private Slot SlotOf(int shard) => _slots[shard / _parts.Options.PositionThreads];

    private IPositionShard? Ensure(Slot slot)
    {
        if (slot.Shard is null && _parts.Clock.Ticks >= slot.RetryAt)
        {
            try
            {
                slot.Shard = _parts.CreateShard(slot.Number);
            }
            catch (Exception thrown)
            {
                Fail(slot, thrown);
            }
        }

        return slot.Shard;
    }

    private void Fail(Slot slot, Exception reason)
    {
        var delay = _parts.Options.BackOff(++slot.Failures);
        slot.Shard = null;
        slot.RetryAt = _parts.Clock.Ticks + delay.Ticks;
        _parts.Metrics.OnFailure("shard");
        RuntimeLog.ShardFailed(_parts.Logger, reason, slot.Number, delay);
        if (delay == TimeSpan.Zero)
        {
            Ring();
        }
    }

    private sealed class Slot(int number)
    {
        public int Number => number;

        public IPositionShard? Shard { get; set; }

        public int Failures { get; set; }

        public long RetryAt { get; set; }
    }
}
