using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;
using Vantage.Runtime.Contract;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>Asks a shard how many frames it knows of.</summary>
public sealed record CountFrames : IShardQuery<FrameCount>
{
    public FrameCount Run(IPositionShard shard) => new(((ProbeShard)shard).Sequences.Count);
}

public sealed record FrameCount(int Frames);

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
        .Add<CountFrames>("count-frames")
        .Add<FrameCount>("frame-count")
        .Add<AskForSecret>("ask-for-secret");
}
