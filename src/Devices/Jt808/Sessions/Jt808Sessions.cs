using System.Collections.Concurrent;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>What came of a command.</summary>
public enum Jt808CommandOutcome
{
    Ok,

    /// <summary>The terminal said that it failed.</summary>
    Failure,

    /// <summary>The terminal could not read it.</summary>
    BadMessage,

    /// <summary>The terminal cannot do it.</summary>
    Unsupported,

    /// <summary>The terminal is not connected, or its connection broke before it answered.</summary>
    NotConnected,

    /// <summary>The terminal did not answer, however often it was asked.</summary>
    NoAnswer,
}

/// <summary>The terminals that are connected now, by number, and the way to send them commands. Thread-safe.</summary>
public sealed class Jt808Sessions
{
    private readonly ConcurrentDictionary<Jt808Phone, Jt808Terminal> _terminals = new();
    private readonly ConcurrentDictionary<Jt808Phone, long> _sos = new();
    private readonly Jt808Options _options;
    private readonly TimeProvider _time;

    internal Jt808Sessions(Jt808Options options, TimeProvider time) => (_options, _time) = (options, time);

    /// <summary>How many terminals are connected.</summary>
    public int Count => _terminals.Count;

    public bool IsConnected(Jt808Phone phone) => _terminals.ContainsKey(phone);

    /// <summary>Shows and speaks an urgent text to the driver (0x8300).</summary>
    /// <param name="text">1 to 1024 bytes of GBK; other characters show as question marks.</param>
    /// <exception cref="ArgumentException">The text is empty or too long.</exception>
    public Task<Jt808CommandOutcome> SendTextAsync(Jt808Phone phone, string text, CancellationToken cancellationToken = default)
    {
        if (!Jt808TextMessage.Fits(text))
        {
            throw new ArgumentException($"A text has 1 to {Jt808TextMessage.MaxTextLength} bytes of GBK.", nameof(text));
        }

        return SendAsync(phone, Jt808MessageId.Text, form =>
        {
            var message = Jt808TextMessage.Urgent(form, text);
            var body = new byte[message.MaxLength];
            return body.AsMemory(0, message.Write(body, form));
        }, cancellationToken);
    }

    /// <summary>Asks for a location now (0x8201); it comes as any other does.</summary>
    public Task<Jt808CommandOutcome> QueryLocationAsync(Jt808Phone phone, CancellationToken cancellationToken = default)
        => SendAsync(phone, Jt808MessageId.LocationQuery, _ => ReadOnlyMemory<byte>.Empty, cancellationToken);

    /// <summary>Asks for locations at another pace for a while (0x8202); interval 0 ends it.</summary>
    public Task<Jt808CommandOutcome> TrackAsync(Jt808Phone phone, Jt808Tracking tracking, CancellationToken cancellationToken = default)
        => SendAsync(phone, Jt808MessageId.Tracking, _ =>
        {
            var body = new byte[Jt808Tracking.MaxLength];
            return body.AsMemory(0, tracking.Write(body));
        }, cancellationToken);

    /// <summary>Tells the terminal that a person has taken note of its alarms (0x8203).</summary>
    public Task<Jt808CommandOutcome> ConfirmAlarmAsync(
        Jt808Phone phone, Jt808AlarmConfirmation confirmation, CancellationToken cancellationToken = default)
        => SendAsync(phone, Jt808MessageId.ConfirmAlarm, _ =>
        {
            var body = new byte[Jt808AlarmConfirmation.Length];
            return body.AsMemory(0, confirmation.Write(body));
        }, cancellationToken);

    /// <summary>Sends any command that the terminal answers, again with the same serial while it does not.</summary>
    /// <param name="body">Makes the body in the terminal's own form.</param>
    public async Task<Jt808CommandOutcome> SendAsync(
        Jt808Phone phone, ushort messageId, Func<Jt808Form, ReadOnlyMemory<byte>> body, CancellationToken cancellationToken = default)
    {
        if (!_terminals.TryGetValue(phone, out var terminal))
        {
            return Jt808CommandOutcome.NotConnected;
        }

        var (form, bytes) = (terminal.Form, body(terminal.Form));
        var packets = Math.Max(1, (bytes.Length + Jt808FrameWriter.MaxBodyLength - 1) / Jt808FrameWriter.MaxBodyLength);
        var first = terminal.Outbox.TakeSerials(packets);

        // A message in parts is answered by the serial of its first packet or of its last, as the terminal likes.
        var last = unchecked((ushort)(first + packets - 1));
        var answers = Task.WhenAny(terminal.Expect(first, messageId), terminal.Expect(last, messageId)).Unwrap();
        try
        {
            return await AskAsync(terminal, form, messageId, first, bytes, answers, cancellationToken).ConfigureAwait(false);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Jt808CommandOutcome.NotConnected;
        }
        finally
        {
            terminal.Forget(first, messageId);
            terminal.Forget(last, messageId);
        }
    }

    internal void Enter(Jt808Terminal terminal)
    {
        Jt808Terminal? older = null;
        _terminals.AddOrUpdate(terminal.Phone, terminal, (_, known) =>
        {
            older = known;
            return terminal;
        });

        if (older is not null && older.Outbox != terminal.Outbox)
        {
            older.Abandon();
            older.Outbox.Replaced(older);
        }
    }

    internal void Leave(Jt808Terminal terminal)
    {
        _terminals.TryRemove(KeyValuePair.Create(terminal.Phone, terminal)); // Not if a newer one has taken its place.
        terminal.Abandon();
    }

    /// <summary>True when the button was not pressed before. Outlives the connection, which an SOS may well break.</summary>
    internal bool IsNewSos(Jt808Phone phone, bool isPressed)
    {
        if (!isPressed)
        {
            if (!_sos.IsEmpty)
            {
                _sos.TryRemove(phone, out _);
            }

            return false;
        }

        var now = _time.GetTimestamp();
        var isNew = !_sos.TryGetValue(phone, out var lastSeen) || _time.GetElapsedTime(lastSeen, now) >= _options.SosQuietTime;
        _sos[phone] = now;
        return isNew;
    }

    /// <summary>The SOS reached nobody: its next repetition counts as new.</summary>
    internal void ForgetSos(Jt808Phone phone) => _sos.TryRemove(phone, out _);

    private async Task<Jt808CommandOutcome> AskAsync(
        Jt808Terminal terminal, Jt808Form form, ushort messageId, ushort serial, ReadOnlyMemory<byte> body, Task<Jt808Result> answer,
        CancellationToken cancellationToken)
    {
        var wait = _options.CommandTimeout;
        for (var attempt = 1; attempt <= _options.CommandAttempts; attempt++)
        {
            if (!await terminal.Outbox.SendAsync(form, terminal.Phone, messageId, serial, body).ConfigureAwait(false))
            {
                return Jt808CommandOutcome.NotConnected;
            }

            try
            {
                return OutcomeOf(await answer.WaitAsync(wait, _time, cancellationToken).ConfigureAwait(false));
            }
            catch (TimeoutException)
            {
                wait *= attempt + 1; // The standard's own back-off.
            }
        }

        return Jt808CommandOutcome.NoAnswer;
    }

    private static Jt808CommandOutcome OutcomeOf(Jt808Result result) => result switch
    {
        Jt808Result.Ok => Jt808CommandOutcome.Ok,
        Jt808Result.BadMessage => Jt808CommandOutcome.BadMessage,
        Jt808Result.Unsupported => Jt808CommandOutcome.Unsupported,
        _ => Jt808CommandOutcome.Failure,
    };
}
