using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>A location report (0x0200): the fix and the items behind it. Refers to the bytes it was read from.</summary>
public readonly ref struct Jt808Location
{
    public Jt808Fix Fix { get; private init; }

    public Jt808Items Items { get; private init; }

    /// <summary>Reads the fix; the items are read when they are walked, and damage among them does not touch the fix.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out Jt808Location location)
    {
        var isWhole = Jt808Fix.TryRead(body, out var fix);
        location = isWhole ? new() { Fix = fix, Items = new(body[Jt808Fix.Length..]) } : default;
        return isWhole;
    }

    /// <summary>Reads the answer to a location query (0x0201): the query's serial, then a location.</summary>
    public static bool TryReadReply(ReadOnlySpan<byte> body, out ushort replySerial, out Jt808Location location)
    {
        location = default;
        replySerial = body.Length < 2 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(body);
        return body.Length >= 2 && TryRead(body[2..], out location);
    }
}
