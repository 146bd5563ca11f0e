using Vantage.Actors.Positions;
using Vantage.Storage.Coding;

namespace Vantage.Storage.History;

/// <summary>The times of a track: how far each interval is from the usual one, or from the one before, in the sender's own unit of time.</summary>
/// <remarks>
/// The first time, the unit in ms (the greatest that divides all intervals, mostly 1000), the usual interval in units or 0 where the one before serves
/// better, then <see cref="RiceMean"/> numbers. Arithmetic wraps: every time is exact.
/// </remarks>
internal static class TimeColumn
{
    private const int FirstMean = 4;

    public static int MaxBytes(int count) => (3 * Varint.MaxBytes) + (((RiceMean.MaxBits * count) + 7) / 8);

    /// <param name="room">For twice as many numbers as there are fixes.</param>
    public static int Encode(ReadOnlySpan<Fix> fixes, Span<long> room, Span<byte> to, int at)
    {
        if (fixes.IsEmpty)
        {
            return at;
        }

        var intervals = room[..(fixes.Length - 1)];
        var common = 0UL;
        for (var i = 1; i < fixes.Length; i++)
        {
            intervals[i - 1] = unchecked(fixes[i].TimeMs - fixes[i - 1].TimeMs);
            common = Grid.Common(common, intervals[i - 1]);
        }

        var unit = Grid.Divide(intervals, common);
        var usual = UsualOf(intervals, room.Slice(fixes.Length, intervals.Length));
        at = Varint.Write(to, at, Varint.ZigZag(fixes[0].TimeMs));
        at = Varint.Write(to, at, (ulong)unit);
        at = Varint.Write(to, at, Varint.ZigZag(usual));
        var writer = new RiceWriter(to, at);
        var (mean, before) = (new RiceMean(FirstMean), usual);
        foreach (var interval in intervals)
        {
            writer.Write(ref mean, unchecked(interval - before));
            before = usual == 0 ? interval : usual;
        }

        return writer.Close();
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Encode"/> wrote.</exception>
    public static void Decode(ReadOnlySpan<byte> from, ref int at, Span<Fix> fixes)
    {
        if (fixes.IsEmpty)
        {
            return;
        }

        var time = Varint.UnZigZag(Varint.Read(from, ref at));
        var unit = (long)Varint.Read(from, ref at);
        var usual = Varint.UnZigZag(Varint.Read(from, ref at));
        fixes[0].TimeMs = time;
        var reader = new RiceReader(from, at);
        var (mean, before) = (new RiceMean(FirstMean), usual);
        foreach (ref var fix in fixes[1..])
        {
            var interval = unchecked(reader.Read(ref mean) + before);
            before = usual == 0 ? interval : usual;
            fix.TimeMs = time = unchecked(time + (interval * unit));
        }

        at = reader.Close();
    }

    /// <summary>The middle one of the intervals, or 0 where the one before each says more.</summary>
    private static long UsualOf(ReadOnlySpan<long> intervals, Span<long> sorted)
    {
        if (intervals.IsEmpty)
        {
            return 0;
        }

        intervals.CopyTo(sorted);
        sorted.Sort();
        var usual = sorted[sorted.Length / 2];
        var (byUsual, byLast, before) = (0L, 0L, 0L);
        var (ofUsual, ofLast) = (new RiceMean(FirstMean), new RiceMean(FirstMean));
        foreach (var interval in intervals)
        {
            byUsual += ofUsual.BitsOf(unchecked(interval - usual));
            byLast += ofLast.BitsOf(unchecked(interval - before));
            before = interval;
        }

        return byUsual <= byLast ? usual : 0;
    }
}
