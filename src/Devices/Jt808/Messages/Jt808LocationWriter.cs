using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>Writes a location body as a terminal does: the fix, then items. Allocates nothing.</summary>
public ref struct Jt808LocationWriter
{
    private readonly Span<byte> _body;

    /// <param name="body">Takes 28 bytes and each item's length + 2.</param>
    public Jt808LocationWriter(Span<byte> body, Jt808Fix fix)
    {
        _body = body;
        Length = fix.Write(body);
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void Item(byte id, byte value) => Item(id, [value]);

    public void Item(byte id, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        Item(id, bytes);
    }

    public void Item(byte id, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Item(id, bytes);
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is over 255 bytes.</exception>
    public void Item(byte id, scoped ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, byte.MaxValue, nameof(value));
        _body[Length] = id;
        _body[Length + 1] = (byte)value.Length;
        value.CopyTo(_body[(Length + 2)..]);
        Length += 2 + value.Length;
    }
}
