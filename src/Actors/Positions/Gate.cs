using Vantage.Geo;
using Vantage.Geo.Crs;

namespace Vantage.Actors.Positions;

/// <summary>Why a report was not accepted. Counted by reason and device; the sender is told where its protocol can be told.</summary>
public enum Refusal
{
    None = 0,

    /// <summary>The device says that it has no position.</summary>
    NoFix,

    /// <summary>Longitude and latitude are both zero: what receivers say before they know.</summary>
    NullIsland,
    LongitudeOutOfRange,
    LatitudeOutOfRange,

    /// <summary>More than <see cref="GateOptions.MaxAhead"/> in the future.</summary>
    TimeInFuture,

    /// <summary>Older than <see cref="GateOptions.Horizon"/>, or before 1990.</summary>
    TimeTooOld,
    SpeedOutOfRange,
    HeadingOutOfRange,
    AltitudeOutOfRange,
    AccuracyOutOfRange,

    /// <summary>No unit of that name, and registration is closed; or no terminal of that key.</summary>
    UnknownUnit,

    /// <summary>Not readable as a report at all.</summary>
    Malformed,
}

public sealed record GateOptions
{
    /// <summary>How far ahead of our clock a device's may be. Default: 5 minutes. Larger lets a wrong clock hide a unit's real fixes.</summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The greatest age of a report, or null (the default) for no limit: devices back-fill days.</summary>
    public TimeSpan? Horizon { get; init; }
}

/// <summary>Turns what a device said into a <see cref="Fix"/>, or says why not. Pure.</summary>
public static class Gate
{
    /// <summary>1990-01-01 UTC: nothing this system sees was measured earlier; older times are unset clocks.</summary>
    private const long EarliestMs = 631_152_000_000;

    private const double MaxSpeed = 1_000;
    private const double MaxAccuracy = 1_000_000;
    private const double MaxAltitude = 100_000;

    /// <summary>[GATE] rules of docs/spec.md. <paramref name="nowMs"/> becomes <see cref="Fix.ReceivedAtMs"/>.</summary>
    public static Refusal TryAccept(in PositionReport report, long nowMs, GateOptions options, out Fix fix)
    {
        fix = default;
        var refusal = Check(in report, nowMs, options);
        if (refusal != Refusal.None)
        {
            return refusal;
        }

        var position = LatLng.Trusted(report.Latitude, report.Longitude);
        if (report.Crs != CoordinateSystem.Wgs84)
        {
            position = CoordinateSystems.ToWgs84(position, report.Crs);
        }

        fix.TimeMs = report.TimeMs;
        fix.ReceivedAtMs = nowMs;
        fix.LongitudeE7 = (int)Math.Round(position.Longitude * 1e7);
        fix.LatitudeE7 = (int)Math.Round(position.Latitude * 1e7);
        fix.SpeedHundredths = Quantise(report.Speed, 100);
        fix.AltitudeTenths = Quantise(report.Altitude, 10);
        fix.AccuracyTenths = Quantise(report.Accuracy, 10);
        fix.HeadingTenths = double.IsNaN(report.Heading)
            ? Fix.AbsentHeading
            : (ushort)(Math.Round(report.Heading * 10) % 3600);
        fix.SetFlags(report.Flags, report.Source);
        return Refusal.None;
    }

    /// <summary>The JSON name of the field that a refusal is about.</summary>
    public static string FieldOf(Refusal refusal) => refusal switch
    {
        Refusal.NoFix or Refusal.NullIsland => "position",
        Refusal.LongitudeOutOfRange => "lon",
        Refusal.LatitudeOutOfRange => "lat",
        Refusal.TimeInFuture or Refusal.TimeTooOld => "time",
        Refusal.SpeedOutOfRange => "speed",
        Refusal.HeadingOutOfRange => "heading",
        Refusal.AltitudeOutOfRange => "altitude",
        Refusal.AccuracyOutOfRange => "accuracy",
        Refusal.UnknownUnit => "unit",
        _ => "",
    };

    /// <summary>A sentence for the sender: what is wrong, and what is right.</summary>
    public static string ReasonOf(Refusal refusal) => refusal switch
    {
        Refusal.NoFix => "The device reports that it has no position fix.",
        Refusal.NullIsland => "Longitude and latitude are both 0: a receiver without a fix.",
        Refusal.LongitudeOutOfRange => "Must be a number from -180 to 180.",
        Refusal.LatitudeOutOfRange => "Must be a number from -90 to 90.",
        Refusal.TimeInFuture => "Is more than 5 minutes in the future: check the device's clock.",
        Refusal.TimeTooOld => "Is older than this system takes: check the device's clock.",
        Refusal.SpeedOutOfRange => "Must be from 0 to 1000 metres a second.",
        Refusal.HeadingOutOfRange => "Must be from 0 to 360 degrees.",
        Refusal.AltitudeOutOfRange => "Must be from -100000 to 100000 metres.",
        Refusal.AccuracyOutOfRange => "Must be from 0 to 1000000 metres.",
        Refusal.UnknownUnit => "No such unit is registered.",
        Refusal.Malformed => "Is not a readable report.",
        _ => "",
    };

    private static Refusal Check(in PositionReport report, long nowMs, GateOptions options)
    {
        if (report.HasNoFix)
        {
            return Refusal.NoFix;
        }

        if (!(Math.Abs(report.Longitude) <= 180)) // Written so that NaN is refused.
        {
            return Refusal.LongitudeOutOfRange;
        }

        if (!(Math.Abs(report.Latitude) <= 90))
        {
            return Refusal.LatitudeOutOfRange;
        }

        if (report is { Longitude: 0, Latitude: 0 })
        {
            return Refusal.NullIsland;
        }

        if (report.TimeMs > nowMs + options.MaxAhead.TotalMilliseconds)
        {
            return Refusal.TimeInFuture;
        }

        var earliestMs = options.Horizon is { } horizon ? nowMs - (long)horizon.TotalMilliseconds : EarliestMs;
        if (report.TimeMs < Math.Max(earliestMs, EarliestMs))
        {
            return Refusal.TimeTooOld;
        }

        return CheckOptional(in report);
    }

    private static Refusal CheckOptional(in PositionReport report)
    {
        if (report.Speed is < 0 or > MaxSpeed)
        {
            return Refusal.SpeedOutOfRange;
        }

        if (report.Heading is < 0 or > 360)
        {
            return Refusal.HeadingOutOfRange;
        }

        if (Math.Abs(report.Altitude) > MaxAltitude)
        {
            return Refusal.AltitudeOutOfRange;
        }

        return report.Accuracy is < 0 or > MaxAccuracy ? Refusal.AccuracyOutOfRange : Refusal.None;
    }

    private static int Quantise(double value, double scale) => double.IsNaN(value) ? Fix.Absent : (int)Math.Round(value * scale);
}
