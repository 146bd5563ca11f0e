using Vantage.Actors.Runtime;

namespace Vantage.Actors.Orleans;

/// <summary>The place of one position shard in the cluster. Its key is the shard's number.</summary>
internal interface IPositionGrain : IGrainWithIntegerKey
{
    /// <summary>Has the shard live somewhere, and move if it belongs elsewhere.</summary>
    [ResponseTimeout("00:00:10")]
    Task WakeAsync();

    [ResponseTimeout("00:05:00")]
    Task<ShardAnswer> AskAsync(ShardQuestion question);
}

/// <summary>A question to a position shard: an <see cref="IShardQuery"/>, or what it became on the way.</summary>
internal sealed record ShardQuestion(object Query);

/// <summary>One of the two: the reply, or why there is none.</summary>
internal sealed record ShardAnswer(object? Reply, Exception? Failure);
