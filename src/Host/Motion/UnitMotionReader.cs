using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Geo.Motion;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;

namespace Vantage.Host.Motion;

/// <summary>Works out what a unit did, from its track as it is now: late fixes are as good as those that came in time (MOT-11).</summary>
internal static class UnitMotionReader
{
    /// <summary>
    /// How far around a range the track is looked at, so that a trip or stop over its edge is the same whichever range is asked for (MOT-12).
    /// </summary>
    private const long AroundMs = 86_400_000;

    /// <summary>Tells the sink what the unit did in [from, to), and a day around it. Has a piece of the track in memory at a time.</summary>
    /// <returns>How many fixes of the range count, and what storage cannot read of it: to the sink that is a gap.</returns>
    public static async Task<(long Fixes, IReadOnlyList<DamagedTrack> Damaged)> ReadAsync(
        Situation situation, UnitInfo unit, long fromMs, long toMs, IMotionSink sink, CancellationToken cancelled)
    {
        var reader = new MotionReader(sink);
        var (count, damaged) = (0L, new HashSet<DamagedTrack>());
        await foreach (var piece in TrackWindows.ReadAsync(situation, unit, fromMs - AroundMs, toMs + AroundMs, cancelled))
        {
            damaged.UnionWith(piece.Damaged.Where(lost => lost.FromMs < toMs && lost.ToMs >= fromMs));
            foreach (var fix in piece.Fixes)
            {
                if ((fix.Flags & (FixFlags.Outranked | FixFlags.Jump)) == 0)
                {
                    reader.Add(new MotionFix(fix.TimeMs, fix.Position, fix.Speed, fix.Accuracy));
                    count += fix.TimeMs >= fromMs && fix.TimeMs < toMs ? 1 : 0;
                }
            }
        }

        reader.Complete();
        return (count, [.. damaged.OrderBy(lost => lost.FromMs)]);
    }
}
