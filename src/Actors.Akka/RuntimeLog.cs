using Microsoft.Extensions.Logging;

namespace Vantage.Actors.Akka;

internal static partial class RuntimeLog
{
    [LoggerMessage(1, LogLevel.Error, "{Actor} threw on {Message}; it is recovered in {Delay}")]
    public static partial void MessageFailed(ILogger logger, Exception reason, ActorId actor, string message, TimeSpan delay);

    [LoggerMessage(2, LogLevel.Error, "Events of {Actor} could not be made durable; its turn of {Messages} messages is undone and it is recovered in {Delay}")]
    public static partial void AppendFailed(ILogger logger, Exception reason, ActorId actor, int messages, TimeSpan delay);

    [LoggerMessage(3, LogLevel.Error, "{Actor} could not be recovered; tried again in {Delay}")]
    public static partial void RecoveryFailed(ILogger logger, Exception reason, ActorId actor, TimeSpan delay);

    [LoggerMessage(4, LogLevel.Debug, "Dead letter: {Message} to {Actor} ({Reason})")]
    public static partial void DeadLetter(ILogger logger, string message, ActorId actor, string reason);

    [LoggerMessage(5, LogLevel.Error, "Position shard {Shard} failed; it is built anew from the log in {Delay}")]
    public static partial void ShardFailed(ILogger logger, Exception reason, int shard, TimeSpan delay);

    [LoggerMessage(6, LogLevel.Error, "The live feed threw on a delta of {Actor}; the delta is lost")]
    public static partial void FeedFailed(ILogger logger, Exception reason, ActorId actor);

    [LoggerMessage(7, LogLevel.Critical, "The behaviour of {Actor} stopped and did not say why; it is recovered in {Delay}")]
    public static partial void BehaviourStopped(ILogger logger, ActorId actor, TimeSpan delay);

    [LoggerMessage(8, LogLevel.Warning, "The runtime stopped with work left after {Timeout}")]
    public static partial void StoppedEarly(ILogger logger, TimeSpan timeout);

    [LoggerMessage(10, LogLevel.Warning, "No node to join has answered yet; still asking {Seeds}")]
    public static partial void StillJoining(ILogger logger, string seeds);

    [LoggerMessage(11, LogLevel.Debug, "Position shard {Shard} lives here now")]
    public static partial void ShardCame(ILogger logger, int shard);

    [LoggerMessage(12, LogLevel.Debug, "Position shard {Shard} lives here no longer")]
    public static partial void ShardLeft(ILogger logger, int shard);

    [LoggerMessage(15, LogLevel.Debug, "Position shard {Shard} has been read back, or that was tried, after {Elapsed}")]
    public static partial void ShardOpened(ILogger logger, int shard, TimeSpan elapsed);

    [LoggerMessage(13, LogLevel.Information, "Node {Address} is there")]
    public static partial void NodeJoined(ILogger logger, string address);

    [LoggerMessage(14, LogLevel.Critical, "{Address} has removed this node from the cluster and refuses its connections: this node ends")]
    public static partial void Quarantined(ILogger logger, string address);

    [LoggerMessage(9, LogLevel.Error, "Events of {Count} more turns could not be made durable in the last minute; they are undone")]
    public static partial void MoreAppendsFailed(ILogger logger, long count);
}
