using Vantage.Actors.Positions;
using Vantage.Storage.Coding;

namespace Vantage.Storage.Tracks;

/// <summary>How the fixes of one frame are written: each as its difference from the one before, in the order of the log.</summary>
/// <remarks>
/// A record starts with a byte of presence bits; then, as variable-length integers, what the bits announce: unit, time, receipt,
/// latitude, longitude, speed, heading, altitude, accuracy, flags. Every bit of every field comes back. About 20 bytes for a fix of a
/// vehicle in a city, of which the position has eight: neighbours in a frame are other vehicles.
/// </remarks>
internal static class FrameCodec
{
    /// <summary>No record is longer: a header, and ten numbers of which two have 64 bits.</summary>
    public const int MaxBytesPerFix = 1 + (2 * Varint.MaxBytes) + (6 * 5) + (2 * 3);

    private const byte HasSpeed = 1;
    private const byte HasHeading = 2;
    private const byte HasAltitude = 4;
    private const byte HasAccuracy = 8;
    private const byte NewFlags = 16;
    private const byte NewReceipt = 32;
    private const byte NewUnit = 64;
    private const byte Reserved = 128;

    /// <returns>The bytes written.</returns>
    public static int Encode(ReadOnlySpan<UnitFix> fixes, Span<byte> to)
    {
        var at = 0;
        UnitFix previous = default;
        foreach (ref readonly var item in fixes)
        {
            ref readonly var fix = ref item.Fix;
            var header = HeaderOf(in item, in previous);
            to[at++] = header;
            at = (header & NewUnit) != 0 ? Varint.Write(to, at, Varint.ZigZag(unchecked(item.Unit - previous.Unit))) : at;
            at = Varint.Write(to, at, Varint.ZigZag(unchecked(fix.TimeMs - previous.Fix.TimeMs)));
            at = (header & NewReceipt) != 0
                ? Varint.Write(to, at, Varint.ZigZag(unchecked(fix.ReceivedAtMs - previous.Fix.ReceivedAtMs)))
                : at;
            at = Varint.Write(to, at, Varint.ZigZag(unchecked(fix.LatitudeE7 - previous.Fix.LatitudeE7)));
            at = Varint.Write(to, at, Varint.ZigZag(unchecked(fix.LongitudeE7 - previous.Fix.LongitudeE7)));
            at = (header & HasSpeed) != 0 ? Varint.Write(to, at, Varint.ZigZag(fix.SpeedHundredths)) : at;
            at = (header & HasHeading) != 0 ? Varint.Write(to, at, fix.HeadingTenths) : at;
            at = (header & HasAltitude) != 0 ? Varint.Write(to, at, Varint.ZigZag(fix.AltitudeTenths)) : at;
            at = (header & HasAccuracy) != 0 ? Varint.Write(to, at, Varint.ZigZag(fix.AccuracyTenths)) : at;
            at = (header & NewFlags) != 0 ? Varint.Write(to, at, fix.FlagBits) : at;
            previous = item;
        }

        return at;
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Encode"/> wrote.</exception>
    public static void Decode(ReadOnlySpan<byte> from, Span<UnitFix> fixes)
    {
        var at = 0;
        UnitFix previous = default;
        foreach (ref var item in fixes)
        {
            var header = at < from.Length ? from[at++] : Reserved;
            if ((header & Reserved) != 0)
            {
                throw new InvalidDataException("A frame of the track log is damaged.");
            }

            item = previous;
            ref var fix = ref item.Fix;
            item.Unit += (header & NewUnit) != 0 ? ReadInt32(from, ref at) : 0;
            fix.TimeMs += Varint.UnZigZag(Varint.Read(from, ref at));
            fix.ReceivedAtMs += (header & NewReceipt) != 0 ? Varint.UnZigZag(Varint.Read(from, ref at)) : 0;
            fix.LatitudeE7 += ReadInt32(from, ref at);
            fix.LongitudeE7 += ReadInt32(from, ref at);
            fix.SpeedHundredths = (header & HasSpeed) != 0 ? ReadInt32(from, ref at) : Fix.Absent;
            fix.HeadingTenths = (header & HasHeading) != 0 ? (ushort)Varint.Read(from, ref at) : Fix.AbsentHeading;
            fix.AltitudeTenths = (header & HasAltitude) != 0 ? ReadInt32(from, ref at) : Fix.Absent;
            fix.AccuracyTenths = (header & HasAccuracy) != 0 ? ReadInt32(from, ref at) : Fix.Absent;
            if ((header & NewFlags) != 0)
            {
                fix.SetFlagBits((ushort)Varint.Read(from, ref at));
            }

            previous = item;
        }

        if (at != from.Length)
        {
            throw new InvalidDataException("A frame of the track log is longer than its fixes.");
        }
    }

    private static byte HeaderOf(in UnitFix item, in UnitFix previous)
    {
        ref readonly var fix = ref item.Fix;
        var header = 0;
        header |= fix.SpeedHundredths != Fix.Absent ? HasSpeed : 0;
        header |= fix.HeadingTenths != Fix.AbsentHeading ? HasHeading : 0;
        header |= fix.AltitudeTenths != Fix.Absent ? HasAltitude : 0;
        header |= fix.AccuracyTenths != Fix.Absent ? HasAccuracy : 0;
        header |= fix.FlagBits != previous.Fix.FlagBits ? NewFlags : 0;
        header |= fix.ReceivedAtMs != previous.Fix.ReceivedAtMs ? NewReceipt : 0;
        header |= item.Unit != previous.Unit ? NewUnit : 0;
        return (byte)header;
    }

    private static int ReadInt32(ReadOnlySpan<byte> from, ref int at) => Varint.UnZigZag((uint)Varint.Read(from, ref at));
}
