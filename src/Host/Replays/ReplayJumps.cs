using Vantage.Actors.History;
using Vantage.Actors.Replays;
using Vantage.Host.Situations;

namespace Vantage.Host.Replays;

/// <summary>Finds where a replay may jump to.</summary>
internal sealed class ReplayJumps(Situation situation)
{
    /// <summary>The begin of the next breach of a replay's units after a time, or of the one before it; null when there is none.</summary>
    public long? ToBreach(Replay replay, long timeMs, bool isBack)
    {
        var (opened, breaches) = (replay.Opened, new List<Breach>());
        var (fromMs, toMs) = isBack ? (opened.FromMs, timeMs - 1) : (timeMs + 1, opened.ToMs);
        if (fromMs > toMs)
        {
            return null;
        }

        foreach (var unit in situation.UnitsOf(replay))
        {
            situation.History.ReadBreachesOfUnit(unit.Number, zone: null, fromMs, toMs, breaches);
        }

        var starts = breaches.Select(breach => breach.StartedAtMs).Where(ms => ms >= fromMs && ms <= toMs).Select(ms => (long?)ms);
        return isBack ? starts.Max() : starts.Min();
    }
}
