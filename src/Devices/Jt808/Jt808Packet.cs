using System.Buffers.Binary;

namespace Vantage.Devices.Jt808;

/// <summary>One packet: a header, and the bytes of a body or of a part of one. Refers to the bytes it was read from.</summary>
public readonly ref struct Jt808Packet
{
    private const int LengthMask = 0x03FF;
    private const int EncryptionMask = 0x1C00;
    private const int PartFlag = 0x2000;
    internal const int VersionFlag = 0x4000;

    public ushort MessageId { get; private init; }

    /// <summary>How the header was written, and so how the body is laid out and how to answer.</summary>
    public Jt808Form Form { get; private init; }

    public Jt808Phone Phone { get; private init; }

    /// <summary>Counted by the sender, from 0, wrapping after FFFF.</summary>
    public ushort Serial { get; private init; }

    /// <summary>The body is encrypted; there is no key here, so it cannot be read.</summary>
    public bool IsEncrypted { get; private init; }

    /// <summary>How many packets make the message; 0 when it is whole.</summary>
    public ushort PartTotal { get; private init; }

    /// <summary>Which of them this is, from 1; 0 when the message is whole.</summary>
    public ushort PartIndex { get; private init; }

    public ReadOnlySpan<byte> Body { get; private init; }

    /// <summary>The header announces another length than came. The checksum holds, so <see cref="Body"/> is what came.</summary>
    public bool HasWrongLength { get; private init; }

    public bool IsPart => PartTotal != 0;

    /// <summary>Reads a frame's content. Needs no state and allocates nothing.</summary>
    /// <param name="content">Header, body and checksum, without delimiters and escapes.</param>
    /// <param name="known">The form this connection used before: decides only where the length fits no form.</param>
    public static Jt808Refusal TryRead(ReadOnlySpan<byte> content, Jt808Form? known, out Jt808Packet packet)
    {
        packet = default;
        if (content.Length < Jt808Form.V2013.HeaderLength + 1)
        {
            return Jt808Refusal.TooShort;
        }

        if (Jt808Checksum.Of(content) != 0) // Its own checksum included, a whole frame sums to 0.
        {
            return Jt808Refusal.Checksum;
        }

        var properties = BinaryPrimitives.ReadUInt16BigEndian(content[2..]);
        var partLength = (properties & PartFlag) == 0 ? 0 : 4;
        var form = ChooseForm(content, properties, partLength, known);
        var bodyStart = form.HeaderLength + partLength;
        if (content.Length < bodyStart + 1)
        {
            return Jt808Refusal.TooShort;
        }

        var part = content.Slice(form.HeaderLength, partLength);
        packet = new()
        {
            MessageId = BinaryPrimitives.ReadUInt16BigEndian(content),
            Form = form,
            Phone = Jt808Phone.Read(content[(form.Is2019 ? 5 : 4)..(form.HeaderLength - 2)]),
            Serial = BinaryPrimitives.ReadUInt16BigEndian(content[(form.HeaderLength - 2)..]),
            IsEncrypted = (properties & EncryptionMask) != 0,
            PartTotal = part.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(part),
            PartIndex = part.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(part[2..]),
            Body = content[bodyStart..^1],
            HasWrongLength = content.Length - bodyStart - 1 != (properties & LengthMask),
        };
        var isPartNumberWrong = !part.IsEmpty && (packet.PartIndex == 0 || packet.PartIndex > packet.PartTotal);
        return isPartNumberWrong ? Jt808Refusal.PartNumber : Jt808Refusal.None;
    }

    // The flag alone cannot be trusted (see Jt808Form). At most one of the two headers makes the announced length exact.
    private static Jt808Form ChooseForm(ReadOnlySpan<byte> content, ushort properties, int partLength, Jt808Form? known)
    {
        var flag = (properties & VersionFlag) != 0;
        var bodyAndHeader = content.Length - 1 - partLength;
        var bodyLength = properties & LengthMask;
        var fits2013 = bodyAndHeader - Jt808Form.V2013.HeaderLength == bodyLength;
        var fits2019 = bodyAndHeader - Jt808Form.V2019.HeaderLength == bodyLength;
        var is2019 = fits2019 || (!fits2013 && (known?.Is2019 ?? flag));
        return new(is2019, flag, is2019 ? content[4] : (byte)0);
    }
}
