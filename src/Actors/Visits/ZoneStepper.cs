using System.Runtime.InteropServices;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Visits;

/// <summary>Steps the machines of all zones that a unit's newest fix concerns. Every fix comes through here: nothing is allocated.</summary>
internal sealed class ZoneStepper(ShardOutput output)
{
    private readonly AffectedZones _affected = new();
    private readonly List<Visit> _touched = [];

    /// <returns>The visits that came, ended or got an exit; the list is the next call's again.</returns>
    public List<Visit> Step(UnitTrack track, ZoneSet zones, int index, int before)
    {
        _touched.Clear();
        var position = track.At(index).Position;
        if (before >= 0 && zones.Index.SameLeafNoEdges(track.At(before).Position, position, out var leaf)
            && track.States.Count == 0 && zones.Index.WhollyInside(leaf).IsEmpty)
        {
            return _touched;
        }

        _affected.Begin(zones);
        _affected.AddAt(position);
        if (before >= 0)
        {
            _affected.AddAlong(track.At(before).Position, position);
        }

        foreach (ref readonly var state in CollectionsMarshal.AsSpan(track.States))
        {
            _affected.Add(state.Zone);
        }

        foreach (var zone in _affected)
        {
            StepZone(track, zones, zone, index);
        }

        return _touched;
    }

    private void StepZone(UnitTrack track, ZoneSet zones, int zone, int index)
    {
        ref readonly var fix = ref track.At(index);
        var version = zones.InForce(zone, fix.TimeMs);
        var contains = version is not null && _affected.IsPointIn(version);
        var state = track.StateOf(zone);
        VisitMachine.Step(ref state, track, zones, index, VisitMachine.Classify(version, in fix, contains), _touched);
        track.SetState(in state);
        if (state.IsInside && version is { HasGroupRules: true })
        {
            output.Queue(track, state.Visit!); // Those who judge several units at once want to know how long it lasts.
        }
    }
}
