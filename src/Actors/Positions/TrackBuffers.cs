using System.Collections.Concurrent;

namespace Vantage.Actors.Positions;

/// <summary>Blocks in which copies of tracks travel from their shards to storage. Safe from any thread.</summary>
/// <remarks>
/// All of one size, handed from one thread to another and kept: the shared array pool lets go of such arrays between two rounds.
/// </remarks>
internal sealed class TrackBuffers
{
    /// <summary>Fixes in a block: 640 kB.</summary>
    public const int BlockLength = 16_384;

    private const int MostKept = 256;

    private readonly ConcurrentBag<Fix[]> _free = [];

    /// <param name="length">At least so many fixes; a block of its own, not kept, when that is more than <see cref="BlockLength"/>.</param>
    public Fix[] Rent(int length)
        => length <= BlockLength && _free.TryTake(out var block) ? block : new Fix[Math.Max(length, BlockLength)];

    public void Return(Fix[] block)
    {
        if (block.Length == BlockLength && _free.Count < MostKept)
        {
            _free.Add(block);
        }
    }
}
