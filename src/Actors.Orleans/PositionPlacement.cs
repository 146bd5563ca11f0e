using System.Diagnostics;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Vantage.Actors.Orleans;

/// <summary>Places position shards by the <see cref="PositionPlan"/> of the silos that are there.</summary>
[Serializable]
internal sealed class PositionPlacement : PlacementStrategy;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class PositionPlacementAttribute() : PlacementAttribute(new PositionPlacement());

internal sealed class PositionDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
        => Task.FromResult(PositionPlan.For(context.GetCompatibleSilos(target))[target.GrainIdentity.GetIntegerKey()]);
}

/// <summary>Tells shards of this silo that belong to another, once it is clear that the other is there to stay.</summary>
internal sealed class PositionPlaces(IClusterMembershipService membership, ILocalSiloDetails self, OrleansRuntime runtime)
{
    private readonly Lock _gate = new();
    private MembershipVersion _version = MembershipVersion.MinValue;
    private SiloAddress[] _plan = [];
    private long _since;

    public bool IsElsewhere(int shard)
    {
        var view = membership.CurrentSnapshot;
        lock (_gate)
        {
            if (view.Version != _version)
            {
                _version = view.Version;
                _plan = PositionPlan.For(view.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress));
                _since = Stopwatch.GetTimestamp();
            }

            return _plan.Length > 0 && !_plan[shard].Equals(self.SiloAddress) && Stopwatch.GetElapsedTime(_since) >= runtime.Parts.Options.MoveAfter;
        }
    }
}
