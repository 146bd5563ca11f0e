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

    private const int FixesAPermit = 1_000;

    /// <summary>What is not sealed yet is not counted before it is read.</summary>
    private const int UncountedFixes = 4_000;

    private readonly ConcurrencyLimiter _room = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = 20 * MaxFixes / FixesAPermit, // 400 MB.
        QueueLimit = int.MaxValue, // Those who wait hold nothing, and leave after a time.
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Whether a range certainly has more than <see cref="MaxFixes"/>, found out without reading it.</summary>
    public bool IsTooMuch(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail)
        => Count(unit, fromMs, toMs, detail) > MaxFixes + (UncountedFixes / 2); // A chunk at either end may lie outside.

    /// <summary>Reads a track that was not too much a moment ago. The room is held until the answer is disposed.</summary>
    /// <returns>Null: there was no room within <see cref="Patience"/>.</returns>
    /// <exception cref="InvalidOperationException">So much came meanwhile that this is not all of it.</exception>
    public async Task<HeldReading?> ReadAsync(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail, CancellationToken cancelled)
    {
        var count = Math.Min(Count(unit, fromMs, toMs, detail), MaxFixes) + UncountedFixes;
        var lease = await AcquireAsync((int)(count / FixesAPermit), cancelled);
        if (lease is null)
        {
            return null;
        }

        try
        {
            var reading = await situation.ReadTrackAsync(unit, fromMs, toMs, MaxFixes + UncountedFixes, detail, cancelled);
            return reading.Fixes.Count <= MaxFixes + UncountedFixes
                ? new HeldReading(reading, lease)
                : throw new InvalidOperationException($"The track of {unit.IdText} grew while it was read.");
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Room for so many fixes at a time, for who reads tracks piece by piece; it is held until it is disposed.</summary>
    /// <returns>Null: there was no room within <see cref="Patience"/>.</returns>
    public Task<RateLimitLease?> HoldAsync(int fixes, CancellationToken cancelled) => AcquireAsync(fixes / FixesAPermit, cancelled);

    public void Dispose() => _room.Dispose();

    private long Count(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail)
        => situation.History.CountTrack(unit.Number, fromMs, toMs - 1, detail);

    private async Task<RateLimitLease?> AcquireAsync(int permits, CancellationToken cancelled)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Patience);
        try
        {
            var lease = await _room.AcquireAsync(permits, patience.Token);
            return lease.IsAcquired ? lease : null;
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>A track in memory, and the room that it takes there until it is disposed.</summary>
internal sealed record HeldReading(TrackReading Reading, RateLimitLease Room) : IDisposable
{
    public void Dispose() => Room.Dispose();
}
