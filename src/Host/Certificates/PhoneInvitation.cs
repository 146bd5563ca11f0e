using System.Net;
using System.Net.Sockets;
using QRCoder;
using Vantage.Host.Settings;

namespace Vantage.Host.Certificates;

/// <summary>What the start prints for phones: where the officer's page is on the local network, as a code to be read by a camera.</summary>
internal static class PhoneInvitation
{
    public const string Page = "/m/";

    /// <param name="boundPort">Of the first address, where the settings leave the port open.</param>
    /// <param name="addresses">Where other machines find this one, the best first.</param>
    public static IEnumerable<string> Lines(HostSettings settings, int boundPort, HttpsIdentity? identity, IReadOnlyList<IPAddress> addresses)
    {
        var served = settings.Addresses.Where(address => address.Address is null || !IPAddress.IsLoopback(address.Address)).OrderByDescending(address => address.IsHttps).ToList();
        if (served.Count == 0)
        {
            yield break; // Nobody but this machine reaches it.
        }

        var links = served.Where(address => address.IsHttps == served[0].IsHttps).SelectMany(address => LinksOf(address, boundPort, addresses)).Distinct().ToList();
        if (links.Count == 0)
        {
            yield break; // No network is up.
        }

        yield return $"Phones, on the local network: {string.Join("  ", links)}";
        if (!served[0].IsHttps)
        {
            yield return "Browsers give positions over https alone: serve it too, as with --urls \"http://*:5080;https://*:5443\" (see docs/operations.md).";
        }
        else if (identity?.AuthorityFingerprint is { } fingerprint)
        {
            yield return $"Each phone installs the certificate once, from {links[0]}install/";
            yield return $"SHA-256 of that certificate: {fingerprint}";
        }

        using var code = QRCodeGenerator.GenerateQrCode(links[0], QRCodeGenerator.ECCLevel.L);
        using var drawn = new AsciiQRCode(code);
        foreach (var line in drawn.GetGraphicSmall().Split('\n'))
        {
            yield return line.TrimEnd('\r');
        }
    }

    private static IEnumerable<string> LinksOf(ListenAddress address, int boundPort, IReadOnlyList<IPAddress> addresses)
    {
        var port = address.Port > 0 ? address.Port : boundPort;
        var scheme = address.IsHttps ? "https" : "http";
        return address.Address is { } one && !one.Equals(IPAddress.Any) && !one.Equals(IPAddress.IPv6Any) ? [Link(one)]
            : addresses.Where(each => each.AddressFamily == AddressFamily.InterNetwork).Select(Link);

        string Link(IPAddress at) => $"{scheme}://{(at.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{at}]" : at)}:{port}{Page}";
    }
}
