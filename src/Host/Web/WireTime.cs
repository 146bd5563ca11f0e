using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vantage.Host.Web;

/// <summary>Times as the contract writes them: ISO-8601 UTC with milliseconds.</summary>
internal static class WireTime
{
    /// <summary>The least and the greatest milliseconds that have a date.</summary>
    private const long MinMs = -62_135_596_800_000;
    private const long MaxMs = 253_402_300_799_999;

    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
    ];

    public static string Write(long ms)
        => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, MinMs, MaxMs)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string? Write(long? ms) => ms is { } value ? Write(value) : null;

    /// <summary>Reads a time that states its offset; one that does not is refused, as nobody knows what it means.</summary>
    public static bool TryRead(string text, out long ms)
    {
        ms = 0;
        if (!DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var checkedKind)
            || checkedKind.Kind == DateTimeKind.Unspecified
            || !DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return false;
        }

        ms = time.ToUnixTimeMilliseconds();
        return true;
    }
}

/// <summary>A time in an answer: milliseconds in memory, ISO-8601 on the wire.</summary>
[JsonConverter(typeof(WireMomentConverter))]
internal readonly record struct WireMoment(long Ms)
{
    public static WireMoment Of(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    public static WireMoment? From(long? ms) => ms is { } value ? new WireMoment(value) : null;
}

internal sealed class WireMomentConverter : JsonConverter<WireMoment>
{
    public override WireMoment Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => WireTime.TryRead(reader.GetString() ?? "", out var ms) ? new WireMoment(ms) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, WireMoment value, JsonSerializerOptions options)
        => writer.WriteStringValue(WireTime.Write(value.Ms));
}
