using System.Collections.Concurrent;

namespace Vantage.Host.Video;

/// <summary>A video gateway at work: what it has, who looks at which channel, and which heads are turning. Thread-safe.</summary>
internal sealed class VideoGateway(VideoSource source, WvpClient client, TimeProvider time, ILogger log) : IAsyncDisposable
{
    /// <summary>A head that is told nothing more stops: whoever turned it may have gone.</summary>
    private static readonly TimeSpan DeadMan = TimeSpan.FromSeconds(2);

    /// <summary>How often stopping a head is tried.</summary>
    private const int MostTries = 10;

    private readonly ConcurrentDictionary<string, Viewers> _viewers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Head> _heads = new(StringComparer.Ordinal);
    private volatile WvpCatalog _catalog = WvpCatalog.Empty;

    public string Source => source.Name;

    public IReadOnlyList<string> Media { get; } = source.Wvp!.Media;

    public WvpCatalog Catalog => _catalog;

    public WvpClient Client => client;

    /// <summary>The channel of a camera of this source: of the catalogue, or by a key that says both numbers while that is not read.</summary>
    public WvpChannel? Find(string camera)
    {
        if (Catalog.Find(camera) is { } known)
        {
            return known;
        }

        var (device, channel) = AddressTemplate.PartsOf(camera);
        return device != channel ? new WvpChannel(device, channel, camera, IsOnline: true, null, IsGcj02: false, CanTurn: true) : null;
    }

    public async Task<WvpCatalog> RefreshAsync(CancellationToken cancelled) => _catalog = await client.ReadCatalogAsync(cancelled);

    /// <summary>Opens a channel for one more viewer.</summary>
    /// <remarks>Not cut short when the viewer goes: what was started is known, and is stopped.</remarks>
    /// <exception cref="VideoProblem">It does not play.</exception>
    public async Task<IReadOnlyDictionary<string, string>> OpenAsync(WvpChannel channel)
    {
        var viewers = _viewers.GetOrAdd(channel.Key, _ => new Viewers());
        await viewers.Turn.WaitAsync();
        try
        {
            var streams = await client.PlayAsync(channel, CancellationToken.None); // Of one that plays already, the same.
            viewers.Count++;
            return streams;
        }
        catch (VideoProblem problem) when (problem.Code == VideoProblem.GatewayRefused && IsAboutOffline(problem, channel))
        {
            throw new VideoProblem(VideoProblem.DeviceOffline, problem.Message);
        }
        finally
        {
            viewers.Turn.Release();
        }
    }

    /// <summary>One viewer has gone; after the last one the device stops sending.</summary>
    public async Task CloseAsync(WvpChannel channel)
    {
        if (!_viewers.TryGetValue(channel.Key, out var viewers))
        {
            return;
        }

        await viewers.Turn.WaitAsync();
        try
        {
            if (--viewers.Count == 0)
            {
                await client.StopAsync(channel, CancellationToken.None);
            }
        }
        catch (VideoProblem failed)
        {
            GatewayLog.NotStopped(log, channel.Key, source.Name, failed.Code); // Its media server ends a stream that nobody reads.
        }
        finally
        {
            viewers.Turn.Release();
        }
    }

    /// <summary>Whether a head is at this: then saying it again only keeps it turning.</summary>
    public bool IsDoing(WvpChannel channel, string command, double speed) => _heads.TryGetValue(channel.Key, out var head) && head.Doing == (command, speed);

    /// <summary>Turns a head until it is told to stop, or until nothing is said for 2 s.</summary>
    public async Task TurnAsync(WvpChannel channel, string command, double speed, CancellationToken cancelled)
    {
        var head = _heads.GetOrAdd(channel.Key, _ => new Head());
        await head.Turn.WaitAsync(cancelled);
        try
        {
            head.Watch?.Dispose();
            head.Watch = null;
            if (command == "stop" || head.Doing != (command, speed))
            {
                // Whatever becomes of the call: it may have reached the camera, and is not cut short when the caller goes.
                (head.Doing, head.Tries) = ((command, speed), 0);
                await client.TurnAsync(channel, command, speed, CancellationToken.None);
                head.Doing = command == "stop" ? null : head.Doing;
            }
        }
        finally
        {
            Watch_NeedsTurn(channel, head);
            head.Turn.Release();
        }
    }

    /// <summary>Stops every head and every stream.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var (key, head) in _heads)
        {
            if (head.Doing is not null && Find(key) is { } channel)
            {
                await LetGoAsync(channel, head, head.Order);
            }
        }

        client.Dispose();
    }

    private async Task LetGoAsync(WvpChannel channel, Head head, long order)
    {
        await head.Turn.WaitAsync();
        try
        {
            if (head.Order == order && head.Doing is not null)
            {
                head.Watch?.Dispose();
                head.Watch = null;
                await client.TurnAsync(channel, "stop", 0, CancellationToken.None);
                head.Doing = null;
            }
        }
        catch (VideoProblem failed)
        {
            GatewayLog.NotLetGo(log, channel.Key, source.Name, failed.Code);
            if (++head.Tries < MostTries)
            {
                Watch_NeedsTurn(channel, head);
            }
        }
        finally
        {
            head.Turn.Release();
        }
    }

    private void Watch_NeedsTurn(WvpChannel channel, Head head)
    {
        if (head.Doing is not null)
        {
            var order = ++head.Order;
            head.Watch = time.CreateTimer(_ => _ = LetGoAsync(channel, head, order), null, DeadMan, Timeout.InfiniteTimeSpan);
        }
    }

    private bool IsAboutOffline(VideoProblem problem, WvpChannel channel)
        => problem.Message.Contains("离线", StringComparison.Ordinal) || problem.Message.Contains("offline", StringComparison.OrdinalIgnoreCase)
        || Catalog.Find(channel.Key) is { IsOnline: false };

    private sealed class Viewers
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public int Count { get; set; }
    }

    private sealed class Head
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public (string Command, double Speed)? Doing { get; set; }

        public ITimer? Watch { get; set; }

        public long Order { get; set; }

        public int Tries { get; set; }
    }
}

internal static partial class GatewayLog
{
    [LoggerMessage(2101, LogLevel.Warning, "Channel {Channel} of video source {Source} could not be stopped: {Reason}.")]
    public static partial void NotStopped(ILogger log, string channel, string source, string reason);

    [LoggerMessage(2102, LogLevel.Error, "The head of channel {Channel} of video source {Source} could not be stopped: {Reason}.")]
    public static partial void NotLetGo(ILogger log, string channel, string source, string reason);

    [LoggerMessage(2103, LogLevel.Warning, "The cameras of video source {Source} could not be read: {Reason}. {Detail} It is tried again.")]
    public static partial void NotRead(ILogger log, string source, string reason, string detail);

    [LoggerMessage(2104, LogLevel.Information, "Video source {Source}: {Channels} channels, of which {Unplaced} have no place and are no cameras yet.")]
    public static partial void Read(ILogger log, string source, int channels, int unplaced);
}
