using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>Asks for the missing parts of a message: by the platform (0x8003), or by a terminal (0x0005, 2019).</summary>
/// <param name="FirstSerial">The serial of the message's first part.</param>
/// <param name="Missing">Part numbers, from 1.</param>
public sealed record Jt808ResendRequest(ushort FirstSerial, IReadOnlyList<ushort> Missing)
{
    public int MaxLength => 4 + 2 * Missing.Count;

    public static bool TryRead(ReadOnlySpan<byte> body, Jt808Form form, out Jt808ResendRequest? request)
    {
        request = null;
        var listStart = form.Is2019 ? 4 : 3; // The count grew from a byte to a word in 2019.
        if (body.Length < listStart)
        {
            return false;
        }

        int count = form.Is2019 ? BinaryPrimitives.ReadUInt16BigEndian(body[2..]) : body[2];
        if (body.Length < listStart + 2 * count)
        {
            return false;
        }

        var missing = new ushort[count];
        for (var i = 0; i < count; i++)
        {
            missing[i] = BinaryPrimitives.ReadUInt16BigEndian(body[(listStart + 2 * i)..]);
        }

        request = new(BinaryPrimitives.ReadUInt16BigEndian(body), missing);
        return true;
    }

    /// <summary>Writes the request; what the layout has no room for is left for the next one (255 parts in 2013).</summary>
    public int Write(Span<byte> body, Jt808Form form)
    {
        var count = Math.Min(Missing.Count, form.Is2019 ? ushort.MaxValue : byte.MaxValue);
        var writer = new Jt808BodyWriter(body);
        writer.Word(FirstSerial);
        if (form.Is2019)
        {
            writer.Word((ushort)count);
        }
        else
        {
            writer.Byte((byte)count);
        }

        for (var i = 0; i < count; i++)
        {
            writer.Word(Missing[i]);
        }

        return writer.Length;
    }
}
