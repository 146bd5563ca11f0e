using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Vantage.Actors.Positions;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Devices.Jt808.Sessions;

namespace Vantage.Devices.Tests.Jt808.Sessions;

/// <summary>A gateway on fakes, and terminals that dial it over loopback sockets.</summary>
internal sealed class Harness : IAsyncDisposable
{
    /// <summary>Long enough for a loaded machine; a test that waits this long has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static readonly Jt808Phone Phone = Jt808Phone.Parse("13912345678");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    public Harness(Func<Jt808Options, Jt808Options>? change = null, int? receiveBuffer = null)
    {
        var options = new Jt808Options { AuthKey = new byte[32], CheckEvery = TimeSpan.FromMilliseconds(20) };
        Options = change?.Invoke(options) ?? options;
        Directory.Add("jt808", "13912345678", 7);
        Counted = new(Metrics);
        Gateway = new(
            Options, new GateOptions(), Directory, Ingest, Alarms, Metrics, TimeProvider.System, NullLogger<Jt808Gateway>.Instance);
        if (receiveBuffer is { } size)
        {
            _listener.Server.SendBufferSize = size;
        }

        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Jt808Options Options { get; }

    public FakeIngest Ingest { get; } = new();

    public FakeDirectory Directory { get; } = new();

    public FakeAlarms Alarms { get; } = new();

    public DeviceMetrics Metrics { get; } = new();

    public Counted Counted { get; }

    public Jt808Gateway Gateway { get; }

    public async Task<TestTerminal> DialAsync(Jt808Form? form = null, Jt808Phone? phone = null, int? receiveBuffer = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        await socket.ConnectAsync(_listener.LocalEndpoint);
        return new(socket, form ?? Jt808Form.V2013, phone ?? Phone);
    }

    public async ValueTask DisposeAsync()
    {
        Ingest.Release();
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections).WaitAsync(Patience);
        Counted.Dispose();
        Metrics.Dispose();
        _stop.Dispose();
    }

    /// <summary>A location with a good position, taken some seconds ago.</summary>
    public static byte[] Location(int secondsAgo = 10, Jt808Alarms alarms = Jt808Alarms.None, double latitude = 31.22)
    {
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000 * 1000 - secondsAgo * 1000L;
        var body = new byte[64];
        var writer = new Jt808LocationWriter(body, Jt808Fix.At(latitude, 121.42, time, alarms: alarms, speed: 10, course: 90));
        writer.Item(Jt808ItemId.Mileage, 1000u);
        return body[..writer.Length];
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The test is over; what the listener throws then depends on where the loop was.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var transport = new StreamTransport(
            PipeReader.Create(stream, new(leaveOpen: true)), PipeWriter.Create(stream, new(leaveOpen: true)));
        await new Jt808Connection(Gateway, transport, "test").RunAsync(_stop.Token);
        await transport.Input.CompleteAsync();
        await transport.Output.CompleteAsync(new OperationCanceledException()); // What is not flushed by now goes nowhere.
    }

    private sealed record StreamTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
