using System.Buffers;
using System.Buffers.Binary;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Simulator.Load;

/// <summary>A terminal's location message, made once; only what changes from report to report is written again.</summary>
internal sealed class Jt808LocationFrame
{
    /// <summary>The longest frame on the wire: every byte of the longer header, the body and the checksum escaped.</summary>
    public const int MaxLength = 2 * (17 + Jt808Fix.Length + 1) + 2;

    private const byte Delimiter = 0x7E;
    private const byte Escape = 0x7D;

    // Header, body and checksum, not escaped.
    private readonly byte[] _content;
    private readonly int _body;

    public Jt808LocationFrame(Jt808Form form, Jt808Phone phone)
    {
        // The codec writes the first one; from it the content is taken back.
        Span<byte> body = stackalloc byte[Jt808Fix.Length];
        Jt808Fix.At(31.21, 121.39, 0x3B9ACA00000, speed: LoadUnit.SpeedMetresPerSecond).Write(body);
        var frame = new ArrayBufferWriter<byte>(MaxLength);
        Jt808FrameWriter.WritePacket(frame, form, phone, Jt808MessageId.Location, serial: 0, body, 0, 0);
        var input = frame.WrittenSpan;
        new Jt808Framer().TryRead(ref input, out var content, out _);
        _content = content.ToArray();
        _body = form.HeaderLength;
    }

    /// <summary>Writes the frame for a fix; returns its length.</summary>
    public int Write(Span<byte> output, ushort serial, in LoadFix fix)
    {
        var content = _content.AsSpan();
        BinaryPrimitives.WriteUInt16BigEndian(content[(_body - 2)..], serial);
        var body = content[_body..];
        BinaryPrimitives.WriteUInt32BigEndian(body[8..], (uint)(fix.Latitude * 1e6));
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], (uint)(fix.Longitude * 1e6));
        BinaryPrimitives.WriteUInt16BigEndian(body[20..], (ushort)fix.HeadingDegrees);
        Jt808Time.Write(body[22..], fix.TimeMs);
        byte sum = 0;
        foreach (var value in content[..^1])
        {
            sum ^= value;
        }

        content[^1] = sum;
        return Escaped(content, output);
    }

    private static int Escaped(ReadOnlySpan<byte> content, Span<byte> output)
    {
        output[0] = Delimiter;
        var length = 1;
        while (content.IndexOfAny(Delimiter, Escape) is var special and >= 0)
        {
            content[..special].CopyTo(output[length..]);
            length += special;
            output[length++] = Escape;
            output[length++] = content[special] == Escape ? (byte)0x01 : (byte)0x02;
            content = content[(special + 1)..];
        }

        content.CopyTo(output[length..]);
        length += content.Length;
        output[length] = Delimiter;
        return length + 1;
    }
}
