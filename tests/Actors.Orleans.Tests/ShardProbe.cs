using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>A question whose answer does not travel.</summary>
public sealed record AskForSecret : IShardQuery<Secret>
{
    public Secret Run(IPositionShard shard) => new();
}

public sealed record Secret;

/// <summary>What these tests put to shards.</summary>
internal static class ShardProbe
{
    public static WireCatalog Messages { get; } = new WireCatalog()
        .Add<AskForSecret>("ask-for-secret");
}
