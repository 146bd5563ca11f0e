using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>What became of a message.</summary>
public enum Jt808Result : byte
{
    Ok = 0,
    Failure = 1,
    BadMessage = 2,
    Unsupported = 3,

    /// <summary>The platform has taken charge of an alarm; said by the platform only.</summary>
    AlarmTaken = 4,
}

/// <summary>The general reply, of a terminal (0x0001) or of the platform (0x8001).</summary>
/// <param name="ReplySerial">The serial of the message that is answered.</param>
/// <param name="ReplyId">Its id.</param>
public readonly record struct Jt808GeneralReply(ushort ReplySerial, ushort ReplyId, Jt808Result Result)
{
    public const int Length = 5;

    /// <summary>Reads five bytes; more are ignored, for some terminals append their own.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out Jt808GeneralReply reply)
    {
        var isWhole = body.Length >= Length;
        reply = isWhole
            ? new(BinaryPrimitives.ReadUInt16BigEndian(body), BinaryPrimitives.ReadUInt16BigEndian(body[2..]), (Jt808Result)body[4])
            : default;
        return isWhole;
    }

    /// <summary>Writes five bytes.</summary>
    public int Write(Span<byte> body)
    {
        var writer = new Jt808BodyWriter(body);
        writer.Word(ReplySerial);
        writer.Word(ReplyId);
        writer.Byte((byte)Result);
        return writer.Length;
    }
}
