using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>The position shards of one worker, their frames, and the functions that want a look at them.</summary>
/// <remarks>
/// A shard that throws is in a state that nobody knows: it is dropped, and built anew by the factory, which reads it back from
/// the log; at once the first time, later with a growing back-off. Frames that come meanwhile are released unprocessed: they were
/// durable before they came here, so the new shard finds them in the log. Some frames that it read there may then still be
/// queued here: a shard skips frames whose sequence it has reached. The frame on which it threw is left to the garbage
/// collector, as nobody knows whether the shard released it.
/// </remarks>
#pragma warning disable CA1001 // Its semaphores have no handles, and callers may still wait for them after the end: each is let go by the one before.
internal sealed class PositionHost
#pragma warning restore CA1001
{
    private const int FramesARound = 8;
    private const int FixesARound = 10_000;
    private const int CallsARound = 8;

    private readonly WorkerLock _gate;
    private readonly RuntimeParts _parts;
    private readonly SemaphoreSlim _callSlots;
    private readonly SemaphoreSlim _room = new(0);
    private readonly Slot[] _slots;
    private long _nextTick;
    private int _missing;

    // Guarded by the worker's lock.
    private readonly FrameQueue _frames;
    private readonly Queue<ShardCall> _calls = [];
    private readonly List<int> _surrendered = [];
    private int _blocked;
    private bool _isAtWork;
    private bool _isClosed;

    public PositionHost(WorkerLock gate, RuntimeParts parts, int worker)
    {
        _gate = gate;
        _parts = parts;
        _frames = new FrameQueue(parts.Options.FrameCapacity, parts.Options.FixCapacity);
        _callSlots = new SemaphoreSlim(parts.Options.ShardFunctionCapacity);
        _slots = [.. Enumerable.Range(0, Shards.Count).Where(shard => shard % parts.Options.Workers == worker).Select(shard => new Slot(shard))];
        _missing = _slots.Length;
    }

    public int QueuedFrames => _frames.Count;

    public int QueuedFixes => _frames.Fixes;

    /// <summary>When the next tick is due, in <see cref="Clock"/> ticks.</summary>
    public long NextDeadline => _nextTick;

    public bool IsQuiet_NeedsLock => !_isAtWork && _frames.Count == 0 && _calls.Count == 0 && _surrendered.Count == 0;

    /// <summary>Blocks while the queue is full. After the end frames are released: the log keeps them for the next start.</summary>
    public void Deliver(PositionFrame frame)
    {
        while (true)
        {
            lock (_gate.Lock)
            {
                if (_isClosed)
                {
                    break;
                }

                if (_frames.TryEnqueue(frame))
                {
                    _gate.Ring_NeedsLock();
                    return;
                }

                _blocked++;
            }

            _room.Wait();
        }

        frame.Release();
    }

    public async Task<T> CallAsync<T>(int shard, Func<IPositionShard, T> function, CancellationToken cancellationToken)
    {
        await _callSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        var call = new ShardCall<T>(shard, function, cancellationToken);
        lock (_gate.Lock)
        {
            if (_isClosed)
            {
                call.Fail(new ObjectDisposedException(nameof(LocalRuntime)));
                _callSlots.Release();
            }
            else
            {
                _calls.Enqueue(call);
                _gate.Ring_NeedsLock();
            }
        }

        return await call.WaitAsync().ConfigureAwait(false);
    }

    /// <summary>Has a shard dropped and built anew, on the worker's thread, before anything else is done with it.</summary>
    public void Surrender(int shard)
    {
        lock (_gate.Lock)
        {
            _surrendered.Add(shard);
            _gate.Ring_NeedsLock();
        }
    }

    public bool DoSome()
    {
        DropSurrendered();
        var worked = ProcessSome();
        worked |= CallSome();
        worked |= BuildOne();
        if (_parts.Clock.Ticks >= _nextTick)
        {
            Tick();
            worked = true;
        }

        return worked;
    }

    /// <summary>Takes nothing more, and lets go of who waits to deliver; what is queued goes on.</summary>
    public void Refuse()
    {
        lock (_gate.Lock)
        {
            _isClosed = true;
            LetIn_NeedsLock();
        }
    }

    /// <summary>The end, on the worker's thread: frames that are left stay in the log.</summary>
    public void Close()
    {
        Refuse();
        lock (_gate.Lock)
        {
            while (_frames.TryDequeue(out var frame))
            {
                frame.Release();
            }

            while (_calls.TryDequeue(out var call))
            {
                call.Fail(new ObjectDisposedException(nameof(LocalRuntime)));
                _callSlots.Release();
            }
        }

        foreach (var slot in _slots)
        {
            slot.Shard?.Dispose();
        }
    }

    private bool ProcessSome()
    {
        var fixes = 0;
        for (var i = 0; i < FramesARound && fixes < FixesARound; i++)
        {
            if (!TryTake(out var frame))
            {
                return i > 0;
            }

            fixes += frame.Count;
            Process(frame);
        }

        return true;
    }

    private void DropSurrendered()
    {
        int[] shards;
        lock (_gate.Lock)
        {
            if (_surrendered.Count == 0)
            {
                return;
            }

            shards = [.. _surrendered];
            _surrendered.Clear();
        }

        foreach (var shard in shards)
        {
            Fail(SlotOf(shard), new InvalidOperationException($"Another process has taken position shard {shard}."));
        }
    }

    private bool TryTake(out PositionFrame frame)
    {
        lock (_gate.Lock)
        {
            _isAtWork = false;
            if (!_frames.TryDequeue(out frame))
            {
                return false;
            }

            _isAtWork = true;
            LetIn_NeedsLock();
            return true;
        }
    }

    /// <summary>Has all who wait for room look again.</summary>
    private void LetIn_NeedsLock()
    {
        if (_blocked > 0)
        {
            _room.Release(_blocked);
            _blocked = 0;
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

    private bool CallSome()
    {
        for (var i = 0; i < CallsARound; i++)
        {
            ShardCall? call;
            lock (_gate.Lock)
            {
                _isAtWork = false;
                if (!_calls.TryDequeue(out call))
                {
                    return i > 0;
                }

                _isAtWork = true;
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

    private void Tick()
    {
        var now = _parts.Clock.UtcNow;
        foreach (var slot in _slots)
        {
            try
            {
                slot.Shard?.Tick(now);
            }
            catch (Exception thrown)
            {
                Fail(slot, thrown);
            }
        }

        _nextTick = _parts.Clock.Ticks + _parts.Options.TickInterval.Ticks;
    }

    /// <summary>Builds one shard that is missing: one a round, as reading it back takes time that actors want as well.</summary>
    private bool BuildOne()
    {
        if (_missing == 0)
        {
            return false;
        }

        foreach (var slot in _slots)
        {
            if (slot.Shard is null && Ensure(slot) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private Slot SlotOf(int shard) => _slots[shard / _parts.Options.Workers];

    private IPositionShard? Ensure(Slot slot)
    {
        if (slot.Shard is null && _parts.Clock.Ticks >= slot.RetryAt)
        {
            try
            {
                slot.Shard = _parts.CreateShard(slot.Number);
                _missing--;
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
        var delay = BackOff.OfShard(_parts.Options.BackOff(++slot.Failures), reason);
        _missing += slot.Shard is null ? 0 : 1;
        slot.Shard?.Dispose();
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
