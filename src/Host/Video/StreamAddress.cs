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

    /// <summary>Scheme, host and port, as a content security policy names them; null: it is no address of another host.</summary>
    public static string? OriginOf(string address)
        => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https" or "ws" or "wss") && uri.Host.Length > 0
            ? $"{uri.Scheme}://{uri.Authority}"
            : null;

    private static bool EndsWith(Uri uri, string end) => uri.AbsolutePath.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
