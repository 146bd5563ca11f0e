using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>A person has taken note of alarms (0x8203), so the terminal may clear them.</summary>
/// <param name="AlarmSerial">The serial of the report that raised it; 0 confirms all of these kinds.</param>
/// <param name="Alarms">Bits 0, 3, 20, 21, 22, 27 and 28 may be confirmed.</param>
public readonly record struct Jt808AlarmConfirmation(ushort AlarmSerial, Jt808Alarms Alarms)
{
    public const int Length = 6;

    public static bool TryRead(ReadOnlySpan<byte> body, out Jt808AlarmConfirmation confirmation)
    {
        var isWhole = body.Length >= Length;
        confirmation = isWhole
            ? new(BinaryPrimitives.ReadUInt16BigEndian(body), (Jt808Alarms)BinaryPrimitives.ReadUInt32BigEndian(body[2..]))
            : default;
        return isWhole;
    }

    public int Write(Span<byte> body)
    {
        var writer = new Jt808BodyWriter(body);
        writer.Word(AlarmSerial);
        writer.DoubleWord((uint)Alarms);
        return writer.Length;
    }
}
