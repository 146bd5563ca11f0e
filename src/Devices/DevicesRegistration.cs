using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Vantage.Actors.Positions;
using Vantage.Devices.Json;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Sessions;
using Vantage.Devices.OsmAnd;

namespace Vantage.Devices;

/// <summary>Registers the gateways.</summary>
public static class DevicesRegistration
{
    /// <summary>
    /// Adds every gateway. The host adds <see cref="IDeviceDirectory"/>, <see cref="IPositionIngest"/> and <see cref="IDeviceAlarms"/>,
    /// and listens with <see cref="Jt808ConnectionHandler"/>.
    /// </summary>
    public static IServiceCollection AddDevices(
        this IServiceCollection services, Func<IServiceProvider, Jt808Options> jt808, JsonPositionsOptions? json = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new GateOptions());
        services.AddMetrics();
        services.TryAddSingleton<DeviceMetrics>();
        services.TryAddSingleton(jt808); // Made when first asked for: its key may be in storage.
        services.TryAddSingleton<Jt808Gateway>();
        services.TryAddSingleton(provider => provider.GetRequiredService<Jt808Gateway>().Sessions);
        services.TryAddSingleton(json ?? new JsonPositionsOptions());
        services.TryAddSingleton<JsonPositions>();
        services.TryAddSingleton(provider => new OsmAndParser(provider.GetRequiredService<TimeProvider>().LocalTimeZone));
        services.TryAddSingleton<OsmAndIntake>();
        return services;
    }
}
