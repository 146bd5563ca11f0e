using Vantage.Actors.Positions;

namespace Vantage.Actors.Runtime;

/// <summary>One thread and the position shards that it owns: their frames, their ticks, and the functions that want a look at them.</summary>
/// <remarks>
/// A shard that throws is in a state that nobody knows: it is dropped, and built anew by the factory, which reads it back from the log; at once the
/// first time, later with a growing back-off. Frames that come meanwhile are released unprocessed: they were durable before they came here, so the
/// new shard finds them in the log. The frame on which it threw is left to the garbage collector, as nobody knows whether the shard released it.
/// </remarks>
internal sealed class ShardThread : IDisposable
{
    private const int FramesARound = 8;
    private const int CallsARound = 8;

    /// <summary>A shard that another process took is not claimed back before the cluster has had time to say whose it is.</summary>
    private static readonly TimeSpan AfterSurrender = TimeSpan.FromSeconds(3);

    [ThreadStatic]
    private static ShardThread? _current;

    private readonly object _gate = new();
    private readonly ShardThreadSetup _setup;
    private readonly Clock _clock;
    private readonly SemaphoreSlim _callSlots;
    private readonly Slot[] _slots;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _alarm;

    // Guarded by the gate.
    private readonly FrameQueue _frames;
    private readonly Queue<ShardCall> _calls = [];
    private readonly Queue<Change> _changes = [];
    private bool _isTickDue = true;
    private bool _isBusy;
    private bool _refuses;
    private bool _isEnding;

    public ShardThread(ShardThreadSetup setup, Clock clock, int number)
    {
        (_setup, _clock) = (setup, clock);
        _frames = new FrameQueue(setup.FrameCapacity, setup.FixCapacity);
        _callSlots = new SemaphoreSlim(setup.FunctionCapacity);
        _slots = [.. Enumerable.Range(0, Shards.Count).Where(shard => shard % setup.Threads == number).Select(shard => new Slot(shard))];
        _thread = new Thread(Run) { IsBackground = true, Name = $"vantage-shards-{number}" };
    }

    /// <summary>Whether the calling thread is one of these: it must not wait for itself.</summary>
    public static bool IsCurrent => _current is not null;

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
                return _frames.Count == 0 && _calls.Count == 0 && _changes.Count == 0 && !_isBusy;
            }
        }
    }

    public void Start()
    {
        _thread.Start();
        _alarm = _clock.Provider.CreateTimer(static thread => ((ShardThread)thread!).OnAlarm(), this, _setup.TickInterval, _setup.TickInterval);
    }

    /// <summary>Completes when the shard has begun to be read back, or has left.</summary>
    public Task SetOpen(int shard, bool isOpen) => Enqueue(new Change(shard, isOpen));

    public Task Surrender(int shard) => Enqueue(new Change(shard, IsOpen: null));

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
                call.Fail(Stopped());
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

    private static ObjectDisposedException Stopped() => new(nameof(IActorRuntime), "The runtime has stopped.");

    private Task Enqueue(Change change)
    {
        lock (_gate)
        {
            if (_isEnding)
            {
                return Task.CompletedTask;
            }

            _changes.Enqueue(change);
            Monitor.PulseAll(_gate);
        }

        return change.Done.Task;
    }

    private void Run()
    {
        _current = this;
        while (AwaitWork())
        {
            ChangeSome();
            ProcessSome();
            CallSome();
            Tick();
        }

        Leave();
    }

    private bool AwaitWork()
    {
        lock (_gate)
        {
            _isBusy = false;
            while (!_isEnding && _frames.Count == 0 && _calls.Count == 0 && _changes.Count == 0 && !_isTickDue)
            {
                Monitor.Wait(_gate);
            }

            _isBusy = true;
            return !_isEnding;
        }
    }

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
                call.Fail(Stopped());
                _callSlots.Release();
            }
        }

        foreach (var slot in _slots)
        {
            slot.Shard?.Dispose();
        }

        while (_changes.TryDequeue(out var change))
        {
            change.Done.SetResult();
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

    /// <summary>Reading a shard back takes long, and a node that takes over many has others that must not stand still for all of them: one, and then their frames.</summary>
    private void ChangeSome()
    {
        var wasMissing = false;
        while (!wasMissing)
        {
            Change? change;
            lock (_gate)
            {
                if (!_changes.TryDequeue(out change))
                {
                    return;
                }
            }

            var slot = SlotOf(change.Shard);
            if (change.IsOpen is { } isOpen)
            {
                slot.IsOpen = isOpen;
                if (isOpen)
                {
                    wasMissing = slot.Shard is null;
                    Ensure(slot);
                }
                else
                {
                    Drop(slot);
                    (slot.Failures, slot.RetryAt) = (0, 0);
                }
            }
            else if (slot.Shard is not null)
            {
                Fail(slot, new InvalidOperationException($"Another process has taken position shard {slot.Number}."), AfterSurrender);
            }

            change.Done.SetResult();
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
            _setup.Processed(fixes);
        }
        catch (Exception thrown)
        {
            Fail(slot, thrown, TimeSpan.Zero);
        }
    }

    private void CallSome()
    {
        for (var i = 0; i < CallsARound; i++)
        {
            ShardCall? call;
            lock (_gate)
            {
                // Whoever found a shard here asked it after it was opened: calls do not overtake changes.
                if (_changes.Count > 0 || !_calls.TryDequeue(out call))
                {
                    return;
                }
            }

            var slot = SlotOf(call.Shard);
            if (Ensure(slot) is { } shard)
            {
                call.Run(shard);
            }
            else
            {
                call.Fail(new InvalidOperationException(slot.IsOpen
                    ? $"Position shard {call.Shard} is down; it is built anew from the log."
                    : $"Position shard {call.Shard} does not live in this process."));
            }

            _callSlots.Release();
        }
    }

    /// <summary>Ticks, and builds those shards again that may be.</summary>
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

        var now = _clock.UtcNow;
        foreach (var slot in _slots)
        {
            try
            {
                Ensure(slot)?.Tick(now);
            }
            catch (Exception thrown)
            {
                Fail(slot, thrown, TimeSpan.Zero);
            }
        }
    }

    private Slot SlotOf(int shard) => _slots[shard / _setup.Threads];

    private IPositionShard? Ensure(Slot slot)
    {
        if (slot is { Shard: null, IsOpen: true } && _clock.Ticks >= slot.RetryAt)
        {
            try
            {
                slot.Shard = _setup.Create(slot.Number);
            }
            catch (Exception thrown)
            {
                Fail(slot, thrown, TimeSpan.Zero);
            }
        }

        return slot.Shard;
    }

    private void Fail(Slot slot, Exception reason, TimeSpan atLeast)
    {
        var delay = BackOff.OfShard(_setup.BackOff(++slot.Failures), reason);
        delay = delay < atLeast ? atLeast : delay;
        Drop(slot);
        slot.RetryAt = _clock.Ticks + delay.Ticks;
        _setup.Failed(slot.Number, reason, delay);
    }

    private static void Drop(Slot slot)
    {
        slot.Shard?.Dispose();
        slot.Shard = null;
    }

    /// <summary>What is to become of a shard here. Null: another process has it.</summary>
    private sealed record Change(int Shard, bool? IsOpen)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Slot(int number)
    {
        public int Number => number;

        public bool IsOpen { get; set; }

        public IPositionShard? Shard { get; set; }

        public int Failures { get; set; }

        public long RetryAt { get; set; }
    }
}
