using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>Whether a terminal may join.</summary>
public enum Jt808RegistrationResult : byte
{
    Ok = 0,
    VehicleAlreadyRegistered = 1,
    NoSuchVehicle = 2,
    TerminalAlreadyRegistered = 3,
    NoSuchTerminal = 4,
}

/// <summary>The answer to a registration (0x8100).</summary>
/// <param name="AuthCode">What the terminal must show on every later connection; empty when refused.</param>
public sealed record Jt808RegistrationReply(ushort ReplySerial, Jt808RegistrationResult Result, string AuthCode)
{
    public int MaxLength => 3 + Gbk.Length(AuthCode);

    public static bool TryRead(ReadOnlySpan<byte> body, out Jt808RegistrationReply? reply)
    {
        var isWhole = body.Length >= 3;
        reply = isWhole
            ? new(BinaryPrimitives.ReadUInt16BigEndian(body), (Jt808RegistrationResult)body[2], Gbk.Read(body[3..]))
            : null;
        return isWhole;
    }

    public int Write(Span<byte> body)
    {
        var writer = new Jt808BodyWriter(body);
        writer.Word(ReplySerial);
        writer.Byte((byte)Result);
        if (Result == Jt808RegistrationResult.Ok) // The field is absent, not empty, in a refusal.
        {
            writer.Text(AuthCode);
        }

        return writer.Length;
    }
}
