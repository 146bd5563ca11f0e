using Vantage.Actors.Positions;
using Vantage.Geo.H3;

namespace Vantage.Actors.Heat;

/// <summary>The shape of the heat cube, and the rules by which a fix has its place in it.</summary>
public static class HeatCube
{
    /// <summary>The H3 resolution at which heat is counted; coarser answers are its cells' parents.</summary>
    public const int BaseResolution = 11;

    /// <summary>The H3 resolution of the blocks in which cells are stored together.</summary>
    public const int BlockResolution = 6;

    /// <summary>The longest time for which one fix counts as presence, in milliseconds.</summary>
    public const long MaxPresenceMs = 120_000;

    public const long HourMs = 3_600_000;

    /// <summary>The UTC hour of a moment, counted from 1970.</summary>
    public static int HourOf(long timeMs) => (int)Math.Floor((double)timeMs / HourMs);

    public static ulong CellOf(in Fix fix) => H3Cell.Of(fix.Latitude, fix.Longitude, BaseResolution).Value;

    /// <summary>HEAT-2: the presence that a fix gives its cell, in its own hour and in the one after; it is too short to reach a third.</summary>
    /// <param name="timeMs">The time of the fix.</param>
    /// <param name="nextMs">The time of the next one that counts.</param>
    public static (long InItsHourMs, long InNextHourMs) PresenceOf(long timeMs, long nextMs)
    {
        var untilMs = Math.Min(nextMs, timeMs + MaxPresenceMs);
        var hourEndsMs = (HourOf(timeMs) + 1) * HourMs;
        return (Math.Min(untilMs, hourEndsMs) - timeMs, Math.Max(0, untilMs - hourEndsMs));
    }

    /// <exception cref="ArgumentOutOfRangeException">Heat cannot be told at the resolution: not in 0 to <see cref="BaseResolution"/>.</exception>
    public static void CheckResolution(int resolution)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resolution);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resolution, BaseResolution);
    }
}
