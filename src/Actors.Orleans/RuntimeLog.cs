using Microsoft.Extensions.Logging;

namespace Vantage.Actors.Orleans;

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

    [LoggerMessage(7, LogLevel.Error, "The call to {Actor} broke off over {Messages} messages; whether they were received is not known")]
    public static partial void TurnLost(ILogger logger, Exception reason, ActorId actor, int messages);

    [LoggerMessage(8, LogLevel.Warning, "The runtime stopped with work left after {Timeout}")]
    public static partial void StoppedEarly(ILogger logger, TimeSpan timeout);

    [LoggerMessage(9, LogLevel.Error, "Events of {Count} more turns could not be made durable in the last minute; they are undone")]
    public static partial void MoreAppendsFailed(ILogger logger, long count);

    [LoggerMessage(10, LogLevel.Warning, "Orleans refused {Messages} messages to {Actor} undelivered; they are sent again in {Delay}")]
    public static partial void TurnRefused(ILogger logger, Exception reason, ActorId actor, int messages, TimeSpan delay);

    [LoggerMessage(11, LogLevel.Debug, "Position shard {Shard} lives here now")]
    public static partial void ShardCame(ILogger logger, int shard);

    [LoggerMessage(12, LogLevel.Debug, "Position shard {Shard} lives here no longer")]
    public static partial void ShardLeft(ILogger logger, int shard);

    [LoggerMessage(13, LogLevel.Information, "Node {Address} is there")]
    public static partial void NodeJoined(ILogger logger, string address);

    [LoggerMessage(14, LogLevel.Warning, "What another node sent was not understood: {Reason}")]
    public static partial void Unreadable(ILogger logger, string reason);

    [LoggerMessage(18, LogLevel.Warning, "{Count} more messages of other nodes were not understood in the last minute")]
    public static partial void MoreUnreadable(ILogger logger, long count);

    [LoggerMessage(17, LogLevel.Warning, "A node could not be told that this one leaves")]
    public static partial void NotTold(ILogger logger, Exception reason);

    [LoggerMessage(15, LogLevel.Critical, "This node can host no more: {Reason}")]
    public static partial void Lost(ILogger logger, string reason);

    [LoggerMessage(19, LogLevel.Warning, "The reminder of {Actor}, which no timer needs, could not be dropped; it is tried again when it next ticks")]
    public static partial void ReminderKept(ILogger logger, Exception reason, ActorId actor);

    [LoggerMessage(16, LogLevel.Warning, "The silo did not stop in good order")]
    public static partial void SiloStoppedBadly(ILogger logger, Exception reason);
}
