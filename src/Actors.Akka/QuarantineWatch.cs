using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;

namespace Vantage.Actors.Akka;

/// <summary>Ends a node that its cluster has removed while it stood still, and that does not find out by itself.</summary>
/// <remarks>
/// A node that is stopped and goes on reads what lay in its sockets. That may make one of the others look reachable just long enough for the split-brain
/// resolver to believe itself in the majority: the node then removes the others, and is an island that takes shards from their owners. But those who have
/// removed it refuse its connections, and the refusal says so. One by a node that is no member, or no longer, says nothing: it may be an island itself.
/// </remarks>
internal sealed class QuarantineWatch(RuntimeParts parts, Action removed) : UntypedActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        if (message is not ThisActorSystemQuarantinedEvent refused)
        {
            Unhandled(message);
            return;
        }

        if (_cluster.State.Members.Any(member => member.Address == refused.RemoteAddress && member.Status is not (MemberStatus.Down or MemberStatus.Removed)))
        {
            RuntimeLog.Quarantined(parts.Logger, refused.RemoteAddress.ToString());
            removed();
        }
    }
}
