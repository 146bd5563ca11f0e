using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>One thread beside the silo and the position shards it owns: their frames, ticks, and the functions that want a look at them.</summary>
/// <remarks>
/// Positions do not go through Orleans: frames are many, their order counts, and whoever delivers must be held up by a full queue. A shard that
/// throws is in a state that nobody knows: it is dropped, and built anew by the factory, which reads it back from the log; at once the first
/// time, later with a growing back-off. Frames that come meanwhile are released unprocessed: the new shard finds them in the log. The frame on
/// which it threw is left to the garbage collector, as nobody knows whether the shard released it.
/// </remarks>
internal sealed class ShardLoop : IDisposable
{
    private const int FramesARound = 8;
    private const int CallsARound = 8;

    [ThreadStatic]
    private static ShardLoop? _current;

    private readonly object _gate = new();
    private readonly RuntimeParts _parts;
    private readonly SemaphoreSlim _callSlots;
    private readonly Slot[] _slots;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _alarm;

    // Guarded by the gate.
    private readonly FrameQueue _frames;
    private readonly Queue<ShardCall> _calls = [];
    private bool _isTickDue = true;
    private bool _isBusy;
    private bool _refuses;
    private bool _isEnding;

    public ShardLoop(RuntimeParts parts, int number)
    {
        _parts = parts;
        Number = number;
        _frames = new FrameQueue(parts.Options.FrameCapacity, parts.Options.FixCapacity);
        _callSlots = new SemaphoreSlim(parts.Options.ShardFunctionCapacity);
        _slots = [.. Enumerable.Range(0, Shards.Count).Where(shard => shard % parts.Options.ShardLoops == number).Select(shard => new Slot(shard))];
        _thread = new Thread(Run) { IsBackground = true, Name = $"vantage-shards-{number}" };
    }

    /// <summary>The loop whose thread this is, or null.</summary>
    public static ShardLoop? Current => _current;

    public int Number { get; }

    public RuntimeParts Parts => _parts;

    public int QueuedFrames => _frames.Count;

    public int QueuedFixes => _frames.Fixes;

    /// <summary>Completes when the thread has left.</summary>
    public Task Exited => _exited.Task;

    public bool IsQuiet
    {
        get
        {
            lock (_gate)
            {
                return _frames.Count == 0 && _calls.Count == 0 && !_isBusy;
            }
        }
    }

    public void Start()
    {
        _thread.Start();
        _alarm = _parts.Clock.Provider.CreateTimer(
            static loop => ((ShardLoop)loop!).OnAlarm(), this, _parts.Options.TickInterval, _parts.Options.TickInterval);
    }

    /// <summary>Blocks while the queue is full. After the end frames are released: the log keeps them for the next start.</summary>
    public void Deliver(PositionFrame frame)
    {
        lock (_gate)
        {
            while (!_refuses)
            {
                if (_frames.TryEnqueue(frame))
                {
                    Monitor.PulseAll(_gate);
                    return;
                }

                Monitor.Wait(_gate);
            }
        }

        frame.Release();
    }

    public async Task<T> CallAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken)
    {
        await _callSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        var call = new ShardCall<T>(shard, function, cancellationToken);
        lock (_gate)
        {
            if (_refuses)
            {
                call.Fail(new ObjectDisposedException(nameof(OrleansRuntime)));
                _callSlots.Release();
            }
            else
            {
                _calls.Enqueue(call);
                Monitor.PulseAll(_gate);
            }
        }

        return await call.WaitAsync().ConfigureAwait(false);
    }

    /// <summary>Takes nothing more, and lets go of who waits to deliver; what is queued goes on.</summary>
    public void Refuse()
    {
        lock (_gate)
        {
            _refuses = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void End()
    {
        _alarm?.Dispose();
        lock (_gate)
        {
            _refuses = true;
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }

        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            Leave();
        }
    }

    public void Dispose() => _callSlots.Dispose();

    private void Run()
    {
        _current = this;
        while (AwaitWork())
        {
            try
            {
                ProcessSome();
                CallSome();
                Tick();
            }
            catch (Exception broken)
            {
                _parts.Metrics.OnFailure("runtime");
                RuntimeLog.LoopFailed(_parts.Logger, broken, Number);
            }
        }

        Leave();
    }

    private bool AwaitWork()
    {
        lock (_gate)
        {
            _isBusy = false;
            while (!_isEnding && _frames.Count == 0 && _calls.Count == 0 && !_isTickDue)
            {
                Monitor.Wait(_gate);
            }

            _isBusy = true;
            return !_isEnding;
        }
    }

    /// <summary>Frames that are left stay in the log.</summary>
    private void Leave()
    {
        lock (_gate)
        {
            _isBusy = false;
            while (_frames.TryDequeue(out var frame))
            {
                frame.Release();
            }

            while (_calls.TryDequeue(out var call))
            {
                call.Fail(new ObjectDisposedException(nameof(OrleansRuntime)));
                _callSlots.Release();
            }
        }

        _exited.TrySetResult();
    }

    private void OnAlarm()
    {
        lock (_gate)
        {
            _isTickDue = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void ProcessSome()
    {
        for (var i = 0; i < FramesARound; i++)
        {
            PositionFrame frame;
            lock (_gate)
            {
                if (!_frames.TryDequeue(out frame))
                {
                    return;
                }

                // Whoever waits to deliver.
                Monitor.PulseAll(_gate);
            }

            Process(frame);
        }
    }

    private void Process(PositionFrame frame)
    {
        var slot = SlotOf(frame.Shard);
        if (Ensure(slot) is not { } shard)
        {
            frame.Release();
            return;
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
    }

    private void CallSome()
    {
        for (var i = 0; i < CallsARound; i++)
        {
            ShardCall? call;
            lock (_gate)
            {
                if (!_calls.TryDequeue(out call))
                {
                    return;
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
    }

    /// <summary>Ticks each shard; one that is missing is built when its time has come, at the first tick and after it threw.</summary>
    private void Tick()
    {
        lock (_gate)
        {
            if (!_isTickDue)
            {
                return;
            }

            _isTickDue = false;
        }

        foreach (var slot in _slots)
        {
            if (Ensure(slot) is not { } shard)
            {
                continue;
            }

            try
            {
                shard.Tick(_parts.Clock.UtcNow);
            }
            catch (Exception thrown)
            {
                Fail(slot, thrown);
            }
        }
    }

    private Slot SlotOf(int shard) => _slots[shard / _parts.Options.ShardLoops];

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
    }

    private sealed class Slot(int number)
    {
        public int Number => number;

        public IPositionShard? Shard { get; set; }

        public int Failures { get; set; }

        public long RetryAt { get; set; }
    }
}
