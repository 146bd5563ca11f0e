using System.Diagnostics.Metrics;

namespace Vantage.Host.Basemaps;

/// <summary>Whether the base map can be had: not after some failures in a row, again after the first success. Counts tiles. Safe from any thread.</summary>
internal sealed partial class BasemapHealth
{
    /// <summary>One picture that is broken is no server that is down.</summary>
    private const int FailuresInARow = 3;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Counter<long> _tiles;
    private int _failures;
    private TimeSpan _pause;
    private DateTimeOffset _retryAt;
    private DateTimeOffset? _since;

    public BasemapHealth(TimeProvider time, IMeterFactory meters, ILogger<BasemapHealth> log)
    {
        (_time, _log) = (time, log);
        var meter = meters.Create("Vantage.Host");
        _tiles = meter.CreateCounter<long>(
            "vantage.basemap.tiles", "{tile}", "Tiles of the base map that were asked for: served, empty, or failed.");
        meter.CreateObservableGauge("vantage.basemap.available", () => Since is null ? 1 : 0, null, "1: the base map can be had.");
    }

    /// <summary>Since when it cannot be had; null: it can.</summary>
    public DateTimeOffset? Since
    {
        get
        {
            lock (_lock)
            {
                return _since;
            }
        }
    }

    /// <summary>Whether to try: while it cannot be had, once in a while only, and by one at a time.</summary>
    public bool Admits()
    {
        lock (_lock)
        {
            if (_since is null)
            {
                return true;
            }

            if (_time.GetUtcNow() < _retryAt)
            {
                return false;
            }

            _retryAt = _time.GetUtcNow() + _pause; // Nobody else until this one is known.
            return true;
        }
    }

    public void Served(bool isEmpty) => _tiles.Add(1, new KeyValuePair<string, object?>("outcome", isEmpty ? "empty" : "served"));

    public void NotServed() => _tiles.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));

    /// <summary>A place in a file that cannot be read; the rest of the map can.</summary>
    public void Damaged(string why) => PartDamaged(_log, why);

    public void Succeeded()
    {
        lock (_lock)
        {
            _failures = 0;
            if (_since is null)
            {
                return;
            }

            _since = null;
        }

        Back(_log);
    }

    /// <param name="why">For the log; holds no address.</param>
    /// <param name="isFinal">There is no need to see it three times.</param>
    public void Failed(string why, bool isFinal = false)
    {
        lock (_lock)
        {
            _failures++;
            if (_since is not null)
            {
                _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
                _retryAt = _time.GetUtcNow() + _pause;
                return;
            }

            if (!isFinal && _failures < FailuresInARow)
            {
                return;
            }

            _since = _time.GetUtcNow();
            _pause = ShortestPause;
            _retryAt = _time.GetUtcNow() + _pause;
        }

        Gone(_log, why);
    }

    [LoggerMessage(1701, LogLevel.Warning, "The base map cannot be had, and walls show the built-in sketch: {Why}")]
    private static partial void Gone(ILogger log, string why);

    [LoggerMessage(1703, LogLevel.Error, "A part of the base map cannot be read: {Why}. There may be more.")]
    private static partial void PartDamaged(ILogger log, string why);

    [LoggerMessage(1702, LogLevel.Information, "The base map is there again.")]
    private static partial void Back(ILogger log);
}
