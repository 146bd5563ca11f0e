using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Geo;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;
using Vantage.Host.Web;

namespace Vantage.Host.Replays;

/// <summary>Finds everyone who was somewhere within a time (REP-1).</summary>
internal sealed class Visitors(Situation situation)
{
    private const int AtOnce = 4;

    /// <summary>In a box within [from, to), by id.</summary>
    public Task<Found> OfBoxAsync(Box box, long fromMs, long toMs, CancellationToken cancelled) => FindAsync(
        box.West <= box.East
            ? [new GeoBox(box.South, box.West, box.North, box.East)]
            : [new GeoBox(box.South, box.West, box.North, 180), new GeoBox(box.South, -180, box.North, box.East)],
        fromMs, toMs, fix => box.Contains(fix.Longitude, fix.Latitude), cancelled);

    /// <summary>In a zone within [from, to), by id. Each fix is judged by the version in force at its own time.</summary>
    public Task<Found> OfZoneAsync(int zone, long fromMs, long toMs, CancellationToken cancelled)
    {
        var zones = situation.Zones.Current;
        var boxes = zones.VersionsOf(zone).Where(version => !version.IsEnd && version.FromMs < toMs && version.ToMs > fromMs).Select(version => version.Shape.Bounds);
        return FindAsync([.. boxes], fromMs, toMs, fix => zones.InForce(zone, fix.TimeMs)?.Shape.Contains(fix.Position) == true, cancelled);
    }

    private async Task<Found> FindAsync(
        IReadOnlyList<GeoBox> boxes, long fromMs, long toMs, Func<Fix, bool> isInside, CancellationToken cancelled)
    {
        var (found, damaged) = (new List<UnitInfo>(), new List<UnitInfo>());
        var candidates = await situation.UnitsNearAsync(boxes, fromMs, toMs, cancelled);
        await Parallel.ForEachAsync(candidates, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancelled }, async (number, token) =>
        {
            var unit = situation.Units.Get(number);
            var (wasInside, isDamaged) = await LookAsync(unit, fromMs, toMs, isInside, token);
            if (wasInside || isDamaged)
            {
                lock (found)
                {
                    (wasInside ? found : damaged).Add(unit);
                }
            }
        });
        return new Found(InOrder(found), InOrder(damaged));

        static List<UnitInfo> InOrder(List<UnitInfo> units) => [.. units.OrderBy(unit => unit.IdText, StringComparer.Ordinal)];
    }

    private async Task<(bool WasInside, bool IsDamaged)> LookAsync(UnitInfo unit, long fromMs, long toMs, Func<Fix, bool> isInside, CancellationToken cancelled)
    {
        var isDamaged = false;
        await foreach (var piece in TrackWindows.ReadAsync(situation, unit, fromMs, toMs, cancelled))
        {
            if (piece.Fixes.Exists(fix => (fix.Flags & FixFlags.Outranked) == 0 && isInside(fix)))
            {
                return (true, isDamaged);
            }

            isDamaged |= piece.Damaged.Count > 0;
        }

        return (false, isDamaged);
    }

    /// <param name="Units">Who was there.</param>
    /// <param name="Damaged">Who was near, and may have been there while storage cannot read where it was (TRK-8).</param>
    internal sealed record Found(IReadOnlyList<UnitInfo> Units, IReadOnlyList<UnitInfo> Damaged);
}
