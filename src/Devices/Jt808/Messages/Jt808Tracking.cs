using System.Buffers.Binary;

namespace Vantage.Devices.Jt808.Messages;

/// <summary>Asks for locations at another pace for a while (0x8202).</summary>
/// <param name="IntervalSeconds">0 ends it.</param>
/// <param name="ValiditySeconds">How long it lasts; not sent when it ends.</param>
public readonly record struct Jt808Tracking(ushort IntervalSeconds, uint ValiditySeconds)
{
    public const int MaxLength = 6;

    public static bool TryRead(ReadOnlySpan<byte> body, out Jt808Tracking tracking)
    {
        tracking = default;
        if (body.Length < 2)
        {
            return false;
        }

        var interval = BinaryPrimitives.ReadUInt16BigEndian(body);
        var hasValidity = body.Length >= MaxLength;
        tracking = new(interval, hasValidity ? BinaryPrimitives.ReadUInt32BigEndian(body[2..]) : 0);
        return hasValidity || interval == 0;
    }

    public int Write(Span<byte> body)
    {
        var writer = new Jt808BodyWriter(body);
        writer.Word(IntervalSeconds);
        if (IntervalSeconds != 0)
        {
            writer.DoubleWord(ValiditySeconds);
        }

        return writer.Length;
    }
}
