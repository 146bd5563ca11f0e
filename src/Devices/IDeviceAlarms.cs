namespace Vantage.Devices;

/// <summary>Somebody pressed the button.</summary>
/// <param name="Unit">The unit's number in the track log.</param>
/// <param name="TimeMs">When, by the device's clock, or by ours when its time is unreadable: milliseconds since 1970-01-01 UTC.</param>
/// <param name="Longitude">WGS-84, or null when the device has no usable position.</param>
/// <param name="Latitude">WGS-84, or null when the device has no usable position.</param>
/// <param name="Protocol"><c>jt808</c>, <c>osmand</c>.</param>
public sealed record DeviceSos(int Unit, long TimeMs, double? Longitude, double? Latitude, string Protocol);

/// <summary>Takes the alarms that must become an incident at once, whether or not a position came with them.</summary>
public interface IDeviceAlarms
{
    /// <summary>
    /// Called once when an SOS begins, though the terminal repeats it until it is answered. The answer waits for completion;
    /// when this throws, the terminal is told of a failure and its next repetition is raised again.
    /// </summary>
    ValueTask RaiseSosAsync(DeviceSos sos, CancellationToken cancellationToken = default);
}
