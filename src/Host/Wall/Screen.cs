using Microsoft.AspNetCore.SignalR;
using Vantage.Actors.Replays;
using Vantage.Actors.Stages;
using Vantage.Host.Access;
using Vantage.Host.Incidents;
using Vantage.Host.Replays;
using Vantage.Host.RollCalls;
using Vantage.Host.Stages;

namespace Vantage.Host.Wall;

/// <summary>One connection to the hub.</summary>
/// <remarks>
/// The hub's calls only set the wish (<see cref="TryWant"/>) and the acknowledgement; everything else belongs to the pump. Nothing is queued for a
/// screen: what it could not be sent is worked out anew, from what it was last shown, once it can take it. So a slow screen costs no memory
/// and holds up nobody.
/// </remarks>
internal sealed class Screen(HubCallerContext connection, IClientProxy client, Caller caller)
{
    /// <summary>Frames that may be under way without an acknowledgement.</summary>
    public const int MaxUnacknowledged = 2;

    private readonly CallRate _viewports = new(10);
    private readonly CallRate _shows = new(30);
    private Viewport? _wanted;
    private long _acknowledged;
    private long _seq;
    private bool _isBroken;
    private ulong[] _named = [];
    private readonly Lock _replayGate = new();
    private string? _replay;
    private Replay? _toldReplay;
    private bool _isTold;
    private Task _telling = Task.CompletedTask;
    private readonly Lock _stageGate = new();
    private Seat? _seat;
    private Stage? _toldStage;
    private Task _tellingStage = Task.CompletedTask;
    private Task _tellingLook = Task.CompletedTask;

    public string Id => connection.ConnectionId;

    public IClientProxy Client => client;

    public Caller Caller { get; } = caller;

    public bool IsWelcome { get; private set; }

    /// <summary>The frame that was sent last.</summary>
    public long Seq => Volatile.Read(ref _seq);

    public bool MayGetFrame => Seq - Volatile.Read(ref _acknowledged) < MaxUnacknowledged;

    public Viewport? View { get; private set; }

    /// <summary>What it was last shown; null: nothing, or a new viewport came.</summary>
    public Shown? Shown { get; set; }

    public long LastFrameTick { get; set; }

    /// <summary>The pump's first tick that met it.</summary>
    public long? FirstTick { get; set; }

    /// <summary>The send under way; the next begins only when it has ended.</summary>
    public Task Sending { get; set; } = Task.CompletedTask;

    public long SendingSinceTick { get; set; }

    /// <summary>The summary, breach lines, incidents, roll calls and zones that it was last sent.</summary>
    public Summary? Summary { get; set; }

    public BreachSheet? Breaches { get; set; }

    public IncidentSheet? Incidents { get; set; }

    public RollCallSheet? RollCalls { get; set; }

    public long? ZonesVersion { get; set; }

    /// <summary>The key of the replay that it follows, or null.</summary>
    public string? Replay
    {
        get => Volatile.Read(ref _replay);
        set
        {
            lock (_replayGate)
            {
                (_replay, _isTold) = (value, false);
            }
        }
    }

    /// <summary>Tells it of the replay that it follows, unless it knows, or has not yet taken what it was told before: then the pump tells it.</summary>
    /// <param name="replay">As it is now; null: closed.</param>
    public void TellOfReplay(string key, Replay? replay, DateTimeOffset now)
    {
        lock (_replayGate)
        {
            if (_replay != key || !_telling.IsCompleted || (_isTold && _toldReplay == replay))
            {
                return;
            }

            (_toldReplay, _isTold) = (replay, true);
            _telling = client.SendAsync("replay", ReplayNews.Of(key, replay, now));
        }
    }

    /// <summary>Where it is on a wall; null: nowhere.</summary>
    public Seat? Seat => Volatile.Read(ref _seat);

    /// <summary>When it last said something.</summary>
    public DateTimeOffset LastHeard { get; private set; }

    /// <summary>From a fix to its picture, in seconds, as it last measured it.</summary>
    public double? Latency { get; private set; }

    public void Hear(DateTimeOffset now, double? latency) => (LastHeard, Latency) = (now, latency ?? Latency);

