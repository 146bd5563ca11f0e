using System.Diagnostics;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Vantage.Actors.Orleans;

/// <summary>Places position shards by the <see cref="PositionPlan"/> of the silos that are there.</summary>
[Serializable]
internal sealed class PositionPlacement : PlacementStrategy;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class PositionPlacementAttribute() : PlacementAttribute(new PositionPlacement());

internal sealed class PositionDirector(PositionPlaces places) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
        => Task.FromResult(places.PlanFor(context.GetCompatibleSilos(target))[target.GrainIdentity.GetIntegerKey()]);
}

/// <summary>Where position shards belong, as this silo sees it: on those that are there to stay.</summary>
internal sealed class PositionPlaces(IClusterMembershipService membership, ILocalSiloDetails self, OrleansRuntime runtime)
{
    private readonly Lock _gate = new();
    private readonly HashSet<SiloAddress> _leaving = [];
    private MembershipVersion _version = MembershipVersion.MinValue;
    private SiloAddress[] _plan = [];
    private long _since;

    /// <summary>A silo is about to stop: its shards belong to the others from now on.</summary>
    public void Leaves(SiloAddress silo)
    {
        lock (_gate)
        {
            _leaving.Add(silo);
            _version = MembershipVersion.MinValue;
        }
    }

    /// <summary>The plan of some silos, but for those that leave; they count where there are no others.</summary>
    public SiloAddress[] PlanFor(IReadOnlyCollection<SiloAddress> silos)
    {
        lock (_gate)
        {
            var staying = silos.Where(silo => !_leaving.Contains(silo)).ToArray();
            return PositionPlan.For(staying.Length > 0 ? staying : silos);
        }
    }

    /// <summary>Whether a shard of this silo belongs to another, once it is clear that the other is there to stay; at once when this one leaves.</summary>
    public bool IsElsewhere(int shard)
    {
        var view = membership.CurrentSnapshot;
        lock (_gate)
        {
            if (view.Version != _version)
            {
                _version = view.Version;
                _plan = PlanFor([.. view.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress)]);
                _since = Stopwatch.GetTimestamp();
            }

            return _plan.Length > 0 && !_plan[shard].Equals(self.SiloAddress)
                && (_leaving.Contains(self.SiloAddress) || Stopwatch.GetElapsedTime(_since) >= runtime.Parts.Options.MoveAfter);
        }
    }
}
