using Microsoft.Extensions.Logging;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>What the gateway writes to the log.</summary>
internal sealed partial class Jt808Log(ILogger logger)
{
    [LoggerMessage(2001, LogLevel.Debug, "JT/T 808 connection from {Peer} opened")]
    public partial void Opened(string peer);

    [LoggerMessage(2002, LogLevel.Information, "JT/T 808 connection from {Peer} cut: {Reason}")]
    public partial void Cut(string peer, Jt808Cut reason);

    [LoggerMessage(2003, LogLevel.Error, "Storage refused {Count} positions of JT/T 808 terminals at {Peer}; they are not acknowledged")]
    public partial void CommitFailed(string peer, int count, Exception error);

    [LoggerMessage(2004, LogLevel.Error, "An SOS of unit {Unit} could not be raised; the terminal will repeat it")]
    public partial void SosFailed(int unit, Exception error);

    [LoggerMessage(2005, LogLevel.Debug, "JT/T 808 connection from {Peer} broke")]
    public partial void Broke(string peer, Exception error);
}
