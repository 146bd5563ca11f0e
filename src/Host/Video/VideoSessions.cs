using System.Collections.Concurrent;
using System.Security.Cryptography;
using Vantage.Host.Access;

namespace Vantage.Host.Video;

/// <summary>Somebody looks at a camera.</summary>
/// <param name="Who">See <see cref="Caller.Who"/>.</param>
/// <param name="Screen">What the player calls itself; null: nothing.</param>
/// <param name="Played">The gateway's channel that is open for it; null: none is.</param>
internal sealed record VideoSession(
    string Id, string Camera, string Who, string User, string? Screen, DateTimeOffset Since, (VideoGateway Gateway, WvpChannel Channel)? Played)
{
    private long _keptAtTicks = Since.UtcTicks;

    public DateTimeOffset KeptAt
    {
        get => new(Interlocked.Read(ref _keptAtTicks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _keptAtTicks, value.UtcTicks);
    }
}

/// <summary>Who looks at which camera: opened by a player, kept by it, and closed by it or when it is not kept. Thread-safe.</summary>
internal sealed class VideoSessions : BackgroundService
{
    /// <summary>How often a player says that it is still there, in seconds.</summary>
    public const int KeepAlive = 20;

    private const int MaxSessions = 5000;
    private const int MaxOfOne = 200;
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, VideoSession> _sessions = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    public VideoSessions(TimeProvider time, VideoMetrics metrics)
    {
        _time = time;
        metrics.Meter.CreateObservableGauge("vantage.video.sessions", () => _sessions.Count, "{session}", "Cameras that somebody looks at.");
    }

    public IEnumerable<VideoSession> All => _sessions.Values;

    /// <summary>Whether a caller may open another.</summary>
    public bool HasRoomFor(Caller caller) => _sessions.Count < MaxSessions && _sessions.Values.Count(session => session.Who == caller.Who) < MaxOfOne;

    public VideoSession Add(string camera, Caller caller, string? screen, (VideoGateway Gateway, WvpChannel Channel)? played)
    {
        var session = new VideoSession(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), camera, caller.Who, caller.Name, screen, _time.GetUtcNow(), played);
        return _sessions[session.Id] = session;
    }

    /// <summary>Keeps a caller's sessions, and gives those of them that are no more.</summary>
    public IReadOnlyList<string> Keep(IEnumerable<string> ids, Caller caller)
    {
        var gone = new List<string>();
        foreach (var id in ids)
        {
            if (_sessions.TryGetValue(id, out var session) && session.Who == caller.Who)
            {
                session.KeptAt = _time.GetUtcNow();
            }
            else
            {
                gone.Add(id);
            }
        }

        return gone;
    }

    /// <summary>Closes a caller's sessions; those that are no more already are no mistake.</summary>
    public Task CloseAsync(IEnumerable<string> ids, Caller caller)
        => Task.WhenAll(ids.Select(id => _sessions.TryGetValue(id, out var session) && session.Who == caller.Who ? EndAsync(session) : Task.CompletedTask));

    public async Task EndAsync(VideoSession session)
    {
        if (_sessions.TryRemove(session.Id, out _) && session.Played is var (gateway, channel))
        {
            await gateway.CloseAsync(channel);
        }
    }

    /// <summary>Nobody looks any more when the host stops.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_sessions.Values.Select(EndAsync)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = _time.GetUtcNow();
                await Task.WhenAll(_sessions.Values.Where(session => now - session.KeptAt > Forgotten).Select(EndAsync));
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
