using System.Runtime.InteropServices;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Visits;

/// <summary>Judges part of a track anew for one zone: after a late fix, or a new version of the zone.</summary>
/// <remarks>
/// The machine forgets: once it has seen as many fixes in a row on one side as the hysteresis asks for, its state no longer depends on what
/// was before. So it is enough to start behind such a point before the change (the anchor) and to stop at the first such point after it.
/// Visits between the two are replaced; everything else stands.
/// </remarks>
internal static class Reevaluation
{
    /// <summary>What a re-evaluation found: the visits that were there, and those that are there now. Reused from one to the next.</summary>
    public sealed class Outcome
    {
        public List<Visit> Old { get; } = [];

        public List<Visit> New { get; } = [];

        public void Clear()
        {
            Old.Clear();
            New.Clear();
        }
    }

    /// <summary>
    /// The index of the anchor before a change at <paramref name="index"/>, -1 when the track's very beginning serves,
    /// or null when older fixes must be loaded to tell.
    /// </summary>
    public static int? FindAnchor(UnitTrack track, ZoneSet zones, int zone, int index)
    {
        for (var i = track.Previous(index); i >= 0; i = track.Previous(i))
        {
            if (IsDecided(track, zones, zone, i, -1))
            {
                return i;
            }
        }

        return track.LoadedFromMs == long.MinValue ? -1 : null;
    }

    /// <summary>Judges the fixes after the anchor, at least up to <paramref name="last"/>, and replaces the visits that this changes.</summary>
    /// <param name="anchor">As <see cref="FindAnchor"/> gave it.</param>
    /// <param name="last">The last index whose fix, or whose segment from the fix before, changed.</param>
    /// <param name="outcome">Takes what was found, in place of what it held; it is given back.</param>
    /// <param name="isCut">What was before the anchor stands, whatever the zone was then by now: a visit from before ends there (KEEP-2).</param>
    public static Outcome Run(UnitTrack track, ZoneSet zones, int zone, int anchor, int last, Outcome outcome, bool isCut = false)
    {
        outcome.Clear();
        var fresh = outcome.New;
        var startMs = anchor >= 0 ? track.At(anchor).TimeMs : track.At(0).TimeMs - 1; // Of fixes that are not kept any longer visits stand.
        var standing = StandingAt(track, zones, zone, anchor);
        var state = StateAt(track, zones, zone, anchor, standing);
        if (state.Visit is not null)
        {
            fresh.Add(state.Visit);
        }

        if (isCut && standing is null && VisitBefore(track, zone, startMs) is { } before)
        {
            fresh.Add(before.EndedAt(startMs));
        }

        var syncedMs = long.MaxValue;
        for (var i = track.Next(anchor); i >= 0; i = track.Next(i))
        {
            var fixClass = VisitMachine.Classify(zones.InForce(zone, track.At(i).TimeMs), in track.At(i));
            VisitMachine.Step(ref state, track, zones, i, fixClass, fresh);
            if (i > last && IsDecided(track, zones, zone, i, last))
            {
                syncedMs = track.At(i).TimeMs;
                break;
            }
        }

        TakeReplaced(track, zone, startMs, standing, syncedMs, outcome.Old);
        if (syncedMs == long.MaxValue)
        {
            track.SetState(in state);
        }
        else if (state.IsInside)
        {
            JoinTail(track, state.Visit!, outcome.Old, syncedMs);
        }

        track.Visits.AddRange(fresh);
        return outcome;
    }

    /// <summary>Makes the states of a track that was just loaded: the machine's, at the newest fix, for every zone that may have one.</summary>
    public static void Rebuild(UnitTrack track, ZoneSet zones, AffectedZones candidates)
    {
        track.States.Clear();
        foreach (var zone in candidates)
        {
            var newest = track.Newest;
            var anchor = FindAnchor(track, zones, zone, newest + 1) ?? -1;
            var ignored = new List<Visit>();
            var state = StateAt(track, zones, zone, anchor, StandingAt(track, zones, zone, anchor));
            for (var i = track.Next(anchor); i >= 0; i = track.Next(i))
            {
                var fixClass = VisitMachine.Classify(zones.InForce(zone, track.At(i).TimeMs), in track.At(i));
                VisitMachine.Step(ref state, track, zones, i, fixClass, ignored);
            }

            if (state.Visit is { } visit)
            {
                state.Visit = Adopt(track, visit);
            }

            track.SetState(in state);
        }
    }

    /// <summary>
    /// As many fixes in a row on one side as the hysteresis asks for end here, all after index <paramref name="after"/>, with no gap among
    /// them; and no speeding run can be open.
    /// </summary>
    private static bool IsDecided(UnitTrack track, ZoneSet zones, int zone, int index, int after)
    {
        var version = zones.InForce(zone, track.At(index).TimeMs);
        var side = VisitMachine.Classify(version, in track.At(index));
        if (side == FixClass.Undecided || (side == FixClass.Inside && IsAboveAny(version!, in track.At(index))))
        {
            return false;
        }

        var needed = (version?.HysteresisFixes ?? 1) - 1;
        for (var i = index; needed > 0;)
        {
            var before = track.Previous(i);
            if (before <= after || track.At(i).TimeMs - track.At(before).TimeMs > VisitMachine.GapMs)
            {
                return false;
            }

            var fixClass = VisitMachine.Classify(zones.InForce(zone, track.At(before).TimeMs), in track.At(before));
            if (fixClass != side && fixClass != FixClass.Undecided)
            {
                return false;
            }

            needed -= fixClass == side ? 1 : 0;
            i = before;
        }

        return true;
    }

