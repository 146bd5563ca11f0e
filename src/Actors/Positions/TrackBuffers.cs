using System.Collections.Concurrent;

namespace Vantage.Actors.Positions;

/// <summary>Buffers in which tracks travel from their shards to storage. Safe from any thread.</summary>
/// <remarks>
/// Few, large and handed from one thread to another: the shared array pool lets go of such arrays between two rounds.
/// </remarks>
internal sealed class TrackBuffers
{
    private const int MostKept = 16;
    private const int Step = 65_536;

    private readonly ConcurrentBag<Fix[]> _free = [];

    public Fix[] Rent(int length)
    {
        while (_free.TryTake(out var buffer))
        {
            if (buffer.Length >= length)
            {
                return buffer;
            }
        }

        return new Fix[(length / Step * Step) + Step];
    }

    public void Return(Fix[] buffer)
    {
        if (_free.Count < MostKept)
        {
            _free.Add(buffer);
        }
    }
}
