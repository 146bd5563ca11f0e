using Vantage.Actors.Nodes;

namespace Vantage.Actors.Orleans;

/// <summary>The other silos of the cluster, for the live feed.</summary>
internal sealed class NodeLink(RuntimeParts parts) : INodeLink
{
    private volatile INodeService[] _others = [];

    public event Action? Joined;

    public event Action<object>? Heard;

    public void Say(object message)
    {
        var said = new NodeSaid(message);
        foreach (var other in _others)
        {
            try
            {
                _ = other.HearAsync(said);
            }
            catch (Exception)
            {
                // The silo stops, or the other has just left: nobody is owed anything.
            }
        }
    }

    /// <summary>Tells the others that a silo leaves; completes when they know. One that cannot be told learns of it when it is gone.</summary>
    public Task TellLeavingAsync(SiloAddress self) => Task.WhenAll(_others.Select(async other =>
    {
        try
        {
            await other.LeavingAsync(self).ConfigureAwait(false);
        }
        catch (Exception reason)
        {
            RuntimeLog.NotTold(parts.Logger, reason);
        }
    }));

    /// <summary>Keeps account of who is there.</summary>
    public async Task FollowAsync(IClusterMembershipService membership, SiloAddress self, NodeClient client, CancellationToken cancellationToken)
    {
        HashSet<SiloAddress> known = [self];
        await foreach (var view in membership.MembershipUpdates.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var active = view.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).ToHashSet();
            _others = [.. active.Where(silo => !silo.Equals(self)).Select(client.Of)];
            foreach (var silo in active.Except(known))
            {
                RuntimeLog.NodeJoined(parts.Logger, silo.ToString());
                Joined?.Invoke();
            }

            known = active;
            known.Add(self);
        }
    }

    public void OnHeard(object message)
    {
        if (message is Unreadable unreadable)
        {
            parts.OnUnreadable(unreadable);
        }
        else
        {
            Heard?.Invoke(message);
        }
    }
}
