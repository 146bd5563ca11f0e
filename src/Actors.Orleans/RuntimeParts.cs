using Microsoft.Extensions.Logging;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>What the grains and the shard loops of one silo share.</summary>
internal sealed record RuntimeParts(
    OrleansRuntimeOptions Options,
    IBehaviourFactory Behaviours,
    IJournal Journal,
    EventCatalog Catalog,
    ILiveFeed Feed,
    Clock Clock,
    ILogger Logger,
    LogPace AppendLog,
    LogPace UnreadableLog,
    RuntimeMetrics Metrics,
    ActorCounts Counts,
    SemaphoreSlim Recoveries,
    CancellationToken Ended)
{
    public void OnShardFailed(int shard, Exception reason, TimeSpan delay)
    {
        Metrics.OnFailure("shard");
        RuntimeLog.ShardFailed(Logger, reason, shard, delay);
    }

    /// <summary>A message that another node sent in a form which this one does not know.</summary>
    public void OnUnreadable(Unreadable message)
    {
        if (UnreadableLog.Admits())
        {
            RuntimeLog.Unreadable(Logger, message.Reason);
        }
    }

    /// <summary>Counts a message that nobody receives, and tells its asker so.</summary>
    public void DeadLetter(ActorId to, in Mail mail, string reason, string explanation, Exception? inner = null)
    {
        if (mail.IsOwn)
        {
            return;
        }

        Metrics.OnDeadLetter(reason);
        RuntimeLog.DeadLetter(Logger, mail.Message.GetType().Name, to, reason);
        mail.Ask?.Fail(new ActorFailedException(to, explanation, inner));
    }
}
