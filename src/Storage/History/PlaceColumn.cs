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
    private const int Start = 64;
    private const byte IsStretched = 8;

    /// <summary>An interval this many times the one before stretches no further: after a gap a vehicle is anywhere.</summary>
    private const double MostStretched = 2;

    private static readonly byte[] Ways = [0, 1, 2, 3, 4, 1 | IsStretched, 2 | IsStretched, 3 | IsStretched, 4 | IsStretched];

    public static int MaxBytes(int count) => 1 + (4 * Varint.MaxBytes) + (((2 * RiceMean.MaxBits * count) + 7) / 8);

    /// <param name="places">Room for twice as many numbers as there are fixes.</param>
    public static int Encode(ReadOnlySpan<Fix> fixes, Span<long> places, Span<byte> to, int at)
    {
        if (fixes.IsEmpty)
        {
            return at;
        }

        var latitudes = places[..fixes.Length];
        var longitudes = places.Slice(fixes.Length, fixes.Length);
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
        var (latitudeMean, longitudeMean) = (new RiceMean(Start), new RiceMean(Start));
        for (var i = 1; i < fixes.Length; i++)
        {
            var share = i == 1 ? 0 : ShareOf(way, fixes[i].TimeMs - fixes[i - 1].TimeMs, fixes[i - 1].TimeMs - fixes[i - 2].TimeMs);
            writer.Write(ref latitudeMean, latitudes[i] - Expected(latitudes, i, share));
            writer.Write(ref longitudeMean, longitudes[i] - Expected(longitudes, i, share));
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
        var (latitudeMean, longitudeMean) = (new RiceMean(Start), new RiceMean(Start));
        var (latitudeStep, longitudeStep) = (0L, 0L);
        var (time, interval) = (fixes[0].TimeMs, 0L);
        fixes[0].LatitudeE7 = unchecked((int)latitude * latitudeGrid);
        fixes[0].LongitudeE7 = unchecked((int)longitude * longitudeGrid);
        foreach (ref var fix in fixes[1..])
        {
            var next = unchecked(fix.TimeMs - time);
            var share = ShareOf(way, next, interval);
            (time, interval) = (fix.TimeMs, next);
            latitudeStep = unchecked(reader.Read(ref latitudeMean) + (long)(latitudeStep * share));
            longitudeStep = unchecked(reader.Read(ref longitudeMean) + (long)(longitudeStep * share));
            latitude = unchecked(latitude + latitudeStep);
            longitude = unchecked(longitude + longitudeStep);
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
            var (latitudeMean, longitudeMean) = (new RiceMean(Start), new RiceMean(Start));
            for (var i = 1; i < fixes.Length; i++)
            {
                var share = i == 1 ? 0 : ShareOf(way, fixes[i].TimeMs - fixes[i - 1].TimeMs, fixes[i - 1].TimeMs - fixes[i - 2].TimeMs);
                bits += latitudeMean.BitsOf(latitudes[i] - Expected(latitudes, i, share));
                bits += longitudeMean.BitsOf(longitudes[i] - Expected(longitudes, i, share));
            }

            if (bits < least)
            {
                (shortest, least) = (way, bits);
            }
        }

        return shortest;
    }

    private static long Expected(ReadOnlySpan<long> values, int i, double share)
        => i == 1 ? values[0] : values[i - 1] + (long)((values[i - 1] - values[i - 2]) * share);

    /// <summary>How much of the movement before is expected to go on. In IEEE arithmetic, which all machines do alike.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ShareOf(byte way, long intervalMs, long beforeMs)
    {
        var share = (way & 7) * 0.25;
        return (way & IsStretched) == 0 || intervalMs == beforeMs || beforeMs <= 0 || intervalMs <= 0
            ? share
            : share * Math.Min(MostStretched, intervalMs / (double)beforeMs);
    }
}
