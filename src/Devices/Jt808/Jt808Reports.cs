using Vantage.Actors.Positions;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Devices.Jt808;

/// <summary>Locations as the rest of the product knows positions. Allocates nothing.</summary>
public static class Jt808Reports
{
    private const ushort UnknownSpeed = ushort.MaxValue;
    private const ushort FullCircle = 360;

    /// <summary>Turns a fix into a report. What cannot be a value of its field becomes absent; the gate judges the rest.</summary>
    /// <param name="isBackFilled">It was stored while there was no network.</param>
    /// <returns><see langword="false"/> when the time is on no calendar: such a fix has no place in a track.</returns>
    public static bool TryRead(in Jt808Fix fix, bool isBackFilled, out PositionReport report)
    {
        report = PositionReport.At(fix.UnixMilliseconds ?? 0, fix.Longitude, fix.Latitude, ReportSource.Jt808);
        report.Speed = fix.SpeedTenthsKmh == UnknownSpeed ? double.NaN : fix.Speed;
        report.Heading = fix.CourseDegrees > FullCircle ? double.NaN : fix.CourseDegrees;
        report.Altitude = fix.AltitudeMetres;
        report.HasNoFix = (fix.Status & Jt808Status.Positioned) == 0 || (fix.Status & Jt808Status.Encrypted) != 0;
        report.Flags = ((fix.Alarms & Jt808Alarms.Sos) != 0 ? FixFlags.Sos : FixFlags.None)
            | ((fix.Status & Jt808Status.AccOn) != 0 ? FixFlags.IgnitionOn : FixFlags.None)
            | (isBackFilled ? FixFlags.BackFilled : FixFlags.None);
        return fix.UnixMilliseconds is not null;
    }
}
