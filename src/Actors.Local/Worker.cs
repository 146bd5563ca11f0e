using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>One thread and what it owns: the actors and position shards of every n-th shard. Alternates between them fairly.</summary>
internal sealed class Worker : IDisposable
{
    private static readonly long Millisecond = TimeSpan.TicksPerMillisecond;

    [ThreadStatic]
    private static Worker? _current;

    private readonly WorkerLock _gate = new();
    private readonly RuntimeParts _parts;
    private readonly Action _onQuiet;
    private readonly Thread _thread;
    private readonly ITimer _alarm;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _alarmAt = long.MaxValue;
    private volatile bool _isDraining;
    private volatile bool _isEnding;
    private volatile bool _alarmRang;
    private bool _isStarted;

    public Worker(RuntimeParts parts, int number, Action onQuiet)
    {
        _parts = parts;
        _onQuiet = onQuiet;
        Number = number;
        Actors = new ActorHost(_gate, parts);
        Positions = new PositionHost(_gate, parts, number);
        _thread = new Thread(Run) { IsBackground = true, Name = $"vantage-worker-{number}" };
        _alarm = parts.Clock.Provider.CreateTimer(
            static worker => ((Worker)worker!).OnAlarm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The worker whose thread this is, or null.</summary>
    public static Worker? Current => _current;

    public int Number { get; }

    public ActorHost Actors { get; }

    public PositionHost Positions { get; }

    /// <summary>What waits and lives here, as gauges show it.</summary>
    public RuntimeLoad Load
    {
        get
        {
            lock (_gate.Lock)
            {
                Actors.Sort_NeedsLock();
                return new RuntimeLoad(Number, Actors.Queued_NeedsLock, Actors.Active_NeedsLock, Positions.QueuedFrames, Positions.QueuedFixes);
            }
        }
    }

    /// <summary>Completes when the thread has left.</summary>
    public Task Exited => _exited.Task;

    public void Start()
    {
        _isStarted = true;
        _thread.Start();
    }

    /// <summary>Takes no new work from outside and reports each time that it runs out of what it has.</summary>
    public void Drain()
    {
        Actors.RefuseOutside();
        Positions.Refuse();
        _isDraining = true;
        _gate.Ring();
    }

    public void End()
    {
        _isEnding = true;
        if (_isStarted)
        {
            _gate.Ring();
        }
        else
        {
            Leave();
        }
    }

    public (bool IsQuiet, long Given) Look()
    {
        lock (_gate.Lock)
        {
            Actors.Sort_NeedsLock();
            return (!_isStarted || (Actors.IsQuiet_NeedsLock && Positions.IsQuiet_NeedsLock), _gate.Given);
        }
    }

    public void Dispose() => _alarm.Dispose();

    private void Run()
    {
        _current = this;
        while (!_isEnding)
        {
            try
            {
                var worked = Positions.DoSome();
                worked |= Actors.DoSome();
                if (!worked)
                {
                    Actors.PassivateIdle(_parts.Clock.Ticks);
                    Rest();
                }
            }
            catch (Exception broken)
            {
                _parts.Metrics.OnFailure("runtime");
                RuntimeLog.WorkerFailed(_parts.Logger, broken, Number);
            }
        }

        Leave();
    }

    private void Leave()
    {
        Positions.Close();
        Actors.Close();
        _exited.SetResult();
    }

    private void Rest()
    {
        if (_isDraining)
        {
            _onQuiet();
        }

        if (SetAlarm(Math.Min(Actors.NextDeadline, Positions.NextDeadline)))
        {
            _gate.AwaitNews();
        }
    }

    /// <summary>Has the bell rung when a time has come. False when it already has.</summary>
    private bool SetAlarm(long due)
    {
        if (_alarmRang)
        {
            _alarmRang = false;
            _alarmAt = long.MaxValue;
        }

        while (true)
        {
            var now = _parts.Clock.Ticks;
            if (due <= now)
            {
                return false;
            }

            if (due == _alarmAt)
            {
                return true;
            }

            _alarm.Change(TimeSpan.FromMilliseconds(((due - now) + Millisecond - 1) / Millisecond), Timeout.InfiniteTimeSpan);

            // Time that passes between reading the clock and setting the alarm makes it late: by little, or by whatever a test's clock jumps.
            if (_parts.Clock.Ticks - now < Millisecond)
            {
                _alarmAt = due;
                return true;
            }
        }
    }

    private void OnAlarm()
    {
        _alarmRang = true;
        _gate.Ring();
    }
}
