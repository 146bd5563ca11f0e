using System.Runtime.CompilerServices;
using Vantage.Actors.Positions;
using Vantage.Storage.Coding;

namespace Vantage.Storage.History;

/// <summary>The places of a track: how far each is from where the movement before it leads, on the sender's own grid.</summary>
/// <remarks>
/// One byte says how much of the movement before goes on, in quarters, and whether it is stretched by the times; whatever comes out shortest for this
/// track. Latitude, then longitude: the grid (the greatest step that divides all values, 100 for five decimals) and the first value; then
/// <see cref="RiceMean"/> numbers, latitude and longitude in turns.
/// </remarks>
internal static class PlaceColumn
{
    private const int FirstMean = 64;
    private const byte IsStretched = 8;

    /// <summary>An interval this many times the one before stretches no further: after a gap a vehicle is anywhere.</summary>
    private const double MostStretched = 2;

    private static readonly byte[] Ways = [0, 1, 2, 3, 4, 1 | IsStretched, 2 | IsStretched, 3 | IsStretched, 4 | IsStretched];

    public static int MaxBytes(int count) => 1 + (4 * Varint.MaxBytes) + (((2 * RiceMean.MaxBits * count) + 7) / 8);

    /// <param name="room">For twice as many numbers as there are fixes.</param>
    public static int Encode(ReadOnlySpan<Fix> fixes, Span<long> room, Span<byte> to, int at)
    {
        if (fixes.IsEmpty)
        {
            return at;
        }

        var latitudes = room[..fixes.Length];
        var longitudes = room.Slice(fixes.Length, fixes.Length);
        var (ofLatitudes, ofLongitudes) = (0UL, 0UL);
        for (var i = 0; i < fixes.Length; i++)
        {
            ofLatitudes = Grid.Common(ofLatitudes, latitudes[i] = fixes[i].LatitudeE7);
            ofLongitudes = Grid.Common(ofLongitudes, longitudes[i] = fixes[i].LongitudeE7);
        }

        var latitudeGrid = Grid.Divide(latitudes, ofLatitudes);
        var longitudeGrid = Grid.Divide(longitudes, ofLongitudes);
        var way = ShortestWay(fixes, latitudes, longitudes);
        to[at++] = way;
        at = Varint.Write(to, at, (ulong)latitudeGrid);
        at = Varint.Write(to, at, Varint.ZigZag(latitudes[0]));
        at = Varint.Write(to, at, (ulong)longitudeGrid);
        at = Varint.Write(to, at, Varint.ZigZag(longitudes[0]));
        var writer = new RiceWriter(to, at);
        var (latitudeMean, longitudeMean) = (new RiceMean(FirstMean), new RiceMean(FirstMean));
        var movement = new Movement(way, fixes[0].TimeMs);
        for (var i = 1; i < fixes.Length; i++)
        {
            movement.GoOn(fixes[i].TimeMs);
            writer.Write(ref latitudeMean, movement.OffLatitude(latitudes[i] - latitudes[i - 1]));
            writer.Write(ref longitudeMean, movement.OffLongitude(longitudes[i] - longitudes[i - 1]));
        }

        return writer.Close();
    }

    /// <param name="fixes">With their times.</param>
    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Encode"/> wrote.</exception>
    public static void Decode(ReadOnlySpan<byte> from, ref int at, Span<Fix> fixes)
    {
        if (fixes.IsEmpty)
        {
            return;
        }

        var way = at < from.Length ? from[at++] : byte.MaxValue;
        if ((way & ~IsStretched) > 4)
        {
            throw new InvalidDataException("A track's places are damaged.");
        }

        var latitudeGrid = (int)Varint.Read(from, ref at);
        var latitude = Varint.UnZigZag(Varint.Read(from, ref at));
        var longitudeGrid = (int)Varint.Read(from, ref at);
        var longitude = Varint.UnZigZag(Varint.Read(from, ref at));
        var reader = new RiceReader(from, at);
        var (latitudeMean, longitudeMean) = (new RiceMean(FirstMean), new RiceMean(FirstMean));
        var movement = new Movement(way, fixes[0].TimeMs);
        fixes[0].LatitudeE7 = unchecked((int)latitude * latitudeGrid);
        fixes[0].LongitudeE7 = unchecked((int)longitude * longitudeGrid);
        foreach (ref var fix in fixes[1..])
        {
            movement.GoOn(fix.TimeMs);
            latitude = unchecked(latitude + movement.StepLatitude(reader.Read(ref latitudeMean)));
            longitude = unchecked(longitude + movement.StepLongitude(reader.Read(ref longitudeMean)));
            fix.LatitudeE7 = unchecked((int)latitude * latitudeGrid);
            fix.LongitudeE7 = unchecked((int)longitude * longitudeGrid);
        }

        at = reader.Close();
    }

    private static byte ShortestWay(ReadOnlySpan<Fix> fixes, ReadOnlySpan<long> latitudes, ReadOnlySpan<long> longitudes)
    {
        var (shortest, least) = (Ways[0], long.MaxValue);
        foreach (var way in Ways)
        {
            var bits = 0L;
            var (latitudeMean, longitudeMean) = (new RiceMean(FirstMean), new RiceMean(FirstMean));
            var movement = new Movement(way, fixes[0].TimeMs);
            for (var i = 1; i < fixes.Length; i++)
            {
                movement.GoOn(fixes[i].TimeMs);
                bits += latitudeMean.BitsOf(movement.OffLatitude(latitudes[i] - latitudes[i - 1]));
                bits += longitudeMean.BitsOf(movement.OffLongitude(longitudes[i] - longitudes[i - 1]));
            }

            if (bits < least)
            {
                (shortest, least) = (way, bits);
            }
        }

        return shortest;
    }

    /// <summary>Where a unit is expected to go, told of each step that it made. Writer and reader go through the same.</summary>
    private struct Movement(byte way, long timeMs)
    {
        private readonly double _goesOn = (way & 7) * 0.25;
        private readonly bool _isStretched = (way & IsStretched) != 0;
        private long _timeMs = timeMs;
        private long _intervalMs;
        private double _share;
        private long _latitude;
        private long _longitude;

        /// <summary>The next place is of that time. In IEEE arithmetic, which all machines do alike.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void GoOn(long timeMs)
        {
            var intervalMs = unchecked(timeMs - _timeMs);
            _share = !_isStretched || intervalMs == _intervalMs || _intervalMs <= 0 || intervalMs <= 0
                ? _goesOn
                : _goesOn * Math.Min(MostStretched, intervalMs / (double)_intervalMs);
            (_timeMs, _intervalMs) = (timeMs, intervalMs);
        }

        /// <summary>How far off a step is; it was made.</summary>
        public long OffLatitude(long step) => Off(ref _latitude, step);

        /// <inheritdoc cref="OffLatitude"/>
        public long OffLongitude(long step) => Off(ref _longitude, step);

        /// <summary>The step that is so far off; it was made.</summary>
        public long StepLatitude(long off) => Step(ref _latitude, off);

        /// <inheritdoc cref="StepLatitude"/>
        public long StepLongitude(long off) => Step(ref _longitude, off);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly long Off(ref long before, long step)
        {
            var off = unchecked(step - (long)(before * _share));
            before = step;
            return off;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly long Step(ref long before, long off) => before = unchecked(off + (long)(before * _share));
    }
}
