using Vantage.Geo.Crs;

namespace Vantage.Actors.Positions;

/// <summary>A position as a device said it, before the gate. Absent values are NaN.</summary>
public struct PositionReport
{
    /// <summary>When the sensor took it, in milliseconds since 1970-01-01 UTC.</summary>
    public long TimeMs;

    /// <summary>Decimal degrees in <see cref="Crs"/>.</summary>
    public double Longitude;

    /// <summary>Decimal degrees in <see cref="Crs"/>.</summary>
    public double Latitude;

    /// <summary>Metres a second; NaN when absent.</summary>
    public double Speed;

    /// <summary>Degrees clockwise from true north; NaN when absent.</summary>
    public double Heading;

    /// <summary>Metres above the ellipsoid or the sea, as the device means it; NaN when absent.</summary>
    public double Altitude;

    /// <summary>Radius in metres within which the device believes itself; NaN when absent.</summary>
    public double Accuracy;

    public CoordinateSystem Crs;

    public ReportSource Source;

    public FixFlags Flags;

    /// <summary>The device itself says that it has no position (JT/T 808 status bit 1 clear, RMC "V").</summary>
    public bool HasNoFix;

    /// <summary>A report with every optional value absent.</summary>
    public static PositionReport At(long timeMs, double longitude, double latitude, ReportSource source) => new()
    {
        TimeMs = timeMs,
        Longitude = longitude,
        Latitude = latitude,
        Speed = double.NaN,
        Heading = double.NaN,
        Altitude = double.NaN,
        Accuracy = double.NaN,
        Source = source,
    };
}

/// <summary>Which door a position came in by. Stored: never renumber.</summary>
public enum ReportSource : byte
{
    Unknown = 0,
    Api = 1,
    OsmAnd = 2,
    Jt808 = 3,
    OfficerPage = 4,
}
