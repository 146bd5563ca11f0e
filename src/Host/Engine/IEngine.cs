using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Actors.Wall;
using Vantage.Actors.Zones;

namespace Vantage.Host.Engine;

/// <summary>All that the web part asks of the engine. Reads are from memory and do not wait, save where they return a task.</summary>
internal interface IEngine
{
    /// <summary>All units by number, id and terminal.</summary>
    UnitDirectory Units { get; }

    /// <summary>The last value of every unit.</summary>
    LiveUnits Live { get; }

    /// <summary>Registers a unit or changes it; when it completes, <see cref="Units"/> shows it.</summary>
    /// <returns>The watermark that covers the change.</returns>
    Task<string> RegisterUnitAsync(ActorId unit, RegisterUnit register, Origin by, CancellationToken cancelled);

    /// <summary>A squad as people call it; the key itself when it was never named.</summary>
    string NameOfSquad(string squad);

    /// <summary>Appends the fixes of a unit in [from, to), log and sealed alike, in the order of <see cref="Fix.Compare"/>.</summary>
    Task ReadTrackAsync(int unit, long fromMs, long toMs, List<Fix> into, CancellationToken cancelled);

    /// <summary>The keys of the zones that hold the unit's newest fix.</summary>
    IReadOnlyList<string> ZonesOf(int unit);

    /// <summary>Grows with every change of any zone.</summary>
    long ZonesVersion { get; }

    /// <summary>The newest version of every zone that has not ended, by key.</summary>
    IReadOnlyList<ZoneVersion> Zones { get; }

    /// <summary>The newest version of a zone, ended or not; null when the key was never used.</summary>
    ZoneVersion? FindZone(string key);

    /// <summary>
    /// Puts a version in force. <see cref="ZoneVersion.Version"/>, <see cref="ZoneVersion.ToMs"/> and <see cref="ZoneVersion.Zone"/> are the
    /// engine's to give. When it completes, every report acknowledged later is judged by it.
    /// </summary>
    Task<ZoneChange> PutZoneAsync(ZoneVersion version, Origin by, CancellationToken cancelled);

    /// <summary>Ends the zone's newest version now; history is kept. Null when there is none in force.</summary>
    Task<ZoneChange?> EndZoneAsync(string key, Origin by, CancellationToken cancelled);

    /// <summary>Who is inside a zone, and since when.</summary>
    IReadOnlyList<(int Unit, long SinceMs)> OccupantsOf(string zone);

    /// <summary>Visits, breaches and heat.</summary>
    IHistory History { get; }

    /// <summary>What was done about a breach; null while nothing was.</summary>
    BreachHandling? HandlingOf(string breach);

    /// <summary>Acknowledges, handles or marks a breach as a false alarm.</summary>
    /// <returns>Null when it is in no state for this: handled already, or retracted.</returns>
    Task<HandlingChange?> HandleBreachAsync(string breach, HandlingState action, string? note, Origin by, CancellationToken cancelled);

    IReadOnlyList<Camera> Cameras { get; }

    Camera? FindCamera(string key);

    /// <returns>The watermark that covers the change.</returns>
    Task<string> PutCameraAsync(Camera camera, Origin by, CancellationToken cancelled);

    /// <summary>A watermark that covers everything that was durable before the call.</summary>
    string Watermark { get; }

    /// <summary>Completes when queries see what the watermark covers.</summary>
    /// <returns>False when they did not within the time.</returns>
    /// <exception cref="FormatException">The text is no watermark.</exception>
    Task<bool> WaitForAsync(string watermark, TimeSpan atMost, CancellationToken cancelled);
}

/// <summary>Whether the engine has recovered.</summary>
internal interface IReadiness
{
    /// <summary>What is still being waited for, in words; null when ready.</summary>
    string? WaitingFor { get; }
}

internal sealed record ZoneChange(ZoneVersion Version, string Watermark);

internal sealed record HandlingChange(BreachHandling Handling, string Watermark);

internal enum HandlingState
{
    Open = 0,
    Acknowledged = 1,
    Handled = 2,
    FalseAlarm = 3,
}

/// <summary>What was done about a breach last.</summary>
/// <param name="By">The person's name, or the token's.</param>
internal sealed record BreachHandling(HandlingState State, string By, long AtMs, string? Note);

internal enum CameraState
{
    Unknown = 0,
    Online = 1,
    Offline = 2,
}

/// <summary>A camera of the register.</summary>
/// <param name="Source">Where its pictures come from: the platform's name.</param>
/// <param name="Classes">What it can tell apart, as its source names it.</param>
/// <param name="Heading">Where it looks, degrees; null: unknown, or all round.</param>
internal sealed record Camera(
    string Key,
    string Name,
    double Longitude,
    double Latitude,
    CameraState State,
    string? Source,
    IReadOnlyList<string> Classes,
    double? Heading,
    IReadOnlyList<CameraStream> Streams);

/// <param name="Protocol"><c>hls</c>, <c>flv</c>, <c>webrtc</c>, <c>rtsp</c>.</param>
internal sealed record CameraStream(string Protocol, string Url);
