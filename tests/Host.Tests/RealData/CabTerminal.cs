using System.Buffers;
using System.Net.Sockets;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>A taxi's JT/T 808 terminal: registers, authenticates, reports, and believes nothing that was not acknowledged.</summary>
internal sealed class CabTerminal(Jt808Form form, Jt808Phone phone) : IDisposable
{
    /// <summary>Reports on their way: a terminal need not wait for each.</summary>
    private const int InFlight = 16;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Jt808Framer _framer = new();
    private readonly byte[] _received = new byte[4096];
    private readonly Queue<(ushort Id, ushort Serial, byte[] Body)> _heard = new();
    private ushort _serial;

    public async Task SignInAsync(int port)
    {
        await _socket.ConnectAsync("127.0.0.1", port);
        var registration = new Jt808Registration(31, 105, "CABS", "C1", "T000001", 1, "沪A00001");
        var body = new byte[registration.MaxLength];
        var serial = await SendAsync(Jt808MessageId.Register, body.AsMemory(0, registration.Write(body, form)));
        var (id, _, answer) = await HearAsync();
        Assert.Equal(Jt808MessageId.RegisterReply, id);
        Assert.True(Jt808RegistrationReply.TryRead(answer, out var reply));
        Assert.Equal((serial, Jt808RegistrationResult.Ok), (reply!.ReplySerial, reply.Result));

        var authentication = new Jt808Authentication(reply.AuthCode);
        body = new byte[authentication.MaxLength];
        await SendAsync(Jt808MessageId.Authenticate, body.AsMemory(0, authentication.Write(body, form)));
        await AcknowledgedAsync(Jt808MessageId.Authenticate, 1);
    }

    /// <summary>Introduces itself where nobody registered it, and reports all the same; completes when both were refused.</summary>
    public async Task KnockAsync(int port, CabRow row)
    {
        await _socket.ConnectAsync("127.0.0.1", port);
        var registration = new Jt808Registration(31, 105, "CABS", "C1", "T000001", 1, "沪A00001");
        var body = new byte[registration.MaxLength];
        await SendAsync(Jt808MessageId.Register, body.AsMemory(0, registration.Write(body, form)));
        var (_, _, answer) = await HearAsync();
        Assert.True(Jt808RegistrationReply.TryRead(answer, out var reply));
        Assert.Equal(Jt808RegistrationResult.NoSuchTerminal, reply!.Result);

        body = new byte[Jt808Fix.Length];
        Jt808Fix.At(row.Lat, row.Lon, row.TimeMs).Write(body);
        await SendAsync(Jt808MessageId.Location, body);
        var (_, _, refusal) = await HearAsync();
        Assert.True(Jt808GeneralReply.TryRead(refusal, out var refused));
        Assert.Equal(Jt808Result.Failure, refused.Result);
    }

    public async Task ReportAsync(IEnumerable<CabRow> rows)
    {
        var body = new byte[Jt808Fix.Length];
        foreach (var some in rows.Chunk(InFlight))
        {
            foreach (var row in some)
            {
                Jt808Fix.At(row.Lat, row.Lon, row.TimeMs).Write(body);
                await SendAsync(Jt808MessageId.Location, body);
            }

            await AcknowledgedAsync(Jt808MessageId.Location, some.Length);
        }
    }

    /// <summary>Presses the button; completes when the host has taken the call.</summary>
    public async Task CallForHelpAsync(double lat, double lon, long timeMs)
    {
        var body = new byte[Jt808Fix.Length];
        Jt808Fix.At(lat, lon, timeMs, alarms: Jt808Alarms.Sos).Write(body);
        await SendAsync(Jt808MessageId.Location, body);
        await AcknowledgedAsync(Jt808MessageId.Location, 1);
    }

    /// <summary>The next text for the driver, which the terminal confirms.</summary>
    public async Task<string> TextAsync()
    {
        while (true)
        {
            var (id, serial, body) = await HearAsync();
            if (id == Jt808MessageId.Text)
            {
                Assert.True(Jt808TextMessage.TryRead(body, form, out var text));
                var reply = new byte[Jt808GeneralReply.Length];
                new Jt808GeneralReply(serial, id, Jt808Result.Ok).Write(reply);
                await SendAsync(Jt808MessageId.TerminalReply, reply);
                return text!.Text;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task AcknowledgedAsync(ushort messageId, int count)
    {
        var expected = Enumerable.Range(_serial - count, count).Select(serial => (ushort)serial).ToHashSet();
        while (expected.Count > 0)
        {
            var (id, _, body) = await HearAsync();
            if (id == Jt808MessageId.PlatformReply)
            {
                Assert.True(Jt808GeneralReply.TryRead(body, out var reply));
                Assert.Equal((messageId, Jt808Result.Ok), (reply.ReplyId, reply.Result));
                Assert.True(expected.Remove(reply.ReplySerial), $"{reply.ReplySerial} was acknowledged, and is not on its way.");
            }
        }
    }

    private async Task<ushort> SendAsync(ushort messageId, ReadOnlyMemory<byte> body)
    {
        var frame = new ArrayBufferWriter<byte>();
        var serial = _serial;
        Jt808FrameWriter.Write(frame, form, phone, messageId, ref _serial, body.Span);
        await _socket.SendAsync(frame.WrittenMemory);
        return serial;
    }

    private async Task<(ushort Id, ushort Serial, byte[] Body)> HearAsync()
    {
        while (_heard.Count == 0)
        {
            var count = await _socket.ReceiveAsync(_received);
            Assert.True(count > 0, "The host closed the connection.");
            Read(_received.AsSpan(0, count));
        }

        return _heard.Dequeue();
    }

    private void Read(ReadOnlySpan<byte> input)
    {
        while (_framer.TryRead(ref input, out var content, out var refusal))
        {
            Assert.Equal(Jt808Refusal.None, refusal);
            Assert.Equal(Jt808Refusal.None, Jt808Packet.TryRead(content, form, out var packet));
            _heard.Enqueue((packet.MessageId, packet.Serial, packet.Body.ToArray()));
        }
    }
}
