namespace Vantage.Simulator.Scenes;

/// <summary>One turn of duty, in milliseconds since 1970 UTC: [start, end).</summary>
/// <param name="Day">Days since 1970, Beijing time.</param>
internal readonly record struct Shift(long Day, long StartMs, long EndMs);

/// <summary>Who works when, in Beijing time: day 08–16, evening 16–24, night 00–08, and days of rest.</summary>
/// <remarks>Ten units in a row cover every turn of a ten-day cycle; nobody goes from an evening straight into a night.</remarks>
internal static class Shifts
{
    public const long DayMs = 86_400_000;
    private const long HourMs = 3_600_000;
    private const long BeijingMs = 8 * HourMs;

    /// <summary>Days since 1970 in Beijing.</summary>
    public static long DayOf(long timeMs) => (long)Math.Floor((timeMs + BeijingMs) / (double)DayMs);

    /// <summary>The moment a Beijing day begins.</summary>
    public static long StartOf(long day) => day * DayMs - BeijingMs;

    /// <summary>The moment of an hour on a Beijing day.</summary>
    public static long At(long day, double hour) => StartOf(day) + (long)(hour * HourMs);

    /// <summary>The turn a unit works that day, if any. The relief comes some minutes before the hour, and whoever is relieved leaves some after it.</summary>
    public static Shift? Of(long seed, UnitPlan unit, long day)
    {
        var turn = (int)((unit.Index + unit.Index / 10 + day) % 10);
        double? start = turn switch
        {
            <= 4 => 8,
            <= 7 => 16,
            8 when !unit.IsVehicle => null,
            _ => 0,
        };
        if (start is not { } hour)
        {
            return null;
        }

        var early = (long)(Dice.At(seed, unit.Index, day * 2) * 10 * 60_000);
        var late = (long)(Dice.At(seed, unit.Index, day * 2 + 1) * 10 * 60_000);

        // A vehicle that goes from an evening into a night stands at its base while the crews change.
        return turn switch
        {
            7 when unit.IsVehicle => new(day, At(day, hour) - early, At(day, hour + 8) - late),
            8 => new(day, At(day, hour) + early, At(day, hour + 8) + late),
            _ => new(day, At(day, hour) - early, At(day, hour + 8) + late),
        };
    }

    /// <summary>The turn that holds a moment, if the unit is on duty then.</summary>
    public static Shift? Containing(long seed, UnitPlan unit, long timeMs)
    {
        // A night begins before its day does, and an evening ends after it.
        for (var day = DayOf(timeMs) - 1; day <= DayOf(timeMs) + 1; day++)
        {
            if (Of(seed, unit, day) is { } shift && shift.StartMs <= timeMs && timeMs < shift.EndMs)
            {
                return shift;
            }
        }

        return null;
    }
}
