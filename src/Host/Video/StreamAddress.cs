using System.Globalization;

namespace Vantage.Host.Video;

/// <summary>What an address of video tells by its form.</summary>
internal static class StreamAddress
{
    public const string Hls = "hls";
    public const string Flv = "flv";
    public const string Whep = "whep";

    /// <summary>Not a stream: a picture that is fetched again and again.</summary>
    public const string Still = "still";

    /// <summary>The protocol in which a browser plays an address; null: it does not.</summary>
    public static string? ProtocolOf(string address)
    {
        var end = address.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? address : address[..end];
        return path.StartsWith("rtsp:", StringComparison.OrdinalIgnoreCase) ? null
            : path.EndsWith(".m3u8", StringComparison.OrdinalIgnoreCase) ? Hls
            : path.EndsWith(".flv", StringComparison.OrdinalIgnoreCase) ? Flv
            : path.Contains("/whep", StringComparison.OrdinalIgnoreCase) ? Whep
            : null;
    }

    /// <summary>A picture that this host may fetch: an address whose path ends like one.</summary>
    public static bool IsPicture(string address)
        => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")
        && (EndsWith(uri, ".jpg") || EndsWith(uri, ".jpeg") || EndsWith(uri, ".png"));

    /// <summary>An address of another host that a browser may be given.</summary>
    public static bool IsAddress(string address)
        => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https" or "ws" or "wss") && uri.Host.Length > 0;

    /// <summary>Scheme, host and port, as a content security policy names them; null: it is no address of another host, or of one that no policy can name.</summary>
    public static string? OriginOf(string address)
        => IsAddress(address) && new Uri(address) is var uri && HostOf(uri) is { } host
            ? uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : string.Create(CultureInfo.InvariantCulture, $"{uri.Scheme}://{host}:{uri.Port}")
            : null;

    /// <summary>The name of a host as a header may hold it: what somebody registered must not end the policy, nor the answer.</summary>
    public static string? HostOf(Uri uri)
        => uri.HostNameType is UriHostNameType.Dns or UriHostNameType.IPv4 && uri.IdnHost.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
            ? uri.IdnHost : null;

    private static bool EndsWith(Uri uri, string end) => uri.AbsolutePath.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
