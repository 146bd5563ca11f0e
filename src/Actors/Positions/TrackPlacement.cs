using Vantage.Actors.Units;
using Vantage.Actors.Visits;

namespace Vantage.Actors.Positions;

/// <summary>Puts a fix where it belongs in its unit's track, and keeps the derived marks true: TRK-1 to TRK-4.</summary>
internal static class TrackPlacement
{
    /// <param name="Index">Where the fix stands; -1 for a duplicate.</param>
    /// <param name="Outranked">The fix of the same millisecond that counted until now, if this one counts instead.</param>
    /// <param name="IsWithoutEffect">A duplicate, or outranked by another of its millisecond.</param>
    public readonly record struct Placement(int Index, Fix? Outranked, bool IsWithoutEffect);

    public static Placement Place(UnitTrack track, in Fix fix)
    {
        var index = track.Insert(in fix);
        if (index < 0)
        {
            return new(-1, null, IsWithoutEffect: true);
        }

        Fix? outranked = null;
        if (index > 0 && track.At(index - 1).TimeMs == fix.TimeMs)
        {
            track.At(index).Mark(FixFlags.Outranked, on: true);
            return new(index, null, IsWithoutEffect: true);
        }

        if (index + 1 < track.Count && track.At(index + 1).TimeMs == fix.TimeMs)
        {
            outranked = track.At(index + 1);
            track.At(index + 1).Mark(FixFlags.Outranked, on: true);
            track.At(index + 1).Mark(FixFlags.Jump, on: false);
            track.Touch(index + 1);
        }

        MarkJump(track, index);
        MarkJump(track, track.Previous(index));
        MarkJump(track, track.Next(index));
        return new(index, outranked, IsWithoutEffect: false);
    }

    private static void MarkJump(UnitTrack track, int index)
    {
        if (index < 0)
        {
            return;
        }

        var (before, after) = (track.Previous(index), track.Next(index));
        ref var fix = ref track.At(index);
        var isJump = before >= 0 && VisitMachine.IsImplausible(in track.At(before), in fix)
            && (after < 0 || VisitMachine.IsImplausible(in fix, in track.At(after)));
        if (isJump != ((fix.Flags & FixFlags.Jump) != 0))
        {
            fix.Mark(FixFlags.Jump, isJump);
            track.Touch(index);
        }
    }
}
