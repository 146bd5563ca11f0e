namespace Vantage.Host.Video;

/// <summary>The addresses that a wvp-GB28181-pro gives for a stream, as players take them.</summary>
internal static class GatewayStreams
{
    /// <summary>In the order to try them. WebSockets before HTTP: a browser opens six of the latter to a host and no more.</summary>
    private static readonly string[] Plain = ["ws_flv", "flv", "hls", "rtc"];
    private static readonly string[] Secure = ["wss_flv", "https_flv", "https_hls", "rtcs"];

    /// <param name="isSecure">The page is on HTTPS: nothing else may be mixed into it.</param>
    public static IEnumerable<StreamView> Of(IReadOnlyDictionary<string, string> named, bool isSecure)
        => (isSecure ? Secure : Plain).Select(name => Whep(named.GetValueOrDefault(name) ?? "")).Where(StreamAddress.IsAddress)
            .Select(address => StreamAddress.ProtocolOf(address) is { } protocol ? new StreamView(protocol, address) : null).OfType<StreamView>();

    /// <summary>ZLMediaKit has WHEP beside its own interface, which the gateway names.</summary>
    private static string Whep(string address)
        => address.Replace("/index/api/webrtc?", "/index/api/whep?", StringComparison.Ordinal).Replace("&type=play", "", StringComparison.Ordinal);
}
