using Akka.Actor;
using Microsoft.Extensions.Logging;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Akka;

/// <summary>What everything of one runtime on one node shares.</summary>
internal sealed record RuntimeParts(
    AkkaRuntimeOptions Options,
    IBehaviourFactory Behaviours,
    EventCatalog Catalog,
    ILiveFeed Feed,
    Clock Clock,
    ILogger Logger,
    LogPace AppendLog,
    RuntimeMetrics Metrics,
    ActorCounts Counts)
{
    /// <summary>The position shards of this node. Set once, before the first message.</summary>
    public ShardThreads Positions { get; set; } = null!;

    /// <summary>Where mails of each kind go: a shard region. Set once, before the first message.</summary>
    public IReadOnlyDictionary<string, IActorRef> Regions { get; set; } = new Dictionary<string, IActorRef>(StringComparer.Ordinal);

    /// <summary>False when no region has actors of that kind: the mail is then a dead letter.</summary>
    public bool Send(Mail mail, IActorRef? sender)
    {
        if (Regions.TryGetValue(mail.To.Kind, out var region))
        {
            region.Tell(mail, sender);
            return true;
        }

        OnDeadLetter(mail, "no_behaviour");
        return false;
    }

    public void OnShardFailed(int shard, Exception reason, TimeSpan delay)
    {
        Metrics.OnFailure("shard");
        RuntimeLog.ShardFailed(Logger, reason, shard, delay);
    }

    public void OnDeadLetter(Mail mail, string reason)
    {
        Metrics.OnDeadLetter(reason);
        RuntimeLog.DeadLetter(Logger, mail.Message.GetType().Name, mail.To, reason);
    }
}
