namespace Vantage.Devices.Jt808.Messages;

/// <summary>The alarm bits of a location. Bits whose meaning differs between editions have the newer name.</summary>
[Flags]
public enum Jt808Alarms : uint
{
    None = 0,

    /// <summary>Somebody pressed the button. Repeated until the platform answers.</summary>
    Sos = 1u << 0,
    Overspeed = 1u << 1,
    Fatigue = 1u << 2,
    DangerousDriving = 1u << 3,
    GnssFault = 1u << 4,
    AntennaOpen = 1u << 5,
    AntennaShort = 1u << 6,
    PowerLow = 1u << 7,
    PowerLost = 1u << 8,
    DisplayFault = 1u << 9,
    SpeechFault = 1u << 10,
    CameraFault = 1u << 11,
    CardReaderFault = 1u << 12,
    OverspeedWarning = 1u << 13,
    FatigueWarning = 1u << 14,
    DrivingViolation = 1u << 15,
    TyrePressure = 1u << 16,
    RightTurnBlindZone = 1u << 17,
    DailyDrivingOvertime = 1u << 18,
    ParkingOvertime = 1u << 19,
    AreaCrossed = 1u << 20,
    RouteCrossed = 1u << 21,
    SegmentTime = 1u << 22,
    RouteDeviation = 1u << 23,
    SpeedSensorFault = 1u << 24,
    FuelAbnormal = 1u << 25,
    Stolen = 1u << 26,
    IllegalIgnition = 1u << 27,
    IllegalMove = 1u << 28,
    Collision = 1u << 29,
    RolloverWarning = 1u << 30,
    IllegalDoorOpen = 1u << 31,
}
