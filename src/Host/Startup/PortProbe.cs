using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Vantage.Host.Settings;

namespace Vantage.Host.Startup;

/// <summary>Looks whether the ports are free before anything is made: a start that fails leaves no folder, and prints no password that nobody keeps.</summary>
internal static class PortProbe
{
    /// <exception cref="IOException">One is in use; as the server says it, too.</exception>
    public static void Check(HostSettings settings)
    {
        foreach (var address in settings.Addresses)
        {
            Check(address.Address ?? IPAddress.Any, address.Port);
        }

        Check(settings.Demo ? IPAddress.Loopback : IPAddress.Any, settings.Jt808Port);
    }

    private static void Check(IPAddress address, int port)
    {
        if (port == 0)
        {
            return; // None, or any that is free.
        }

        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
        }
        catch (SocketException busy) when (busy.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new IOException($"{address}:{port} is in use.", new AddressInUseException(busy.Message, busy));
        }
    }
}
