using System.Net.Sockets;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Tests.Jt808.Sessions;

/// <summary>A terminal on a socket.</summary>
internal sealed class TestTerminal(Socket socket, Jt808Form form, Jt808Phone phone) : IDisposable
{
    private readonly Jt808Framer _framer = new();
    private readonly Queue<Kept> _received = new();
    private readonly byte[] _buffer = new byte[4096];
    private ushort _serial;

    public Jt808Phone Phone { get; } = phone;

    public byte[] Frame(ushort id, ReadOnlySpan<byte> body, Jt808Phone? from = null)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Jt808FrameWriter.Write(output, form, from ?? Phone, id, ref _serial, body);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The serial of the next frame.</summary>
    public ushort NextSerial => _serial;

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    public Task SendAsync(ushort id, byte[] body) => SendRawAsync(Frame(id, body));

    /// <summary>The next packet, or null when the other side hung up.</summary>
    public async Task<Kept?> ReceiveAsync()
    {
        while (_received.Count == 0)
        {
            int count;
            try
            {
                count = await socket.ReceiveAsync(_buffer).WaitAsync(Harness.Patience);
            }
            catch (SocketException)
            {
                return null;
            }

            if (count == 0)
            {
                return null;
            }

            Take(_buffer.AsSpan(0, count));
        }

        return _received.Dequeue();
    }

    public async Task<Jt808GeneralReply> ReceiveReplyAsync()
    {
        var packet = await ReceiveAsync();
        Assert.NotNull(packet);
        Assert.Equal(Jt808MessageId.PlatformReply, packet.Id);
        Assert.True(Jt808GeneralReply.TryRead(packet.Body, out var reply));
        return reply;
    }

    /// <summary>Sends, and gives the platform's answer to it.</summary>
    public async Task<Jt808Result> AskAsync(ushort id, byte[] body)
    {
        var serial = NextSerial;
        await SendAsync(id, body);
        var reply = await ReceiveReplyAsync();
        Assert.Equal((serial, id), (reply.ReplySerial, reply.ReplyId));
        return reply.Result;
    }

    public async Task<Jt808RegistrationReply> RegisterAsync()
    {
        var registration = new Jt808Registration(31, 105, "MAKER", "MODEL", "T1", 1, "沪A12345");
        var body = new byte[registration.MaxLength];
        await SendAsync(Jt808MessageId.Register, body[..registration.Write(body, form)]);
        var packet = await ReceiveAsync();
        Assert.Equal(Jt808MessageId.RegisterReply, packet!.Id);
        Assert.True(Jt808RegistrationReply.TryRead(packet.Body, out var reply));
        return reply!;
    }

    public Task<Jt808Result> AuthenticateAsync(string code)
    {
        var authentication = new Jt808Authentication(code, "123456789012345", "1.0");
        var body = new byte[authentication.MaxLength];
        return AskAsync(Jt808MessageId.Authenticate, body[..authentication.Write(body, form)]);
    }

    /// <summary>Nothing has arrived, and the connection is open.</summary>
    public bool IsQuiet => _received.Count == 0 && socket.Available == 0 && !socket.Poll(0, SelectMode.SelectRead);

    public void Dispose() => socket.Dispose();

    private void Take(ReadOnlySpan<byte> input)
    {
        while (_framer.TryRead(ref input, out var content, out var refusal))
        {
            Assert.Equal(Jt808Refusal.None, refusal);
            Assert.Equal(Jt808Refusal.None, Jt808Packet.TryRead(content, form, out var packet));
            _received.Enqueue(Kept.Of(packet));
        }
    }
}
