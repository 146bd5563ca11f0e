using Vantage.Actors;
using Vantage.Actors.Cameras;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Units;

namespace Vantage.Host.Wall;

/// <summary>The whole installation in a few numbers, as far as the caller may see it.</summary>
/// <param name="Time">Server time, epoch milliseconds.</param>
/// <param name="DataTime">The newest fix of any unit.</param>
/// <param name="OpenBreaches">Not yet handled.</param>
internal sealed record Summary(
    long Time,
    long? DataTime,
    UnitCount Officers,
    UnitCount Vehicles,
    UnitCount Drones,
    UnitCount Cameras,
    int OpenBreaches,
    IReadOnlyList<SquadSummary> Squads)
{
    /// <summary>Whether a screen that shows the other need not be told.</summary>
    public bool SaysTheSameAs(Summary? other)
        => other is not null && this with { Time = other.Time, Squads = other.Squads } == other && Squads.SequenceEqual(other.Squads);
}

internal readonly record struct UnitCount(int Online, int Registered)
{
    public UnitCount Add(bool isOnline) => new(Online + (isOnline ? 1 : 0), Registered + 1);
}

internal sealed record SquadSummary(string Key, string Name, UnitCount Officers, UnitCount Vehicles, int OpenBreaches);

/// <summary>Counts units, cameras and breaches. Safe from any thread.</summary>
internal sealed class SummaryMaker(Situation situation, BreachBoard breaches, TimeProvider time)
{
    public Summary Make(Caller caller)
    {
        var counts = new Dictionary<string, UnitCount>(StringComparer.Ordinal);
        var squads = new SortedDictionary<string, (UnitCount Officers, UnitCount Vehicles, int Breaches)>(StringComparer.Ordinal);
        long? newest = null;
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var unit in situation.Units.All)
        {
            if (!caller.May(Rights.LiveRead, unit))
            {
                continue;
            }

            var hasFix = situation.Live.TryGet(unit.Number, out var live);
            var isOnline = situation.StateOf(unit, hasFix ? live : null, nowMs) is UnitState.Moving or UnitState.Stopped or UnitState.Idle;
            newest = hasFix ? Math.Max(newest ?? long.MinValue, live.Newest.TimeMs) : newest;
            counts[unit.Id.Kind] = counts.GetValueOrDefault(unit.Id.Kind).Add(isOnline);
            if (unit.Squad is { } squad)
            {
                squads[squad] = Add(squads.GetValueOrDefault(squad), unit, isOnline);
            }
        }

        var open = breaches.OpenFor(caller);
        foreach (var squad in open.Select(entry => SquadOf(entry.Breach)).OfType<string>())
        {
            var known = squads.GetValueOrDefault(squad);
            squads[squad] = known with { Breaches = known.Breaches + 1 };
        }

        return new Summary(
            nowMs,
            newest,
            counts.GetValueOrDefault(ActorKinds.Officer),
            counts.GetValueOrDefault(ActorKinds.Vehicle),
            counts.GetValueOrDefault(ActorKinds.Drone),
            situation.Cameras.All.Aggregate(default(UnitCount), (count, camera) => count.Add(camera.State == CameraState.Online)),
            open.Count,
            [.. squads.Select(squad => new SquadSummary(
                squad.Key, situation.Squads.NameOf(squad.Key), squad.Value.Officers, squad.Value.Vehicles, squad.Value.Breaches))]);
    }

    private string? SquadOf(Actors.History.Breach breach)
        => breach.Unit is { } unit ? situation.Units.Get(unit).SquadAt(breach.StartedAtMs) : null;

    private static (UnitCount Officers, UnitCount Vehicles, int Breaches) Add(
        (UnitCount Officers, UnitCount Vehicles, int Breaches) squad, UnitInfo unit, bool isOnline) => unit.Id.Kind switch
        {
            ActorKinds.Officer => squad with { Officers = squad.Officers.Add(isOnline) },
            ActorKinds.Vehicle => squad with { Vehicles = squad.Vehicles.Add(isOnline) },
            _ => squad,
        };
}
