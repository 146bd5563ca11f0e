using Vantage.Actors.Nodes;

namespace Vantage.Actors.Runtime;

/// <summary>A runtime as a host starts and stops it.</summary>
public interface IHostedRuntime : IActorRuntime
{
    /// <summary>The other processes that host the same actors; null where there are none.</summary>
    INodeLink? Nodes { get; }

    /// <summary>Why this process can host no more, with what to do about it, as a sentence; null while it can, and after an orderly stop.</summary>
    string? Failure { get; }

    /// <summary>Begins to host: the directories are folded by now. Completes when messages are taken.</summary>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Has other processes take the position shards that live here, while all else goes on: before a stop, so that devices are heard until their units
    /// are looked after elsewhere. Completes when they are, as far as this process can tell; at once where nobody else could have them, and after
    /// <paramref name="within"/> in any case.
    /// </summary>
    Task HandOverAsync(TimeSpan within) => Task.CompletedTask;

    /// <summary>
    /// Takes nothing new from outside and lets actors and shards finish, or hands them over; after <paramref name="within"/> what is left is given
    /// up: messages are dead letters, asks fail, frames stay in the log. The first call decides.
    /// </summary>
    Task StopAsync(TimeSpan within);
}
