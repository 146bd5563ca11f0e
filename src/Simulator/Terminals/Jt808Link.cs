using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Simulator.Terminals;

/// <summary>The terminal's end of one JT/T 808 connection: numbers messages, repeats them until answered, hands in what comes.</summary>
/// <param name="onCommand">What the platform asks, with the connection to answer on. Must not wait for replies.</param>
internal sealed class Jt808Link(
    Socket socket, Jt808Form form, Jt808Phone phone, TimeSpan replyTimeout, TimeProvider clock, Jt808Link.CommandHandler onCommand) : IDisposable
{
    private const int Attempts = 3;

    private readonly ConcurrentDictionary<ushort, TaskCompletionSource<Jt808Answer>> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private int _serial = -1;

    /// <summary>Handles a command of the platform; the body is valid during the call only.</summary>
    public delegate ValueTask CommandHandler(Jt808Link link, Jt808Command command);

    public Jt808Form Form => form;

    public static async Task<Socket> ConnectAsync(EndPoint platform, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(platform, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a message and waits for its answer; sends it again, each time waiting longer, as the standard says.</summary>
    /// <exception cref="TimeoutException">No answer to three sendings.</exception>
    public async Task<Jt808Answer> AskAsync(ushort messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var serial = (ushort)Interlocked.Increment(ref _serial);
        var answer = new TaskCompletionSource<Jt808Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[serial] = answer;
        try
        {
            var timeout = replyTimeout;
            for (var attempt = 1; ; attempt++)
            {
                await WriteAsync(messageId, serial, body, cancellationToken);
                try
                {
                    return await answer.Task.WaitAsync(timeout, clock, cancellationToken);
                }
                catch (TimeoutException) when (attempt < Attempts)
                {
                    timeout *= attempt + 1;
                }
            }
        }
        finally
        {
            _waiting.TryRemove(serial, out _);
        }
    }

    /// <summary>Sends a message that has no answer.</summary>
    public Task TellAsync(ushort messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        => WriteAsync(messageId, (ushort)Interlocked.Increment(ref _serial), body, cancellationToken);

    /// <summary>Reads until the platform closes, or the connection breaks.</summary>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var framer = new Jt808Framer();
        var buffer = new byte[4096];
        var commands = new List<Jt808Command>();
        while (await socket.ReceiveAsync(buffer, cancellationToken) is var count and > 0)
        {
            Read(framer, buffer.AsSpan(0, count), commands);
            foreach (var command in commands)
            {
                await onCommand(this, command);
            }

            commands.Clear();
        }
    }

    /// <summary>Leaves the socket open: it belongs to the caller.</summary>
    public void Dispose() => _writing.Dispose();

    private void Read(Jt808Framer framer, ReadOnlySpan<byte> input, List<Jt808Command> commands)
    {
        while (framer.TryRead(ref input, out var content, out var refusal))
        {
            if (refusal != Jt808Refusal.None || Jt808Packet.TryRead(content, form, out var packet) != Jt808Refusal.None || packet.IsPart)
            {
                continue; // Nothing that platforms say to these terminals needs parts.
            }

            if (packet.MessageId == Jt808MessageId.PlatformReply && Jt808GeneralReply.TryRead(packet.Body, out var reply))
            {
                Answer(reply.ReplySerial, new(reply.Result, null));
            }
            else if (packet.MessageId == Jt808MessageId.RegisterReply && Jt808RegistrationReply.TryRead(packet.Body, out var registered))
            {
                var isOk = registered!.Result == Jt808RegistrationResult.Ok;
                Answer(registered.ReplySerial, new(isOk ? Jt808Result.Ok : Jt808Result.Failure, registered.AuthCode));
            }
            else
            {
                commands.Add(new(packet.MessageId, packet.Serial, packet.Body.ToArray()));
            }
        }
    }

    private void Answer(ushort serial, Jt808Answer answer)
    {
        if (_waiting.TryGetValue(serial, out var waiting))
        {
            waiting.TrySetResult(answer);
        }
    }

    private async Task WriteAsync(ushort messageId, ushort serial, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var frame = new ArrayBufferWriter<byte>(2 * body.Length + 64);
        Jt808FrameWriter.Write(frame, form, phone, messageId, ref serial, body.Span);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            for (var rest = frame.WrittenMemory; !rest.IsEmpty;)
            {
                rest = rest[await socket.SendAsync(rest, cancellationToken)..];
            }
        }
        finally
        {
            _writing.Release();
        }
    }
}

/// <summary>The platform's answer to a message.</summary>
/// <param name="AuthCode">Of a registration that went well.</param>
internal readonly record struct Jt808Answer(Jt808Result Result, string? AuthCode);

/// <summary>Something the platform asks.</summary>
internal readonly record struct Jt808Command(ushort MessageId, ushort Serial, byte[] Body);
