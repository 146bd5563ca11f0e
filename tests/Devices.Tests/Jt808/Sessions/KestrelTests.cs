using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Devices.Jt808.Sessions;

namespace Vantage.Devices.Tests.Jt808.Sessions;

/// <summary>The handler where the host puts it: on a Kestrel endpoint.</summary>
public class KestrelTests
{
    [Fact(DisplayName = "On Kestrel: terminals are served, a deaf peer is cut, and stopping answers what was read")]
    public async Task On_kestrel()
    {
        await using var harness = new Harness(options => options with { WriteTimeout = TimeSpan.FromMilliseconds(200) });
        var app = await StartAsync(harness.Gateway);
        await using var _ = app;
        using var terminal = await DialAsync(app, Harness.Phone);
        Assert.Equal(Jt808Result.Ok, await terminal.AskAsync(Jt808MessageId.Location, Harness.Location()));

        harness.Directory.Add("jt808", "13800000001", 8);
        using var deaf = await DialAsync(app, Jt808Phone.Parse("13800000001"));
        await FloodUntilCutAsync(deaf);
        Assert.Equal(1, harness.Counted["vantage.devices.cuts protocol=jt808 reason=NotReading"]);

        var begun = harness.Ingest.Hold();
        await terminal.SendAsync(Jt808MessageId.Location, Harness.Location());
        await begun.WaitAsync(Harness.Patience);
        var stopping = app.StopAsync();
        harness.Ingest.Release();
        Assert.Equal(Jt808Result.Ok, (await terminal.ReceiveReplyAsync()).Result);
        await stopping.WaitAsync(Harness.Patience);
        Assert.Null(await terminal.ReceiveAsync());
        Assert.Equal(0, harness.Gateway.Sessions.Count);
    }

    [Fact(DisplayName = "On a stop connections end one after the other, and those whose turn has not come are served as before")]
    public async Task One_after_the_other()
    {
        await using var harness = new Harness(options => options with { LeaveStep = TimeSpan.FromSeconds(4), LongestLeave = TimeSpan.FromSeconds(12) });
        await using var app = await StartAsync(harness.Gateway);
        var terminals = new List<TestTerminal>();
        foreach (var number in new[] { "13912345678", "13800000001", "13800000002" })
        {
            harness.Directory.Add("jt808", number, 7 + terminals.Count);
            terminals.Add(await DialAsync(app, Jt808Phone.Parse(number)));
            Assert.Equal(Jt808Result.Ok, await terminals[^1].AskAsync(Jt808MessageId.Location, Harness.Location()));
        }

        var stopping = app.StopAsync();
        var ends = terminals.ToDictionary(terminal => terminal, terminal => terminal.ReceiveAsync());
        var first = await Task.WhenAny(ends.Values).WaitAsync(Harness.Patience);
        Assert.Null(await first);
        var left = ends.Where(end => !end.Value.IsCompleted).ToList();
        Assert.Equal(2, left.Count);
        foreach (var (terminal, answer) in left)
        {
            await terminal.SendAsync(Jt808MessageId.Location, Harness.Location(5));
            Assert.NotNull(await answer.WaitAsync(Harness.Patience));
        }

        await stopping.WaitAsync(Harness.Patience);
        foreach (var (terminal, _) in left)
        {
            Assert.Null(await terminal.ReceiveAsync());
        }

        Assert.Equal(3, harness.Counted["vantage.devices.cuts protocol=jt808 reason=Stopping"]);
        terminals.ForEach(terminal => terminal.Dispose());
    }

    private static async Task<WebApplication> StartAsync(Jt808Gateway gateway)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(gateway);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseConnectionHandler<Jt808ConnectionHandler>()));
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }

    private static async Task<TestTerminal> DialAsync(WebApplication app, Jt808Phone phone)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(address).Port);
        return new(socket, Jt808Form.V2013, phone);
    }

    private static async Task FloodUntilCutAsync(TestTerminal peer)
    {
        var frames = Enumerable.Range(0, 500).SelectMany(_ => peer.Frame(Jt808MessageId.Heartbeat, [])).ToArray();
        try
        {
            while (true)
            {
                await peer.SendRawAsync(frames).WaitAsync(Harness.Patience);
            }
        }
        catch (SocketException)
        {
            // That is what is waited for.
        }
    }
}
