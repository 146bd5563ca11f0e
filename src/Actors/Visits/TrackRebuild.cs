using Vantage.Actors.Breaches;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Visits;

/// <summary>Makes what is derived from a track again, from its fixes and the stored visits: after a start, or after judging failed.</summary>
internal sealed class TrackRebuild(LiveUnits live, TrackLoader loader)
{
    /// <summary>In how many of the newest fixes a run towards a zone is looked for.</summary>
    private const int FixesOfOpenRuns = 48;

    private readonly AffectedZones _candidates = new();
    private readonly List<Breach> _ignored = [];

    public void Run(UnitTrack track, ZoneSet zones)
    {
        track.NeedsRebuild = false;
        CollectCandidates(track, zones);
        foreach (var zone in _candidates)
        {
            // Undecided fixes, or speeding, may fill the window: then what decides lies before it.
            loader.AnchorBefore(track, zones, zone, long.MaxValue);
        }

        Reevaluation.Rebuild(track, zones, _candidates);
        var newest = track.Newest;
        if (newest < 0)
        {
            return;
        }

        track.LastCell = HeatCube.CellOf(in track.At(newest));
        foreach (var visit in track.Visits)
        {
            BreachDerivation.Derive(visit, track, zones, track.At(newest).TimeMs, visit.Breaches, _ignored); // For the time of the next check alone.
            track.NextCheckMs = Math.Min(track.NextCheckMs, visit.NextCheckMs);
        }

        UnitMotionRules.Restart(track);
        live.Show(track);
    }

    private void CollectCandidates(UnitTrack track, ZoneSet zones)
    {
        _candidates.Begin(zones);
        var seen = 0;
        for (var i = track.Newest; i >= 0 && seen < FixesOfOpenRuns; i = track.Previous(i), seen++)
        {
            _candidates.AddAt(track.At(i).Position);
        }

        foreach (var visit in track.Visits)
        {
            if (visit.IsOpen || (visit.ExitMs == Visit.None && !visit.IsPassage))
            {
                _candidates.Add(visit.Zone);
            }
        }
    }
}
