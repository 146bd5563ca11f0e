using Microsoft.Extensions.DependencyInjection;

namespace Vantage.Actors.Orleans;

public static class SiloActors
{
    /// <summary>
    /// Has the silo host the actors of a runtime, which starts when the silo is up, and stops, its work done, before the silo leaves.
    /// </summary>
    public static ISiloBuilder AddActors(this ISiloBuilder silo, Func<IServiceProvider, OrleansRuntime> create)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.AddSingleton(create);
        silo.Services.AddSingleton<Runtime.IActorRuntime>(services => services.GetRequiredService<OrleansRuntime>());
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, Presence>();
        return silo;
    }

    private sealed class Presence(IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
            => lifecycle.Subscribe(nameof(OrleansRuntime), ServiceLifecycleStage.Active, Start, StopAsync);

        // Not in the constructor: the runtime needs the grain factory, which needs the silo.
        private Task Start(CancellationToken cancellationToken)
        {
            services.GetRequiredService<OrleansRuntime>().Start();
            return Task.CompletedTask;
        }

        private Task StopAsync(CancellationToken cancellationToken)
        {
            var runtime = services.GetRequiredService<OrleansRuntime>();
            return runtime.StopAsync(cancellationToken.IsCancellationRequested ? TimeSpan.Zero : runtime.Parts.Options.StopTimeout);
        }
    }
}
