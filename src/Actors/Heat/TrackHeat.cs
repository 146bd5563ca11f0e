using Vantage.Actors.History;
using Vantage.Actors.Positions;

namespace Vantage.Actors.Heat;

/// <summary>
/// The heat of one track within some hours, fix by fix in order: what the cube has of it (HEAT-6). The cube follows the log, late fixes and all; this follows
/// the track as it then is, by the same two rules.
/// </summary>
/// <remarks>
/// Fixes are needed from <see cref="HeatCube.MaxPresenceMs"/> before the first hour on, as presence reaches over its beginning; of what comes after the
/// last hour it only matters that there is something, see <see cref="EndsWith"/>.
/// </remarks>
/// <param name="fromHour">The first hour, counted from 1970, UTC.</param>
/// <param name="toHour">The hour after the last.</param>
/// <param name="add">Called for each fix and stretch of presence within these hours.</param>
public sealed class TrackHeat(int fromHour, int toHour, Action<HeatDelta> add)
{
    private Fix? _before;
    private ulong _cell;

    /// <summary>Whether it has seen a fix that counts.</summary>
    public bool HasBegun => _before is not null;

    /// <summary>Takes the next fix of the track. One that does not count has no part in heat.</summary>
    public void Add(in Fix fix)
    {
        if ((fix.Flags & FixFlags.Outranked) != 0)
        {
            return;
        }

        if (_before is { } before)
        {
            AddPresence(before.TimeMs, fix.TimeMs);
        }

        // Who stands still sends the same position again and again.
        if (_before is not { } last || (last.LatitudeE7, last.LongitudeE7) != (fix.LatitudeE7, fix.LongitudeE7))
        {
            _cell = HeatCube.CellOf(in fix);
        }

        _before = fix;
        Add(HeatCube.HourOf(fix.TimeMs), 1, 0);
    }

    /// <summary>Ends it at the end of the last hour.</summary>
    /// <param name="goesOn">
    /// Whether a fix that counts comes later. Then the last fix here gives presence, and how much of it lies within these hours is the same whenever the
    /// later one comes; otherwise it is the last of the track and gives none.
    /// </param>
    public void EndsWith(bool goesOn)
    {
        if (goesOn && _before is { } last)
        {
            AddPresence(last.TimeMs, Math.Max(last.TimeMs, toHour * HeatCube.HourMs));
        }
    }

    private void AddPresence(long fromMs, long untilMs)
    {
        var hour = HeatCube.HourOf(fromMs);
        var (itsMs, nextMs) = HeatCube.PresenceOf(fromMs, untilMs);
        Add(hour, 0, itsMs);
        Add(hour + 1, 0, nextMs);
    }

    private void Add(int hour, int fixes, long presenceMs)
    {
        if (hour >= fromHour && hour < toHour && (fixes != 0 || presenceMs != 0))
        {
            add(new HeatDelta(hour, _cell, fixes, presenceMs));
        }
    }
}
