using Vantage.Actors.History;
using Vantage.Actors.Incidents;
using Vantage.Actors.Positions;
using Vantage.Actors.Replays;
using Vantage.Actors.Units;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Breaches;
using Vantage.Host.Incidents;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Replays;

/// <summary>The picture of a replay at one instant: where each unit was, which zones were in force, who was inside, what was breached, which incidents were open (REP-3).</summary>
internal sealed class ReplayFrames(Situation situation)
{
    private const int AtOnce = 8;

    public async Task<ReplayFrameView> At(Replay replay, long timeMs, CoordinateSystem crs, Caller caller, CancellationToken cancelled)
    {
        var units = situation.UnitsOf(replay);
        var places = new UnitState[units.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, units.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancelled },
            async (i, token) => places[i] = await PlaceOf(units[i], timeMs, replay.Opened.FromMs, token));
        var seen = units.Zip(places).Where(pair => pair.Second.Place is not null).Select(pair => (Unit: pair.First, Place: pair.Second.Place!.Value)).ToList();
        List<string> damaged = [.. units.Zip(places).Where(pair => pair.Second.IsDamaged).Select(pair => pair.First.IdText)];
        return new ReplayFrameView(
            replay.Key, new WireMoment(timeMs), Columns(seen, crs), Zones(seen, timeMs), Breaches(units, timeMs, crs), Incidents(timeMs, crs, caller), damaged);
    }

    /// <summary>Where a unit was; nowhere when it had not been heard of since the replay's begin.</summary>
    private async Task<UnitState> PlaceOf(UnitInfo unit, long timeMs, long sinceMs, CancellationToken cancelled)
    {
        var near = await situation.ReadTrackAsync(unit, Math.Max(sinceMs, timeMs - TrackDetail.GapMs), timeMs + TrackDetail.GapMs + 1, int.MaxValue - 1, null, cancelled);
        var counting = near.Fixes.Where(fix => (fix.Flags & FixFlags.Outranked) == 0).ToList();
        var after = counting.FindIndex(fix => fix.TimeMs > timeMs);
        var before = (after < 0 ? counting.Count : after) - 1;
        if (before < 0)
        {
            var (known, isDamaged) = await situation.LastFixAsync(unit, sinceMs, timeMs, cancelled);
            return new UnitState(known is { } fix ? new UnitPlace(fix, fix.Position, IsGap: true) : null, isDamaged);
        }

        var last = counting[before];
        if (last.TimeMs == timeMs)
        {
            return new UnitState(new UnitPlace(last, last.Position, IsGap: false), IsDamaged: false);
        }

        var untilMs = after >= 0 ? counting[after].TimeMs : timeMs + 1;
        var isLost = near.Damaged.Any(lost => lost.FromMs < untilMs && lost.ToMs > last.TimeMs);
        return after >= 0 && !isLost && TrackReader.Counts(in last, counting[after])
            ? new UnitState(new UnitPlace(last, Between(in last, counting[after], timeMs), IsGap: false), isLost)
            : new UnitState(new UnitPlace(last, last.Position, IsGap: true), isLost);
    }

    /// <summary>Segments are straight in longitude and latitude.</summary>
    private static LatLng Between(in Fix a, in Fix b, long timeMs)
    {
        var share = (double)(timeMs - a.TimeMs) / (b.TimeMs - a.TimeMs);
        return LatLng.Trusted(a.Latitude + (share * (b.Latitude - a.Latitude)), a.Longitude + (share * (b.Longitude - a.Longitude)));
    }

    private static FrameUnits Columns(List<(UnitInfo Unit, UnitPlace Place)> seen, CoordinateSystem crs)
    {
        var places = seen.ConvertAll(unit => CoordinateSystems.FromWgs84(unit.Place.Position, crs));
        return new FrameUnits(
            seen.ConvertAll(unit => unit.Unit.IdText),
            places.ConvertAll(place => WireDegrees.Round(place.Longitude)),
            places.ConvertAll(place => WireDegrees.Round(place.Latitude)),
            seen.ConvertAll(unit => unit.Place.Last.Heading),
            seen.ConvertAll(unit => unit.Place.IsGap ? null : unit.Place.Last.Speed),
            seen.ConvertAll(unit => unit.Place.Last.TimeMs),
            seen.ConvertAll(unit => unit.Place.IsGap));
    }

    private List<FrameZone> Zones(List<(UnitInfo Unit, UnitPlace Place)> seen, long timeMs)
    {
        var occupants = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var visits = new List<VisitRow>();
        situation.History.ReadVisitsOfUnits([.. seen.Select(each => each.Unit.Number)], timeMs, timeMs, visits);
        var zonesOf = visits.ToLookup(visit => visit.Unit, visit => visit.Zone);
        foreach (var (unit, _) in seen)
        {
            foreach (var zone in zonesOf[unit.Number].Distinct(StringComparer.Ordinal))
            {
                occupants.TryAdd(zone, []);
                occupants[zone].Add(unit.IdText);
            }
        }

        var zones = situation.Zones.Current;
        var inForce = Enumerable.Range(0, zones.ZoneCount).Select(zone => zones.InForce(zone, timeMs)).OfType<Actors.Zones.ZoneVersion>();
        return [.. inForce.OrderBy(zone => zone.Key, StringComparer.Ordinal)
            .Select(zone => new FrameZone(zone.Key, zone.Version, zone.Name, occupants.GetValueOrDefault(zone.Key) ?? []))];
    }

    /// <summary>Those that lasted at the instant.</summary>
    private List<BreachView> Breaches(List<UnitInfo> units, long timeMs, CoordinateSystem crs)
        => [.. ReplayBreaches.Read(situation, units, timeMs, timeMs).OrderBy(breach => breach.StartedAtMs).ThenBy(breach => breach.Id, StringComparer.Ordinal).Select(breach => BreachView.Of(breach, situation, crs))];

    /// <summary>Those that were open at the instant, as they were then.</summary>
    private List<IncidentView> Incidents(long timeMs, CoordinateSystem crs, Caller caller)
    {
        return [.. situation.Incidents.All.Where(incident => IncidentAccess.MaySee(caller, incident, situation)).Select(incident => incident.At(timeMs))
            .OfType<Incident>().OrderBy(incident => incident.Reported.At).Select(incident => IncidentView.Of(incident, situation, crs))];
    }

    /// <param name="IsDamaged">Storage cannot read where the unit was then; its place is where it was before.</param>
    private readonly record struct UnitState(UnitPlace? Place, bool IsDamaged);

    private readonly record struct UnitPlace(Fix Last, LatLng Position, bool IsGap);
}
