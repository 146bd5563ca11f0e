using Vantage.Actors.History;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;

namespace Vantage.Actors.Positions;

/// <summary>Reads tracks whole: what is sealed, and what so far only the unit's shard has. Safe from any thread.</summary>
public sealed class TrackReader(IActorRuntime runtime, IHistory history)
{
    /// <summary>How long a shard may be on its way to another process.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The fixes of a unit in [from, to), in the order of <see cref="Fix.Compare"/>.</summary>
    /// <param name="atMost">
    /// All are given when they are no more than so many. Otherwise reading stops soon after: the answer is longer than that, and not all there is.
    /// </param>
    public async Task<List<Fix>> ReadAsync(UnitInfo unit, long fromMs, long toMs, int atMost, CancellationToken cancellationToken = default)
    {
        // Memory first: what is sealed between the two readings is then found twice, and never missed.
        var recent = await runtime.AskShardAsync(Shards.Of(unit.Id), new CopyTrack(unit.Number, fromMs, toMs), Patience, cancellationToken).ConfigureAwait(false);
        var stored = new List<Fix>();
        history.ReadTrack(unit.Number, fromMs, toMs - 1, stored, atMost + 1); // To its end, which history counts in.
        return Merge(recent.Fixes, stored);
    }

    private static List<Fix> Merge(List<Fix> recent, List<Fix> stored)
    {
        if (recent.Count == 0)
        {
            return stored;
        }

        var merged = new List<Fix>(recent.Count + stored.Count);
        var (i, j) = (0, 0);
        while (i < recent.Count || j < stored.Count)
        {
            var order = i == recent.Count ? 1 : j == stored.Count ? -1 : Fix.Compare(recent[i], stored[j]);
            merged.Add(order <= 0 ? recent[i] : stored[j]); // Of both, memory knows the newest marks.
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return merged;
    }
}
