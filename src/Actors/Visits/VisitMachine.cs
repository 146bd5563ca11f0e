using System.Diagnostics;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;
using Vantage.Geo;

namespace Vantage.Actors.Visits;

/// <summary>Steps the visits of one unit and zone over one fix: VIS-1 to VIS-9. The one machine for live and late data alike.</summary>
internal static class VisitMachine
{
    /// <summary>Segments longer than this do not count, and end a visit.</summary>
    public const long GapMs = 300_000;

    /// <summary>Segments that need more than this do not count.</summary>
    public const double MaxMetresPerSecond = 70;

    /// <summary>A segment that can be trusted to say where the unit was between its fixes (VIS-5).</summary>
    public static bool Counts(in Fix from, in Fix to) => to.TimeMs - from.TimeMs <= GapMs && !IsImplausible(in from, in to);

    /// <summary>Getting from one fix to the other needs more than <see cref="MaxMetresPerSecond"/>.</summary>
    public static bool IsImplausible(in Fix from, in Fix to)
    {
        const double MetresPerE7 = 0.0111320; // A degree of latitude is never longer than 111.7 km; of longitude, neither.
        var reach = MaxMetresPerSecond * (to.TimeMs - from.TimeMs) / 1000;
        var bound = (Math.Abs((double)to.LatitudeE7 - from.LatitudeE7) + Math.Abs((double)to.LongitudeE7 - from.LongitudeE7)) * MetresPerE7;
        return bound > reach && GreatCircle.DistanceMetres(from.Position, to.Position) > reach;
    }

    public static FixClass Classify(ZoneVersion? version, in Fix fix, bool contains)
    {
        if (version is null)
        {
            return FixClass.Outside;
        }

        if (version.RespectsAccuracy && fix.AccuracyTenths > 0
            && version.Shape.DistanceMetres(fix.Position) < fix.AccuracyTenths / 10.0)
        {
            return FixClass.Undecided;
        }

        if (contains)
        {
            return FixClass.Inside;
        }

        return version.HysteresisMetres > 0 && version.Shape.DistanceMetres(fix.Position) <= version.HysteresisMetres
            ? FixClass.Undecided
            : FixClass.Outside;
    }

    public static FixClass Classify(ZoneVersion? version, in Fix fix)
        => Classify(version, in fix, version?.Shape.Contains(fix.Position) == true);

    /// <summary>Takes the fix at <paramref name="index"/> into account; visits that came, ended or got an exit go to <paramref name="touched"/>.</summary>
    public static void Step(ref ZoneState state, UnitTrack track, ZoneSet zones, int index, FixClass fixClass, List<Visit> touched)
    {
        ref readonly var fix = ref track.At(index);
        var before = track.Previous(index);
        if (before >= 0 && fix.TimeMs - track.At(before).TimeMs > GapMs)
        {
            EndByGap(ref state, zones, touched);
        }

        switch (fixClass)
        {
            case FixClass.Inside:
                StepInside(ref state, track, zones, index, before, touched);
                break;
            case FixClass.Outside:
                StepOutside(ref state, track, zones, index, before, touched);
                break;
            case FixClass.Undecided:
                CloseRuns(state.Visit, touched);
                break;
            default:
                throw new UnreachableException($"No rule for class {fixClass}.");
        }
    }

    private static void EndByGap(ref ZoneState state, ZoneSet zones, List<Visit> touched)
    {
        if (state.IsInside)
        {
            var visit = state.Visit!;
            var isOutside = state.Run > 0; // Too few fixes outside to end it, but enough to say that it was left.
            visit.ExitMs = isOutside && zones.InForce(state.Zone, state.RunFromMs) is not null ? state.RunFromMs : Visit.None;
            Close(ref state, visit.ToMs, touched);
            state.AwaitsExit = !isOutside;
            state.Visit = isOutside ? null : visit;
        }

        state.Run = 0;
    }

    private static void StepInside(ref ZoneState state, UnitTrack track, ZoneSet zones, int index, int before, List<Visit> touched)
    {
        ref readonly var fix = ref track.At(index);
        var version = zones.InForce(state.Zone, fix.TimeMs)!;
        if (state.IsInside)
        {
            state.Run = 0;
            state.Visit!.ToMs = fix.TimeMs;
            state.Visit.LeftAtMs = fix.TimeMs;
            StepSpeed(state.Visit, version, in fix, touched);
            return;
        }

        if (state.Run++ == 0)
        {
            state.RunFromMs = fix.TimeMs;
            state.RunCrossedMs = Crossing(track, zones, version, before, index, out var entry, out _) ? entry : fix.TimeMs;
        }

        state.RunToMs = fix.TimeMs;
        if (state.Run >= version.HysteresisFixes)
        {
            Open(ref state, track, zones, index, touched);
        }
    }

    private static void StepOutside(ref ZoneState state, UnitTrack track, ZoneSet zones, int index, int before, List<Visit> touched)
    {
        ref readonly var fix = ref track.At(index);
        var version = zones.InForce(state.Zone, fix.TimeMs);
        if (state.IsInside)
        {
            CloseRuns(state.Visit, touched);
            if (state.Run++ == 0)
            {
                state.RunFromMs = fix.TimeMs;
                state.RunCrossedMs = Crossing(track, zones, version, before, index, out _, out var exit) ? exit : state.Visit!.ToMs;
            }

            if (state.Run >= (version?.HysteresisFixes ?? 1))
            {
                state.Visit!.ExitMs = version is null ? Visit.None : state.RunFromMs;
                Close(ref state, state.RunCrossedMs, touched);
                state.Visit = null;
            }

            return;
        }

        state.Run = 0;
        if (state.AwaitsExit)
        {
            state.Visit!.ExitMs = version is null ? Visit.None : fix.TimeMs;
            Touch(state.Visit, touched);
            state.AwaitsExit = false;
            state.Visit = null;
        }

        if (version is { HysteresisFixes: 1 } && before >= 0
            && Crossing(track, zones, version, before, index, out var entered, out var left)
            && Classify(version, in track.At(before)) == FixClass.Outside)
        {
            touched.Add(new Visit
            {
                Zone = state.Zone,
                ZoneKey = version.Key,
                ZoneVersion = version.Version,
                FromMs = entered,
                EnteredAtMs = entered,
                ToMs = left,
                LeftAtMs = left,
                ExitMs = fix.TimeMs,
                IsPassage = true,
            });
        }
    }

