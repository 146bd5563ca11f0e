using Vantage.Actors;
using Vantage.Actors.Journal;
using Vantage.Actors.Local;
using Vantage.Actors.Runtime;
using Vantage.Storage;

namespace Vantage.Host.Startup;

/// <summary>The in-process runtime: the default, for one machine.</summary>
internal sealed class LocalModule : IRuntimeModule
{
    public IReadOnlyList<RuntimeOption> Options => [];

    public bool HasSeveralProcesses => false;

    public void AddRuntime(IServiceCollection services, RuntimeSettings settings)
    {
        services.AddSingleton<IEventFeed>(provider => provider.GetRequiredService<IStore>().Journal);
        services.AddSingleton(RuntimeOf);
        services.AddSingleton<IHostedRuntime>(provider => provider.GetRequiredService<LocalRuntime>());
    }

    private static LocalRuntime RuntimeOf(IServiceProvider provider)
    {
        var engine = provider.GetRequiredService<SituationEngine>();
        return new LocalRuntime(
            new LocalRuntimeOptions(),
            engine,
            provider.GetRequiredService<IStore>().Journal,
            SituationEngine.Events,
            engine,
            engine.CreateShard,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LocalRuntime>>(),
            provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
    }
}
