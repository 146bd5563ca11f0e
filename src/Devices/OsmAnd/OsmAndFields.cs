using System.Globalization;
using Vantage.Actors.Positions;

namespace Vantage.Devices.OsmAnd;

/// <summary>Collects the flat fields of one message: of a query, a form, or a flat JSON object.</summary>
internal sealed class OsmAndFields(int index, TimeZoneInfo local, long nowMs, List<OsmAndError> errors)
{
    private const double MetresPerSecondPerKnot = 1852.0 / 3600;
    private const int MaxAttributes = 64;
    private const int MaxTextLength = 1024;

    private readonly Dictionary<string, string> _attributes = new(StringComparer.Ordinal);
    private string? _id;
    private long? _timeMs;
    private double? _latitude;
    private double? _longitude;
    private double? _battery;
    private bool? _isCharging;
    private bool _isInvalid;
    private bool _isMock;
    private string? _alarm;
    private double _speed = double.NaN;
    private double _heading = double.NaN;
    private double _altitude = double.NaN;
    private double _accuracy = double.NaN;

    /// <summary>Takes one field. An empty value is an absent one.</summary>
    public void Set(string name, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        switch (name)
        {
            case "id" or "deviceid" or "device_id": _id = value; break;
            case "timestamp": _timeMs = Time(name, value); break;
            case "lat": _latitude = Number(name, value); break;
            case "lon": _longitude = Number(name, value); break;
            case "location": SetLocation(value); break;
            case "speed": _speed = KnownOrAbsent(Number(name, value)) * MetresPerSecondPerKnot; break;
            case "bearing" or "heading": _heading = KnownOrAbsent(Number(name, value)); break;
            case "altitude": _altitude = Number(name, value) ?? double.NaN; break;
            case "accuracy": _accuracy = KnownOrAbsent(Number(name, value)); break;
            case "batt": _battery = Number(name, value) is { } percent and >= 0 ? percent : null; break;
            case "charge": _isCharging = Flag(name, value); break;
            case "valid": _isInvalid = Flag(name, value) == false; break;
            case "mock": _isMock = Flag(name, value) == true; break;
            case "alarm": _alarm = value; break;
            default: Keep(name, value); break;
        }
    }

    /// <summary>The message, or null when an error keeps it from being one.</summary>
    public OsmAndMessage? Build()
    {
        var errorsBefore = errors.Count(error => error.Index == index);
        if (_id is null)
        {
            Error("id", "Is required.");
        }

        if (_latitude is null != _longitude is null && errorsBefore == 0)
        {
            Error(_latitude is null ? "lat" : "lon", "Is required beside the other coordinate.");
        }

        if (errors.Any(error => error.Index == index))
        {
            return null;
        }

        return new(_id!, BuildReport(), _battery, _isCharging, _alarm, _attributes);
    }

    private PositionReport? BuildReport()
    {
        if (_latitude is not { } latitude || _longitude is not { } longitude)
        {
            return null;
        }

        var report = PositionReport.At(_timeMs ?? nowMs, longitude, latitude, ReportSource.OsmAnd);
        (report.Speed, report.Heading, report.Altitude, report.Accuracy) = (_speed, _heading, _altitude, _accuracy);
        report.HasNoFix = _isInvalid;
        report.Flags = OsmAndFlags.Of(_alarm, _isMock);
        return report;
    }

    private void SetLocation(string value)
    {
        var comma = value.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
        {
            Error("location", "Must be lat,lon.");
            return;
        }

        _latitude = Number("location", value[..comma]);
        _longitude = Number("location", value[(comma + 1)..]);
    }

    private void Keep(string name, string value)
    {
        if (_attributes.Count < MaxAttributes && name.Length <= MaxTextLength && value.Length <= MaxTextLength)
        {
            _attributes[name] = value;
        }
    }

    private double? Number(string field, string value)
    {
        var isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
        if (!isNumber)
        {
            Error(field, "Must be a number.");
        }

        return isNumber ? number : null;
    }

    private long? Time(string field, string value)
    {
        if (OsmAndTime.TryRead(value, local, out var time))
        {
            return time;
        }

        Error(field, "Must be seconds or milliseconds since 1970, ISO 8601, or yyyy-MM-dd HH:mm:ss.");
        return null;
    }

    private bool? Flag(string field, string value)
    {
        switch (value.ToUpperInvariant())
        {
            case "TRUE" or "1": return true;
            case "FALSE" or "0": return false;
            default:
                Error(field, "Must be true or false.");
                return null;
        }
    }

    private void Error(string field, string reason) => errors.Add(new(index, field, reason));

    // Phones say -1 for what they do not know.
    private static double KnownOrAbsent(double? value) => value is { } known and >= 0 ? known : double.NaN;
}

/// <summary>What alarms and providers mean for a fix.</summary>
internal static class OsmAndFlags
{
    public static FixFlags Of(string? alarm, bool isMock)
        => (string.Equals(alarm, "sos", StringComparison.OrdinalIgnoreCase) ? FixFlags.Sos : FixFlags.None)
            | (isMock ? FixFlags.Mock : FixFlags.None);
}
