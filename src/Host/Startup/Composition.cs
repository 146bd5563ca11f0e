using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Vantage.Actors;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Devices;
using Vantage.Devices.Jt808;
using Vantage.Host.Demo;
using Vantage.Host.Incidents;
using Vantage.Host.Officers;
using Vantage.Host.People;
using Vantage.Host.Replays;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;
using Vantage.Host.Web;
using Vantage.Host.Zones;
using Vantage.Storage;
using Vantage.Storage.Postgres;

namespace Vantage.Host.Startup;

/// <summary>The one place where the parts are put together.</summary>
internal static class Composition
{
    /// <summary>Where the secret of terminals' authentication codes is: a file of the folder, or a setting of that name in a database.</summary>
    public const string AuthKeyName = "jt808.key";

    /// <summary>Storage, the engine on it, a runtime under it, the gateways before it.</summary>
    /// <exception cref="IOException">The data cannot be used; the message says why.</exception>
    public static void AddParts(IServiceCollection services, HostSettings settings, IRuntimeModule runtime)
    {
        services.AddSingleton(provider => StoreOf(settings, runtime.HasSeveralProcesses, provider.GetRequiredService<ILogger<SituationEngine>>()));
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Accounts);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Records);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Areas);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().Pictures);
        services.AddSingleton(provider => provider.GetRequiredService<IStore>().TourLog);
        services.AddSingleton(provider => EngineOf(provider, runtime));
        runtime.AddRuntime(services, new RuntimeSettings(settings.DataFolder, settings.Database, settings.RuntimeOption));
        services.AddSingleton<IActorRuntime>(provider => provider.GetRequiredService<IHostedRuntime>());
        services.AddSingleton<IDeviceDirectory>(provider => provider.GetRequiredService<SituationEngine>().Units);
        services.AddSingleton<IPositionIngest>(provider => provider.GetRequiredService<SituationEngine>().Log);
        services.AddSingleton<IDeviceAlarms, SosIncidents>();
        services.AddSingleton<OfficerCalls>();
        services.AddSingleton(new GateOptions { Horizon = settings.Horizon });
        services.AddDevices(provider => new Jt808Options { AuthKey = AuthKey(settings, provider) });
        services.AddSingleton<Situation>();
        services.AddSingleton<TrackReads>();
        services.AddSingleton<LongAnswers>();
        services.AddSingleton<Visitors>();
        services.AddSingleton<ZoneTrials>();
        services.AddSingleton<ReplayFrames>();
        services.AddSingleton<ReplayJumps>();
        services.AddSingleton<Readiness>();
        services.AddHostedService<EngineRun>();
        services.AddHostedService<OrderRounds>();
        if (runtime.HasSeveralProcesses)
        {
            services.AddHostedService<AccountRefresh>();
        }

        if (settings.Demo && settings.Jt808Port > 0)
        {
            services.AddSingleton<ListeningPorts>();
            services.AddHostedService<DemoRun>();
        }
    }

    /// <param name="isShared">Other processes may have the database, too.</param>
    /// <exception cref="IOException">The data cannot be used; the message says why.</exception>
    public static IStore StoreOf(HostSettings settings, bool isShared, ILogger log)
    {
        var options = new StorageOptions { OnDamage = damage => EngineLog.TrackDamaged(log, damage) };
        return settings.Database is { } database
            ? PostgresStore.Open(database, isShared ? PostgresUse.Shared : PostgresUse.Alone, options)
            : VantageStore.Open(settings.DataFolder, options);
    }

    private static SituationEngine EngineOf(IServiceProvider provider, IRuntimeModule runtime)
    {
        var store = provider.GetRequiredService<IStore>();
        var log = provider.GetRequiredService<ILogger<SituationEngine>>();
        var time = provider.GetRequiredService<TimeProvider>();
        return new SituationEngine(
            store.TrackLog,
            store.History,
            provider.GetRequiredService<IEventFeed>(),
            time,
            provider.GetRequiredService<IMeterFactory>().Create(PositionMetrics.MeterName),
            provider.GetRequiredService<HostSettings>().RegistrationIsOpen,
            Paced(failure => EngineLog.HistoryFailed(log, failure.GetBaseException()), count => EngineLog.MoreHistoryFailed(log, count)),
            failure => EngineLog.ZonesFailed(log, failure),
            (unit, failure) => EngineLog.UnitFailed(log, unit, failure),
            provider.GetRequiredService<HostSettings>().KeepTracks)
        {
            IsOneOfSeveral = runtime.HasSeveralProcesses,
            OnFollowFailure = Paced(failure => EngineLog.FollowFailed(log, failure), count => EngineLog.MoreFollowFailed(log, count)),
            OnNodeFailure = Paced(failure => EngineLog.NodeFailed(log, failure), count => EngineLog.MoreNodeFailed(log, count)),
        };

        Action<Exception> Paced(Action<Exception> write, Action<long> summarise)
        {
            var pace = new LogPace(time, summarise);
            return failure =>
            {
                if (pace.Admits())
                {
                    write(failure);
                }
            };
        }
    }

    /// <summary>The secret of terminals' authentication codes: made once, kept with the data, the same for all processes that share it.</summary>
    private static byte[] AuthKey(HostSettings settings, IServiceProvider provider)
    {
        if (settings.Database is not null)
        {
            var fresh = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
            return Convert.FromHexString(provider.GetRequiredService<IAccounts>().KeepSettingAsync(AuthKeyName, fresh).AsTask().GetAwaiter().GetResult());
        }

        var path = Path.Combine(settings.DataFolder, AuthKeyName);
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
