using System.Net;
using System.Net.Sockets;

namespace Vantage.Support;

/// <summary>TCP ports of this machine that nobody listens on.</summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int End = 30_000;

    /// <summary>One that is free now, and that the system gives to no connection: it is still free when a server that was stopped comes back to it.</summary>
    /// <remarks>Linux takes the near ends of connections from 32768 on.</remarks>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's: another one.
            }
        }
    }
}
