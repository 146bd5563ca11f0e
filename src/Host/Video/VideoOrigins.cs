using System.Collections.Concurrent;
using Vantage.Host.Settings;
using Vantage.Host.Situations;

namespace Vantage.Host.Video;

/// <summary>Which other hosts a page of the wall may take video from: those of configured sources, of registered cameras, and those that a gateway has named.</summary>
internal sealed class VideoOrigins(HostSettings settings, Situation situation)
{
    /// <summary>More of them would make a header too long for some proxies; then the schemes are named.</summary>
    private const int MaxOrigins = 40;

    private const int MaxLearned = 100;

    private readonly ConcurrentDictionary<string, bool> _learned = new(StringComparer.Ordinal);
    private volatile Made? _made;

    /// <summary>Takes the media servers that a gateway named. A page that is open already knows them when it is loaded anew.</summary>
    public void Learn(IEnumerable<string> addresses)
    {
        foreach (var origin in addresses.Select(StreamAddress.OriginOf).OfType<string>())
        {
            if (_learned.Count < MaxLearned && _learned.TryAdd(origin, true))
            {
                _made = null;
            }
        }
    }

    /// <summary>As a content security policy lists them: a space before each.</summary>
    public string Sources()
    {
        var registrations = situation.Cameras.Registrations; // Before they are read.
        if (_made is { } made && made.Registrations == registrations)
        {
            return made.Text;
        }

        var origins = new SortedSet<string>(StringComparer.Ordinal);
        origins.UnionWith(_learned.Keys);
        foreach (var source in settings.VideoSources)
        {
            origins.UnionWith(source.Streams.Select(template => StreamAddress.OriginOf(template.Text)).OfType<string>());
            origins.UnionWith(source.Wvp is { } wvp ? wvp.Media.Concat(NearbyOf(wvp.Address)) : []);
        }

        foreach (var camera in situation.Cameras.All)
        {
            origins.UnionWith(camera.Registered.Streams.Where(address => StreamAddress.ProtocolOf(address) is not null).Select(StreamAddress.OriginOf).OfType<string>());
        }

        var text = origins.Count > MaxOrigins ? " http: https: ws: wss:" : string.Concat(origins.Select(origin => ' ' + origin));
        _made = new Made(text, registrations);
        return text;
    }

    /// <summary>A media server is most often beside its gateway, on another port.</summary>
    private static IEnumerable<string> NearbyOf(Uri gateway)
        => StreamAddress.HostOf(gateway) is { } host ? new[] { "http", "https", "ws", "wss" }.Select(scheme => $"{scheme}://{host}:*") : [];

    private sealed record Made(string Text, long Registrations);
}
