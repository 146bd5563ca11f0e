using System.Buffers;
using Vantage.Actors.Positions;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>One connection's side of the conversation: bytes in, positions and answers out. No I/O; one thread at a time.</summary>
/// <remarks>
/// <code>
///              0x0100 known           0x0102 right code
/// stranger ─────────────────▶ known ◀─────────────────── stranger
///    │  any message of a known terminal, where authentication is not required      ▲
///    └────────────────────────▶ known ── 0x0003, or 0x0102 with a wrong code ──────┘
/// </code>
/// Strangers are answered with a failure. Known terminals are in <see cref="Jt808Sessions"/>.
/// </remarks>
internal sealed class Jt808Dialogue(Jt808Gateway gateway, IJt808Outbox outbox)
{
    private readonly Jt808Framer _framer = new();
    private readonly Jt808Reassembler _reassembler = new(gateway.Options.Reassembly, gateway.Time);
    private readonly Jt808KnownTerminals _known = new(gateway, outbox);
    private readonly Jt808Locations _locations = new(gateway);
    private Jt808Form? _form;
    private long _lastPacketAt = gateway.Time.GetTimestamp();
    private long? _frameBegunAt;
    private int _badFramesInARow;
    private long _givenUp;

    /// <summary>How many terminals this connection carries. Readable from any thread.</summary>
    public int TerminalCount => _known.Count;

    public IEnumerable<Jt808Terminal> Terminals => _known.All;

    /// <summary>Reads until the input ends or the turn is full, and tells how far it came.</summary>
    public SequencePosition Consume(ReadOnlySequence<byte> input, Jt808Turn turn)
    {
        foreach (var segment in input)
        {
            var rest = segment.Span;
            while (_framer.TryRead(ref rest, out var content, out var refusal))
            {
                _frameBegunAt = null;
                TakeFrame(content, refusal, turn);
                if (turn.Messages >= gateway.Options.MaxMessagesPerTurn || turn.Cut != Jt808Cut.None)
                {
                    return input.GetPosition(segment.Length - rest.Length);
                }
            }

            input = input.Slice(segment.Length);
        }

        _frameBegunAt = _framer.IsInsideFrame ? _frameBegunAt ?? gateway.Time.GetTimestamp() : null;
        if (_framer.JunkBytes > gateway.Options.MaxJunkBytes)
        {
            turn.Cut = Jt808Cut.NotTheProtocol;
        }

        return input.End;
    }

    /// <summary>Looks at the clock: asks again for missing parts, and ends a connection that has waited too long.</summary>
    public void Check(Jt808Turn turn)
    {
        var silence = gateway.Time.GetElapsedTime(_lastPacketAt);
        if (_frameBegunAt is { } begun && gateway.Time.GetElapsedTime(begun) >= gateway.Options.FrameTimeout)
        {
            turn.Cut = Jt808Cut.SlowFrame;
        }
        else if (_known.Count == 0 && gateway.Time.GetElapsedTime(_known.StrangerSince) >= gateway.Options.HelloTimeout)
        {
            turn.Cut = Jt808Cut.NoHello;
        }
        else if (silence >= gateway.Options.IdleTimeout)
        {
            turn.Cut = Jt808Cut.Silent;
        }

        RequestMissingParts(turn);
    }

    private void TakeFrame(ReadOnlySpan<byte> content, Jt808Refusal refusal, Jt808Turn turn)
    {
        var packet = default(Jt808Packet);
        if (refusal == Jt808Refusal.None)
        {
            refusal = Jt808Packet.TryRead(content, _form, out packet);
        }

        if (refusal != Jt808Refusal.None)
        {
            gateway.Metrics.FrameRefused(Jt808Gateway.Protocol, Jt808Names.Of(refusal));
            _badFramesInARow++;
            turn.Cut = _badFramesInARow >= gateway.Options.MaxBadFrames ? Jt808Cut.NotTheProtocol : turn.Cut;
            return;
        }

        gateway.Metrics.FrameRead(Jt808Gateway.Protocol);
        _badFramesInARow = 0;
        _lastPacketAt = gateway.Time.GetTimestamp();
        _form = packet.Form;
        turn.Messages++;
        TakePacket(in packet, turn);
    }

