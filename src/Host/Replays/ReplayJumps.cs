using Vantage.Actors.Replays;
using Vantage.Geo.Motion;
using Vantage.Host.Access;
using Vantage.Host.Motion;
using Vantage.Host.Situations;

namespace Vantage.Host.Replays;

/// <summary>Finds where a replay may jump to.</summary>
internal sealed class ReplayJumps(Situation situation)
{
    /// <summary>Stops are looked for in so short a time first, and then in twice as much as the time before: most are near.</summary>
    private const long FirstSpanMs = 30 * 60_000;

    private const int AtOnce = 4;

    /// <summary>The begin of the next stop (MOT-7) of a replay's units after a time, or of the one before it; null when there is none.</summary>
    public async Task<long?> ToStopAsync(Replay replay, long timeMs, bool isBack, CancellationToken cancelled)
    {
        var (opened, units) = (replay.Opened, situation.UnitsOf(replay));
        for (var (spanMs, edgeMs) = (FirstSpanMs, isBack ? timeMs : timeMs + 1); isBack ? edgeMs > opened.FromMs : edgeMs < opened.ToMs; spanMs *= 2)
        {
            var (fromMs, toMs) = isBack ? (Math.Max(edgeMs - spanMs, opened.FromMs), edgeMs) : (edgeMs, Math.Min(edgeMs + spanMs, opened.ToMs));
            var starts = new StopStarts(fromMs, toMs);
            await Parallel.ForEachAsync(units, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancelled }, async (unit, token) =>
            {
                await UnitMotionReader.ReadAsync(situation, unit, fromMs, toMs, starts, token);
            });
            if ((isBack ? starts.Last : starts.First) is { } found)
            {
                return found;
            }

            edgeMs = isBack ? fromMs : toMs;
        }

        return null;
    }

    /// <summary>The begin of the next breach that a replay shows after a time, or of the one before it; null when there is none.</summary>
    public long? ToBreach(Replay replay, long timeMs, bool isBack) => Nearest(
        replay.Opened, timeMs, isBack,
        (fromMs, toMs) => ReplayBreaches.Read(situation, situation.UnitsOf(replay), fromMs, toMs).Select(breach => breach.StartedAtMs).Where(ms => ms >= fromMs && ms <= toMs));

    /// <summary>When the next incident on a replay's time line after a time was reported (REP-4), or the one before it; null when there is none.</summary>
    public long? ToIncident(Replay replay, long timeMs, bool isBack, Caller caller) => Nearest(
        replay.Opened, timeMs, isBack,
        (fromMs, toMs) => ReplayIncidents.Read(situation, replay, caller, fromMs, toMs).Select(incident => incident.ReportedAtMs));

    private static long? Nearest(ReplayOpened opened, long timeMs, bool isBack, Func<long, long, IEnumerable<long>> within)
    {
        var (fromMs, toMs) = isBack ? (opened.FromMs, timeMs - 1) : (timeMs + 1, opened.ToMs);
        if (fromMs > toMs)
        {
            return null;
        }

        var times = within(fromMs, toMs).Select(ms => (long?)ms);
        return isBack ? times.Max() : times.Min();
    }

    /// <summary>When the first and the last of the stops began that began in [from, to). Told by several threads.</summary>
    private sealed class StopStarts(long fromMs, long toMs) : IMotionSink
    {
        private readonly Lock _gate = new();

        public long? First { get; private set; }

        public long? Last { get; private set; }

        public void Stop(in MotionStop stop)
        {
            if (stop.FromMs >= fromMs && stop.FromMs < toMs)
            {
                lock (_gate)
                {
                    First = Math.Min(First ?? stop.FromMs, stop.FromMs);
                    Last = Math.Max(Last ?? stop.FromMs, stop.FromMs);
                }
            }
        }

        public void Trip(in MotionTrip trip)
        {
        }

        public void Leg(long fromMs, long toMs, long centimetres)
        {
        }

        public void Idle(long fromMs, long toMs)
        {
        }

        public void Gap(long fromMs, long toMs)
        {
        }
    }
}
