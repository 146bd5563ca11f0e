using Vantage.Actors;

namespace Vantage.Host.Startup;

/// <summary>Says that storage refuses what HTTP brings: once with everything, then as a number a minute. A full disk must not be filled with that.</summary>
internal sealed partial class StorageRefusalLog
{
    private readonly ILogger<StorageRefusalLog> _log;
    private readonly LogPace _pace;

    public StorageRefusalLog(ILogger<StorageRefusalLog> log, TimeProvider time) => (_log, _pace) = (log, new LogPace(time, MoreRefused));

    public void Refused(HttpRequest request, int status, Exception error)
    {
        if (_pace.Admits())
        {
            OneRefused(request.Method, request.Path, status, error);
        }
    }

    [LoggerMessage(1204, LogLevel.Error, "Storage could not serve {Method} {Path}; it was answered with {Status}.")]
    private partial void OneRefused(string method, PathString path, int status, Exception error);

    [LoggerMessage(1205, LogLevel.Error, "Storage could not serve {Count} more requests in the last minute.")]
    private partial void MoreRefused(long count);
}
