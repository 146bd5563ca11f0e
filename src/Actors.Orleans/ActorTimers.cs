using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>One start of a named timer: another start of the same name is another object.</summary>
internal sealed record NamedTimer(string Name, long Due, long Order, object Message)
{
    public bool IsSent { get; set; }
}

/// <summary>The named timers of one activation, behind one alarm on the runtime's clock. What is due is sent to the actor's mailbox.</summary>
/// <remarks>The alarm rings on any thread; all else is called by the grain.</remarks>
internal sealed class ActorTimers : IDisposable
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond;

    /// <summary>In milliseconds: system timers take no more than 49 days. An alarm that rings early is set again.</summary>
    private const long LongestWait = int.MaxValue;

    private readonly Lock _lock = new();
    private readonly Clock _clock;
    private readonly Action<Mail> _send;
    private readonly ITimer _idle;
    private readonly Dictionary<string, NamedTimer> _timers = new(StringComparer.Ordinal);
    private ITimer? _alarm;
    private long _order;
    private bool _isDisposed;

    public ActorTimers(Clock clock, TimeSpan idleAfter, Action<Mail> send)
    {
        _clock = clock;
        _send = send;
        _idle = clock.Provider.CreateTimer(
            static timers => ((ActorTimers)timers!).RemindOfIdleness(), this, idleAfter, idleAfter);
    }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count == 0;
            }
        }
    }

    public void Start(string name, long due, object message)
    {
        lock (_lock)
        {
            _timers[name] = new NamedTimer(name, due, _order++, message);
            SendDue_NeedsLock();
        }
    }

    public void Cancel(string name)
    {
        lock (_lock)
        {
            _timers.Remove(name);
        }
    }

    /// <summary>Whether a timer that was sent still counts: it may have been cancelled or started anew meanwhile. If it counts it is done with.</summary>
    public bool TryConsume(NamedTimer timer)
    {
        lock (_lock)
        {
            return _timers.TryGetValue(timer.Name, out var current) && ReferenceEquals(current, timer) && _timers.Remove(timer.Name);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _timers.Clear();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timers.Clear();
            _alarm?.Dispose();
            _idle.Dispose();
        }
    }

    private void OnAlarm()
    {
        lock (_lock)
        {
            SendDue_NeedsLock();
        }
    }

    /// <summary>Sends what is due, in order, and sets the alarm for the next.</summary>
    private void SendDue_NeedsLock()
    {
        while (!_isDisposed)
        {
            var now = _clock.Ticks;
            foreach (var timer in _timers.Values.Where(timer => !timer.IsSent && timer.Due <= now).OrderBy(timer => (timer.Due, timer.Order)))
            {
                // Under the lock, so that two alarms keep their order: the mailbox's lock comes after this one, never before.
                timer.IsSent = true;
                _send(new Mail(timer.Message, Origin.System, owner: timer));
            }

            var next = _timers.Values.Where(timer => !timer.IsSent).Select(timer => timer.Due).DefaultIfEmpty(long.MaxValue).Min();
            if (next == long.MaxValue)
            {
                return;
            }

            _alarm ??= _clock.Provider.CreateTimer(
                static timers => ((ActorTimers)timers!).OnAlarm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            var wait = Math.Min((next - now + Millisecond - 1) / Millisecond, LongestWait);
            _alarm.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);

            // Time that passes between reading the clock and setting the alarm makes it late: by little, or by whatever a test's clock jumps.
            if (_clock.Ticks - now < Millisecond)
            {
                return;
            }
        }
    }

    private void RemindOfIdleness() => _send(new Mail(this, Origin.System, owner: this));
}
