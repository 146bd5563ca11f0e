using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Vantage.Actors.Orleans;

/// <summary>What a silo needs to host a runtime's actors and position shards.</summary>
internal static class SiloParts
{
    public static void AddRuntime(this ISiloBuilder silo, OrleansRuntime runtime)
    {
        silo.Services.AddSingleton(runtime);
        silo.Services.AddSingleton(new WireForms(runtime.Messages));
        silo.Services.AddSingleton<IFatalErrorHandler>(new FatalErrors(runtime));
        silo.Services.AddSingleton<PositionPlaces>();
        silo.Services.AddSingleton<NodeClient>();
        silo.AddPlacementDirector<PositionPlacement, PositionDirector>();
        silo.AddGrainService<NodeService>();

        // Where a grain is active survives the silo that keeps the record of it: otherwise a loss would take grains of healthy silos away, too.
        silo.AddDistributedGrainDirectory();

        // Nor are its grains held back for a while, lest it still be alive: whatever it would write then, journal and history refuse.
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
    }

    /// <summary>A silo that cannot go on says so to its runtime. Orleans would end the process, with acknowledgements under way.</summary>
    private sealed class FatalErrors(OrleansRuntime runtime) : IFatalErrorHandler
    {
        public bool IsUnexpected(Exception exception) => true;

        public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
            => runtime.OnLost(exception?.Message ?? context ?? "");
    }
}

/// <summary>The silo's host ends when its runtime says so: signals are for the process's own host.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
