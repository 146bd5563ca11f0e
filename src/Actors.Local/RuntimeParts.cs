using Microsoft.Extensions.Logging;
using Vantage.Actors.Journal;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Local;

/// <summary>What all workers of one runtime share.</summary>
internal sealed record RuntimeParts(
    LocalRuntimeOptions Options,
    IBehaviourFactory Behaviours,
    IJournal Journal,
    EventCatalog Catalog,
    ILiveFeed Feed,
    Func<int, IPositionShard> CreateShard,
    Clock Clock,
    ILogger Logger,
    LogPace AppendLog,
    RuntimeMetrics Metrics,
    SemaphoreSlim Recoveries,
    Func<int, Worker> WorkerOf)
{
    /// <summary>Counts a message that nobody receives, and tells its asker so.</summary>
    public void DeadLetter(ActorId to, in Mail mail, string reason, string explanation)
    {
        Metrics.OnDeadLetter(reason);
        RuntimeLog.DeadLetter(Logger, mail.Message.GetType().Name, to, reason);
        mail.Ask?.Fail(new ActorFailedException(to, explanation));
    }
}
