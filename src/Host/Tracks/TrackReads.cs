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

    /// <summary>What is not sealed yet is not counted before it is read.</summary>
    private const int UncountedFixes = 4_000;

    private readonly ConcurrencyLimiter _longRoom = RoomOf(LongRoom);
    private readonly ConcurrencyLimiter _shortRoom = RoomOf(ShortRoom);

    /// <summary>Reading is work, which more at once do not do faster; and how much it is shows when it has been read.</summary>
    private readonly SemaphoreSlim _reading = new(2 * Environment.ProcessorCount);

    /// <summary>Whether a range certainly has more than <see cref="MaxFixes"/>, found out without reading it.</summary>
    public bool IsTooMuch(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail)
        => Count(unit, fromMs, toMs, detail) > MaxFixes + (UncountedFixes / 2); // A chunk at either end may lie outside.

    /// <summary>Reads a track that was not too much a moment ago. The room is held until the answer is disposed.</summary>
    /// <param name="isOneOfMany">Others of the same answer follow it, so that it lasts however short each is.</param>
    /// <returns>Null: there was no room within <see cref="Patience"/>. With more than <see cref="MaxFixes"/> it is not all there is.</returns>
    public async Task<HeldReading?> ReadAsync(
        UnitInfo unit, long fromMs, long toMs, TrackDetail? detail, bool isOneOfMany, CancellationToken cancelled)
    {
        var count = Math.Min(Count(unit, fromMs, toMs, detail), MaxFixes) + UncountedFixes;
        while (true)
        {
            var lease = await AcquireAsync(count > ShortFixes || isOneOfMany ? _longRoom : _shortRoom, count, cancelled);
            if (lease is null)
            {
                return null;
            }

            try
            {
                var reading = await ReadAsync(unit, fromMs, toMs, detail, cancelled);
                if (reading.Fixes.Count <= count)
                {
                    return new HeldReading(reading, lease);
                }

                // So much was not sealed yet: it is read once more when there is room for all of it.
                count = reading.Fixes.Count + UncountedFixes;
            }
            catch
            {
                lease.Dispose();
                throw;
            }

            lease.Dispose();
        }
    }

    /// <summary>Room for the longest of several tracks that are read one after the other, or for so much of it as is in memory at a time.</summary>
    /// <returns>Null: there was no room within <see cref="Patience"/>.</returns>
    public Task<RateLimitLease?> HoldLongestAsync(IReadOnlyList<UnitInfo> units, long fromMs, long toMs, int most, CancellationToken cancelled)
    {
        var longest = units.Select(unit => Count(unit, fromMs, toMs, detail: null)).DefaultIfEmpty().Max();
        return HoldAsync((int)Math.Min(longest + UncountedFixes, most) + TrackWindows.MaxFixes, cancelled);
    }

    /// <summary>Room for so many fixes at a time, for who reads tracks piece by piece; it is held until it is disposed.</summary>
    /// <returns>Null: there was no room within <see cref="Patience"/>.</returns>
    public Task<RateLimitLease?> HoldAsync(int fixes, CancellationToken cancelled) => AcquireAsync(_longRoom, fixes, cancelled);

    public void Dispose()
    {
        _longRoom.Dispose();
        _shortRoom.Dispose();
        _reading.Dispose();
    }

    private static ConcurrencyLimiter RoomOf(int fixes) => new(new ConcurrencyLimiterOptions
    {
        PermitLimit = fixes / FixesAPermit,
        QueueLimit = int.MaxValue, // Those who wait hold nothing, and leave after a time.
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private long Count(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail)
        => situation.History.CountTrack(unit.Number, fromMs, toMs - 1, detail);

    private async Task<TrackReading> ReadAsync(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail, CancellationToken cancelled)
    {
        await _reading.WaitAsync(cancelled);
        try
        {
            return await situation.ReadTrackAsync(unit, fromMs, toMs, MaxFixes + UncountedFixes, detail, cancelled);
        }
        finally
        {
            _reading.Release();
        }
    }

    private static async Task<RateLimitLease?> AcquireAsync(ConcurrencyLimiter room, long fixes, CancellationToken cancelled)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Patience);
        try
        {
            var lease = await room.AcquireAsync((int)(fixes / FixesAPermit), patience.Token);
            return lease.IsAcquired ? lease : null;
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>A track in memory, and the room that it takes there until it is disposed. Then it is gone, whoever still refers to it.</summary>
internal sealed record HeldReading(TrackReading Reading, RateLimitLease Room) : IDisposable
{
    public void Dispose()
    {
        Reading.Fixes.Clear();
        Reading.Fixes.Capacity = 0;
        Room.Dispose();
    }
}
