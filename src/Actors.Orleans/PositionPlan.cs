namespace Vantage.Actors.Orleans;

/// <summary>Which silo each position shard belongs to: a function of the silos, so that all of them, who see the same, agree without a word.</summary>
/// <remarks>
/// Each shard ranks the silos by a hash of both, and goes to the first that has room: no silo has more than its share, rounded up, and few shards
/// change their place when one silo comes or goes.
/// </remarks>
internal static class PositionPlan
{
    public static SiloAddress[] For(IEnumerable<SiloAddress> silos)
    {
        var ordered = silos.Order().ToArray();
        if (ordered.Length == 0)
        {
            return [];
        }

        var room = (Shards.Count + ordered.Length - 1) / ordered.Length;
        var taken = new int[ordered.Length];
        var places = new SiloAddress[Shards.Count];
        for (var shard = 0; shard < places.Length; shard++)
        {
            var best = -1;
            for (var i = 0; i < ordered.Length; i++)
            {
                if (taken[i] < room && (best < 0 || Rank(ordered[i], shard) > Rank(ordered[best], shard)))
                {
                    best = i;
                }
            }

            taken[best]++;
            places[shard] = ordered[best];
        }

        return places;
    }

    /// <summary>Mixes both so that neighbours are no neighbours any more: the end of MurmurHash3.</summary>
    private static uint Rank(SiloAddress silo, int shard)
    {
        var mixed = (uint)silo.GetConsistentHashCode() + (0x9E3779B9u * (uint)(shard + 1));
        mixed = (mixed ^ (mixed >> 16)) * 0x85EBCA6B;
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35;
        return mixed ^ (mixed >> 16);
    }
}