    private static bool IsAboveAny(ZoneVersion version, in Fix fix)
    {
        foreach (var rule in version.SpeedRules)
        {
            if (VisitMachine.IsAbove(rule, in fix))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The visit that stands at the anchor; null when the anchor is outside, or the zone has changed since.</summary>
    private static Visit? StandingAt(UnitTrack track, ZoneSet zones, int zone, int anchor)
    {
        if (anchor < 0)
        {
            return null;
        }

        var atMs = track.At(anchor).TimeMs;
        if (VisitMachine.Classify(zones.InForce(zone, atMs), in track.At(anchor)) != FixClass.Inside)
        {
            return null;
        }

        foreach (var visit in track.Visits)
        {
            if (visit.Zone == zone && !visit.IsPassage && visit.Covers(atMs))
            {
                return visit;
            }
        }

        return null;
    }

    private static Visit? VisitBefore(UnitTrack track, int zone, long startMs)
        => track.Visits.Find(visit => visit.Zone == zone && visit.FromMs < startMs && visit.Covers(startMs));

    /// <summary>Takes from the track the visits that are judged anew: those after the start and by the sync, and the one that stands at the anchor.</summary>
    private static void TakeReplaced(UnitTrack track, int zone, long startMs, Visit? standing, long syncedMs, List<Visit> taken)
    {
        var kept = 0;
        foreach (var visit in CollectionsMarshal.AsSpan(track.Visits))
        {
            if (visit.Zone == zone && visit.FromMs <= syncedMs && (visit.IsOpen || visit.ToMs > startMs || visit == standing))
            {
                taken.Add(visit);
            }
            else
            {
                track.Visits[kept++] = visit;
            }
        }

        track.Visits.RemoveRange(kept, track.Visits.Count - kept);
    }

    private static ZoneState StateAt(UnitTrack track, ZoneSet zones, int zone, int anchor, Visit? standing)
    {
        var state = new ZoneState { Zone = zone };
        if (anchor < 0)
        {
            return state;
        }

        ref readonly var fix = ref track.At(anchor);
        var version = zones.InForce(zone, fix.TimeMs);
        if (VisitMachine.Classify(version, in fix) != FixClass.Inside)
        {
            return state;
        }

        var atMs = fix.TimeMs;
        state.IsInside = true;
        state.Visit = new Visit
        {
            Zone = zone,
            ZoneKey = version!.Key,
            ZoneVersion = standing?.ZoneVersion ?? version.Version,
            FromMs = standing?.FromMs ?? atMs,
            EnteredAtMs = standing?.EnteredAtMs ?? atMs,
            ToMs = atMs,
            LeftAtMs = atMs,
            IsOpen = true,
        };
        if (standing is not null)
        {
            CopyRuns(standing, state.Visit, long.MinValue, atMs);
        }

        return state;
    }

    // A visit found by running the machine over a loaded track is, as a rule, one that is stored: keep that one, with its breaches.
    private static Visit Adopt(UnitTrack track, Visit found)
    {
        var stored = track.Visits.Find(visit => visit.Zone == found.Zone && !visit.IsPassage && visit.FromMs == found.FromMs);
        if (stored is null)
        {
            track.Visits.Add(found);
            return found;
        }

        stored.ToMs = found.ToMs;
        stored.LeftAtMs = found.LeftAtMs;
        stored.IsOpen = found.IsOpen;
        stored.Runs.Clear();
        stored.Runs.AddRange(found.Runs);
        return stored;
    }

    // From here on the machine would do what it did before: take the rest of the visit as it stands.
    private static void JoinTail(UnitTrack track, Visit visit, List<Visit> old, long syncedMs)
    {
        if (Covering(old, syncedMs) is not { } tail)
        {
            return;
        }

        visit.ToMs = tail.ToMs;
        visit.LeftAtMs = tail.LeftAtMs;
        visit.IsOpen = tail.IsOpen;
        visit.ExitMs = tail.ExitMs;
        CopyRuns(tail, visit, syncedMs + 1, long.MaxValue);
        for (var i = 0; i < track.States.Count; i++)
        {
            if (track.States[i].Visit == tail)
            {
                track.States[i] = track.States[i] with { Visit = visit };
            }
        }
    }

    private static Visit? Covering(List<Visit> visits, long timeMs)
    {
        foreach (var visit in visits)
        {
            if (visit.Covers(timeMs))
            {
                return visit;
            }
        }

        return null;
    }

    private static void CopyRuns(Visit from, Visit to, long firstStartMs, long lastStartMs)
    {
        foreach (var run in from.Runs)
        {
            if (run.StartMs >= firstStartMs && run.StartMs <= lastStartMs)
            {
                to.Runs.Add(new SpeedRun
                {
                    Rule = run.Rule,
                    Version = run.Version,
                    StartMs = run.StartMs,
                    EndMs = run.EndMs,
                    MaxHundredths = run.MaxHundredths,
                    IsOpen = run.IsOpen,
                });
            }
        }
    }
}
