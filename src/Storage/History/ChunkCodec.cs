using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using Vantage.Actors.Positions;
using Vantage.Storage.Coding;

namespace Vantage.Storage.History;

/// <summary>How a chunk of one unit's track is written: column by column, because each column of a moving unit is nearly steady.</summary>
/// <remarks>
/// The format, a CRC-32 of all that follows it, a <see cref="TimeColumn"/> and a <see cref="PlaceColumn"/>, then columns that are each a <see cref="BitColumn"/>: receipt, flags, speed, heading,
/// altitude and accuracy. Before the receipts a byte says whether they are less the time, as of units that report at once, or as they are, as of those that
/// were told of later. The last four may be absent: one byte says whether all, none or some are there (then a bitmap follows), and only present values are
/// in the column. Formats that are still read: 2 had no checksum, and 1 besides a <see cref="BitColumn"/> for time, receipt less time, latitude and
/// longitude.
/// </remarks>
internal static class ChunkCodec
{
    private const byte Format = 3;
    private const byte WithoutChecksum = 2;
    private const byte WithoutGrid = 1;
    private const int ChecksumBytes = sizeof(uint);
    private const byte LessTime = 0;
    private const byte AsIs = 1;
    private const byte None = 0;
    private const byte All = 1;
    private const byte Some = 2;
    private const int BitColumns = 6;

    public static int MaxBytes(int count)
        => 2 + ChecksumBytes + TimeColumn.MaxBytes(count) + PlaceColumn.MaxBytes(count) + (BitColumns * BitColumn.MaxBytes(count)) + (4 * ((count / 8) + 2));

