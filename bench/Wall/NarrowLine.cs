using System.Net;
using System.Net.Sockets;

namespace Vantage.Bench.Wall;

/// <summary>A line to the host that carries so many bytes a second to the screen, and buffers as little as sockets allow.</summary>
internal sealed class NarrowLine : IDisposable
{
    private const int StepsASecond = 10;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _host;
    private readonly int _step;
    private long _bytesRead;

    public NarrowLine(IPEndPoint host, int bytesASecond)
    {
        (_host, _step) = (host, bytesASecond / StepsASecond);
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var screen = await _listener.AcceptSocketAsync(_stop.Token);
        var host = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
        await host.ConnectAsync(_host, _stop.Token);
        await Task.WhenAny(ForwardAsync(screen, host), TrickleAsync(host, screen));
        host.Dispose();
        screen.Dispose();
    }

    private async Task ForwardAsync(Socket from, Socket to)
    {
        var buffer = new byte[4096];
        while (await from.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
        {
            await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }

    private async Task TrickleAsync(Socket from, Socket to)
    {
        var buffer = new byte[_step];
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / StepsASecond));
        while (await timer.WaitForNextTickAsync(_stop.Token) && await from.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
        {
            Interlocked.Add(ref _bytesRead, count);
            await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }
}
