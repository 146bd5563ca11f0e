namespace Vantage.Actors.History;

/// <summary>A commit was refused as a whole, because shards in it are not this process's: another has claimed them, or this one never did.</summary>
public sealed class ShardsLostException(IReadOnlyList<int> shards)
    : Exception($"Shards {string.Join(", ", shards)} belong to another process, or to none: nothing was written.")
{
    /// <summary>Those that are not this process's, in order.</summary>
    public IReadOnlyList<int> Shards { get; } = shards;
}
