using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>Speaks JT/T 808 on a Kestrel endpoint: <c>listen.UseConnectionHandler&lt;Jt808ConnectionHandler&gt;()</c>.</summary>
public sealed class Jt808ConnectionHandler(Jt808Gateway gateway) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        // Not ConnectionClosed: that fires when the peer hangs up, with bytes still to be read.
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        var peer = connection.RemoteEndPoint?.ToString() ?? connection.ConnectionId;
        return new Jt808Connection(gateway, connection.Transport, peer).RunAsync(stopping);
    }
}
