using System.Text.Json;
using Vantage.Actors.Positions;

namespace Vantage.Devices.OsmAnd;

/// <summary>Reads one message of the nested JSON shape, in which speed is in metres a second and −1 stands for unknown.</summary>
internal sealed class OsmAndLocation(int index, long nowMs, List<OsmAndError> errors)
{
    private bool _isWrong;

    public OsmAndMessage? Read(JsonElement root, JsonElement location)
    {
        var id = Text(root, "device_id") ?? Text(root, "id") ?? Text(root, "deviceid");
        if (id is null)
        {
            Error("device_id", "Is required.");
        }

        var alarm = Text(location, "alarm") ?? Text(root, "alarm");
        var report = ReadReport(location, alarm);
        var battery = Child(location, "battery");
        var level = battery is { } known ? Number(known, "level", "location.battery.level") : null;
        return _isWrong
            ? null
            : new(id!, report, level is >= 0 ? level * 100 : null, battery is { } b ? Flag(b, "is_charging") : null, alarm, Attributes(location));
    }

    private PositionReport? ReadReport(JsonElement location, string? alarm)
    {
        var time = ReadTime(location);
        if (Child(location, "coords") is not { } coords)
        {
            return null;
        }

        var latitude = Required(coords, "latitude");
        var longitude = Required(coords, "longitude");
        var report = PositionReport.At(time, longitude, latitude, ReportSource.OsmAnd);
        report.Speed = Known(coords, "speed");
        report.Heading = Known(coords, "heading");
        report.Accuracy = Known(coords, "accuracy");
        report.Altitude = Number(coords, "altitude", "location.coords.altitude") ?? double.NaN;
        report.Flags = OsmAndFlags.Of(alarm, Flag(location, "mock") == true);
        return report;
    }

    private long ReadTime(JsonElement location)
    {
        if (!location.TryGetProperty("timestamp", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return nowMs;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (OsmAndTime.TryRead(text, TimeZoneInfo.Utc, out var time))
        {
            return time;
        }

        Error("location.timestamp", "Must be ISO 8601, or seconds or milliseconds since 1970.");
        return nowMs;
    }

    private double Required(JsonElement coords, string name)
    {
        var field = $"location.coords.{name}";
        var value = Number(coords, name, field);
        if (value is null && !_isWrong)
        {
            Error(field, "Is required.");
        }

        return value ?? double.NaN;
    }

    private double Known(JsonElement coords, string name)
        => Number(coords, name, $"location.coords.{name}") is { } value and >= 0 ? value : double.NaN;

    private double? Number(JsonElement parent, string name, string field)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        Error(field, "Must be a number.");
        return null;
    }

    private void Error(string field, string reason)
    {
        _isWrong = true;
        errors.Add(new(index, field, reason));
    }

    private static string? Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String when value.GetString() is { Length: > 0 } text => text,
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        }
        : null;

    private static bool? Flag(JsonElement parent, string name) => parent.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        }
        : null;

    private static JsonElement? Child(JsonElement parent, string name)
        => parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Object ? child : null;

    private static Dictionary<string, string> Attributes(JsonElement location)
    {
        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        foreach (var name in (string[])["event", "is_moving", "odometer", "uuid"])
        {
            if (location.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null))
            {
                attributes[name] = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            }
        }

        if (Child(location, "activity") is { } activity && Text(activity, "type") is { } kind)
        {
            attributes["activity"] = kind;
        }

        return attributes;
    }
}
