using System.Runtime.CompilerServices;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Host.Situations;

namespace Vantage.Host.Tracks;

/// <summary>Reads a track of any length, and has a piece of it in memory at a time.</summary>
internal static class TrackWindows
{
    /// <summary>Fixes in a piece, 800 KB: some hours at a fix a second, two days at a fix every ten.</summary>
    public const int MaxFixes = 20_000;
    private const long LongestMs = 7 * 86_400_000L;

    /// <summary>The track of a unit in [from, to), in order, piece by piece; in none of the pieces is nothing.</summary>
    /// <remarks>A piece is what the track is when it is read: late fixes that come meanwhile are in the pieces that are still to be read.</remarks>
    public static async IAsyncEnumerable<TrackReading> ReadAsync(
        Situation situation, UnitInfo unit, long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancelled)
    {
        var windowMs = LongestMs;
        while (fromMs < toMs)
        {
            var endMs = Math.Min(fromMs + windowMs, toMs);
            var canBeShorter = endMs - fromMs > 1;
            var piece = await situation.ReadTrackAsync(unit, fromMs, endMs, canBeShorter ? MaxFixes : int.MaxValue - 1, null, cancelled);
            if (canBeShorter && piece.Fixes.Count > MaxFixes)
            {
                windowMs = (endMs - fromMs) / 2; // What was read may have an end missing.
                continue;
            }

            if (piece.Fixes.Count + piece.Damaged.Count > 0)
            {
                yield return piece;
            }

            (fromMs, windowMs) = (endMs, Math.Min(windowMs * 2, LongestMs));
        }
    }
}
