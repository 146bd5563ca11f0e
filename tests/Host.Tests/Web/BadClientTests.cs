using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Devices.Jt808;
using Vantage.Support;

namespace Vantage.Host.Tests.Web;

/// <summary>Clients that are silent, slow or deaf are cut after the times that docs/operations.md states, and nobody else notices.</summary>
public sealed class BadClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    /// <summary>Above the time in question: the server looks once a second, and this machine may be busy.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly int _jt808Port = FreePort.Next();
    private HostUnderTest _host = null!;

    public async ValueTask InitializeAsync() => _host = await HostUnderTest.StartAsync(
        settings => settings with { KeepAlive = Short, WriteTimeout = Short, Jt808Port = _jt808Port },
        parts: services => services.AddSingleton(new Jt808Options
        {
            AuthKey = new byte[32],
            HelloTimeout = Short,
            FrameTimeout = Short,
            WriteTimeout = Short,
            IdleTimeout = 2 * Short,
        }));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact(DisplayName = "An HTTP client that is silent, sends a byte a second, or never reads is cut in the stated time; others are served meanwhile")]
    public async Task Http()
    {
        using var admin = await _host.WithTokenAsync("admin");
        var all = Task.WhenAll(
            CutAsync(Short, "silent", HttpPort, ""),
            CutAsync(Short, "silent after a request", HttpPort, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
            CutAsync(TimeSpan.FromSeconds(15), "header by the byte", HttpPort, "GET /healthz HTTP/1.1\r\n", (byte)'x'),
            CutAsync(TimeSpan.FromSeconds(10), "body by the byte", HttpPort, "POST /osmand HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n", (byte)' '),
            CutAsync(TimeSpan.FromSeconds(10), "chunks by the byte", HttpPort, "POST /osmand HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n", (byte)' '),
            CutAsync(TimeSpan.FromSeconds(10), "body that never comes", HttpPort, "POST /osmand HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"),
            CutAsync(TimeSpan.FromSeconds(15), "hub without a handshake", HttpPort, await HubRequestAsync()),
            CutDeafAsync(Short, "deaf", HttpPort, Encoding.ASCII.GetBytes("GET /openapi/v1.json HTTP/1.1\r\nHost: x\r\n\r\n")));

        while (!all.IsCompleted)
        {
            Assert.Equal("ready", await admin.GetStringAsync("/readyz"));
            await Task.WhenAny(all, Task.Delay(500));
        }

        await all;
    }

    [Fact(DisplayName = "A terminal that is silent, sends a byte a second, or never reads is cut in the stated time, and counted")]
    public async Task Jt808()
    {
        using var admin = await _host.WithTokenAsync("admin", "read");
        using var unit = new StringContent("""{"name":"T","devices":[{"protocol":"jt808","key":"13912345671"},{"protocol":"jt808","key":"13912345672"},{"protocol":"jt808","key":"13912345673"}]}""", Encoding.UTF8, "application/json");
        (await admin.PutAsync("/api/units/vehicle/t", unit)).EnsureSuccessStatusCode();

        await Task.WhenAll(
            CutAsync(Short, "silent", _jt808Port, ""),
            CutAsync(Short, "junk by the byte", _jt808Port, "", (byte)'x'),
            CutAsync(Short, "frame by the byte", _jt808Port, "~", (byte)'x'),
            CutAsync(2 * Short, "known, then silent", _jt808Port, Latin(Heartbeat("13912345671"))),
            CutAsync(Short, "known, then a frame by the byte", _jt808Port, Latin(Heartbeat("13912345672")) + "~", (byte)'x'),
            CutDeafAsync(Short, "deaf", _jt808Port, Heartbeat("13912345673")));

        var metrics = await admin.GetStringAsync("/metrics");
        Assert.All(
            ["NoHello", "Silent", "SlowFrame", "NotReading"],
            reason => Assert.Contains($"vantage_devices_cuts_total{{protocol=\"jt808\",reason=\"{reason}\"}}", metrics, StringComparison.Ordinal));
        Assert.Contains("vantage_devices_connections{protocol=\"jt808\"} 0", metrics, StringComparison.Ordinal);
    }

    private int HttpPort => _host.Address.Port;

    private async Task<string> HubRequestAsync()
        => $"GET /hubs/wall?access_token={await _host.TokenAsync("read")} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /// <summary>Says something, then one byte a second, or nothing; and reads, until the host hangs up.</summary>
    private static async Task CutAsync(TimeSpan after, string who, int port, string opening, byte? byTheSecond = null)
    {
        using var socket = await DialAsync(port);
        await socket.SendAsync(Encoding.Latin1.GetBytes(opening));
        var began = Stopwatch.GetTimestamp();
        using var stop = new CancellationTokenSource();
        var dripping = byTheSecond is { } one ? DripAsync(socket, one, stop.Token) : Task.CompletedTask;

        Assert.True(await HangsUpAsync(socket, after + Grace), $"{who}: not cut");

        var took = Stopwatch.GetElapsedTime(began);
        Assert.True(took > after * 0.5, $"{who}: cut after {took.TotalSeconds:0.0} s already");
        await stop.CancelAsync();
        await dripping;
    }

    /// <summary>Sends requests for ever and never reads an answer.</summary>
    private static async Task CutDeafAsync(TimeSpan after, string who, int port, byte[] request)
    {
        using var socket = await DialAsync(port);
        var requests = Enumerable.Repeat(request, 100).SelectMany(bytes => bytes).ToArray();
        using var late = new CancellationTokenSource(after + Grace + Grace);
        try
        {
            while (true)
            {
                await socket.SendAsync(requests, late.Token);
            }
        }
        catch (SocketException)
        {
            // Cut, as it should be.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{who}: not cut");
        }
    }

    private static async Task DripAsync(Socket socket, byte one, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), stop);
                await socket.SendAsync(new[] { one }, stop);
            }
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException)
        {
            // The host has hung up.
        }
    }

    private static async Task<bool> HangsUpAsync(Socket socket, TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        var answer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(answer, late.Token) > 0)
            {
                // An answer, such as 408: the end follows.
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<Socket> DialAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private static byte[] Heartbeat(string phone)
    {
        var frame = new ArrayBufferWriter<byte>();
        ushort serial = 1;
        Jt808FrameWriter.Write(frame, Jt808Form.V2013, Jt808Phone.Parse(phone), Jt808MessageId.Heartbeat, ref serial, []);
        return frame.WrittenSpan.ToArray();
    }

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
