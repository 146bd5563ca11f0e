using System.Text.Json;
using Vantage.Actors.Positions;
using Vantage.Geo.Crs;

namespace Vantage.Devices.Json;

/// <summary>One item of a body, read field by field. Allocates nothing unless something is wrong.</summary>
internal ref struct JsonPosition(Span<char> unitBuffer)
{
    private const string NotANumber = "Must be a number.";

    private readonly Span<char> _unitBuffer = unitBuffer;
    private int _unitLength;
    private bool _hasTime;
    private bool _hasLongitude;
    private bool _hasLatitude;

    /// <summary>The longest unit's name that is read, in UTF-16 units: a kind, a slash, a key.</summary>
    public const int MaxUnitLength = 96;

    public PositionReport Report;

    /// <summary>The first wrong field, or null.</summary>
    public string? WrongField { get; private set; }

    public string? Reason { get; private set; }

    public readonly ReadOnlySpan<char> Unit => _unitBuffer[.._unitLength];

    /// <summary>Reads the object at which the reader stands, to its end. All of it must be in the reader's buffer.</summary>
    /// <param name="isUnitKnown">Whose position it is, is known without being said.</param>
    public void Read(ref Utf8JsonReader reader, ReportSource source, bool isUnitKnown)
    {
        Report = PositionReport.At(0, double.NaN, double.NaN, source);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Wrong("", "Must be an object.");
            reader.TrySkip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader);
        }

        Require(_unitLength > 0 || isUnitKnown, "unit");
        Require(_hasTime, "time");
        Require(_hasLongitude, "lon");
        Require(_hasLatitude, "lat");
    }

    private void ReadField(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("lon"u8))
        {
            _hasLongitude = ReadNumber(ref reader, "lon", ref Report.Longitude);
        }
        else if (reader.ValueTextEquals("lat"u8))
        {
            _hasLatitude = ReadNumber(ref reader, "lat", ref Report.Latitude);
        }
        else if (reader.ValueTextEquals("time"u8))
        {
            ReadTime(ref reader);
        }
        else if (reader.ValueTextEquals("unit"u8))
        {
            ReadUnit(ref reader);
        }
        else if (reader.ValueTextEquals("speed"u8))
        {
            ReadNumber(ref reader, "speed", ref Report.Speed);
        }
        else if (reader.ValueTextEquals("heading"u8))
        {
            ReadNumber(ref reader, "heading", ref Report.Heading);
        }
        else if (reader.ValueTextEquals("accuracy"u8))
        {
            ReadNumber(ref reader, "accuracy", ref Report.Accuracy);
        }
        else if (reader.ValueTextEquals("altitude"u8))
        {
            ReadNumber(ref reader, "altitude", ref Report.Altitude);
        }
        else if (reader.ValueTextEquals("crs"u8))
        {
            ReadCrs(ref reader);
        }
        else
        {
            reader.TrySkip(); // Unknown: from the name over its value, whatever that holds.
        }
    }

    private bool ReadNumber(ref Utf8JsonReader reader, string field, ref double value)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            value = double.NaN; // Null is absent; what is required is asked for at the end.
            return false;
        }

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number))
        {
            value = number;
            return true;
        }

        Wrong(field, NotANumber);
        reader.TrySkip();
        return true;
    }

    private void ReadTime(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        _hasTime = true;
        // A time without a zone would be read as this machine's: the one mistake that nobody sees.
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTime(out var plain) && plain.Kind != DateTimeKind.Unspecified
            && reader.TryGetDateTimeOffset(out var time))
        {
            Report.TimeMs = time.ToUnixTimeMilliseconds();
            return;
        }

        Wrong("time", "Must be an ISO 8601 time with its zone, such as 2026-03-02T01:20:30.000Z.");
        reader.TrySkip();
    }

    private void ReadUnit(ref Utf8JsonReader reader)
    {
        reader.Read();
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.String when length <= _unitBuffer.Length:
                _unitLength = CopyUnit(ref reader);
                break;
            case JsonTokenType.String:
                Wrong("unit", "Is too long.");
                _unitLength = 1;
                break;
            default:
                Wrong("unit", "Must be a text such as vehicle/A1.");
                _unitLength = 1;
                reader.TrySkip();
                break;
        }
    }

    private int CopyUnit(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.CopyString(_unitBuffer);
        }
        catch (InvalidOperationException)
        {
            Wrong("unit", "Is not valid text."); // A lone surrogate, or bytes that are not UTF-8.
            return 1;
        }
    }

    private void ReadCrs(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("gcj02"u8))
        {
            Report.Crs = CoordinateSystem.Gcj02;
        }
        else if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("bd09"u8))
        {
            Report.Crs = CoordinateSystem.Bd09;
        }
        else if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("cgcs2000"u8))
        {
            Report.Crs = CoordinateSystem.Cgcs2000;
        }
        else if (reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("wgs84"u8)))
        {
            Report.Crs = CoordinateSystem.Wgs84;
        }
        else
        {
            Wrong("crs", CoordinateSystems.NameRule);
            reader.TrySkip();
        }
    }

    private void Require(bool isThere, string field)
    {
        if (!isThere)
        {
            Wrong(field, "Is required.");
        }
    }

    private void Wrong(string field, string reason)
    {
        if (WrongField is null)
        {
            (WrongField, Reason) = (field, reason);
        }
    }
}
