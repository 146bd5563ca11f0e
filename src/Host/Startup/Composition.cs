using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Vantage.Actors;
using Vantage.Actors.Local;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Devices;
using Vantage.Devices.Jt808;
using Vantage.Host.Demo;
using Vantage.Host.Positions;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Storage;

namespace Vantage.Host.Startup;

/// <summary>The one place where the parts are put together.</summary>
internal static class Composition
{
    private const string AuthKeyFile = "jt808.key";

    /// <summary>Storage in the data folder, the engine on it, the in-process runtime under it, the gateways before it.</summary>
    /// <exception cref="IOException">The data folder cannot be used; the message says why.</exception>
    public static void AddParts(IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton(_ => VantageStore.Open(settings.DataFolder));
        services.AddSingleton(provider => provider.GetRequiredService<VantageStore>().Accounts);
        services.AddSingleton(EngineOf);
        services.AddSingleton(RuntimeOf);
        services.AddSingleton<IActorRuntime>(provider => provider.GetRequiredService<LocalRuntime>());
        services.AddSingleton<IDeviceDirectory>(provider => provider.GetRequiredService<SituationEngine>().Units);
        services.AddSingleton<IPositionIngest>(provider => provider.GetRequiredService<SituationEngine>().Log);
        services.AddSingleton<IDeviceAlarms, DeviceAlarmLog>();
        services.AddSingleton(new GateOptions { Horizon = settings.Horizon });
        services.AddDevices(new Jt808Options { AuthKey = AuthKey(settings.DataFolder) });
        services.AddSingleton<Situation>();
        services.AddSingleton<Readiness>();
        services.AddHostedService<EngineRun>();
        if (settings.Demo && settings.Jt808Port > 0)
        {
            services.AddSingleton<ListeningPorts>();
            services.AddHostedService<DemoRun>();
        }
    }

    private static SituationEngine EngineOf(IServiceProvider provider)
    {
        var store = provider.GetRequiredService<VantageStore>();
        var log = provider.GetRequiredService<ILogger<SituationEngine>>();
        var historyLog = new LogPace(provider.GetRequiredService<TimeProvider>(), count => EngineLog.MoreHistoryFailed(log, count));
        return new SituationEngine(
            store.TrackLog,
            store.History,
            store.Journal,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IMeterFactory>().Create(PositionMetrics.MeterName),
            provider.GetRequiredService<HostSettings>().RegistrationIsOpen,
            failure =>
            {
                if (historyLog.Admits())
                {
                    EngineLog.HistoryFailed(log, failure.GetBaseException());
                }
            },
            failure => EngineLog.ZonesFailed(log, failure),
            (unit, failure) => EngineLog.UnitFailed(log, unit, failure));
    }

    private static LocalRuntime RuntimeOf(IServiceProvider provider)
    {
        var engine = provider.GetRequiredService<SituationEngine>();
        return new LocalRuntime(
            new LocalRuntimeOptions(),
            engine,
            provider.GetRequiredService<VantageStore>().Journal,
            SituationEngine.Events,
            engine,
            engine.CreateShard,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LocalRuntime>>(),
            provider.GetRequiredService<IMeterFactory>());
    }

    /// <summary>The secret of terminals' authentication codes: made once, kept with the data.</summary>
    private static byte[] AuthKey(string dataFolder)
    {
        var path = Path.Combine(dataFolder, AuthKeyFile);
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: >= Jt808Options.MinAuthKeyLength } known)
        {
            return known;
        }

        var key = RandomNumberGenerator.GetBytes(32);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(key);
        return key;
    }
}
