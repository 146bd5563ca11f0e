using Microsoft.Extensions.Logging;
using Vantage.Actors;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>What the gateway writes to the log. What a peer can cause at will is written at a pace.</summary>
internal sealed partial class Jt808Log
{
    private readonly ILogger _logger;
    private readonly LogPace[] _cuts;
    private readonly LogPace _commits;

    public Jt808Log(ILogger logger, TimeProvider time)
    {
        _logger = logger;
        _cuts = [.. Enum.GetValues<Jt808Cut>().Select(reason => new LogPace(time, count => MoreCut(count, reason)))];
        _commits = new LogPace(time, MoreCommitsFailed);
    }

    public void Cut(string peer, Jt808Cut reason)
    {
        if (_cuts[(int)reason].Admits())
        {
            OneCut(peer, reason);
        }
    }

    public void CommitFailed(string peer, int count, Exception error)
    {
        if (_commits.Admits())
        {
            OneCommitFailed(peer, count, error);
        }
    }

    [LoggerMessage(2001, LogLevel.Debug, "JT/T 808 connection from {Peer} opened")]
    public partial void Opened(string peer);

    [LoggerMessage(2002, LogLevel.Information, "JT/T 808 connection from {Peer} cut: {Reason}")]
    private partial void OneCut(string peer, Jt808Cut reason);

    [LoggerMessage(2003, LogLevel.Error, "Storage refused {Count} positions of JT/T 808 terminals at {Peer}; they are not acknowledged")]
    private partial void OneCommitFailed(string peer, int count, Exception error);

    [LoggerMessage(2004, LogLevel.Error, "An SOS of unit {Unit} could not be raised; the terminal will repeat it")]
    public partial void SosFailed(int unit, Exception error);

    [LoggerMessage(2006, LogLevel.Information, "{Count} more JT/T 808 connections cut in the last minute: {Reason}")]
    private partial void MoreCut(long count, Jt808Cut reason);

    [LoggerMessage(2007, LogLevel.Error, "Storage refused {Count} more batches of JT/T 808 terminals in the last minute")]
    private partial void MoreCommitsFailed(long count);

    [LoggerMessage(2005, LogLevel.Debug, "JT/T 808 connection from {Peer} broke")]
    public partial void Broke(string peer, Exception error);
}
