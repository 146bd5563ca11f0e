using System.Buffers.Binary;

namespace Vantage.Devices.Jt808;

/// <summary>Appends big-endian fields to a buffer. A buffer that is too short throws: the caller sizes it.</summary>
internal ref struct Jt808BodyWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }

    public void Byte(byte value) => Take(1)[0] = value;

    public void Word(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    public void DoubleWord(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void Bytes(scoped ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>A moment in GMT+8.</summary>
    public void Time(long unixMilliseconds) => Jt808Time.Write(Take(Jt808Time.Length), unixMilliseconds);

    public void Text(string value) => Gbk.Write(value, Take(Gbk.Length(value)));

    /// <summary>A text in a field of fixed length (under 100 bytes), zeros behind it; what does not fit is cut off.</summary>
    public void Padded(string value, int length)
    {
        var field = Take(length);
        field.Clear();
        var fitting = value.AsSpan(0, Math.Min(value.Length, length)); // A character is one or two bytes.
        Span<byte> bytes = stackalloc byte[2 * length];
        var written = Gbk.Write(fitting, bytes);
        bytes[..Math.Min(length, written)].CopyTo(field);
    }

    private Span<byte> Take(int count)
    {
        var taken = _buffer.Slice(Length, count);
        Length += count;
        return taken;
    }
}
