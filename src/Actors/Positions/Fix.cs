using Vantage.Geo;

namespace Vantage.Actors.Positions;

/// <summary>What is known about a fix beyond its numbers. Stored: never renumber. The top four bits hold the source.</summary>
[Flags]
public enum FixFlags : ushort
{
    None = 0,

    /// <summary>The device raised SOS with it.</summary>
    Sos = 1,

    /// <summary>The device says that the position is simulated (Android's mock provider).</summary>
    Mock = 2,

    /// <summary>Sent from the device's memory after a time without network.</summary>
    BackFilled = 4,

    /// <summary>The vehicle's ignition is on.</summary>
    IgnitionOn = 8,

    /// <summary>Derived: implausibly far from its neighbours in the ordered track. Not part of what was reported.</summary>
    Jump = 256,

    /// <summary>Derived: another report of the same unit and millisecond counts instead. Not part of what was reported.</summary>
    Outranked = 512,

    /// <summary>Derived, in outlines only: the unit was silent after it for longer than a gap. Not part of what was reported.</summary>
    BeforeGap = 1024,
}

/// <summary>An accepted position: WGS-84, quantised once, immutable from here on.</summary>
/// <remarks>
/// 1e-7 degree, 1 ms, 0.01 m/s, 0.1 degree of heading, 0.1 m. All that follows, live or re-evaluated, sees only these numbers.
/// 40 bytes; tracks hold millions of them.
/// </remarks>
public struct Fix : IEquatable<Fix>
{
    /// <summary>Stands for "absent" in the optional <see cref="int"/> fields.</summary>
    public const int Absent = int.MinValue;

    /// <summary>Stands for "absent" in <see cref="HeadingTenths"/>.</summary>
    public const ushort AbsentHeading = ushort.MaxValue;

    private const FixFlags Derived = FixFlags.Jump | FixFlags.Outranked | FixFlags.BeforeGap;
    private const int SourceShift = 12;

    /// <summary>When the sensor took it: milliseconds since 1970-01-01 UTC.</summary>
    public long TimeMs;

    /// <summary>When it reached us: milliseconds since 1970-01-01 UTC. Not part of a fix's identity.</summary>
    public long ReceivedAtMs;

    /// <summary>Degrees north × 10^7.</summary>
    public int LatitudeE7;

    /// <summary>Degrees east × 10^7.</summary>
    public int LongitudeE7;

    /// <summary>Speed × 100, metres a second, or <see cref="Absent"/>.</summary>
    public int SpeedHundredths;

    /// <summary>Altitude × 10, metres, or <see cref="Absent"/>.</summary>
    public int AltitudeTenths;

    /// <summary>Accuracy × 10, metres, or <see cref="Absent"/>.</summary>
    public int AccuracyTenths;

    /// <summary>Heading × 10, degrees in [0, 3600), or <see cref="AbsentHeading"/>.</summary>
    public ushort HeadingTenths;

    private ushort _flagsAndSource;

    public readonly FixFlags Flags => (FixFlags)(_flagsAndSource & 0x0FFF);

    public readonly ReportSource Source => (ReportSource)(_flagsAndSource >> SourceShift);

    /// <summary>Flags and source as stored, in one number.</summary>
    public readonly ushort FlagBits => _flagsAndSource;

    /// <summary>Degrees north. Dividing by 10^7 gives exactly the double that parsing the decimal gives.</summary>
    public readonly double Latitude => LatitudeE7 / 1e7;

    /// <summary>Degrees east. Dividing by 10^7 gives exactly the double that parsing the decimal gives.</summary>
    public readonly double Longitude => LongitudeE7 / 1e7;

    public readonly LatLng Position => LatLng.Trusted(Latitude, Longitude);

    /// <summary>Metres a second, or null.</summary>
    public readonly double? Speed => SpeedHundredths == Absent ? null : SpeedHundredths / 100.0;

    /// <summary>Metres, or null.</summary>
    public readonly double? Altitude => AltitudeTenths == Absent ? null : AltitudeTenths / 10.0;

    /// <summary>Metres, or null.</summary>
    public readonly double? Accuracy => AccuracyTenths == Absent ? null : AccuracyTenths / 10.0;

    /// <summary>Degrees, or null.</summary>
    public readonly double? Heading => HeadingTenths == AbsentHeading ? null : HeadingTenths / 10.0;

    public void SetFlags(FixFlags flags, ReportSource source)
        => _flagsAndSource = (ushort)(((ushort)flags & 0x0FFF) | ((ushort)source << SourceShift));

    /// <summary>Restores what <see cref="FlagBits"/> gave.</summary>
    public void SetFlagBits(ushort bits) => _flagsAndSource = bits;

    public void Mark(FixFlags flag, bool on)
        => _flagsAndSource = (ushort)(on ? _flagsAndSource | (ushort)flag : _flagsAndSource & ~(ushort)flag);

    /// <summary>
    /// Orders reports of one unit: by time, then by canonical bytes, in which receipt and derived flags have no part.
    /// Zero means: the same report sent twice.
    /// </summary>
    public static int Compare(in Fix a, in Fix b)
    {
        var order = a.TimeMs.CompareTo(b.TimeMs);
        return order != 0 ? order : CompareContent(in a, in b);
    }

    public readonly bool Equals(Fix other) => Compare(in this, in other) == 0;

    public override readonly bool Equals(object? obj) => obj is Fix other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(TimeMs, LatitudeE7, LongitudeE7);

    private static int CompareContent(in Fix a, in Fix b)
    {
        var order = a.LatitudeE7.CompareTo(b.LatitudeE7);
        order = order != 0 ? order : a.LongitudeE7.CompareTo(b.LongitudeE7);
        order = order != 0 ? order : a.SpeedHundredths.CompareTo(b.SpeedHundredths);
        order = order != 0 ? order : a.HeadingTenths.CompareTo(b.HeadingTenths);
        order = order != 0 ? order : a.AltitudeTenths.CompareTo(b.AltitudeTenths);
        order = order != 0 ? order : a.AccuracyTenths.CompareTo(b.AccuracyTenths);
        return order != 0 ? order : Reported(a).CompareTo(Reported(b));
    }

    private static int Reported(in Fix fix) => fix._flagsAndSource & ~(int)(ushort)Derived;
}

/// <summary>A fix and whose it is. The number is the track log's, see <see cref="ITrackLog.NumberOf"/>.</summary>
public struct UnitFix
{
    public int Unit;

    public Fix Fix;
}