    public static int Encode(ReadOnlySpan<Fix> fixes, Span<byte> to)
    {
        var rented = ArrayPool<long>.Shared.Rent(2 * fixes.Length);
        try
        {
            var column = rented.AsSpan(0, fixes.Length);
            to[0] = Format;
            var at = TimeColumn.Encode(fixes, rented, to, 1 + ChecksumBytes);
            at = PlaceColumn.Encode(fixes, rented, to, at);
            at = EncodeReceipts(fixes, column, to, at);
            at = EncodeColumn(fixes, static (in fix) => fix.FlagBits, column, to, at);
            at = EncodeOptional(fixes, static (in fix) => fix.SpeedHundredths, Fix.Absent, column, to, at);
            at = EncodeOptional(fixes, static (in fix) => fix.HeadingTenths, Fix.AbsentHeading, column, to, at);
            at = EncodeOptional(fixes, static (in fix) => fix.AltitudeTenths, Fix.Absent, column, to, at);
            at = EncodeOptional(fixes, static (in fix) => fix.AccuracyTenths, Fix.Absent, column, to, at);
            BinaryPrimitives.WriteUInt32LittleEndian(to[1..], Crc32.HashToUInt32(to[(1 + ChecksumBytes)..at]));
            return at;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Encode"/> wrote.</exception>
    public static void Decode(ReadOnlySpan<byte> from, Span<Fix> fixes)
    {
        var at = FirstColumn(from);
        var rented = ArrayPool<long>.Shared.Rent(fixes.Length);
        try
        {
            var column = rented.AsSpan(0, fixes.Length);
            if (from[0] != WithoutGrid)
            {
                TimeColumn.Decode(from, ref at, fixes);
                PlaceColumn.Decode(from, ref at, fixes);
                DecodeReceipts(from, ref at, column, fixes);
            }
            else
            {
                DecodeColumn<TimeField>(from, ref at, column, fixes);
                DecodeColumn<DelayField>(from, ref at, column, fixes);
                DecodeColumn<LatitudeField>(from, ref at, column, fixes);
                DecodeColumn<LongitudeField>(from, ref at, column, fixes);
            }

            DecodeColumn<FlagField>(from, ref at, column, fixes);
            DecodeOptional<SpeedField>(from, ref at, column, fixes, Fix.Absent);
            DecodeOptional<HeadingField>(from, ref at, column, fixes, Fix.AbsentHeading);
            DecodeOptional<AltitudeField>(from, ref at, column, fixes, Fix.Absent);
            DecodeOptional<AccuracyField>(from, ref at, column, fixes, Fix.Absent);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    private static int FirstColumn(ReadOnlySpan<byte> from)
    {
        switch (from.IsEmpty ? 0 : from[0])
        {
            case WithoutGrid or WithoutChecksum:
                return 1;
            case Format when from.Length >= 1 + ChecksumBytes:
                var body = from[(1 + ChecksumBytes)..];
                return BinaryPrimitives.ReadUInt32LittleEndian(from[1..]) == Crc32.HashToUInt32(body)
                    ? 1 + ChecksumBytes
                    : throw new InvalidDataException("The checksum of a track chunk does not match.");
            default:
                throw new InvalidDataException("A track chunk is damaged, or written by a newer program.");
        }
    }

    private static int EncodeReceipts(ReadOnlySpan<Fix> fixes, Span<long> column, Span<byte> to, int at)
    {
        to[at] = LessTime;
        var end = EncodeColumn(fixes, static (in fix) => unchecked(fix.ReceivedAtMs - fix.TimeMs), column, to, at + 1);
        var other = ArrayPool<byte>.Shared.Rent(1 + BitColumn.MaxBytes(fixes.Length));
        other[0] = AsIs;
        var length = EncodeColumn(fixes, static (in fix) => fix.ReceivedAtMs, column, other, 1);
        if (length < end - at)
        {
            other.AsSpan(0, length).CopyTo(to[at..]);
            end = at + length;
        }

        ArrayPool<byte>.Shared.Return(other);
        return end;
    }

    private static void DecodeReceipts(ReadOnlySpan<byte> from, ref int at, Span<long> column, Span<Fix> fixes)
    {
        switch (at < from.Length ? from[at++] : byte.MaxValue)
        {
            case LessTime:
                DecodeColumn<DelayField>(from, ref at, column, fixes);
                break;
            case AsIs:
                DecodeColumn<ReceiptField>(from, ref at, column, fixes);
                break;
            default:
                throw new InvalidDataException("A track chunk is damaged.");
        }
    }

    private static int EncodeColumn(ReadOnlySpan<Fix> fixes, Reader read, Span<long> column, Span<byte> to, int at)
    {
        for (var i = 0; i < fixes.Length; i++)
        {
            column[i] = read(in fixes[i]);
        }

        return BitColumn.Encode(column, to, at);
    }

    private static int EncodeOptional(ReadOnlySpan<Fix> fixes, Reader read, long absent, Span<long> column, Span<byte> to, int at)
    {
        var present = 0;
        var bitmap = to.Slice(at + 1, (fixes.Length + 7) / 8);
        bitmap.Clear();
        for (var i = 0; i < fixes.Length; i++)
        {
            var value = read(in fixes[i]);
            if (value != absent)
            {
                bitmap[i >> 3] |= (byte)(1 << (i & 7));
                column[present++] = value;
            }
        }

        to[at++] = present == 0 ? None : present == fixes.Length ? All : Some;
        at += present > 0 && present < fixes.Length ? bitmap.Length : 0; // Else the bitmap is overwritten.
        return present == 0 ? at : BitColumn.Encode(column[..present], to, at);
    }

    private static void DecodeColumn<TField>(ReadOnlySpan<byte> from, ref int at, Span<long> column, Span<Fix> fixes)
        where TField : struct, IField
    {
        BitColumn.Decode(from, ref at, column);
        SetAll<TField>(fixes, column);
    }

    private static void DecodeOptional<TField>(ReadOnlySpan<byte> from, ref int at, Span<long> column, Span<Fix> fixes, long absent)
        where TField : struct, IField
    {
        var presence = at < from.Length ? from[at++] : byte.MaxValue;
        var bitmap = ReadOnlySpan<byte>.Empty;
        var present = presence == All ? fixes.Length : 0;
        if (presence == Some && from.Length - at >= (fixes.Length + 7) / 8)
        {
            bitmap = from.Slice(at, (fixes.Length + 7) / 8);
            at += bitmap.Length;
            foreach (var bits in bitmap)
            {
                present += int.PopCount(bits);
            }
        }

        if (presence > Some || present > fixes.Length || (presence == Some && bitmap.IsEmpty))
        {
            throw new InvalidDataException("A track chunk is damaged.");
        }

        if (present > 0)
        {
            BitColumn.Decode(from, ref at, column[..present]);
        }

        if (presence == All)
        {
            SetAll<TField>(fixes, column);
            return;
        }

        var next = 0;
        for (var i = 0; i < fixes.Length; i++)
        {
            var isPresent = presence == Some && (bitmap[i >> 3] & (1 << (i & 7))) != 0;
            TField.Set(ref fixes[i], isPresent ? column[next++] : absent);
        }
    }

    private static void SetAll<TField>(Span<Fix> fixes, ReadOnlySpan<long> column)
        where TField : struct, IField
    {
        column = column[..fixes.Length];
        for (var i = 0; i < fixes.Length; i++)
        {
            TField.Set(ref fixes[i], column[i]);
        }
    }

    private delegate long Reader(in Fix fix);

    /// <summary>Where a value goes. A type for each, and no delegate: a call for each value would cost as much as the value.</summary>
    private interface IField
    {
        static abstract void Set(ref Fix fix, long value);
    }

    private readonly struct TimeField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.TimeMs = value;
    }

    private readonly struct DelayField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.ReceivedAtMs = unchecked(value + fix.TimeMs);
    }

    private readonly struct ReceiptField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.ReceivedAtMs = value;
    }

    private readonly struct LatitudeField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.LatitudeE7 = (int)value;
    }

    private readonly struct LongitudeField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.LongitudeE7 = (int)value;
    }

    private readonly struct FlagField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.SetFlagBits((ushort)value);
    }

    private readonly struct SpeedField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.SpeedHundredths = (int)value;
    }

    private readonly struct HeadingField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.HeadingTenths = (ushort)value;
    }

    private readonly struct AltitudeField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.AltitudeTenths = (int)value;
    }

    private readonly struct AccuracyField : IField
    {
        public static void Set(ref Fix fix, long value) => fix.AccuracyTenths = (int)value;
    }
}
