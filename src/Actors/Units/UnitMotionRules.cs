using Vantage.Actors.Positions;
using Vantage.Actors.Visits;
using Vantage.Geo;

namespace Vantage.Actors.Units;

/// <summary>MOT-1 and MOT-2.</summary>
internal static class UnitMotionRules
{
    /// <summary>At least this fast is moving, in metres a second.</summary>
    public const double MovingMetresPerSecond = 1;

    /// <summary>Still for this long is idle.</summary>
    public const long IdleAfterMs = 300_000;

    public static UnitMotion Of(UnitTrack track)
    {
        var newest = track.Newest;
        if (newest < 0)
        {
            return UnitMotion.Unknown;
        }

        if (track.StillSinceMs == Visit.None)
        {
            return UnitMotion.Moving;
        }

        return track.At(newest).TimeMs - track.StillSinceMs >= IdleAfterMs ? UnitMotion.Idle : UnitMotion.Stopped;
    }

    public static void Step(UnitTrack track, int index, int before)
    {
        if (IsMoving(track, index, before))
        {
            track.StillSinceMs = Visit.None;
        }
        else if (track.StillSinceMs == Visit.None)
        {
            track.StillSinceMs = track.At(index).TimeMs;
        }
    }

    public static void Restart(UnitTrack track)
    {
        track.StillSinceMs = Visit.None;
        for (var i = track.Next(-1); i >= 0; i = track.Next(i))
        {
            Step(track, i, track.Previous(i));
        }
    }

    private static bool IsMoving(UnitTrack track, int index, int before)
    {
        ref readonly var fix = ref track.At(index);
        if (fix.SpeedHundredths != Fix.Absent)
        {
            return fix.SpeedHundredths >= MovingMetresPerSecond * 100;
        }

        if (before < 0)
        {
            return false;
        }

        ref readonly var previous = ref track.At(before);
        var metres = GreatCircle.DistanceMetres(previous.Position, fix.Position);
        return metres * 1000 >= MovingMetresPerSecond * (fix.TimeMs - previous.TimeMs);
    }
}