    /// <summary>Takes a place on a wall, and is told with the answer how the wall is; or leaves the one it has.</summary>
    public void Sit(Seat? seat, Stage? told)
    {
        lock (_stageGate)
        {
            (_seat, _toldStage) = (seat, told);
        }
    }

    /// <summary>Tells it of its stage, unless it knows, or has not yet taken what it was told before: then the pump tells it.</summary>
    /// <param name="stage">As it is now; null: removed.</param>
    public void TellOfStage(string key, Stage? stage)
    {
        lock (_stageGate)
        {
            if (_seat?.Stage != key || !_tellingStage.IsCompleted || ReferenceEquals(_toldStage, stage))
            {
                return;
            }

            _toldStage = stage;
            _tellingStage = client.SendAsync("stage", new StageNews(key, stage is null ? null : StageView.Of(stage)));
        }
    }

    /// <summary>Shows it where another's map looks, if it has taken what it was shown before.</summary>
    public void TellOfLook(MapView view)
    {
        lock (_stageGate)
        {
            if (_tellingLook.IsCompleted)
            {
                _tellingLook = client.SendAsync("look", LookView.Of(view));
            }
        }
    }

    /// <summary>It broke the protocol; true the first time.</summary>
    public bool TryBreak() => !Interlocked.Exchange(ref _isBroken, true);

    public void Welcome() => IsWelcome = true;

    /// <summary>Takes a new viewport; false when they come too fast.</summary>
    public bool TryWant(Viewport view, long nowMs)
    {
        if (!_viewports.TryCount(nowMs))
        {
            return false;
        }

        Interlocked.Exchange(ref _wanted, view);
        return true;
    }

    /// <summary>Counts what it shows the others; false when it comes too fast.</summary>
    public bool TryShow(long nowMs) => _shows.TryCount(nowMs);

    /// <summary>Takes an acknowledgement; false for a frame that was not sent.</summary>
    public bool TryAcknowledge(long seq)
    {
        if (seq < 1 || seq > Seq)
        {
            return false;
        }

        var known = Volatile.Read(ref _acknowledged);
        while (seq > known)
        {
            var found = Interlocked.CompareExchange(ref _acknowledged, seq, known);
            if (found == known)
            {
                break;
            }

            known = found;
        }

        return true;
    }

    /// <summary>Puts a wished viewport in force: the next frame is the whole picture.</summary>
    public void TakeWish()
    {
        if (Interlocked.Exchange(ref _wanted, null) is { } view)
        {
            View = view;
            Shown = null;
        }
    }

    /// <summary>The next frame for this screen; what it has not been told the names of comes with it.</summary>
    public Frame NextFrame(FrameBody body, WallPicture picture, long nowMs)
    {
        var names = new List<ReadOnlyMemory<byte>>();
        if (_named.Length * 64 < picture.Count)
        {
            Array.Resize(ref _named, (picture.Count + 1023) / 64);
        }

        foreach (var unit in body.Numbers)
        {
            ref var bits = ref _named[unit >> 6];
            var bit = 1UL << (unit & 63);
            if ((bits & bit) == 0 || picture.RenamedAt[unit] > LastFrameTick)
            {
                bits |= bit;
                names.Add(picture.NameJson(unit));
            }
        }

        Shown = body.After;
        LastFrameTick = picture.Tick;
        return new Frame(Interlocked.Increment(ref _seq), nowMs, body, names);
    }

    public void Abort() => connection.Abort();
}

/// <summary>A place on a wall.</summary>
/// <param name="Screen">The screen's key; null: it only looks at how the wall is.</param>
internal sealed record Seat(string Stage, string? Screen, DateTimeOffset Since);

/// <summary>How often something may be done in any second.</summary>
internal sealed class CallRate(int mostASecond)
{
    private readonly Queue<long> _times = new();

    /// <summary>Counts a call; false when it is one too many.</summary>
    public bool TryCount(long nowMs)
    {
        lock (_times)
        {
            while (_times.TryPeek(out var old) && old <= nowMs - 1000)
            {
                _times.Dequeue();
            }

            if (_times.Count >= mostASecond)
            {
                return false;
            }

            _times.Enqueue(nowMs);
            return true;
        }
    }
}
