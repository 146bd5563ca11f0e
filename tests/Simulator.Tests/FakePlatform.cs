using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Simulator.Tests;

/// <summary>A message as the platform got it.</summary>
internal sealed record Heard(int Connection, ushort MessageId, ushort Serial, string Phone, bool Is2019, byte[] Body);

/// <summary>A JT/T 808 platform on loopback that answers everything, unless a test says otherwise.</summary>
internal sealed class FakePlatform : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly Task _accepting;
    private int _connections;
    private int _serial;

    public FakePlatform()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public EndPoint Address => _listener.LocalEndpoint;

    /// <summary>Everything that came, in order.</summary>
    public ConcurrentQueue<Heard> Heard { get; } = new();

    /// <summary>Whether a message is answered, and how; null is silence.</summary>
    public Func<Heard, Jt808Result?> Answer { get; set; } = _ => Jt808Result.Ok;

    /// <summary>Called after each answer; may close the connection.</summary>
    public Action<Heard, Socket>? Then { get; set; }

    /// <summary>Messages are not kept: for loads.</summary>
    public bool IsForgetful { get; init; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Waits until what was heard satisfies a condition.</summary>
    public async Task<Heard[]> WaitAsync(Func<Heard[], bool> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            Heard[] heard = [.. Heard];
            if (condition(heard))
            {
                return heard;
            }

            if (timeout.IsCancellationRequested)
            {
                Assert.Fail("Not heard within a minute; heard: " + string.Join(' ', heard.Select(h => $"{h.Connection}:{h.MessageId:X4}")));
            }

            await Task.Delay(10, CancellationToken.None);
        }
    }

    /// <summary>Sends a command to all connected terminals.</summary>
    public async Task TellAsync(Heard to, ushort messageId, byte[] body)
    {
        foreach (var socket in _sockets.Where(socket => socket.Connected))
        {
            await socket.SendAsync(Frame(to, messageId, body));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _sockets.Add(socket);
                _ = ServeAsync(socket, Interlocked.Increment(ref _connections));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener has been stopped.
        }
    }

    private async Task ServeAsync(Socket socket, int connection)
    {
        var framer = new Jt808Framer();
        var buffer = new byte[8192];
        var output = new ArrayBufferWriter<byte>(4096);
        var heard = new List<Heard>();
        try
        {
            while (await socket.ReceiveAsync(buffer) is var count and > 0)
            {
                Read(framer, buffer.AsSpan(0, count), connection, output, heard);
                if (output.WrittenCount > 0)
                {
                    await socket.SendAsync(output.WrittenMemory);
                    output.ResetWrittenCount();
                }

                heard.ForEach(message => Then?.Invoke(message, socket));
                heard.Clear();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The terminal, or the test, has closed it.
        }
    }

    private void Read(Jt808Framer framer, ReadOnlySpan<byte> input, int connection, ArrayBufferWriter<byte> output, List<Heard> heard)
    {
        Span<byte> general = stackalloc byte[Jt808GeneralReply.Length];
        while (framer.TryRead(ref input, out var content, out _))
        {
            Assert.Equal(Jt808Refusal.None, Jt808Packet.TryRead(content, null, out var packet));
            if (IsForgetful && packet.MessageId == Jt808MessageId.Location)
            {
                new Jt808GeneralReply(packet.Serial, packet.MessageId, Jt808Result.Ok).Write(general);
                var next = (ushort)Interlocked.Increment(ref _serial);
                Jt808FrameWriter.Write(output, packet.Form, packet.Phone, Jt808MessageId.PlatformReply, ref next, general);
                continue;
            }

            var message = new Heard(connection, packet.MessageId, packet.Serial, packet.Phone.ToString(), packet.Form.Is2019, packet.Body.ToArray());
            Heard.Enqueue(message);
            heard.Add(message);
            if (message.MessageId != Jt808MessageId.TerminalReply && message.MessageId != Jt808MessageId.LocationReply && Answer(message) is { } result)
            {
                output.Write(Frame(message, Reply(message, result, out var body), body));
            }
        }
    }

    private static ushort Reply(Heard message, Jt808Result result, out byte[] body)
    {
        if (message.MessageId == Jt808MessageId.Register)
        {
            var refusal = result == Jt808Result.Ok ? Jt808RegistrationResult.Ok : Jt808RegistrationResult.NoSuchTerminal;
            var reply = new Jt808RegistrationReply(message.Serial, refusal, $"code-{message.Phone}");
            body = new byte[reply.MaxLength];
            Array.Resize(ref body, reply.Write(body));
            return Jt808MessageId.RegisterReply;
        }

        body = new byte[Jt808GeneralReply.Length];
        new Jt808GeneralReply(message.Serial, message.MessageId, result).Write(body);
        return Jt808MessageId.PlatformReply;
    }

    private byte[] Frame(Heard to, ushort messageId, byte[] body)
    {
        var output = new ArrayBufferWriter<byte>();
        var serial = (ushort)Interlocked.Increment(ref _serial);
        Jt808FrameWriter.Write(
            output, to.Is2019 ? Jt808Form.V2019 : Jt808Form.V2013, Jt808Phone.Parse(to.Phone), messageId, ref serial, body);
        return output.WrittenMemory.ToArray();
    }
}
