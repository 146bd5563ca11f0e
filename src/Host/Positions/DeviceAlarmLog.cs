using Vantage.Actors.Units;
using Vantage.Devices;

namespace Vantage.Host.Positions;

/// <summary>Puts every SOS into the log at once. The fix that came with it carries the flag into the track.</summary>
internal sealed partial class DeviceAlarmLog(Actors.SituationEngine engine, ILogger<DeviceAlarmLog> log) : IDeviceAlarms
{
    public ValueTask RaiseSosAsync(DeviceSos sos, CancellationToken cancellationToken = default)
    {
        UnitInfo unit = engine.Units.Get(sos.Unit);
        Raised(unit.IdText, sos.Longitude, sos.Latitude);
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(1301, LogLevel.Critical, "SOS from {Unit} at {Longitude}, {Latitude}.")]
    private partial void Raised(string unit, double? longitude, double? latitude);
}