    private void TakePacket(in Jt808Packet packet, Jt808Turn turn)
    {
        var message = Jt808Incoming.Of(in packet);
        if (packet.IsEncrypted)
        {
            gateway.Metrics.FrameRefused(Jt808Gateway.Protocol, "Encrypted");
            Reply(in message, Jt808Result.Unsupported, turn);
        }
        else if (!packet.IsPart)
        {
            TakeMessage(in message, turn);
        }
        else if (!_known.IsKnown(in message, out _))
        {
            RefuseStranger(in message, turn); // Before its parts may take up memory.
        }
        else
        {
            TakePart(in packet, turn);
        }
    }

    private void TakePart(in Jt808Packet packet, Jt808Turn turn)
    {
        var message = Jt808Incoming.Of(in packet);
        switch (_reassembler.Add(in packet, out var whole))
        {
            case Jt808PartOutcome.Completed:
                TakeMessage(Jt808Incoming.Of(whole!), turn);
                break;
            case Jt808PartOutcome.Repeated:
                // What it belongs to was taken earlier on this connection, and this turn is answered after that one.
                turn.Answers.Add(new(packet.Form, packet.Phone, packet.Serial, 1, packet.MessageId, Jt808Result.Ok));
                break;
            case Jt808PartOutcome.Refused:
                gateway.Metrics.FrameRefused(Jt808Gateway.Protocol, "TooManyParts");
                Reply(in message, Jt808Result.Failure, turn);
                break;
            default:
                RequestMissingParts(turn);
                break;
        }
    }

    private void RequestMissingParts(Jt808Turn turn)
    {
        while (_reassembler.HasIncomplete && _reassembler.TryNextRequest(out var request, out var phone, out var form))
        {
            var body = new byte[request!.MaxLength];
            var length = request.Write(body, form);
            turn.Answers.Add(new(form, phone, 0, 1, 0, Jt808Result.Ok, MessageId: Jt808MessageId.ResendRequest, Body: body[..length]));
        }

        for (; _givenUp < _reassembler.GivenUp; _givenUp++)
        {
            gateway.Metrics.FrameRefused(Jt808Gateway.Protocol, "PartsMissing");
        }
    }

    private void TakeMessage(in Jt808Incoming message, Jt808Turn turn)
    {
        gateway.Metrics.MessageRead(Jt808Gateway.Protocol, Jt808Names.Of(message.Id));
        switch (message.Id)
        {
            case Jt808MessageId.Register:
                Register(in message, turn);
                return;
            case Jt808MessageId.Authenticate:
                Authenticate(in message, turn);
                return;
            case Jt808MessageId.TimeQuery: // Asked before anything else, so that the terminal can date what it says.
                AnswerTime(in message, turn);
                return;
        }

        if (!_known.IsKnown(in message, out var unit))
        {
            RefuseStranger(in message, turn);
            return;
        }

        var terminal = _known.Enter(in message);
        if (terminal is null)
        {
            Reply(in message, Jt808Result.Failure, turn); // The connection carries too many terminals.
            return;
        }

        Dispatch(in message, terminal, unit, turn);
    }

    private void Dispatch(in Jt808Incoming message, Jt808Terminal terminal, int unit, Jt808Turn turn)
    {
        switch (message.Id)
        {
            case Jt808MessageId.Location:
                Reply(in message, _locations.Take(message.Body, message.Phone, unit, false, turn), turn, needsDurability: true);
                break;
            case Jt808MessageId.LocationBatch:
                Reply(in message, _locations.TakeBatch(in message, unit, turn), turn, needsDurability: true);
                break;
            case Jt808MessageId.LocationReply:
                _locations.TakeReply(in message, terminal, unit, turn);
                break;
            case Jt808MessageId.TerminalReply:
                if (Jt808GeneralReply.TryRead(message.Body, out var reply))
                {
                    terminal.Answered(reply.ReplySerial, reply.ReplyId, reply.Result);
                }

                break;
            case Jt808MessageId.Heartbeat:
            case Jt808MessageId.TerminalResendRequest: // A command is sent again as a whole, with its serials, until it is answered.
                Reply(in message, Jt808Result.Ok, turn);
                break;
            case Jt808MessageId.Deregister:
                Reply(in message, Jt808Result.Ok, turn);
                _known.Leave(message.Phone);
                break;
            case Jt808MessageId.ParametersReply or Jt808MessageId.PropertiesReply or Jt808MessageId.VehicleControlReply:
                break; // Answers are not answered.
            default:
                Reply(in message, Jt808Result.Unsupported, turn);
                break;
        }
    }

