using Akka.Actor;
using Akka.Cluster;
using Vantage.Actors.Nodes;

namespace Vantage.Actors.Akka;

/// <summary>The other nodes of the cluster, for the live feed.</summary>
internal sealed class NodeLink : INodeLink
{
    public event Action? Joined;

    public event Action<object>? Heard;

    /// <summary>Speaks for this node once there is a cluster; until then nobody hears.</summary>
    public IActorRef Actor { get; set; } = ActorRefs.Nobody;

    public void Say(object message) => Actor.Tell(new ToOthers(message), ActorRefs.NoSender);

    internal void OnJoined() => Joined?.Invoke();

    internal void OnHeard(object message) => Heard?.Invoke(message);

    internal sealed record ToOthers(object Message);
}

/// <summary>Passes what this node says to every other that is up and in reach, and what they say to this node.</summary>
internal sealed class NodeLinkActor(RuntimeParts parts, NodeLink link, Action memberRemoved) : UntypedActor
{
    public const string Name = "nodes";

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Dictionary<Address, ICanTell> _others = [];

    protected override void PreStart() => _cluster.Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case NodeLink.ToOthers say:
                var said = new NodeSaid(say.Message);
                foreach (var other in _others.Values)
                {
                    other.Tell(said, ActorRefs.NoSender);
                }

                break;
            case NodeSaid heard:
                link.OnHeard(heard.Message);
                break;
            case ClusterEvent.MemberUp up:
                Add(up.Member);
                break;
            case ClusterEvent.ReachableMember back when back.Member.Status == MemberStatus.Up:
                Add(back.Member);
                break;
            case ClusterEvent.UnreachableMember gone:
                _others.Remove(gone.Member.Address);
                break;
            case ClusterEvent.MemberRemoved removed:
                _others.Remove(removed.Member.Address);
                memberRemoved();
                break;
            case ClusterEvent.IMemberEvent or ClusterEvent.IReachabilityEvent:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Add(Member member)
    {
        if (!member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
        {
            _others[member.Address] = Context.ActorSelection(new RootActorPath(member.Address) / "user" / Name);
            RuntimeLog.NodeJoined(parts.Logger, member.Address.ToString());
            link.OnJoined();
        }
    }
}
