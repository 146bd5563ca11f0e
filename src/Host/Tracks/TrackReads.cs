using System.Threading.RateLimiting;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Host.Situations;

namespace Vantage.Host.Tracks;

/// <summary>Reads tracks for answers, within the room there is for all answers together: who takes an answer slowly must not fill the memory.</summary>
internal sealed class TrackReads(Situation situation) : IDisposable
{
    /// <summary>The longest track in one piece: 20 MB in memory, and a week of one unit at a fix a second.</summary>
    public const int MaxFixes = 500_000;

    /// <summary>How long an answer may wait for room.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The room for all answers but single short tracks, in fixes: 360 MB.</summary>
    public const int LongRoom = 18 * MaxFixes;

    /// <summary>What is kept free for short tracks that are asked for one by one: 40 MB. A trail on the wall does not wait for those who take files away slowly.</summary>
    private const int ShortRoom = 2 * MaxFixes;

    /// <summary>The longest that is short: so much lies in the system's buffers and is off the memory at once, however slowly it is taken.</summary>
    private const int ShortFixes = 24_000;

    private const int FixesAPermit = 1_000;

    /// <summary>What may come in between the counting and the reading.</summary>
    private const int LateFixes = 4_000;

    private readonly Room _long = new(LongRoom);
    private readonly Room _short = new(ShortRoom);

    /// <summary>Whether a range certainly has more than <see cref="MaxFixes"/>, found out without reading it.</summary>
    public bool IsTooMuch(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail)
        => situation.History.CountTrack(unit.Number, fromMs, toMs - 1, detail) > MaxFixes + (LateFixes / 2); // A chunk at either end may lie outside.

    /// <summary>Reads a track that was not too much a moment ago. The room is held until the answer is disposed.</summary>
    /// <returns>Null: there was no room within <see cref="Patience"/>, or too many waited for some. With more than <see cref="MaxFixes"/> it is not all there is.</returns>
    public async Task<HeldReading?> ReadAsync(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail, CancellationToken cancelled)
    {
        var count = Math.Min(await situation.CountTrackAsync(unit, fromMs, toMs, detail, cancelled), MaxFixes) + LateFixes;
        while (true)
        {
            var room = count > ShortFixes ? _long : _short;
            var lease = await AcquireAsync(room, count, cancelled);
            if (lease is null)
            {
                return null;
            }

            try
            {
                var reading = await ReadAsync(room, unit, fromMs, toMs, detail, cancelled);
                if (reading.Fixes.Count <= count)
                {
                    return new HeldReading(reading, lease);
                }

                // So much came in meanwhile: it is read once more when there is room for all of it.
                count = reading.Fixes.Count + LateFixes;
            }
            catch
            {
                lease.Dispose();
                throw;
            }

            lease.Dispose();
        }
    }

    /// <summary>Reads one of several tracks whose room is held: see <see cref="HoldLongestAsync"/>.</summary>
    /// <returns>With more than <see cref="MaxFixes"/> it is not all there is.</returns>
    public Task<TrackReading> ReadHeldAsync(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail, CancellationToken cancelled)
        => ReadAsync(_long, unit, fromMs, toMs, detail, cancelled);

    /// <summary>Room for the longest of several tracks that are read one after the other, or for so much of it as is in memory at a time.</summary>
    /// <returns>Null: there was no room within <see cref="Patience"/>, or too many waited for some.</returns>
    public async Task<RateLimitLease?> HoldLongestAsync(
        IReadOnlyList<UnitInfo> units, long fromMs, long toMs, TrackDetail? detail, int most, CancellationToken cancelled)
    {
        var counts = await Task.WhenAll(units.Select(unit => situation.CountTrackAsync(unit, fromMs, toMs, detail, cancelled)));
        return await HoldAsync((int)Math.Min(counts.DefaultIfEmpty().Max() + LateFixes, most), cancelled);
    }

    /// <summary>Room for so many fixes at a time, for who reads tracks piece by piece; it is held until it is disposed.</summary>
    /// <returns>Null: there was no room within <see cref="Patience"/>, or too many waited for some.</returns>
    public Task<RateLimitLease?> HoldAsync(int fixes, CancellationToken cancelled) => AcquireAsync(_long, fixes, cancelled);

    public void Dispose()
    {
        _long.Dispose();
        _short.Dispose();
    }

    private async Task<TrackReading> ReadAsync(Room room, UnitInfo unit, long fromMs, long toMs, TrackDetail? detail, CancellationToken cancelled)
    {
        await room.Reading.WaitAsync(cancelled);
        try
        {
            return await situation.ReadTrackAsync(unit, fromMs, toMs, MaxFixes + LateFixes, detail, cancelled);
        }
        finally
        {
            room.Reading.Release();
        }
    }

    private static async Task<RateLimitLease?> AcquireAsync(Room room, long fixes, CancellationToken cancelled)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Patience);
        try
        {
            var lease = await room.Memory.AcquireAsync((int)(fixes / FixesAPermit), patience.Token);
            return lease.IsAcquired ? lease : null;
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed class Room(int fixes) : IDisposable
    {
        public ConcurrencyLimiter Memory { get; } = new(new ConcurrencyLimiterOptions
        {
            PermitLimit = fixes / FixesAPermit,
            QueueLimit = fixes / FixesAPermit, // Whoever comes when as much is awaited as there is at all is told so at once.
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

        /// <summary>Reading is work, which more at once do not do faster; and how much it is shows when it has been read.</summary>
        public SemaphoreSlim Reading { get; } = new(2 * Environment.ProcessorCount);

        public void Dispose()
        {
            Memory.Dispose();
            Reading.Dispose();
        }
    }
}

/// <summary>A track in memory, and the room that it takes there until it is disposed. Then it is gone, whoever still refers to it.</summary>
internal sealed record HeldReading(TrackReading Reading, RateLimitLease Room) : IDisposable
{
    public void Dispose()
    {
        Reading.LetGo();
        Room.Dispose();
    }
}

internal static class TrackReadingExtensions
{
    /// <summary>It was written: its fixes are off the memory, whoever still refers to it.</summary>
    public static void LetGo(this TrackReading reading)
    {
        reading.Fixes.Clear();
        reading.Fixes.Capacity = 0;
    }
}
