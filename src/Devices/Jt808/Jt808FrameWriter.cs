using System.Buffers;
using System.Buffers.Binary;

namespace Vantage.Devices.Jt808;

/// <summary>Writes messages as frames: header, checksum, escapes, delimiters; long bodies in parts.</summary>
public static class Jt808FrameWriter
{
    /// <summary>Bytes of body in one packet: the length has ten bits.</summary>
    public const int MaxBodyLength = 1023;

    /// <summary>Bytes of body in one message: a full body in each of 65,535 parts.</summary>
    public const int MaxMessageLength = MaxBodyLength * ushort.MaxValue;

    /// <summary>Writes one message. A body over 1023 bytes goes out in parts with consecutive serials.</summary>
    /// <param name="output">Takes one to many frames.</param>
    /// <param name="serial">The first packet's serial; comes back as the one after the last packet's.</param>
    /// <returns>How many packets were written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The body is over <see cref="MaxMessageLength"/>.</exception>
    public static int Write(
        IBufferWriter<byte> output, Jt808Form form, Jt808Phone phone, ushort messageId, ref ushort serial, ReadOnlySpan<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(body.Length, MaxMessageLength, nameof(body));
        if (body.Length <= MaxBodyLength)
        {
            WritePacket(output, form, phone, messageId, serial++, body, 0, 0);
            return 1;
        }

        var total = (body.Length + MaxBodyLength - 1) / MaxBodyLength;
        for (var index = 1; index <= total; index++)
        {
            var part = body[((index - 1) * MaxBodyLength)..Math.Min(index * MaxBodyLength, body.Length)];
            WritePacket(output, form, phone, messageId, serial++, part, (ushort)total, (ushort)index);
        }

        return total;
    }

    /// <summary>Writes one packet as it is told to; <paramref name="partTotal"/> 0 means a whole message.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The body is over 1023 bytes.</exception>
    public static void WritePacket(
        IBufferWriter<byte> output, Jt808Form form, Jt808Phone phone, ushort messageId, ushort serial, ReadOnlySpan<byte> body,
        ushort partTotal, ushort partIndex)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(body.Length, MaxBodyLength, nameof(body));
        Span<byte> content = stackalloc byte[Jt808Framer.MaxContentLength];
        var isPart = partTotal != 0;
        BinaryPrimitives.WriteUInt16BigEndian(content, messageId);
        var properties = body.Length | (isPart ? 0x2000 : 0) | (form.VersionFlag ? Jt808Packet.VersionFlag : 0);
        BinaryPrimitives.WriteUInt16BigEndian(content[2..], (ushort)properties);
        content[4] = form.ProtocolVersion; // Overwritten by the phone number in the 2013 header.
        phone.Write(content[(form.Is2019 ? 5 : 4)..(form.HeaderLength - 2)]);
        BinaryPrimitives.WriteUInt16BigEndian(content[(form.HeaderLength - 2)..], serial);
        var length = form.HeaderLength;
        if (isPart)
        {
            BinaryPrimitives.WriteUInt16BigEndian(content[length..], partTotal);
            BinaryPrimitives.WriteUInt16BigEndian(content[(length + 2)..], partIndex);
            length += 4;
        }

        body.CopyTo(content[length..]);
        length += body.Length;
        content[length] = Jt808Checksum.Of(content[..length]);
        WriteFrame(output, content[..(length + 1)]);
    }

    /// <summary>Escapes and delimits content that already ends in its checksum.</summary>
    public static void WriteFrame(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        var frame = output.GetSpan(content.Length * 2 + 2);
        var length = 0;
        frame[length++] = Jt808Framer.Delimiter;
        foreach (var value in content)
        {
            if (value is Jt808Framer.Delimiter or Jt808Framer.Escape)
            {
                frame[length++] = Jt808Framer.Escape;
                frame[length++] = value == Jt808Framer.Escape ? (byte)0x01 : (byte)0x02;
            }
            else
            {
                frame[length++] = value;
            }
        }

        frame[length++] = Jt808Framer.Delimiter;
        output.Advance(length);
    }
}
