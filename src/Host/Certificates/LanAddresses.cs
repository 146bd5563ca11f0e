using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Vantage.Host.Certificates;

/// <summary>Where other machines find this one.</summary>
internal static class LanAddresses
{
    /// <summary>The addresses of all networks that are up, those of a network with a way out first, IPv4 before IPv6; without loopback and link-local ones.</summary>
    public static IReadOnlyList<IPAddress> All() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(network => network.GetIPProperties())
            .SelectMany(network => network.UnicastAddresses, (network, own) => (own.Address, HasWayOut: network.GatewayAddresses.Count > 0))
            .Where(own => own.Address is { IsIPv6LinkLocal: false, AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } && !IPAddress.IsLoopback(own.Address))
            .OrderByDescending(own => own.HasWayOut).ThenByDescending(own => own.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(own => own.Address).Distinct(),
    ];
}
