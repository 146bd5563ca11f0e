namespace Vantage.Devices.Jt808.Messages;

/// <summary>The status bits of a location.</summary>
[Flags]
public enum Jt808Status : uint
{
    None = 0,
    AccOn = 1u << 0,

    /// <summary>The receiver has a fix. Without it the coordinates are the last known ones, or nothing.</summary>
    Positioned = 1u << 1,
    South = 1u << 2,
    West = 1u << 3,
    OutOfService = 1u << 4,

    /// <summary>The coordinates went through the state's shift plug-in and cannot be put on a map.</summary>
    Encrypted = 1u << 5,
    ForwardCollision = 1u << 6,
    LaneDeparture = 1u << 7,

    /// <summary>Half loaded; with <see cref="Loaded"/>, full.</summary>
    HalfLoaded = 1u << 8,
    Loaded = 1u << 9,
    FuelCut = 1u << 10,
    CircuitCut = 1u << 11,
    DoorsLocked = 1u << 12,
    Door1Open = 1u << 13,
    Door2Open = 1u << 14,
    Door3Open = 1u << 15,
    Door4Open = 1u << 16,
    Door5Open = 1u << 17,
    Gps = 1u << 18,
    BeiDou = 1u << 19,
    Glonass = 1u << 20,
    Galileo = 1u << 21,

    /// <summary>The vehicle moves; 2019 only.</summary>
    Moving = 1u << 22,
}
