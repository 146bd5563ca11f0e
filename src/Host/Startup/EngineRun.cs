using Vantage.Actors;
using Vantage.Actors.Runtime;
using Vantage.Devices.Jt808.Sessions;
using Vantage.Host.Situations;
using Vantage.Host.Wall;
using Vantage.Storage;

namespace Vantage.Host.Startup;

/// <summary>Starts the engine before the first request is taken, and stops it after the last.</summary>
internal sealed class EngineRun(
    SituationEngine engine, IHostedRuntime runtime, IStore store, BreachBoard board, Screens screens, Jt808Gateway gateway, Readiness readiness, TimeProvider time,
    ILogger<EngineRun> log)
    : IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>Of the 10 s that the process has after SIGTERM: for the shards to be taken by others before devices are cut off.</summary>
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(3);

    /// <summary>Of the same: for last turns, and for handing over what lives here.</summary>
    private static readonly TimeSpan LastTurns = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RecoveryPatience = TimeSpan.FromMinutes(30);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        engine.Follow((_, delta) => board.Follow(delta));
        engine.Follow((_, delta) => screens.TellOfReplay(delta, engine.Replays.Find, time.GetUtcNow()));
        engine.Follow((_, delta) => screens.TellOfStage(delta, engine.Stages.Find));
        await engine.ReplayAsync(cancellationToken);
        engine.Start(runtime, runtime.Nodes);
        await runtime.StartAsync(cancellationToken);
        await engine.WakeAsync(runtime, cancellationToken);
        // Shards read the log when first asked: not ready before they have, and before zones changed meanwhile are judged.
        await engine.Writer.WaitAsync(engine.Now, RecoveryPatience, cancellationToken);
        readiness.Watch(() => !store.IsHealthy ? store.LastError ?? "Storage refuses positions."
            : engine.Writer.IsFailing ? "Derived history cannot be written; it is tried again."
            : engine.IsNotFollowing ? "What other nodes recorded cannot be taken over; it is tried again, and the log says why." : null);
        readiness.Reached();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the web server: what devices say meanwhile is acknowledged, and seen by whoever takes their shards.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (runtime.Failure is not null)
        {
            gateway.LeaveAtOnce();
        }

        try
        {
            await runtime.HandOverAsync(HandOver);
        }
#pragma warning disable CA1031 // Whatever it was, the stop goes on: others take the shards when the runtime has stopped.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            EngineLog.HandOverFailed(log, failed);
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the web server, which is started last and stopped first: first what still derives, then what it derives from.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    /// <summary>Also after a start that failed half way: the container would end the runtime first.</summary>
    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await runtime.StopAsync(LastTurns);
    }
}

internal static partial class EngineLog
{
    [LoggerMessage(1201, LogLevel.Error, "Derived history could not be written; it is tried again.")]
    public static partial void HistoryFailed(ILogger log, Exception failure);

    [LoggerMessage(1203, LogLevel.Error, "Derived history could not be written {Count} more times in the last minute.")]
    public static partial void MoreHistoryFailed(ILogger log, long count);

    [LoggerMessage(1206, LogLevel.Error, "What other nodes recorded could not be taken over; it is tried again.")]
    public static partial void FollowFailed(ILogger log, Exception failure);

    [LoggerMessage(1210, LogLevel.Error, "What other nodes recorded could not be taken over {Count} more times in the last minute.")]
    public static partial void MoreFollowFailed(ILogger log, long count);

    [LoggerMessage(1211, LogLevel.Error, "What nodes see could not be exchanged; the next exchange makes up for it.")]
    public static partial void NodeFailed(ILogger log, Exception failure);

    [LoggerMessage(1212, LogLevel.Error, "What nodes see could not be exchanged {Count} more times in the last minute.")]
    public static partial void MoreNodeFailed(ILogger log, long count);

    [LoggerMessage(1202, LogLevel.Error, "A fix of {Unit} could not be judged; the others go on.")]
    public static partial void UnitFailed(ILogger log, ActorId unit, Exception failure);

    [LoggerMessage(1208, LogLevel.Error, "{Damage}")]
    public static partial void TrackDamaged(ILogger log, string damage);

    [LoggerMessage(1209, LogLevel.Warning, "Position shards could not be handed over before the stop; others take them after it.")]
    public static partial void HandOverFailed(ILogger log, Exception failure);

    [LoggerMessage(1207, LogLevel.Error, "A change of zones could not be put in force.")]
    public static partial void ZonesFailed(ILogger log, Exception failure);
}
