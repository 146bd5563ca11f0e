using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>Speaks JT/T 808 on a Kestrel endpoint: <c>listen.UseConnectionHandler&lt;Jt808ConnectionHandler&gt;()</c>.</summary>
public sealed class Jt808ConnectionHandler(Jt808Gateway gateway) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        // Not ConnectionClosed: that fires when the peer hangs up, with bytes still to be read.
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        var peer = connection.RemoteEndPoint?.ToString() ?? connection.ConnectionId;
        var cut = await new Jt808Connection(gateway, connection.Transport, peer).RunAsync(stopping).ConfigureAwait(false);

        // The transport would wait for a deaf peer to read what is in its buffers. These peers get no more of our time;
        // the others are to hear their last answer.
        if (cut is not (Jt808Cut.None or Jt808Cut.Stopping or Jt808Cut.NotAuthenticated))
        {
            connection.Abort(new ConnectionAbortedException($"Cut: {cut}."));
        }
    }
}
