using System.Runtime.InteropServices;
using Vantage.Actors.Heat;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Positions;

/// <summary>Takes in a fix that is not newer than all before it: what would have come out, had it come in time (TRK-5).</summary>
internal sealed class LateFixes(ShardParts parts, TrackLoader loader, HeatAccumulator heat, ShardOutput output)
{
    private readonly AffectedZones _affected = new();
    private readonly Reevaluation.Outcome _outcome = new();

    public void Take(UnitTrack track, ZoneSet zones, in Fix fix)
    {
        loader.LoadAround(track, fix.TimeMs);
        var closesGap = zones.HasRuns && ClosesGap(track, fix.TimeMs);
        if (closesGap)
        {
            loader.LoadToGap(track, fix.TimeMs);
        }

        var placed = TrackPlacement.Place(track, in fix);
        parts.Metrics.OnLate(isDuplicate: placed.Index < 0);
        if (placed.IsWithoutEffect)
        {
            return;
        }

        var (before, after) = (track.Previous(placed.Index), track.Next(placed.Index));
        heat.Insert(track, in placed, before, after);
        CollectAffected(track, zones, in placed, before, after);
        CollectRuns(track, fix.TimeMs, closesGap ? before : -1);
        foreach (var zone in _affected)
        {
            Rejudge(track, zones, zone, fix.TimeMs, fix.ReceivedAtMs);
        }

        UnitMotionRules.Restart(track);
        parts.Live.Show(track);
    }

    private void Rejudge(UnitTrack track, ZoneSet zones, int zone, long fixMs, long nowMs)
    {
        var anchor = loader.AnchorBefore(track, zones, zone, fixMs);
        var index = track.IndexAtOrAfter(fixMs);
        var next = track.Next(index);
        output.Settle(track, zones, Reevaluation.Run(track, zones, zone, anchor, next >= 0 ? next : index, _outcome), nowMs);
    }

    // Every zone whose machine may take another way now: those that the changed segments touch, old and new, and those of visits around.
    private void CollectAffected(UnitTrack track, ZoneSet zones, in TrackPlacement.Placement placed, int before, int after)
    {
        _affected.Begin(zones);
        var position = track.At(placed.Index).Position;
        _affected.AddAlong(before >= 0 ? track.At(before).Position : position, position);
        _affected.AddAlong(position, after >= 0 ? track.At(after).Position : position);
        if (before >= 0 && after >= 0)
        {
            _affected.AddAlong(track.At(before).Position, track.At(after).Position);
        }

        if (placed.Outranked is { } loser)
        {
            _affected.AddAlong(before >= 0 ? track.At(before).Position : loser.Position, loser.Position);
            _affected.AddAlong(loser.Position, after >= 0 ? track.At(after).Position : loser.Position);
        }

        if (before >= 0)
        {
            CollectUndecided(zones, in track.At(before));
        }

        foreach (var visit in track.Visits)
        {
            // With hysteresis a visit rests on several fixes before its start and after its end; one without an exit still looks for it.
            var memory = (zones.InForce(visit.Zone, visit.ToMs)?.HysteresisFixes ?? 1) * VisitMachine.GapMs;
            var endMs = visit.IsOpen || visit.ExitMs == Visit.None ? long.MaxValue : Math.Max(visit.ToMs + memory, visit.ExitMs);
            if (endMs >= track.At(Math.Max(before, 0)).TimeMs && (after < 0 || visit.FromMs - memory <= track.At(after).TimeMs))
            {
                _affected.Add(visit.Zone);
            }
        }
    }

    // Where the fix before says neither inside nor outside, the visit that still has no exit may have ended any time ago, and is not in memory.
    private void CollectUndecided(ZoneSet zones, in Fix before)
    {
        foreach (var version in zones.Blurred)
        {
            var blur = Math.Max(version.HysteresisMetres, before.AccuracyTenths / 10.0);
            if (version.IsInForce(before.TimeMs) && version.Shape.IsBoundaryWithin(before.Position, blur)
                && VisitMachine.Classify(version, in before) == FixClass.Undecided)
            {
                _affected.Add(version.Zone);
            }
        }
    }

    // A run towards a zone rests on fixes that may lie far back: what ends it, or no longer does, need not touch the zone itself.
    private void CollectRuns(UnitTrack track, long fixMs, int beforeGap)
    {
        foreach (ref readonly var state in CollectionsMarshal.AsSpan(track.States))
        {
            if (state.Run > 0 && state.RunFromMs <= fixMs)
            {
                _affected.Add(state.Zone);
            }
        }

        for (var i = beforeGap; i >= 0; i = track.IsAfterGap(i) ? -1 : track.Previous(i))
        {
            _affected.AddAt(track.At(i).Position);
        }
    }

    private static bool ClosesGap(UnitTrack track, long fixMs)
    {
        var after = track.IndexAtOrAfter(fixMs);
        return after < track.Count && track.IsAfterGap(after)
            && fixMs - track.At(track.Previous(after)).TimeMs <= VisitMachine.GapMs && track.At(after).TimeMs - fixMs <= VisitMachine.GapMs;
    }
}