    private static void Open(ref ZoneState state, UnitTrack track, ZoneSet zones, int index, List<Visit> touched)
    {
        var from = zones.InForce(state.Zone, state.RunFromMs)!;
        state.Visit = new Visit
        {
            Zone = state.Zone,
            ZoneKey = from.Key,
            ZoneVersion = from.Version,
            FromMs = state.RunFromMs,
            EnteredAtMs = state.RunCrossedMs,
            ToMs = state.RunToMs,
            LeftAtMs = state.RunToMs,
            IsOpen = true,
        };
        state.IsInside = true;
        state.AwaitsExit = false; // Followed by another visit without a fix outside between.
        state.Run = 0;
        touched.Add(state.Visit);

        for (var i = track.IndexAtOrAfter(state.Visit.FromMs); i <= index; i++)
        {
            ref readonly var fix = ref track.At(i);
            var version = zones.InForce(state.Zone, fix.TimeMs);
            if ((fix.Flags & FixFlags.Outranked) == 0 && version?.SpeedRules.Length > 0
                && Classify(version, in fix) == FixClass.Inside)
            {
                StepSpeed(state.Visit, version, in fix, touched);
            }
        }
    }

    private static void Close(ref ZoneState state, long leftAtMs, List<Visit> touched)
    {
        var visit = state.Visit!;
        CloseRuns(visit, touched);
        visit.IsOpen = false;
        visit.LeftAtMs = leftAtMs;
        state.IsInside = false;
        state.Run = 0;
        Touch(visit, touched);
    }

    /// <summary>Where the segment between two fixes enters and leaves the zone, when it counts and touches it.</summary>
    private static bool Crossing(UnitTrack track, ZoneSet zones, ZoneVersion? version, int before, int index, out long entryMs, out long exitMs)
    {
        entryMs = exitMs = 0;
        if (version is null || before < 0)
        {
            return false;
        }

        ref readonly var from = ref track.At(before);
        ref readonly var to = ref track.At(index);
        if (zones.InForce(version.Zone, from.TimeMs) != version || !Counts(in from, in to)
            || !version.Shape.Crosses(from.Position, to.Position, out var entry, out var exit))
        {
            return false;
        }

        entryMs = Interpolate(in from, in to, entry);
        exitMs = Interpolate(in from, in to, exit);
        return true;
    }

    // Kept after the first fix, so that the segment of a passage can be told from its times alone.
    private static long Interpolate(in Fix from, in Fix to, double fraction)
        => Math.Max(from.TimeMs + 1, from.TimeMs + (long)Math.Round(fraction * (to.TimeMs - from.TimeMs)));

    private static void StepSpeed(Visit visit, ZoneVersion version, in Fix fix, List<Visit> touched)
    {
        // Kept apart from what follows, whose lambdas cost memory at every fix inside.
        if (version.SpeedRules.Length > 0 || visit.Runs.Count > 0)
        {
            StepRuns(visit, version, in fix, touched);
        }
    }

    private static void StepRuns(Visit visit, ZoneVersion version, in Fix fix, List<Visit> touched)
    {
        if (visit.Runs.Count > 0 && visit.Runs[^1].Version != version)
        {
            foreach (var ended in visit.Runs.Where(r => !version.SpeedRules.Any(rule => rule.Key == r.Rule.Key)))
            {
                CloseRun(visit, ended, touched); // A new version of the zone no longer has the rule.
            }
        }

        foreach (var rule in version.SpeedRules)
        {
            var run = visit.Runs.FindLast(r => r.IsOpen && r.Rule.Key == rule.Key);
            if (!IsAbove(rule, in fix))
            {
                CloseRun(visit, run, touched);
                continue;
            }

            if (run is null)
            {
                run = new SpeedRun { Rule = rule, Version = version, StartMs = fix.TimeMs, IsOpen = true };
                visit.Runs.Add(run);
                Touch(visit, touched);
            }

            run.EndMs = fix.TimeMs;
            if (fix.SpeedHundredths > run.MaxHundredths)
            {
                run.MaxHundredths = fix.SpeedHundredths;
                Touch(visit, touched); // The breach names the highest speed while the run is still open, too.
            }
        }
    }

    public static bool IsAbove(ZoneRule rule, in Fix fix) => fix.SpeedHundredths != Fix.Absent && fix.SpeedHundredths / 100.0 > rule.Above;

    private static void CloseRuns(Visit? visit, List<Visit> touched)
    {
        if (visit is null || visit.Runs.Count == 0)
        {
            return;
        }

        foreach (var run in visit.Runs)
        {
            CloseRun(visit, run, touched);
        }
    }

    private static void CloseRun(Visit visit, SpeedRun? run, List<Visit> touched)
    {
        if (run is { IsOpen: true })
        {
            run.IsOpen = false;
            Touch(visit, touched);
        }
    }

    private static void Touch(Visit visit, List<Visit> touched)
    {
        if (!touched.Contains(visit))
        {
            touched.Add(visit);
        }
    }
}
