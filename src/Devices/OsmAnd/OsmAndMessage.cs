using Vantage.Actors.Positions;

namespace Vantage.Devices.OsmAnd;

/// <summary>One message of a phone.</summary>
/// <param name="DeviceId">What the phone calls itself.</param>
/// <param name="Report">The position, or null when the message has none: the phone reports its state only.</param>
/// <param name="BatteryPercent">0 to 100, or null.</param>
/// <param name="Alarm">The kind of alarm, such as <c>sos</c>, or null.</param>
/// <param name="Attributes">Everything else the phone said, by its own names.</param>
public sealed record OsmAndMessage(
    string DeviceId, PositionReport? Report, double? BatteryPercent, bool? IsCharging, string? Alarm,
    IReadOnlyDictionary<string, string> Attributes);

/// <summary>A field that cannot be read.</summary>
/// <param name="Index">Which message of the request, from 0.</param>
/// <param name="Field">The field by the name it had in the request; empty when it is the message as a whole.</param>
public sealed record OsmAndError(int Index, string Field, string Reason);

/// <summary>What a request held: every message that is readable, and every field that is not.</summary>
public sealed record OsmAndRequest(IReadOnlyList<OsmAndMessage> Messages, IReadOnlyList<OsmAndError> Errors);
