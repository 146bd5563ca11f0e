using System.Collections.Concurrent;

namespace Vantage.Actors.Replays;

/// <summary>A replay that is open.</summary>
public sealed record Replay(ReplayOpened Opened, ReplayClock Clock)
{
    public string Key => Opened.Replay;

    /// <summary>What time it is in it.</summary>
    public long TimeAt(DateTimeOffset now) => Clock.TimeAt(now, Opened.FromMs, Opened.ToMs);
}

/// <summary>All open replays, by key.</summary>
public sealed class ReplayDirectory
{
    private readonly ConcurrentDictionary<string, Replay> _replays = new(StringComparer.Ordinal);

    public IEnumerable<Replay> All => _replays.Values;

    public int Count => _replays.Count;

    public Replay? Find(string key) => _replays.GetValueOrDefault(key);

    internal static ReplayClock ClockOf(ReplayOpened opened, ReplayClockSet? set)
        => set is null ? new ReplayClock(opened.FromMs, opened.At, 1, false) : new ReplayClock(set.TimeMs, set.At, set.Rate, set.IsPlaying);

    internal void Apply(object @event)
    {
        switch (@event)
        {
            case ReplayOpened opened:
                _replays[opened.Replay] = new Replay(opened, ClockOf(opened, null));
                break;
            case ReplayClockSet set when _replays.TryGetValue(set.Replay, out var replay):
                _replays[set.Replay] = replay with { Clock = ClockOf(replay.Opened, set) };
                break;
            case ReplayClosed closed:
                _replays.TryRemove(closed.Replay, out _);
                break;
            default:
                break; // A clock that was set when the replay was closed already.
        }
    }
}
