using Microsoft.AspNetCore.SignalR;
using Vantage.Host.Access;
using Vantage.Host.Incidents;
using Vantage.Host.RollCalls;
using Vantage.Host.Settings;
using Vantage.Host.Situations;

namespace Vantage.Host.Wall;

/// <summary>The pump: five times a second it looks what changed and gives each screen that can take it its next frame.</summary>
internal sealed partial class WallFeed : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private const int TicksASecond = 5;
    private const int SignOfLifeTicks = 5 * TicksASecond;

    /// <summary>A send that takes this long will not end: the other side is gone.</summary>
    private const int StuckTicks = 30 * TicksASecond;
    /// <summary>SignalR waits for ever for a client that never pings: who has not said <c>Hello</c> by then is no screen.</summary>
    private const int StrangerTicks = 15 * TicksASecond;

    /// <summary>Who has not acknowledged its last two frames by then does not read them.</summary>
    private const int DeafTicks = 60 * TicksASecond;
    private static readonly TimeSpan LongestGoodBye = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BoardReaches = TimeSpan.FromDays(7);

    private readonly Situation _situation;
    private readonly Readiness _readiness;
    private readonly Screens _screens;
    private readonly BreachBoard _board;
    private readonly SummaryMaker _summaries;
    private readonly TimeProvider _time;
    private readonly WallMetrics _metrics;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<WallFeed> _log;
    private readonly WallPicture _picture;
    private readonly FrameComposer _composer;
    private bool _isLoaded;

    // Of one tick: what several screens share is made once.
    private readonly Dictionary<(Viewport View, Shown? Before), FrameBody> _bodies = [];
    private readonly Dictionary<Scope, Summary> _summariesOfTick = [];
    private readonly Dictionary<Scope, (long Version, BreachSheet Sheet)> _sheets = [];
    private readonly Dictionary<Scope, (long Version, IncidentSheet Sheet)> _incidentSheets = [];
    private readonly Dictionary<Scope, (long Version, RollCallSheet Sheet)> _rollCallSheets = [];

    public WallFeed(
        Situation situation, Readiness readiness, Screens screens, BreachBoard board, SummaryMaker summaries, HostSettings settings, TimeProvider time,
        WallMetrics metrics, IHostApplicationLifetime lifetime, ILogger<WallFeed> log)
    {
        (_situation, _readiness, _screens, _board, _summaries) = (situation, readiness, screens, board, summaries);
        (_time, _metrics, _lifetime, _log) = (time, metrics, lifetime, log);
        _picture = new WallPicture(situation, time);
        _composer = new FrameComposer(_picture, board.CountOf, settings.MaxUnits);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                TickSafely();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>A supervisor: one bad tick must not end all screens. It is logged and counted.</summary>
    private void TickSafely()
    {
        try
        {
            Tick();
        }
#pragma warning disable CA1031 // Whatever it was, the next tick begins anew from the last values.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            _metrics.OnTickFailed();
            TickFailed(failed);
        }
    }

    private void Tick()
    {
        if (!_isLoaded)
        {
            if (_readiness.WaitingFor is not null)
            {
                return;
            }

            Load();
        }

        var began = _time.GetTimestamp();
        _picture.Refresh();
        _bodies.Clear();
        _summariesOfTick.Clear();
        if (_picture.Tick % TicksASecond == 0)
        {
            _board.LetGo();
        }

        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var screen in _screens.All)
        {
            screen.FirstTick ??= _picture.Tick;
            var isStranger = !screen.IsWelcome && _picture.Tick - screen.FirstTick > StrangerTicks;
            if (isStranger || (!screen.MayGetFrame && _picture.Tick - screen.LastFrameTick > DeafTicks))
            {
                screen.Abort();
                continue;
            }

            if (!screen.IsWelcome)
            {
                continue;
            }

            if (screen.Replay is { } replay)
            {
                screen.TellOfReplay(replay, _situation.Replays.Find(replay), _time.GetUtcNow());
            }

            if (screen.Seat is { } seat)
            {
                screen.TellOfStage(seat.Stage, _situation.Stages.Find(seat.Stage));
            }

            if (!screen.Sending.IsCompleted)
            {
                _metrics.OnScreenBusy();
                if (_picture.Tick - screen.SendingSinceTick > StuckTicks)
                {
                    screen.Abort();
                }

                continue;
            }

            var messages = MessagesFor(screen, nowMs);
            if (messages.Count > 0)
            {
                screen.SendingSinceTick = _picture.Tick;
                screen.Sending = SendAsync(screen, messages);
            }
        }

        _metrics.OnTick(_time.GetElapsedTime(began));
    }

    /// <summary>When storage refuses, the next tick that finds the host ready tries again.</summary>
    private void Load()
    {
        _board.Load((_time.GetUtcNow() - BoardReaches).ToUnixTimeMilliseconds());
        _isLoaded = true;

        // Registered after SignalR's own callback, and so called before it: the connections are still open.
        _lifetime.ApplicationStopping.Register(() => _screens.TellAllAsync("info", "restarting").Wait(LongestGoodBye));
    }

    private List<(string Method, object Argument)> MessagesFor(Screen screen, long nowMs)
    {
        var messages = new List<(string, object)>();
        if (FrameFor(screen, nowMs) is { } frame)
        {
            messages.Add(("frame", frame));
        }

        var scope = Scope.Of(screen.Caller);
        if (_picture.Tick % TicksASecond == 0 || screen.Summary is null)
        {
            var summary = SummaryFor(scope, screen.Caller);
            if (!summary.SaysTheSameAs(screen.Summary))
            {
                screen.Summary = summary;
                messages.Add(("summary", summary));
            }
        }

        if (AccessPolicy.Authorize(screen.Caller, Rights.HistoryRead, Subject.Some))
        {
            var sheet = SheetFor(scope, screen.Caller);
            if (!ReferenceEquals(sheet, screen.Breaches) && sheet.Since(screen.Breaches) is { } news)
            {
                messages.Add(("breaches", news));
            }

            screen.Breaches = sheet;
        }

        var incidents = IncidentsFor(scope, screen.Caller);
        if (!ReferenceEquals(incidents, screen.Incidents))
        {
            if (incidents.Since(screen.Incidents) is { } news)
            {
                messages.Add(("incidents", news));
            }

            screen.Incidents = incidents;
        }

        var rollCalls = RollCallsFor(scope, screen.Caller);
        if (!ReferenceEquals(rollCalls, screen.RollCalls))
        {
            screen.RollCalls = rollCalls;
            messages.Add(("rollCalls", rollCalls));
        }

        if (screen.ZonesVersion != _situation.Zones.Current.Epoch)
        {
            screen.ZonesVersion = _situation.Zones.Current.Epoch;
            messages.Add(("zones", new { version = screen.ZonesVersion }));
        }

        return messages;
    }

    private Frame? FrameFor(Screen screen, long nowMs)
    {
        screen.TakeWish();
        if (screen.View is not { } view)
        {
            return null;
        }

        if (!screen.MayGetFrame)
        {
            _metrics.OnFrameHeldBack();
            return null;
        }

        if (!_bodies.TryGetValue((view, screen.Shown), out var body))
        {
            _bodies[(view, screen.Shown)] = body = _composer.Compose(view, screen.Shown);
        }

        if (body.IsEmpty && _picture.Tick - screen.LastFrameTick < SignOfLifeTicks)
        {
            screen.Shown = body.After; // Nothing to tell, and the next difference is counted from here.
            return null;
        }

        _metrics.OnFrame(body.Units.Length + body.Gone.Length + (body.Cells?.Length ?? 0));
        return screen.NextFrame(body, _picture, nowMs);
    }

    private Summary SummaryFor(Scope scope, Caller caller)
    {
        if (!_summariesOfTick.TryGetValue(scope, out var summary))
        {
            _summariesOfTick[scope] = summary = _summaries.Make(caller);
        }

        return summary;
    }

    private BreachSheet SheetFor(Scope scope, Caller caller)
    {
        var version = _board.Version;
        _sheets.TryGetValue(scope, out var known);
        if (known.Sheet is null || known.Version != version)
        {
            _sheets[scope] = known = (version, BreachSheet.Of(_board.OpenFor(caller), _board.CorrectedFor(caller), known.Sheet, _situation));
        }

        return known.Sheet;
    }

    private IncidentSheet IncidentsFor(Scope scope, Caller caller)
    {
        var version = _situation.Incidents.Version;
        _incidentSheets.TryGetValue(scope, out var known);
        if (known.Sheet is null || known.Version != version)
        {
            _incidentSheets[scope] = known = (version, IncidentSheet.Of(_situation, caller, known.Sheet));
        }

        return known.Sheet;
    }

    private RollCallSheet RollCallsFor(Scope scope, Caller caller)
    {
        var version = _situation.RollCalls.Version;
        _rollCallSheets.TryGetValue(scope, out var known);
        if (known.Sheet is null || known.Version != version)
        {
            _rollCallSheets[scope] = known = (version, RollCallSheet.Of(_situation, caller, _time.GetUtcNow()));
        }

        return known.Sheet;
    }

    private async Task SendAsync(Screen screen, List<(string Method, object Argument)> messages)
    {
        try
        {
            foreach (var (method, argument) in messages)
            {
                await screen.Client.SendAsync(method, argument);
                if (argument is Frame { Body.OldestNewsMs: { } arrivedMs })
                {
                    _metrics.OnShown(_time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(arrivedMs));
                }
            }
        }
#pragma warning disable CA1031 // A connection that fails while it is sent to is on its way out; SignalR ends it.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            SendFailed(failed, screen.Id);
            screen.Abort();
        }
    }

    [LoggerMessage(1101, LogLevel.Error, "A tick of the wall's feed failed.")]
    private partial void TickFailed(Exception failed);

    [LoggerMessage(1102, LogLevel.Debug, "Screen {Connection} could not be sent to.")]
    private partial void SendFailed(Exception failed, string connection);

    /// <summary>Callers of the same reach are told the same.</summary>
    private sealed record Scope(Reach Live, string? Squad, string? Unit)
    {
        public static Scope Of(Caller caller)
        {
            var reach = AccessPolicy.ReachOf(caller, Rights.LiveRead);
            return reach == Reach.Everything ? new Scope(reach, null, null) : new Scope(reach, caller.Squad, caller.Unit);
        }
    }
}
