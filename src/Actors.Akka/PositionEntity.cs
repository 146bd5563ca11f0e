using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Vantage.Actors.Akka;

/// <summary>The place of one position shard in the cluster: on the node where this entity lives, a thread has the shard.</summary>
internal sealed class PositionEntity(RuntimeParts parts, int shard) : UntypedActor
{
    /// <summary>The name of the region, among those of the kinds.</summary>
    public const string Region = "positions";

    public static Props Props(RuntimeParts parts, int shard) => global::Akka.Actor.Props.Create(() => new PositionEntity(parts, shard));

    protected override void PreStart()
    {
        RuntimeLog.ShardCame(parts.Logger, shard);
        _ = OpenAsync();
    }

    protected override void PostStop() => _ = parts.Positions.CloseAsync(shard);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ShardAsk ask:
                _ = AnswerAsync(ask, Sender);
                break;
            case WakeShard:
                break;
            case Leave:
                // Its successor is not started before this one has stopped.
                RuntimeLog.ShardLeft(parts.Logger, shard);
                _ = parts.Positions.CloseAsync(shard).ContinueWith(_ => Left.Instance, TaskScheduler.Default).PipeTo(Self);
                break;
            case Left:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private async Task OpenAsync()
    {
        var began = Stopwatch.GetTimestamp();
        await parts.Positions.OpenAsync(shard).ConfigureAwait(false);
        RuntimeLog.ShardOpened(parts.Logger, shard, Stopwatch.GetElapsedTime(began));
    }

    private async Task AnswerAsync(ShardAsk ask, IActorRef asker)
    {
        try
        {
            var answer = await parts.Positions.CallAsync(ask.Shard, ask.Query.Run, CancellationToken.None).ConfigureAwait(false);
            asker.Tell(new Answered(ask.Ask, answer), ActorRefs.NoSender);
        }
        catch (Exception reason)
        {
            asker.Tell(new Unanswered(ask.Ask, reason), ActorRefs.NoSender);
        }
    }

    private sealed record Left
    {
        public static Left Instance { get; } = new();
    }
}

/// <summary>Position shards are the entities of their region. They move four at a time: whoever decides about a move asks the cluster first, and one after the other.</summary>
internal sealed class PositionExtractor : IMessageExtractor
{
    private const int MoveTogether = 4;

    private static readonly string[] Names = [.. Enumerable.Range(0, Shards.Count).Select(shard => shard.ToString(CultureInfo.InvariantCulture))];

    public string? EntityId(object message) => message switch
    {
        ShardAsk ask => Names[ask.Shard],
        WakeShard wake => Names[wake.Shard],
        _ => null,
    };

    public object? EntityMessage(object message) => message;

    public string ShardId(string entityId, object? messageHint = null) => Names[int.Parse(entityId, CultureInfo.InvariantCulture) / MoveTogether];

    [Obsolete("Part of the interface; sharding calls the other one.")]
    public string? ShardId(object message) => EntityId(message) is { } entity ? ShardId(entity) : null;
}

/// <summary>Sees to it that every position shard lives somewhere: each node says so, as any of them may be the last.</summary>
internal sealed class PositionKeeper : UntypedActor, IWithTimers
{
    private readonly RuntimeParts _parts;
    private readonly IActorRef _region;

    public PositionKeeper(RuntimeParts parts, IActorRef region) => (_parts, _region) = (parts, region);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Wake), Wake.Instance, TimeSpan.Zero, _parts.Options.WakeInterval);

    protected override void OnReceive(object message)
    {
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            _region.Tell(new WakeShard(shard), ActorRefs.NoSender);
        }
    }

    private sealed record Wake
    {
        public static Wake Instance { get; } = new();
    }
}
