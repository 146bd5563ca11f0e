using Vantage.Simulator.City;

namespace Vantage.Simulator.Scenes;

/// <summary>The error of a satellite receiver: it wanders slowly, more when moving, with a little flicker on top.</summary>
internal static class Receiver
{
    private const long KnotMs = 20_000;

    public static SimFix Read(long seed, UnitPlan unit, long timeMs, Point at, double speed, double heading)
    {
        var isMoving = speed > 0;
        var sigma = isMoving ? 3.2 : 1.8;
        var at2 = at.Plus(
            sigma * Wander(seed + 11, unit.Index, timeMs) + 0.4 * Noise(seed + 12, unit.Index, timeMs),
            sigma * Wander(seed + 13, unit.Index, timeMs) + 0.4 * Noise(seed + 14, unit.Index, timeMs));
        var wobble = isMoving ? 1 + 0.015 * Noise(seed + 15, unit.Index, timeMs) : 0;
        var accuracy = (isMoving ? 5 : 3) + 3 * Dice.At(seed + 16, unit.Index, timeMs / KnotMs);
        var turned = isMoving ? heading + 2 * Noise(seed + 17, unit.Index, timeMs) : heading;
        return new(
            timeMs, Math.Round(Plane.Longitude(at2), 7), Math.Round(Plane.Latitude(at2), 7), Math.Round(speed * wobble, 2),
            Math.Round((turned + 360) % 360, 1) % 360, Math.Round(accuracy, 1), isMoving);
    }

    // Smooth between values drawn at fixed moments, so that the error of two neighbouring fixes is nearly the same.
    private static double Wander(long stream, int unit, long timeMs)
    {
        var knot = timeMs / KnotMs;
        var share = timeMs % KnotMs / (double)KnotMs;
        var smooth = share * share * (3 - 2 * share);
        return Noise(stream, unit, knot) * (1 - smooth) + Noise(stream, unit, knot + 1) * smooth;
    }

    // Three uniform numbers make a bell that ends at ±3: no fix of the demo is ever wildly wrong by chance.
    private static double Noise(long stream, int unit, long index)
        => 2 * (Dice.At(stream, unit, index * 3) + Dice.At(stream, unit, index * 3 + 1) + Dice.At(stream, unit, index * 3 + 2)) - 3;
}