    private void Register(in Jt808Incoming message, Jt808Turn turn)
    {
        var isReadable = Jt808Registration.TryRead(message.Body, message.Form, out var registration);
        if (!isReadable)
        {
            Reply(in message, Jt808Result.BadMessage, turn);
            return;
        }

        var isKnown = _known.TryFindUnit(message.Phone, out _);
        var reply = isKnown
            ? new Jt808RegistrationReply(message.FirstSerial, Jt808RegistrationResult.Ok, gateway.AuthCodes.CodeOf(message.Phone))
            : new Jt808RegistrationReply(message.FirstSerial, Jt808RegistrationResult.NoSuchTerminal, "");
        var body = new byte[reply.MaxLength];
        var length = reply.Write(body);
        turn.Answers.Add(new(
            message.Form, message.Phone, message.FirstSerial, 1, message.Id, Jt808Result.Ok,
            MessageId: Jt808MessageId.RegisterReply, Body: body[..length]));
        if (isKnown)
        {
            _known.AcceptCode(message.Phone);
            _known.Enter(in message);
        }
        else
        {
            gateway.Metrics.ReportRefused(Jt808Gateway.Protocol, null, Refusal.UnknownUnit);
            HearUnclaimed(in message, registration!.Plate);
        }
    }

    private void Authenticate(in Jt808Incoming message, Jt808Turn turn)
    {
        if (!Jt808Authentication.TryRead(message.Body, message.Form, out var authentication))
        {
            Reply(in message, Jt808Result.BadMessage, turn);
        }
        else if (_known.TryFindUnit(message.Phone, out _) && gateway.AuthCodes.IsRight(message.Phone, authentication!.Code))
        {
            _known.AcceptCode(message.Phone);
            Reply(in message, _known.Enter(in message) is null ? Jt808Result.Failure : Jt808Result.Ok, turn);
        }
        else
        {
            HearUnclaimed(in message, null);

            // The terminal may register next, so the connection stays; but from now on its number alone is not enough.
            var wrongCodes = _known.RefuseCode(message.Phone);
            Reply(in message, Jt808Result.Failure, turn);
            turn.Cut = wrongCodes >= gateway.Options.MaxWrongCodes || _known.RefusedCount > gateway.Options.MaxBadFrames
                ? Jt808Cut.NotAuthenticated
                : turn.Cut;
        }
    }

    private void AnswerTime(in Jt808Incoming message, Jt808Turn turn)
    {
        var body = new byte[Jt808Time.Length];
        Jt808Time.WriteUtc(body, gateway.Time.GetUtcNow().ToUnixTimeMilliseconds());
        turn.Answers.Add(new(
            message.Form, message.Phone, message.FirstSerial, 1, message.Id, Jt808Result.Ok,
            MessageId: Jt808MessageId.TimeReply, Body: body));
    }

    private void RefuseStranger(in Jt808Incoming message, Jt808Turn turn)
    {
        gateway.Metrics.ReportRefused(Jt808Gateway.Protocol, null, Refusal.UnknownUnit);
        HearUnclaimed(in message, null);
        Reply(in message, Jt808Result.Failure, turn);
        if (gateway.Options.RequireAuthentication && _known.Count == 0)
        {
            turn.Cut = Jt808Cut.NotAuthenticated;
        }
    }

    /// <summary>Takes note of a terminal that nobody registered; one that is registered and only not let in yet is none.</summary>
    private void HearUnclaimed(in Jt808Incoming message, string? plate)
    {
        if (!_known.TryFindUnit(message.Phone, out _))
        {
            Span<char> digits = stackalloc char[20];
            gateway.Metrics.Unclaimed.Hear(
                Jt808Gateway.Protocol, message.Phone.Format(digits), gateway.Time.GetUtcNow().ToUnixTimeMilliseconds(), _locations.Glimpse(in message), plate);
        }
    }

    private static void Reply(in Jt808Incoming message, Jt808Result result, Jt808Turn turn, bool needsDurability = false)
    {
        // Replies and what a platform would say are never answered: two programs could go on for ever.
        if (message.Id is Jt808MessageId.TerminalReply or Jt808MessageId.LocationReply or >= 0x8000)
        {
            return;
        }

        turn.Answers.Add(new(message.Form, message.Phone, message.FirstSerial, message.Parts, message.Id, result, needsDurability));
    }
}
