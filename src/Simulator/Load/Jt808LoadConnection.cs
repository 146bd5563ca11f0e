using System.Net.Sockets;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Simulator.Load;

/// <summary>One terminal under load: a window of unanswered reports, sent together in one write whenever answers make room.</summary>
/// <remarks>
/// Sending happens under a lock, on whoever's thread granted or freed the room; a window is far smaller than a socket's
/// buffer, so it does not wait there. Nothing is allocated a report.
/// </remarks>
internal sealed class Jt808LoadConnection : IDisposable
{
    private readonly Lock _sending = new();
    private readonly Socket _socket;
    private readonly LoadUnit _unit;
    private readonly Jt808LocationFrame _frame;
    private readonly int _window;
    private readonly LoadMeter _meter;
    private readonly TimeProvider _clock;
    private readonly Jt808Form _form;
    private readonly byte[] _output;
    private readonly long[] _sentAt;
    private readonly int _sentMask;
    private long _credit;
    private int _outstanding;
    private ushort _serial = 100; // Past those of signing in.
    private bool _isStopped;

    public Jt808LoadConnection(
        Socket socket, Jt808Form form, Jt808Phone phone, LoadUnit unit, int window, LoadMeter meter, TimeProvider clock)
    {
        (_socket, _form, _unit, _window, _meter, _clock) = (socket, form, unit, window, meter, clock);
        _frame = new(form, phone);
        _output = new byte[window * Jt808LocationFrame.MaxLength];
        _sentAt = new long[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)window * 2)];
        _sentMask = _sentAt.Length - 1;
    }

    public bool IsBroken { get; private set; }

    /// <summary>Lets so many more reports out, as soon as the window has room.</summary>
    public void Grant(int reports)
    {
        lock (_sending)
        {
            _credit += reports;
            Pump_NeedsLock();
        }
    }

    /// <summary>Lets nothing more out.</summary>
    public void Stop()
    {
        lock (_sending)
        {
            _isStopped = true;
        }
    }

    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var framer = new Jt808Framer();
        var buffer = new byte[2048];
        try
        {
            while (await _socket.ReceiveAsync(buffer, cancellationToken) is var count and > 0)
            {
                TakeAnswers(framer, buffer.AsSpan(0, count));
            }
        }
        catch (OperationCanceledException)
        {
            return; // The run is over.
        }
        catch (SocketException)
        {
            // Told below.
        }

        IsBroken = true;
        _meter.OnBroken();
    }

    public void Dispose() => _socket.Dispose();

    private void TakeAnswers(Jt808Framer framer, ReadOnlySpan<byte> input)
    {
        var now = _clock.GetTimestamp();
        lock (_sending)
        {
            while (framer.TryRead(ref input, out var content, out _))
            {
                if (Jt808Packet.TryRead(content, _form, out var packet) == Jt808Refusal.None
                    && packet.MessageId == Jt808MessageId.PlatformReply
                    && Jt808GeneralReply.TryRead(packet.Body, out var reply)
                    && reply.ReplyId == Jt808MessageId.Location)
                {
                    var isOk = reply.Result == Jt808Result.Ok;
                    _meter.OnAnswered(isOk ? 1 : 0, isOk ? 0 : 1, _clock.GetElapsedTime(_sentAt[reply.ReplySerial & _sentMask], now));
                    _outstanding--;
                }
            }

            Pump_NeedsLock();
        }
    }

    private void Pump_NeedsLock()
    {
        var room = (int)Math.Min(_credit, _window - _outstanding);
        if (room <= 0 || _isStopped || IsBroken)
        {
            return;
        }

        var (length, now) = (0, _clock.GetTimestamp());
        for (var i = 0; i < room; i++)
        {
            length += _frame.Write(_output.AsSpan(length), _serial, _unit.Next());
            _sentAt[_serial & _sentMask] = now;
            _serial++;
        }

        _credit -= room;
        _outstanding += room;
        _meter.OnSent(room);
        Send(_output.AsSpan(0, length));
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _socket.Send(bytes); // Blocking: takes all of it.
        }
        catch (SocketException)
        {
            IsBroken = true; // The receiver sees it too, and counts it.
        }
    }
}
