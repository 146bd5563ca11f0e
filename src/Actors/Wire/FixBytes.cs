using System.Buffers.Binary;
using Vantage.Actors.Positions;

namespace Vantage.Actors.Wire;

/// <summary>A fix as 40 bytes, little-endian, in the order of its fields.</summary>
internal static class FixBytes
{
    public const int Length = 40;

    public static void Write(in Fix fix, Span<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, fix.TimeMs);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], fix.ReceivedAtMs);
        BinaryPrimitives.WriteInt32LittleEndian(to[16..], fix.LatitudeE7);
        BinaryPrimitives.WriteInt32LittleEndian(to[20..], fix.LongitudeE7);
        BinaryPrimitives.WriteInt32LittleEndian(to[24..], fix.SpeedHundredths);
        BinaryPrimitives.WriteInt32LittleEndian(to[28..], fix.AltitudeTenths);
        BinaryPrimitives.WriteInt32LittleEndian(to[32..], fix.AccuracyTenths);
        BinaryPrimitives.WriteUInt16LittleEndian(to[36..], fix.HeadingTenths);
        BinaryPrimitives.WriteUInt16LittleEndian(to[38..], fix.FlagBits);
    }

    public static Fix Read(ReadOnlySpan<byte> from)
    {
        var fix = new Fix
        {
            TimeMs = BinaryPrimitives.ReadInt64LittleEndian(from),
            ReceivedAtMs = BinaryPrimitives.ReadInt64LittleEndian(from[8..]),
            LatitudeE7 = BinaryPrimitives.ReadInt32LittleEndian(from[16..]),
            LongitudeE7 = BinaryPrimitives.ReadInt32LittleEndian(from[20..]),
            SpeedHundredths = BinaryPrimitives.ReadInt32LittleEndian(from[24..]),
            AltitudeTenths = BinaryPrimitives.ReadInt32LittleEndian(from[28..]),
            AccuracyTenths = BinaryPrimitives.ReadInt32LittleEndian(from[32..]),
            HeadingTenths = BinaryPrimitives.ReadUInt16LittleEndian(from[36..]),
        };
        fix.SetFlagBits(BinaryPrimitives.ReadUInt16LittleEndian(from[38..]));
        return fix;
    }
}
